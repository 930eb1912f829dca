# Structural holes and brokerage roles of synthetic8 from R, for tests/measures/test_measures_against_r.py.
# Run inside this folder: Rscript brokerage.R > brokerage.csv
# sna 2.7.1 counts brokers and gives their mean and sd under random ties; it takes an undirected network for a directed one
# that happens to be symmetric. Installed packages have no effective size, efficiency and hierarchy: written out from Burt (1992), actor by actor; igraph's constraint is the check that the shares are right.
suppressMessages({library(sna); library(igraph)})
actors <- read.csv("actors.csv"); rows <- read.csv("relations.csv"); n <- nrow(actors)
cat("view,measure,actor,value\n")
say <- function(view, measure, values) cat(sprintf("%s,%s,%s,%s\n", view, measure, actors$id, ifelse(is.na(values), "NaN", trimws(formatC(values, digits = 17, format = "g")))), sep = "")
square <- function(name) { d <- rows[rows$relation == name, ]; m <- matrix(0, n, n); m[cbind(d$source, d$target)] <- d$weight; m }
holes <- function(w, i) {
  z <- w + t(w); others <- which(z[i, ] > 0); k <- length(others)
  if (k == 0) return(c(NaN, NaN, NaN, NaN))
  p <- function(a, b) z[a, b] / sum(z[a, ]); redundant <- 0; parts <- numeric(0)
  for (j in others) {
    detour <- p(i, j)
    for (q in setdiff(others, j)) { redundant <- redundant + p(i, q) * z[j, q] / max(z[j, ]); detour <- detour + p(i, q) * p(q, j) }
    parts <- c(parts, detour^2)
  }
  r <- parts / mean(parts)
  c(k - redundant, (k - redundant) / k, if (k > 1) sum(r * log(r)) / (k * log(k)) else NaN, sum(parts))
}
roles <- c(coordinator = "w_I", itinerant = "w_O", gatekeeper = "b_OI", representative = "b_IO", liaison = "b_O", total = "t")
both <- function(view, w, directed) {
  for (weighted in c("", " weighted")) {
    x <- if (weighted == "") (w != 0) * 1 else w
    h <- sapply(seq_len(n), function(i) holes(x, i))
    g <- graph_from_adjacency_matrix(x, if (directed) "directed" else "undirected", weighted = TRUE)
    stopifnot(all.equal(h[4, ], igraph::constraint(g)))
    for (k in 1:3) say(view, paste0(c("effective_size", "efficiency", "hierarchy")[k], weighted), h[k, ])
  }
  for (by in c("sector", "level")) {
    b <- sna::brokerage((w != 0) * 1, actors[[by]])
    for (role in names(roles)) {
      say(view, paste("brokerage", role, by), b$raw.nli[, roles[[role]]])
      say(view, paste("brokerage_test expected", role, by), b$exp.nli[, roles[[role]]])
      say(view, paste("brokerage_test sd", role, by), b$sd.nli[, roles[[role]]])
      say(view, paste("brokerage_test z", role, by), b$z.nli[, roles[[role]]])
    }
  }
}
W <- square("collaboration"); A <- square("formal_agreement")
both("collaboration", W, TRUE); both("trust", square("trust"), TRUE); both("formal_agreement", pmax(A, t(A)), FALSE)
