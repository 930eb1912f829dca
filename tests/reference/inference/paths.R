# Mediation, partial correlation, cross-lags and instruments of the invented survey
# (../scales/survey.csv), in base R alone: lm() fits and their standard errors.
# Run from this folder: Rscript paths.R   (writes paths.json)
suppressMessages(library(jsonlite))

d <- read.csv("../scales/survey.csv")
d <- d[complete.cases(d), ]
d$lead <- rowMeans(d[, paste0("lead", 1:4)])
d$rc <- rowMeans(d[, paste0("rc", 1:6)])
d$leader <- as.numeric(d$role == "leader")
term <- function(fit, name) unname(coef(summary(fit))[name, 1:4])

mediated <- function(given = "") {
  fit <- function(left, right) lm(as.formula(paste(left, "~", right, given)), d)
  first <- fit("lead", "structure")
  both <- fit("rc", "structure + lead")
  total <- fit("rc", "structure")
  a <- term(first, "structure"); b <- term(both, "lead")
  sobel <- sqrt(a[1]^2 * b[2]^2 + b[1]^2 * a[2]^2)
  z <- a[1] * b[1] / sobel
  list(a = a, b = b, direct = term(both, "structure"), total = term(total, "structure"),
       indirect = c(a[1] * b[1], sobel, z, 2 * pnorm(-abs(z))))
}
partial <- function(x, y, given, f = identity) {
  e <- function(v) resid(lm(f(d[[v]]) ~ ., as.data.frame(lapply(d[given], f))))
  r <- cor(e(x), e(y))
  df <- nrow(d) - 2 - length(given)
  t <- r * sqrt(df / (1 - r^2))
  c(r, t, 2 * pt(-abs(t), df))
}
# rc1 and lead1 as the first wave, rc2 and lead2 as the second, for the arithmetic alone
later_rc <- lm(rc2 ~ lead1 + rc1, d)
later_lead <- lm(lead2 ~ lead1 + rc1, d)
lags <- list(term(later_lead, "lead1"), term(later_lead, "rc1"),
             term(later_rc, "lead1"), term(later_rc, "rc1"))
# two stages: lead by structure and rc1, with leader exogenous
z <- cbind(1, d$leader, d$structure, d$rc1)
x <- cbind(1, d$leader, d$lead)
fitted <- z %*% solve(crossprod(z), crossprod(z, x))
beta <- solve(crossprod(fitted), crossprod(fitted, d$rc))
s2 <- sum((d$rc - x %*% beta)^2) / (nrow(d) - 3)
stages <- cbind(beta, sqrt(s2 * diag(solve(crossprod(fitted)))))

write_json(list(
  version = R.version.string, date = as.character(Sys.Date()), n = nrow(d),
  mediation = mediated(), mediation_leader = mediated("+ leader"),
  partial = partial("rc", "lead", c("structure", "leader")),
  partial_ranks = partial("rc", "lead", c("structure", "leader"), rank),
  plain_interval = as.vector(cor.test(d$rc, d$lead)$conf.int),
  lags = lags, stages = list(estimate = stages[, 1], se = stages[, 2])
), "paths.json", digits = I(15), auto_unbox = TRUE, pretty = TRUE)
