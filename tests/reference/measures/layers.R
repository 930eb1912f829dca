# Relations of synthetic8 side by side, from R, for tests/measures/test_layers_against_r.py.
# Run inside this folder: Rscript layers.R > layers.csv
suppressMessages({library(sna); library(igraph)})
actors <- read.csv("actors.csv"); rows <- read.csv("relations.csv"); n <- nrow(actors)
square <- function(name) { d <- rows[rows$relation == name, ]; m <- matrix(0, n, n); m[cbind(d$source, d$target)] <- d$weight; if (name == "formal_agreement") pmax(m, t(m)) else m }
W <- list(collaboration = square("collaboration"), trust = square("trust"), formal_agreement = square("formal_agreement"))
W$collaboration_ge3 <- W$collaboration * (W$collaboration >= 3); W$collaboration_max <- pmax(W$collaboration, t(W$collaboration))
W$trust_silent <- W$trust; W$trust_silent[6, ] <- NA
cat("first,second,measure,value\n")
say <- function(first, second, measure, value) cat(sprintf("%s,%s,%s,%s\n", first, second, measure, trimws(formatC(value, digits = 17, format = "g"))))
bin <- function(m) (m != 0) * 1
graph <- function(m, undirected) graph_from_adjacency_matrix(m, if (undirected) "undirected" else "directed")

compare <- function(first, second, mode = "digraph") {
  a <- W[[first]]; b <- W[[second]]; x <- bin(a); y <- bin(b)
  say(first, second, "correlation", gcor(a, b, mode = mode))
  say(first, second, "hamming", hdist(x, y, mode = mode))
  off <- if (mode == "graph") upper.tri(x) else row(x) != col(x)
  say(first, second, "both", sum(x[off] * y[off], na.rm = TRUE))
  say(first, second, "share_tied_on_both", sum(x[off] * y[off], na.rm = TRUE) / sum(x[off & !is.na(y)]))
  say(first, second, "mean_tied", mean(b[off & x == 1], na.rm = TRUE)); say(first, second, "mean_untied", mean(b[off & x == 0], na.rm = TRUE))
  if (anyNA(y)) return(invisible())
  g <- graph(x, mode == "graph"); h <- graph(y, mode == "graph")
  say(first, second, "jaccard", ecount(igraph::intersection(g, h)) / ecount(igraph::union(g, h)))
  say(first, second, "hamming_share", hdist(aperm(array(c(x, y), c(n, n, 2)), c(3, 1, 2)), g1 = 1, g2 = 2, mode = mode, normalize = TRUE))
}
compare("formal_agreement", "collaboration"); compare("formal_agreement", "collaboration_ge3"); compare("formal_agreement", "trust")
compare("collaboration", "trust"); compare("formal_agreement", "trust_silent"); compare("collaboration", "trust_silent")
compare("collaboration_ge3", "collaboration"); compare("formal_agreement", "collaboration_max", "graph")

layers <- lapply(W[c("collaboration", "trust", "formal_agreement")], bin); m <- Reduce(`+`, layers); diag(m) <- 0
for (k in 0:3) say("all", "all", paste("dyads in", k), sum(m[row(m) != col(m)] == k))
say("all", "all", "multiplex_share", sum(m > 1) / sum(m > 0))
for (i in 1:n) { say("all", "all", paste("tied", i), sum(m[i, ] > 0) + sum(m[, i] > 0)); say("all", "all", paste("multiplex", i), sum(m[i, ] > 1) + sum(m[, i] > 1)) }

# Two waves: collaboration before, and after of strength 3 and more with trust of 4 and more beside it.
after <- pmax(W$collaboration_ge3, W$trust * (W$trust >= 4)); group <- actors$sector
out <- outer(group, group, "!="); off <- row(out) != col(out)
cells <- rbind(data.frame(cross = out[off & W$collaboration > 0], w = 0), data.frame(cross = out[off & after > 0], w = 1))
model <- glm(cross ~ w, family = binomial, data = cells, control = list(epsilon = 1e-14, maxit = 100))
say("collaboration", "after", "log_odds_ratio", unname(coef(model)["w"]))
say("collaboration", "after", "share_change", unname(diff(tapply(cells$cross, cells$w, mean))))
ei <- function(m) { m <- bin(m); (sum(m[out]) - sum(m[!out])) / sum(m) }
say("collaboration", "after", "ei_change", ei(after) - ei(W$collaboration))
for (pair in list(c("external", TRUE), c("internal", FALSE))) { say("collaboration", "after", paste0(pair[1], "_before"), sum(bin(W$collaboration)[off & out == as.logical(pair[2])])); say("collaboration", "after", paste0(pair[1], "_after"), sum(bin(after)[off & out == as.logical(pair[2])])) }
