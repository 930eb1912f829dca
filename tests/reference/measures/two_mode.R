# Two-mode measures and projections of invented affiliations, for
# tests/measures/test_two_mode_against_r.py.
# Run inside this folder: Rscript two_mode.R > two_mode.csv
suppressMessages({library(igraph); library(vegan)})
actors <- read.csv("actors.csv"); rows <- read.csv("affiliations.csv")
objects <- unique(rows$object); n <- nrow(actors); m <- length(objects)
cat("measure,of,name,other,value\n")
say <- function(measure, of, values, names, other = "") cat(sprintf("%s,%s,%s,%s,%s\n", measure, of, names, other, ifelse(is.na(values), "NaN", trimws(formatC(values, digits = 17, format = "g")))), sep = "")
A <- matrix(0, n, m, dimnames = list(actors$id, objects)); A[cbind(match(rows$actor, actors$id), match(rows$object, objects))] <- 1
g <- graph_from_incidence_matrix(A); first <- 1:n; second <- n + 1:m
both <- function(measure, values) { say(measure, "actors", values[first], actors$id); say(measure, "objects", values[second], objects) }
say("density", "", edge_density(g) * (n + m) * (n + m - 1) / 2 / (n * m), "")
both("degree", igraph::degree(g))
both("closeness", igraph::closeness(g)); both("closeness farness", rowSums(distances(g)))
both("betweenness", igraph::betweenness(g))
e <- eigen_centrality(g)$vector; both("eigenvector", c(e[first] / max(e[first]), e[second] / max(e[second])))
pairs <- function(measure, of, w) for (i in seq_len(nrow(w))) for (j in seq_len(nrow(w))) if (i < j) say(measure, of, w[i, j], rownames(w)[i], rownames(w)[j])
count <- bipartite_projection(g, multiplicity = TRUE)
for (of in c("actors", "objects")) {
  B <- if (of == "actors") A else t(A)
  pairs("project count", of, as.matrix(as_adjacency_matrix(count[[if (of == "actors") 1 else 2]], attr = "weight"))[rownames(B), rownames(B)])
  w <- matrix(0, nrow(B), nrow(B), dimnames = list(rownames(B), rownames(B)))
  for (o in seq_len(ncol(B))) { who <- which(B[, o] == 1); if (length(who) > 1) for (i in who) for (j in who) if (i != j) w[i, j] <- w[i, j] + 1 / (length(who) - 1) }
  pairs("project newman", of, w)
  pairs("project jaccard", of, 1 - as.matrix(vegdist(B, method = "jaccard", binary = TRUE)))
}
