# Regressions of dyads under relabellings drawn here: t of every term by lm() on the
# dyads observed in the data and in the relabelled column, for four ways to relabel.
# Run from this folder: Rscript mrqap.R   (writes mrqap.json)
suppressMessages(library(jsonlite))

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
same <- function(v) outer(v, v, "==") * 1
trust <- square("trust")
lived <- square("collaboration")
formal <- square("formal_agreement", FALSE)
sector <- same(actors$sector)
receiver <- matrix(log(actors$budget), n, n, byrow = TRUE)
gap <- abs(outer(log(actors$budget), log(actors$budget), "-"))
silent <- trust                     # actor 3 did not answer
silent[3, ] <- NA
holes <- silent                     # and five more cells are unknown, four of a predictor
holes[cbind(c(1, 1, 5, 7, 8), c(2, 6, 4, 5, 1))] <- NA
lived_holes <- lived
lived_holes[cbind(c(2, 4, 6, 6), c(1, 7, 2, 8))] <- NA

cases <- list(
  trust = list(sites = list(list(y = trust, x = list(lived, sector, receiver, formal))),
    directed = TRUE, common = FALSE),
  formal = list(sites = list(list(y = formal, x = list(sector, gap))),
    directed = FALSE, common = FALSE),
  holes = list(sites = list(list(y = holes, x = list(lived_holes, receiver))),
    directed = TRUE, common = FALSE),
  sites = list(sites = list(list(y = trust, x = list(lived, receiver)),
      list(y = holes, x = list(lived_holes + sector, t(receiver)))),
    directed = TRUE, common = FALSE),
  roles = list(sites = list(list(y = trust, x = list(lived, receiver)),
      list(y = lived, x = list(trust + sector, t(receiver)))),
    directed = TRUE, common = TRUE))

set.seed(9)
draws <- 60
relabel <- function(groups) t(replicate(draws, groups()))
whole <- function() sample.int(n)
quiet <- function() { p <- seq_len(n); p[-3] <- sample(p[-3]); p }  # 3 stays

long <- function(sites, directed) {
  parts <- lapply(seq_along(sites), function(g) {
    s <- sites[[g]]
    cells <- if (directed) which(row(s$y) != col(s$y)) else which(lower.tri(s$y))
    data.frame(site = g, cell = cells, y = s$y[cells], x = sapply(s$x, function(m) m[cells]))
  })
  d <- do.call(rbind, parts)
  d[complete.cases(d), ]
}
means <- function(d) if (length(unique(d$site)) > 1) model.matrix(~ factor(site), d) else rep(1, nrow(d))

moved <- function(column, d, p, directed) {
  out <- rep(NA, nrow(d))
  for (g in unique(d$site)) {
    at <- d$site == g
    m <- matrix(NA, n, n)
    m[d$cell[at]] <- column[at]
    if (!directed) m[upper.tri(m)] <- t(m)[upper.tri(m)]
    out[at] <- m[p[[g]], p[[g]]][d$cell[at]]
  }
  out
}
t_of <- function(y, term, others) {
  ok <- !is.na(y) & !is.na(term)
  fit <- lm(y[ok] ~ 0 + term[ok] + others[ok, , drop = FALSE])
  summary(fit)$coefficients[1, 3]
}

statistics <- function(case, method, p) {
  d <- long(case$sites, case$directed)
  x <- as.matrix(d[, grepl("^x", names(d)), drop = FALSE])
  base <- as.matrix(means(d))
  sapply(seq_len(ncol(x)), function(k) {
    others <- cbind(base, x[, -k, drop = FALSE])
    source <- switch(method, dsp = residuals(lm(x[, k] ~ 0 + others)), x = x[, k],
      freedman_lane = residuals(lm(d$y ~ 0 + others)), y = d$y)
    if (method == "x") source <- residuals(lm(source ~ 0 + base))
    if (method == "y") source <- residuals(lm(source ~ 0 + base))
    m <- moved(source, d, p, case$directed)
    if (method %in% c("dsp", "x")) t_of(d$y, m, others) else t_of(m, x[, k], others)
  })
}

