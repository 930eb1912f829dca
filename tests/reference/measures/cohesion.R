# Cohesion, hierarchy, groups and cores of synthetic8 from R, for
# tests/measures/test_measures_against_r.py.
# Run inside this folder: Rscript cohesion.R > cohesion.csv
suppressMessages({library(sna); library(igraph)})
actors <- read.csv("actors.csv"); rows <- read.csv("relations.csv"); n <- nrow(actors)
cat("view,measure,actor,value\n")
say <- function(view, measure, values, ids = "") {
  told <- ifelse(is.na(values), "NaN", trimws(formatC(as.numeric(values), digits = 17, format = "g")))
  cat(sprintf("%s,%s,%s,%s\n", view, measure, ids, told), sep = "")
}
square <- function(name, directed) {
  d <- rows[rows$relation == name, ]; m <- matrix(0, n, n); m[cbind(d$source, d$target)] <- d$weight
  if (directed) m else pmax(m, t(m))
}
# 1 = the largest group, equal sizes by their first actor
numbered <- function(code) {
  groups <- unique(code); size <- sapply(groups, function(g) sum(code == g))
  match(code, groups[order(-size, match(groups, code))])
}
# Krackhardt's least upper bound by its definition, pair by pair: an upper bound that all
# upper bounds of the pair reach (sna::lubness takes one that reaches all of them)
lowest_bound <- function(m) {
  reach <- reachability(m) == 1; diag(reach) <- TRUE
  part <- component.dist(m, connected = "weak")$membership; missing <- 0; most <- 0
  for (k in unique(part)) {
    v <- which(part == k); if (length(v) < 3) next
    most <- most + (length(v) - 1) * (length(v) - 2) / 2
    for (i in v) for (j in v[v > i]) {
      bounds <- which(reach[, i] & reach[, j])
      found <- any(sapply(bounds, function(l) all(reach[bounds, l])))
      if (!found) missing <- missing + 1
    }
  }
  1 - missing / most
}
# the best core of all 2^n by cor(), and all cores that reach it
cores <- function(w, directed, between) {
  cells <- if (directed) row(w) != col(w) else upper.tri(w)
  sets <- as.matrix(expand.grid(rep(list(c(FALSE, TRUE)), n)))
  fit <- apply(sets, 1, function(core) {
    inside <- outer(core, core, "&"); outside <- outer(!core, !core, "&")
    ideal <- if (between) !outside else inside
    asked <- if (between) cells else cells & (inside | outside)
    if (sum(asked) < 2 || length(unique(ideal[asked])) < 2 || length(unique(w[asked])) < 2) return(-Inf)
    cor(w[asked], ideal[asked] * 1)
  })
  list(fit = max(fit), sets = sets[fit > max(fit) - 1e-10, , drop = FALSE])
}
# the best coreness of 120 starts of optim(), polished: least squares, or correlation
coreness <- function(w, directed, criterion) {
  cells <- if (directed) row(w) != col(w) else upper.tri(w); y <- w[cells]
  misfit <- function(x) {
    c <- exp(x - max(x)); p <- outer(c, c)[cells]
    r <- if (criterion == "correlation") suppressWarnings(-cor(y, p)) else sum((y - p * sum(y * p) / sum(p^2))^2)
    if (is.finite(r)) r else if (criterion == "correlation") 0 else sum(y^2)
  }
  set.seed(1); best <- list(value = Inf)
  for (k in 1:120) { o <- optim(rnorm(n, sd = if (k %% 2) 1.5 else 0.02), misfit, method = "BFGS", control = list(maxit = 300)); if (o$value < best$value) best <- o }
  for (k in 1:10) best <- optim(best$par, misfit, method = if (k %% 2) "Nelder-Mead" else "BFGS", control = list(maxit = 5000, reltol = 1e-15))
  c <- exp(best$par - max(best$par)); list(fit = cor(y, outer(c, c)[cells]), c = c)
}
# the largest modularity over all partitions of the actors (restricted growth strings)
largest <- function(g, directed, weights) {
  best <- -Inf; code <- rep(1, n)
  step <- function(i, used) {
    if (i > n) { best <<- max(best, igraph::modularity(g, code, weights = weights, directed = directed)); return(invisible()) }
    for (k in seq_len(used + 1)) { code[i] <<- k; step(i + 1, max(used, k)) }
  }
  step(2, 1); best
}

