# Reliability, agreement, intraclass correlation and coder agreement of invented data,
# so that another program can be held to the same numbers.
# Run from this folder: Rscript expected.R   (writes expected.json and groups.csv)
suppressMessages({library(psych); library(multilevel); library(jsonlite)})
options(digits = 15)

survey <- read.csv("survey.csv", na.strings = "")
lead <- survey[, paste0("lead", 1:4)]
rc <- survey[, paste0("rc", 1:6)]
unkeyed <- rc                       # one item worded the other way
unkeyed$rc3 <- 6 - unkeyed$rc3
scales <- list(lead = lead, rc = rc, unkeyed = unkeyed)

omega_ml <- function(x) {           # factanal, with its stopping rule tightened
  f <- factanal(covmat = cov(x), factors = 1, n.obs = nrow(x), rotation = "none",
    control = list(opt = list(factr = 1, pgtol = 0, maxit = 10000)))
  l <- as.vector(f$loadings)
  list(loadings = l * sign(l[1]), omega = sum(l)^2 / (sum(l)^2 + sum(1 - l^2)))
}
one_scale <- function(x) {
  complete <- x[complete.cases(x), ]
  a <- suppressWarnings(psych::alpha(x, check.keys = FALSE))
  listwise <- suppressWarnings(psych::alpha(complete, check.keys = FALSE))
  ci <- psych::alpha.ci(listwise$total$raw_alpha, n.obs = nrow(complete),
    n.var = ncol(x))
  rest <- multilevel::item.total(complete)
  list(
    pairwise = list(alpha = a$total$raw_alpha, alpha_standardised = a$total$std.alpha,
      n = a$item.stats$n, mean = a$item.stats$mean, sd = a$item.stats$sd,
      item_rest = a$item.stats$r.drop, alpha_if_dropped = a$alpha.drop$raw_alpha),
    listwise = list(alpha = multilevel::cronbach(complete)$Alpha, n = nrow(complete),
      alpha_standardised = listwise$total$std.alpha,
      alpha_low = ci$lower.ci, alpha_high = ci$upper.ci,
      sem = sd(rowMeans(complete)) * sqrt(1 - multilevel::cronbach(complete)$Alpha),
      item_rest = rest$Item.Total, alpha_if_dropped = rest$Alpha.Without),
    omega = omega_ml(complete))
}

town <- survey$municipality
nulls <- c(uniform = 2, slight_skew = 1.34, normal = 1.04)
groups <- data.frame(group = sort(unique(town)))
put <- function(column, ids, values) {
  groups[[column]] <<- values[match(groups$group, ids)]
}
for (name in c("lead", "rc")) {
  x <- scales[[name]]
  for (null in names(nulls)) {
    w <- multilevel::rwg.j(x, town, nulls[[null]])
    put(paste(name, "rwg_j", null), w$grpid, w$rwg.j)
  }
  star <- multilevel::rwg.j.lindell(x, town, 2)
  put(paste(name, "r_star_wg"), star$grpid, star$rwg.lindell)
  for (around in c("mean", "median")) {
    ad <- multilevel::ad.m(x, town, type = around)
    put(paste(name, "ad", around), ad$grpid, ad$AD.M)
  }
}
single <- multilevel::rwg(survey$rc2, town, 2)
put("rc2 rwg", single$grpid, single$rwg)

ratio <- function(y, g) {
  keep <- !is.na(y)
  fit <- aov(y ~ factor(g), data.frame(y = y[keep], g = g[keep]))
  ms <- summary(fit)[[1]]
  list(ms_between = ms[1, 3], ms_within = ms[2, 3], df = ms[, 1], f = ms[1, 4],
    pvalue = ms[1, 5], icc1_mean_size = multilevel::ICC1(fit),
    icc2 = multilevel::ICC2(fit), n = sum(keep))
}
# Eight respondents from each of the towns that have them: equal groups.
complete_rc <- survey[complete.cases(rc), ]
equal <- do.call(rbind, lapply(split(complete_rc, complete_rc$municipality),
  function(d) if (nrow(d) >= 8) d[1:8, ]))
wide <- matrix(rowMeans(equal[, names(rc)]), ncol = 8, byrow = TRUE)
shrout <- psych::ICC(wide, lmer = FALSE)$results
icc <- list(
  rc = ratio(rowMeans(rc), town), rc1 = ratio(rc$rc1, town),
  noise = ratio((survey$respondent * 7) %% 11, town),
  equal = c(ratio(rowMeans(equal[, names(rc)]), equal$municipality),
    list(icc1_low = shrout[1, "lower bound"], icc1_high = shrout[1, "upper bound"],
      icc2_low = shrout[4, "lower bound"], icc2_high = shrout[4, "upper bound"])))

# (respondents nested in towns) x items: mean squares from aov with an error stratum.
long <- function(d) data.frame(y = as.vector(as.matrix(d[, names(rc)])),
  item = factor(rep(names(rc), each = nrow(d))),
  town = factor(rep(d$municipality, 6)), who = factor(rep(d$respondent, 6)))
