# Measures of synthetic8 from R, for tests/measures/test_measures_against_r.py.
# Run inside this folder: Rscript expected.R > expected.csv
suppressMessages({library(sna); library(igraph)})
actors <- read.csv("actors.csv"); rows <- read.csv("relations.csv"); n <- nrow(actors)
cat("view,measure,actor,value\n")
say <- function(view, measure, values, ids = "") cat(sprintf("%s,%s,%s,%s\n", view, measure, ids, ifelse(is.na(values), "NaN", trimws(formatC(values, digits = 17, format = "g")))), sep = "")
ei <- function(m, group) { out <- outer(group, group, "!="); (sum(m[out]) - sum(m[!out])) / sum(m) }
square <- function(name, directed) { d <- rows[rows$relation == name, ]; m <- matrix(0, n, n); m[cbind(d$source, d$target)] <- d$weight; if (directed) m else pmax(m, t(m)) }

directed <- function(view, w) {
  m <- (w != 0) * 1; g <- graph_from_adjacency_matrix(m); gw <- graph_from_adjacency_matrix(w, weighted = TRUE); cost <- 1 / E(gw)$weight
  a <- function(measure, values) say(view, measure, values, actors$id)
  a("in_degree", sna::degree(m, cmode = "indegree")); a("out_degree", sna::degree(m, cmode = "outdegree")); a("degree", sna::degree(m, cmode = "freeman"))
  a("in_strength", igraph::strength(gw, mode = "in")); a("out_strength", igraph::strength(gw, mode = "out")); a("strength", igraph::strength(gw, mode = "all"))
  a("betweenness weighted", igraph::betweenness(gw, weights = cost)); a("betweenness", sna::betweenness(m))
  a("harmonic_closeness weighted", harmonic_centrality(gw, mode = "out", weights = cost)); a("harmonic_closeness", harmonic_centrality(g, mode = "out"))
  a("harmonic_closeness in weighted", harmonic_centrality(gw, mode = "in", weights = cost)); a("harmonic_closeness in", harmonic_centrality(g, mode = "in"))
  for (b in c(-0.1, 0, 0.1)) { a(paste("beta_centrality", b), power_centrality(g, exponent = b)); a(paste("beta_centrality weighted", b / 5), sna::bonpow(w, exponent = b / 5)) }
  a("constraint weighted", igraph::constraint(gw)); a("constraint", igraph::constraint(g))
  say(view, "density", gden(m)); say(view, "reciprocity", grecip(m, measure = "edgewise"))
  for (k in c(in_degree = "indegree", out_degree = "outdegree", degree = "freeman")) say(view, paste("centralization", names(which(c(in_degree = "indegree", out_degree = "outdegree", degree = "freeman") == k))), sna::centralization(m, sna::degree, cmode = k))
  say(view, "centralization betweenness", sna::centralization(m, sna::betweenness))
  for (by in c("sector", "level")) { say(view, paste("ei_index", by), ei(m, actors[[by]])); say(view, paste("ei_index weighted", by), ei(w, actors[[by]])) }
}
undirected <- function(view, w) {
  m <- (w != 0) * 1; g <- graph_from_adjacency_matrix(m, "undirected"); gw <- graph_from_adjacency_matrix(w, "undirected", weighted = TRUE); cost <- 1 / E(gw)$weight
  a <- function(measure, values) say(view, measure, values, actors$id)
  for (k in c("in_degree", "out_degree", "degree")) a(k, igraph::degree(g))
  for (k in c("in_strength", "out_strength", "strength")) a(k, igraph::strength(gw))
  a("betweenness weighted", igraph::betweenness(gw, weights = cost)); a("betweenness", sna::betweenness(m, gmode = "graph"))
  a("harmonic_closeness weighted", harmonic_centrality(gw, weights = cost)); a("harmonic_closeness", harmonic_centrality(g))
  for (b in c(-0.1, 0, 0.1)) { a(paste("beta_centrality", b), power_centrality(g, exponent = b)); a(paste("beta_centrality weighted", b / 5), sna::bonpow(w, gmode = "graph", exponent = b / 5)) }
  a("constraint weighted", igraph::constraint(gw)); a("constraint", igraph::constraint(g))
  say(view, "density", gden(m, mode = "graph"))
  say(view, "centralization degree", sna::centralization(m, sna::degree, mode = "graph")); say(view, "centralization betweenness", sna::centralization(m, sna::betweenness, mode = "graph"))
  for (by in c("sector", "level")) { say(view, paste("ei_index", by), ei(m, actors[[by]])); say(view, paste("ei_index weighted", by), ei(w, actors[[by]])) }
}
W <- square("collaboration", TRUE)
directed("collaboration", W); directed("collaboration_ge3", W * (W >= 3)); directed("trust", square("trust", TRUE))
undirected("formal_agreement", square("formal_agreement", FALSE)); undirected("collaboration_max", pmax(W, t(W)))
for (k in c("budget", "staff", "formalization")) { x <- actors[[k]]; say("actors", paste("gini", k), sum(abs(outer(x, x, "-"))) / (2 * n^2 * mean(x))) }
