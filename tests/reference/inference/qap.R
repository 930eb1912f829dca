# QAP correlations for relabellings drawn here, so that another program can be held to
# the same numbers: the statistic under each relabelling, and the counts behind p.
# Run from this folder: Rscript qap.R   (writes qap.json)
suppressMessages({library(sna); library(jsonlite)})

actors <- read.csv("synthetic8/actors.csv")
relations <- read.csv("synthetic8/relations.csv")
n <- nrow(actors)
square <- function(name, directed = TRUE) {
  rows <- relations[relations$relation == name, ]
  m <- matrix(0, n, n)
  m[cbind(rows$source, rows$target)] <- rows$weight
  if (!directed) m <- pmax(m, t(m))
  m
}
plain <- function(file) as.matrix(read.csv(file, header = FALSE))
same <- function(v) { m <- outer(v, v, "==") * 1; diag(m) <- 0; m }

trust <- square("trust")
gaps <- trust                       # actor 3 did not answer, five more cells are unknown
gaps[3, ] <- NA
gaps[cbind(c(1, 1, 5, 7, 8), c(2, 6, 4, 5, 1))] <- NA
holes <- square("collaboration")
holes[cbind(c(2, 4, 6, 6), c(1, 7, 2, 8))] <- NA

cases <- list(
  trust_collaboration = list(y = trust, x = square("collaboration"), mode = "digraph"),
  trust_same_sector = list(y = trust, x = same(actors$sector), mode = "digraph"),
  formal_budget = list(y = square("formal_agreement", FALSE),
    x = abs(outer(log(actors$budget), log(actors$budget), "-")), mode = "graph"),
  ties_star = list(y = plain("exact_ties/y.csv"), x = plain("exact_ties/lead_star.csv"),
    mode = "digraph"),
  gaps_same_sector = list(y = gaps, x = same(actors$sector), mode = "digraph"),
  gaps_holes = list(y = gaps, x = holes, mode = "digraph"))

set.seed(8)
draws <- 400
permutations <- t(replicate(draws, sample.int(n)))

one <- function(y, x, mode) {
  diag(y) <- NA
  diag(x) <- NA
  if (!anyNA(y[row(y) != col(y)]) && !anyNA(x[row(x) != col(x)])) {
    diag(y) <- 0
    diag(x) <- 0
    return(gcor(y, x, mode = mode))
  }
  cells <- if (mode == "graph") lower.tri(y) else row(y) != col(y)
  cor(y[cells], x[cells], use = "complete.obs")
}

results <- lapply(cases, function(case) {
  r0 <- one(case$y, case$x, case$mode)
  r <- apply(permutations, 1, function(p) one(case$y, case$x[p, p], case$mode))
  slack <- 1e-10 * max(1, abs(r0))
  list(mode = case$mode, y = case$y, x = case$x, r = r0, statistics = r,
    at_least = sum(r >= r0 - slack), at_most = sum(r <= r0 + slack),
    as_extreme = sum(abs(r) >= abs(r0) - slack))
})

writeLines(toJSON(list(
  meta = list(r = R.version.string, sna = as.character(packageVersion("sna")),
    date = format(Sys.Date()), seed = 8,
    call = "sna::gcor(y, x[p, p]) where complete, else cor(use = \"complete.obs\")",
    permutations = "rows of places counted from 0: p[i] is who takes the place of i"),
  permutations = permutations - 1, results = results),
  auto_unbox = TRUE, digits = NA, na = "null"), "qap.json")
