# PageRank, components and mixing of synthetic8 from R, for tests/measures/test_sparse.py.
# Run inside this folder: Rscript sparse.R > sparse.csv
suppressMessages(library(igraph))
actors <- read.csv("actors.csv"); rows <- read.csv("relations.csv"); n <- nrow(actors)
cat("view,measure,name,other,value\n")
say <- function(view, measure, values, names = "", other = "") cat(sprintf("%s,%s,%s,%s,%s\n", view, measure, names, other, trimws(formatC(values, digits = 17, format = "g"))), sep = "")
for (view in c("collaboration", "trust", "formal_agreement")) {
  d <- rows[rows$relation == view, ]; directed <- view != "formal_agreement"
  g <- graph_from_data_frame(d[, c("source", "target", "weight")], directed, data.frame(name = actors$id))
  say(view, "pagerank weighted", page_rank(g)$vector, V(g)$name)
  say(view, "pagerank", page_rank(g, weights = NA)$vector, V(g)$name)
  say(view, "pagerank weighted 0.5", page_rank(g, damping = 0.5)$vector, V(g)$name)
  for (kind in c("weak", "strong")) say(view, paste("components", kind), sort(components(g, kind)$csize, decreasing = TRUE))
  w <- as.matrix(as_adjacency_matrix(g, attr = "weight")); group <- actors$sector
  for (a in sort(unique(group))) for (b in sort(unique(group))) {
    say(view, "mixing weighted", sum(w[group == a, group == b]), a, b)
    say(view, "mixing", sum(w[group == a, group == b] != 0), a, b)
  }
}
