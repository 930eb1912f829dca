# Centralities of synthetic8 from R, for tests/measures/test_measures_against_r.py.
# Run inside this folder: Rscript centrality.R > centrality.csv
suppressMessages({library(sna); library(igraph)})
actors <- read.csv("actors.csv"); rows <- read.csv("relations.csv"); n <- nrow(actors)
cat("view,measure,actor,value\n")
say <- function(view, measure, values) cat(sprintf("%s,%s,%s,%s\n", view, measure, actors$id, ifelse(is.na(values), "NaN", trimws(formatC(values, digits = 17, format = "g")))), sep = "")
square <- function(name, directed) { d <- rows[rows$relation == name, ]; m <- matrix(0, n, n); m[cbind(d$source, d$target)] <- d$weight; if (directed) m else pmax(m, t(m)) }

# a function of a matrix for each component of more than one actor; 0 for the others
by_component <- function(m, f) {
  member <- igraph::components(graph_from_adjacency_matrix((m != 0) * 1))$membership; values <- rep(0, n)
  for (k in unique(member)) { inside <- which(member == k); if (length(inside) > 1) values[inside] <- f(m[inside, inside]) }
  values
}
eigen_of <- function(m, directed) eigen_centrality(graph_from_adjacency_matrix(m, if (directed) "directed" else "undirected", weighted = TRUE), directed = directed)$vector
# the iteration from equal scores, as Kleinberg has it
iterated <- function(m) { x <- rep(1, n); for (k in 1:5000) { x <- m %*% (t(m) %*% x); x <- x / max(x) }; as.vector(x) }
katz <- function(m, alpha) as.vector(solve(diag(n) - alpha * m, rep(1, n)))
# current through each actor, pair by pair, from the potentials
flow_of <- function(m) {
  k <- nrow(m); green <- solve(diag(rowSums(m)) - m + 1); b <- rep(0, k)
  for (s in 1:(k - 1)) for (e in (s + 1):k) { v <- green[, s] - green[, e]; through <- rowSums(m * abs(outer(v, v, "-"))) / 2; through[c(s, e)] <- 0; b <- b + through }
  b
}
both <- function(view, m, w, g, gw, directed) {
  cost <- 1 / E(gw)$weight; a <- function(measure, values) say(view, measure, values)
  for (mode in if (directed) c("out", "in") else "out") {
    way <- if (mode == "in") " in" else ""
    a(paste0("closeness", way), igraph::closeness(g, mode = mode)); a(paste0("closeness", way, " weighted"), igraph::closeness(gw, mode = mode, weights = cost))
    a(paste0("closeness", way, " normalised"), igraph::closeness(g, mode = mode, normalized = TRUE))
    from <- if (mode == "in") t(m) else m; heavy <- if (mode == "in") t(w) else w
    a(paste0("katz", if (mode == "out") " out", " 0.1"), katz(from, 0.1)); a(paste0("katz", if (mode == "out") " out", " weighted 0.02"), katz(heavy, 0.02))
  }
  a("eigenvector", by_component(m, function(x) eigen_of(x, directed))); a("eigenvector weighted", by_component(w, function(x) eigen_of(x, directed)))
  a("pagerank", page_rank(g)$vector); a("pagerank weighted", page_rank(gw)$vector); a("pagerank weighted 0.5", page_rank(gw, damping = 0.5)$vector)
  if (directed) {
    a("hubs", hub_score(g)$vector); a("hubs weighted", hub_score(gw)$vector); a("authorities", authority_score(g)$vector); a("authorities weighted", authority_score(gw)$vector)
  } else { a("hubs weighted", iterated(w)); a("authorities weighted", iterated(t(w))) }
  a("core_number", coreness(g, mode = "all"))
  u <- pmax(m, t(m)); wu <- pmax(w, t(w))
  a("information_centrality", by_component(u, sna::infocent)); a("information_centrality weighted", by_component(wu, sna::infocent))
  a("current_flow_betweenness", by_component(u, flow_of)); a("current_flow_betweenness weighted", by_component(wu, flow_of))
}
directed <- function(view, w) { m <- (w != 0) * 1; both(view, m, w, graph_from_adjacency_matrix(m), graph_from_adjacency_matrix(w, weighted = TRUE), TRUE) }
undirected <- function(view, w) { m <- (w != 0) * 1; both(view, m, w, graph_from_adjacency_matrix(m, "undirected"), graph_from_adjacency_matrix(w, "undirected", weighted = TRUE), FALSE) }
W <- square("collaboration", TRUE)
directed("collaboration", W); directed("collaboration_ge3", W * (W >= 3)); directed("trust", square("trust", TRUE))
undirected("formal_agreement", square("formal_agreement", FALSE)); undirected("collaboration_max", pmax(W, t(W)))