squares <- function(d) {
  s <- summary(aov(y ~ town * item + Error(who), long(d)))
  between <- s[["Error: who"]][[1]]
  inside <- s[["Error: Within"]][[1]]
  pick <- function(table, row) table[trimws(rownames(table)) == row, "Mean Sq"]
  list(tie = pick(between, "town"), respondent = pick(between, "Residuals"),
    tie_item = pick(inside, "town:item"), residual = pick(inside, "Residuals"))
}

levels_of <- function(d) {          # towns stand in for people who answer often
  m <- aggregate(d[, names(rc)], list(d$municipality), mean)[, -1]
  w <- d[, names(rc)] - apply(d[, names(rc)], 2, function(v) ave(v, d$municipality))
  alpha <- function(C) ncol(C) / (ncol(C) - 1) * (1 - sum(diag(C)) / sum(C))
  list(between = multilevel::cronbach(m)$Alpha,
    within = alpha(crossprod(as.matrix(w)) / (nrow(d) - nrow(m))))
}

# Coders. Krippendorff's alpha from its definition, pair by pair (base R).
ratings <- read.csv("ratings.csv")[, -1]
words <- read.csv("words.csv")[, -1]
kappas <- function(a, b) {
  k <- suppressWarnings(psych::cohen.kappa(cbind(a, b)))
  list(unweighted = k$kappa, quadratic = k$weighted.kappa)
}
linear <- function(a, b) {
  keep <- !is.na(a) & !is.na(b)
  size <- length(unique(c(a[keep], b[keep])))
  w <- 1 - abs(outer(1:size, 1:size, "-")) / (size - 1)
  psych::cohen.kappa(cbind(a, b)[keep, ], w = w)$weighted.kappa
}
krippendorff <- function(x, level) {
  x <- as.matrix(x)
  units <- lapply(seq_len(nrow(x)), function(i) x[i, !is.na(x[i, ])])
  units <- units[lengths(units) > 1]
  all <- unlist(units)
  distance <- switch(level,
    nominal = function(a, b) (a != b) * 1,
    interval = function(a, b) (as.numeric(a) - as.numeric(b))^2,
    ratio = function(a, b) ((a - b) / (a + b))^2,
    ordinal = function(a, b) {
      mapply(function(p, q) {
        lo <- min(p, q); hi <- max(p, q)
        (sum(all >= lo & all <= hi) - (sum(all == lo) + sum(all == hi)) / 2)^2
      }, a, b)
    })
  observed <- sum(sapply(units, function(u) {
    pairs <- expand.grid(seq_along(u), seq_along(u))
    pairs <- pairs[pairs[, 1] != pairs[, 2], ]
    sum(distance(u[pairs[, 1]], u[pairs[, 2]])) / (length(u) - 1)
  })) / length(all)
  pairs <- expand.grid(seq_along(all), seq_along(all))
  pairs <- pairs[pairs[, 1] != pairs[, 2], ]
  expected <- sum(distance(all[pairs[, 1]], all[pairs[, 2]])) /
    (length(all) * (length(all) - 1))
  list(alpha = 1 - observed / expected, n_pairable = length(all))
}
fleiss <- function(x, exact = FALSE) {
  x <- as.matrix(na.omit(x)); m <- ncol(x); cats <- sort(unique(as.vector(x)))
  n <- t(apply(x, 1, function(row) table(factor(row, cats))))
  agree <- mean(rowSums(n * (n - 1)) / (m * (m - 1)))
  if (!exact) chance <- sum((colSums(n) / sum(n))^2) else {
    p <- apply(x, 2, function(col) table(factor(col, cats)) / nrow(x))
    chance <- mean(combn(m, 2, function(ij) sum(p[, ij[1]] * p[, ij[2]])))
  }
  (agree - chance) / (1 - chance)
}
coders <- list(
  ratings = c(kappas(ratings$coder1, ratings$coder2),
    list(linear = linear(ratings$coder1, ratings$coder2), fleiss = fleiss(ratings),
      conger = fleiss(ratings, TRUE))),
  words = c(kappas(words$coder1, words$coder2), list(fleiss = fleiss(words),
    conger = fleiss(words, TRUE), nominal = krippendorff(words, "nominal"))),
  krippendorff = sapply(c("nominal", "ordinal", "interval", "ratio"),
    function(level) krippendorff(ratings, level), simplify = FALSE))

meta <- list(date = format(Sys.Date()), r = R.version.string,
  psych = as.character(packageVersion("psych")),
  multilevel = as.character(packageVersion("multilevel")))
writeLines(toJSON(list(meta = meta, reliability = lapply(scales, one_scale), icc = icc,
  equal_rows = equal$respondent, squares = list(equal = squares(equal),
    all = squares(complete_rc)), levels = levels_of(complete_rc), coders = coders),
  auto_unbox = TRUE, digits = NA, pretty = TRUE), "expected.json")
write.csv(format(groups, digits = 15, trim = TRUE), "groups.csv", row.names = FALSE,
  quote = FALSE)
