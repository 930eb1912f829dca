# Invented ratings of partners in twelve sites, and what R says about them: linear mixed
# models, cluster-robust variances, the wild cluster bootstrap and permutations of sites
# over all signs and orders. Run from this folder: Rscript few_sites.R
# (writes few_sites.csv and few_sites.json; takes about a minute)
suppressMessages({library(jsonlite); library(lme4); library(lmerTest); library(clubSandwich); library(sandwich)})

# ---- data: 12 sites, 5 functions each, 1 to 4 respondents per function
set.seed(2718)
sites <- c("nordvik", "klintby", "birkesoe", "aasdal", "fjordby", "granlund",
           "hedeby", "isvik", "kystby", "lindaas", "moerk", "oestby")
functions <- c("authority", "provider", "school", "jobcentre", "psychology")
people <- do.call(rbind, lapply(sites, function(s) do.call(rbind, lapply(functions, function(f)
  data.frame(site = s, sender = f, respondent = paste(s, f, seq_len(sample(1:4, 1))))))))
rows <- merge(people, data.frame(receiver = functions))
rows <- rows[rows$sender != rows$receiver, ]
rows <- rows[runif(nrow(rows)) > .12, ]           # not everybody rates everybody
rows <- rows[order(rows$site, rows$respondent, rows$receiver), ]
drawn <- function(f, sd) { f <- factor(f); rnorm(nlevels(f), 0, sd)[as.integer(f)] }
dyad <- with(rows, paste(site, sender, receiver))
per_site <- function(v) setNames(v, sites)[rows$site]
rows$structure <- unname(per_site(round(runif(12, 1, 5), 1)))
rows$reform <- unname(per_site(rep(c(0, 1), c(7, 5))))
rows$contact <- round(drawn(dyad, 1) + rnorm(nrow(rows), 0, .4) + per_site(rnorm(12, 0, .5)), 2)
rows$years <- round(exp(drawn(rows$respondent, .8)) * 4, 1)
rows$capacity <- round(3 + .3 * rows$contact + .15 * rows$structure + drawn(rows$site, .35) +
  drawn(paste(rows$site, rows$sender), .4) + drawn(paste(rows$site, rows$receiver), .35) +
  drawn(paste(rows$sender, rows$receiver), .3) + drawn(dyad, .25) +
  drawn(rows$respondent, .5) + rnorm(nrow(rows), 0, .6), 2)
noise <- rnorm(nrow(rows))
rows$flat <- round(2 + .2 * rows$contact + noise - ave(noise, rows$site), 2)   # sites alike
write.csv(rows, "few_sites.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("few_sites.csv")
at <- function(...) interaction(..., drop = TRUE)
d$unit <- at(d$site, d$sender); d$partner <- at(d$site, d$receiver)
d$pair <- at(d$sender, d$receiver); d$dyad <- at(d$site, d$sender, d$receiver)

# ---- mixed models: the best of three optimisers
values <- list()
controls <- list(
  lmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 2e5, rhoend = 1e-10)),
  lmerControl(optimizer = "Nelder_Mead", optCtrl = list(maxfun = 2e5, FtolAbs = 1e-12, XtolRel = 1e-12)),
  lmerControl(optimizer = "nlminbwrap", optCtrl = list(eval.max = 5000, iter.max = 5000, rel.tol = 1e-14, x.tol = 1e-12)))
mixed <- function(formula) {
  fits <- suppressMessages(suppressWarnings(lapply(controls, function(ct) lmerTest::lmer(as.formula(formula), d, control = ct))))
  best <- fits[[which.max(sapply(fits, function(m) as.numeric(logLik(m))))]]
  s <- coef(summary(best)); v <- as.data.frame(VarCorr(best))
  list(call = paste0("lmerTest::lmer(", formula, ")"), term = rownames(s), estimate = s[, "Estimate"],
    se = s[, "Std. Error"], df = s[, "df"], p = s[, "Pr(>|t|)"], group = v$grp, variance = v$vcov,
    loglik = as.numeric(logLik(best)), singular = isSingular(best, tol = 1e-4))
}
values$mixed <- list(
  site = mixed("capacity ~ contact + structure + (1 | site)"),
  units = mixed("capacity ~ contact + reform + years + (1 | site) + (1 | unit) + (1 | partner)"),
  all = mixed("capacity ~ contact + structure + (1 | site) + (1 | unit) + (1 | partner) + (1 | pair) + (1 | dyad) + (1 | respondent)"),
  people = mixed("capacity ~ contact + (1 | respondent) + (1 | receiver)"),
  none = mixed("capacity ~ 1 + (1 | site) + (1 | respondent)"),
  singular = mixed("flat ~ contact + structure + (1 | site)"))