results <- lapply(cases, function(case) {
  quiet_there <- sapply(case$sites, function(s) any(rowSums(!is.na(s$y)) == 0))
  size <- if (case$common) 1 else length(case$sites)
  permutations <- lapply(seq_len(size), function(g) relabel(if (quiet_there[g]) quiet else whole))
  at <- function(b) lapply(seq_along(case$sites), function(g) permutations[[min(g, size)]][b, ])
  own <- lapply(seq_along(case$sites), function(g) seq_len(n))
  sites <- lapply(case$sites, function(s) list(y = `diag<-`(s$y, NA), x = s$x))
  case$sites <- sites
  methods <- c("dsp", "freedman_lane", "y", "x")
  list(directed = case$directed, common = case$common, sites = sites,
    permutations = lapply(permutations, function(p) p - 1),
    observed = statistics(case, "dsp", own),
    statistics = setNames(lapply(methods, function(method)
      t(sapply(seq_len(draws), function(b) statistics(case, method, at(b))))), methods))
})

# Ties or none, and counts: the signed root of Rao's score statistic of the moved column.
rao <- function(d, family) {
  x <- as.matrix(d[, grepl("^x", names(d)), drop = FALSE])
  function(p, directed) sapply(seq_len(ncol(x)), function(k) {
    others <- cbind(as.matrix(means(d)), x[, -k, drop = FALSE])
    m <- moved(residuals(lm(x[, k] ~ 0 + others)), d, p, directed)
    ok <- !is.na(m)
    y <- d$y[ok]; z <- others[ok, , drop = FALSE]; m <- m[ok]
    tight <- glm.control(epsilon = 1e-30, maxit = 60)
    without <- glm(y ~ 0 + z, family = family, control = tight)
    with <- glm(y ~ 0 + z + m, family = family, control = tight)
    sign(sum((y - fitted(without)) * m)) * sqrt(anova(without, with, test = "Rao")$Rao[2])
  })
}
scores <- function(case, family, p, directed) {
  d <- long(case$sites, case$directed)
  if (family == "binomial") d$y <- (d$y >= 4) * 1
  x <- as.matrix(d[, grepl("^x", names(d)), drop = FALSE])
  full <- glm(d$y ~ 0 + as.matrix(means(d)) + x, family = family,
    control = glm.control(epsilon = 1e-30, maxit = 60))
  rows <- tail(summary(full)$coefficients, ncol(x))
  draws <- length(p)
  list(estimate = unname(rows[, 1]), se = unname(rows[, 2]),
    statistics = t(sapply(seq_len(draws), function(b) rao(d, family)(p[[b]], case$directed))))
}
own <- lapply(1:2, function(g) seq_len(n))
glms <- lapply(c(trust = "trust", holes = "holes", sites = "sites"), function(name) {
  case <- cases[[name]]
  case$sites <- lapply(case$sites, function(s) list(y = `diag<-`(s$y, NA), x = s$x))
  drawn <- results[[name]]$permutations
  p <- lapply(seq_len(20), function(b) lapply(seq_along(case$sites), function(g) drawn[[g]][b, ] + 1))
  lapply(c(logistic = "binomial", poisson = "poisson"), function(family)
    c(scores(case, family, c(list(own), p), case$directed)))
})
library(MASS)
ordered_fit <- function(name) {
  d <- long(lapply(cases[[name]]$sites, function(s) list(y = `diag<-`(s$y, NA), x = s$x)), TRUE)
  fit <- polr(factor(d$y) ~ ., data = d[, grepl("^x", names(d)), drop = FALSE], control = list(reltol = 1e-14, maxit = 1000))
  list(estimate = unname(coef(fit)), loglik = as.numeric(logLik(fit)))
}

writeLines(toJSON(list(
  meta = list(r = R.version.string, mass = as.character(packageVersion("MASS")), date = format(Sys.Date()), seed = 9,
    call = "lm() on the dyads observed in the data and in the relabelled column; each site has its own mean",
    permutations = "one list per site, or one for all; rows of places counted from 0: p[i] is who takes the place of i"),
  results = results, glms = glms, ordinal = list(trust = ordered_fit("trust"), holes = ordered_fit("holes"))), auto_unbox = TRUE, digits = NA, na = "null"), "mrqap.json")