both <- function(view, w, directed) {
  mode <- if (directed) "digraph" else "graph"; way <- if (directed) "directed" else "undirected"
  m <- (w != 0) * 1; g <- graph_from_adjacency_matrix(m, way); gw <- graph_from_adjacency_matrix(w, way, weighted = TRUE)
  one <- function(measure, value) say(view, measure, value)
  one("transitivity", gtrans(m, mode = mode)); one("transitivity strong", gtrans(m, mode = mode, measure = "strong"))
  one("reciprocity dyadic", grecip(m)); one("reciprocity tied", grecip(m, measure = "dyadic.nonnull"))
  one("connectedness", sna::connectedness(m)); one("krackhardt_hierarchy", sna::hierarchy(m, measure = "krackhardt")); one("krackhardt_efficiency", sna::efficiency(m))
  one("lubness", sna::lubness(m)); one("lubness reversed", sna::lubness(t(m))); one("lubness lowest", lowest_bound(m)); one("lubness lowest reversed", lowest_bound(t(m)))
  reach <- reachability(m); diag(reach) <- 0
  one("fragmentation", 1 - sum(reach) / (n * (n - 1))); one("compactness", global_efficiency(g, directed = directed))
  for (kind in c("weak", "strong")) say(view, paste("components", kind), numbered(igraph::components(g, kind)$membership), actors$id)
  if (all(reach + diag(n) > 0)) { # igraph averages over the reachable otherwise
    one("centralization closeness", centr_clo(g, mode = "out")$centralization)
    one("centralization closeness reversed", centr_clo(g, mode = "in")$centralization)
  }
  for (by in c("sector", "level")) {
    group <- as.integer(factor(actors[[by]]))
    one(paste("modularity unweighted", by), igraph::modularity(g, group, directed = directed))
    one(paste("modularity weighted", by), igraph::modularity(gw, group, weights = E(gw)$weight, directed = directed))
    one(paste("assortativity", by), assortativity_nominal(g, group, directed = directed))
  }
  for (by in c("budget", "staff", "formalization")) one(paste("assortativity", by), assortativity(g, actors[[by]], directed = directed))
  for (strength in c("unweighted", "weighted")) {
    ties <- if (strength == "weighted") w else m
    for (between in c("tied", "ignored")) {
      found <- cores(ties, directed, between == "tied"); call <- paste("core_periphery", between, strength)
      one(paste(call, "fit"), found$fit); one(paste(call, "n_equal"), nrow(found$sets))
      if (nrow(found$sets) == 1) say(view, paste(call, "core"), found$sets[1, ], actors$id)
    }
    found <- coreness(ties, directed, "least_squares"); call <- paste("core_periphery continuous", strength)
    one(paste(call, "fit"), found$fit); say(view, paste(call, "coreness"), found$c, actors$id)
    one(paste("core_periphery correlation", strength, "fit"), coreness(ties, directed, "correlation")$fit)
    one(paste("communities", strength), if (strength == "weighted") largest(gw, directed, E(gw)$weight) else largest(g, directed, NULL))
  }
}
W <- square("collaboration", TRUE)
both("collaboration", W, TRUE); both("collaboration_ge3", W * (W >= 3), TRUE); both("trust", square("trust", TRUE), TRUE)
both("formal_agreement", square("formal_agreement", FALSE), FALSE); both("collaboration_max", pmax(W, t(W)), FALSE)
code <- function(name) as.integer(factor(actors[[name]]))
for (pair in list(c("sector", "level"), c("sector", "formalization"), c("level", "formalization"))) {
  a <- code(pair[1]); b <- code(pair[2])
  say("actors", paste("partition_agreement adjusted_rand", pair[1], pair[2]), compare(a, b, "adjusted.rand"))
  say("actors", paste("partition_agreement normalised_mutual_information", pair[1], pair[2]), compare(a, b, "nmi"))
}
