# Invented answers in fourteen sites whose slopes differ, and what lme4, lmerTest and nlme
# say about them. Run from this folder: Rscript slopes.R
# (writes slopes.csv and slopes.json; takes some seconds)
suppressMessages({library(jsonlite); library(lme4); library(lmerTest); library(nlme)})

# ---- data: 14 sites of 7 to 16 rows
set.seed(1618)
sites <- c("nordvik", "klintby", "birkesoe", "aasdal", "fjordby", "granlund", "hedeby",
           "isvik", "kystby", "lindaas", "moerk", "oestby", "pileby", "rosenvik")
site <- rep(sites, sample(7:16, 14, replace = TRUE))
n <- length(site)
of <- match(site, sites)
d <- data.frame(site, reform = rep(c(0, 1), 7)[of])
d$contact <- round(4 + rnorm(14, 0, .8)[of] + rnorm(n, 0, 1.2), 2)
d$years <- round(exp(rnorm(n, 1.5, .6)), 1)
d$change <- round(d$contact * d$reform, 2)
level <- rnorm(14, 0, .5); slope <- -.4 * level + rnorm(14, 0, .35); other <- rnorm(14, 0, .12)
d$trust <- round(2 + level[of] + (.3 + slope[of]) * (d$contact - 4) + (.05 + other[of]) * d$years + rnorm(n, 0, .7), 2)
d$calm <- round(3 + level[of] + .3 * (d$contact - 4) + rnorm(n, 0, .9), 2)      # one slope for all
noise <- rnorm(n)
d$flat <- round(2 + .2 * d$contact + resid(lm(noise ~ factor(site) * d$contact)), 2)  # and one level
write.csv(d, "slopes.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("slopes.csv")

# ---- the best of three optimisers
controls <- list(
  lmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 2e5, rhoend = 1e-10)),
  lmerControl(optimizer = "Nelder_Mead", optCtrl = list(maxfun = 2e5, FtolAbs = 1e-12, XtolRel = 1e-12)),
  lmerControl(optimizer = "nlminbwrap", optCtrl = list(eval.max = 5000, iter.max = 5000, rel.tol = 1e-14, x.tol = 1e-12)))
mixed <- function(formula) {
  fits <- suppressMessages(suppressWarnings(lapply(controls, function(ct) lmerTest::lmer(as.formula(formula), d, control = ct))))
  best <- fits[[which.max(sapply(fits, function(m) as.numeric(logLik(m))))]]
  s <- coef(summary(best)); v <- as.data.frame(VarCorr(best))
  list(call = paste0("lmerTest::lmer(", formula, ")"), term = rownames(s), estimate = s[, "Estimate"],
    se = s[, "Std. Error"], df = s[, "df"], p = s[, "Pr(>|t|)"], var1 = v$var1, var2 = v$var2, vcov = v$vcov,
    loglik = as.numeric(logLik(best)), by_optimiser = sapply(fits, function(m) as.numeric(logLik(m))),
    singular = isSingular(best, tol = 1e-4))
}
values <- list(
  one = mixed("trust ~ contact + years + (contact | site)"),
  two = mixed("trust ~ contact + years + (contact + years | site)"),
  product = mixed("trust ~ contact + reform + change + (contact | site)"),
  calm = mixed("calm ~ contact + (contact | site)"),
  flat = mixed("flat ~ contact + (contact | site)"),
  level = mixed("flat ~ contact + (1 | site)"))

# ---- another program, the first model
m <- lme(trust ~ contact + years, d, random = ~ contact | site,
         control = lmeControl(opt = "optim", msTol = 1e-12, reltol = 1e-14))
values$nlme <- list(call = "nlme::lme(trust ~ contact + years, random = ~ contact | site)",
  estimate = unname(fixef(m)), se = unname(sqrt(diag(vcov(m)))), loglik = as.numeric(logLik(m)))

# ---- the likelihood at a stated L, from lme4's own deviance function
f <- lFormula(trust ~ contact + years + (contact | site), d)
deviance <- do.call(mkLmerDevfun, f)
at <- list(c(.8, -.1, .3), c(.5, 0, 0), c(2, -.4, 0), c(0, 0, .4))
values$deviance <- list(call = "lme4::mkLmerDevfun at theta", theta = at, loglik = sapply(at, function(t) -deviance(t) / 2))

packages <- c("lme4", "lmerTest", "nlme")
meta <- list(r = R.version.string, date = format(Sys.Date()),
  packages = paste(packages, sapply(packages, function(p) as.character(packageVersion(p)))))
write(toJSON(list(meta = meta, values = values), digits = 15, auto_unbox = TRUE, pretty = TRUE), "slopes.json")