# ---- cluster-robust variances
robust <- function(formula) {
  m <- lm(as.formula(formula), d)
  one <- function(kind) {
    t <- coef_test(m, vcov = vcovCR(m, cluster = d$site, type = kind), test = "Satterthwaite")
    list(se = t$SE, df = t$df_Satt, p = t$p_Satt)
  }
  kinds <- c("CR0", "CR1", "CR1S", "CR2")
  c(list(call = paste0("lm(", formula, "), clubSandwich::coef_test by site"), term = names(coef(m)),
    estimate = unname(coef(m))), setNames(lapply(kinds, one), kinds))
}
values$robust <- list(
  both = robust("capacity ~ contact + structure"),
  reform = robust("capacity ~ reform + years"),
  sender = robust("capacity ~ contact + sender"),
  within = robust("capacity ~ contact + years + site"))

# ---- eight sites: every sign of the restricted wild cluster bootstrap, refitted
few <- d[d$site %in% sites[4:11], ]
signs <- as.matrix(expand.grid(rep(list(c(1, -1)), 8)))
t_of <- function(y, formula, term) {
  few$y <- y
  m <- lm(as.formula(formula), few)
  unname(coef(m)[term] / sqrt(diag(vcovCL(m, cluster = few$site, type = "HC1")))[term])
}
wild <- function(full, null, term) {
  m0 <- lm(as.formula(null), few)
  of <- match(few$site, sites[4:11])
  t0 <- t_of(few$capacity, full, term)
  ts <- apply(signs, 1, function(v) t_of(fitted(m0) + v[of] * resid(m0), full, term))
  reach <- 1e-9 * max(1, abs(t0))
  list(call = paste0("lm(", full, ") under ", null, ", 2^8 signs, t by sandwich::vcovCL HC1"),
    t = t0, p = mean(abs(ts) >= abs(t0) - reach), greater = mean(ts >= t0 - reach),
    sorted = sort(ts))
}
values$wild <- list(
  contact = wild("y ~ contact + structure", "capacity ~ structure", "contact"),
  structure = wild("y ~ contact + structure", "capacity ~ contact", "structure"),
  reform = wild("y ~ reform", "capacity ~ 1", "reform"))

# ---- eight sites: every order of the sites' means
means <- aggregate(cbind(capacity, structure, reform, contact) ~ site, few, mean)
orders <- function(n) if (n == 1) matrix(1) else {
  rest <- orders(n - 1)
  do.call(rbind, lapply(1:n, function(k) cbind(k, ifelse(rest >= k, rest + 1, rest))))
}
every <- orders(8)
permuted <- function(x, covariate = NULL) {
  y <- means$capacity; n <- length(y)
  z <- cbind(rep(1, n), covariate)
  e <- lm.fit(z, y)$residuals
  t_at <- function(e) {
    m <- lm.fit(cbind(x, z), e); s <- sum(m$residuals^2) / (n - ncol(z) - 1)
    unname(m$coefficients[1] / sqrt(s * solve(crossprod(cbind(x, z)))[1, 1]))
  }
  t0 <- t_at(y)
  ts <- apply(every, 1, function(o) t_at(e[o]))
  reach <- 1e-9 * max(1, abs(t0))
  list(t = t0, p = mean(abs(ts) >= abs(t0) - reach), greater = mean(ts >= t0 - reach))
}
values$permuted <- list(structure = permuted(means$structure), reform = permuted(means$reform),
  structure_given_contact = permuted(means$structure, means$contact))

summary_of <- function(formula) {
  m <- lm(as.formula(formula), aggregate(cbind(capacity, structure, reform, contact) ~ site, d, mean))
  s <- coef(summary(m))
  list(call = paste0("lm(", formula, ") on site means"), estimate = s[, 1], se = s[, 2], p = s[, 4], df = m$df.residual,
    low = confint(m)[, 1], high = confint(m)[, 2], r_squared = summary(m)$r.squared)
}
values$means <- list(one = summary_of("capacity ~ structure"), three = summary_of("capacity ~ structure + reform + contact"))

packages <- c("lme4", "lmerTest", "clubSandwich", "sandwich")
meta <- list(r = R.version.string, date = format(Sys.Date()),
  packages = paste(packages, sapply(packages, function(p) as.character(packageVersion(p)))))
write(toJSON(list(meta = meta, values = values), digits = 15, auto_unbox = TRUE, pretty = TRUE), "few_sites.json")
