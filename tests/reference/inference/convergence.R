# Spread between groups in two waves, its change in standard errors, and every exchange
# of waves, by lm and anova in base R: group_convergence must give the same.
# Run inside this folder: Rscript convergence.R > convergence.csv

set.seed(20261129)
groups <- 3
sites <- 4
d <- expand.grid(site = seq_len(sites), group = seq_len(groups), wave = 1:2)
d$person <- paste(d$group, d$site, sep = ".")
d$a <- round(rnorm(nrow(d)) + ifelse(d$wave == 1, 1.2, 0.5) * d$group, 3)
d$b <- round(rnorm(nrow(d)) - 0.4 * d$group + 2 * d$wave, 3)
d$site <- paste0("s", d$site)
d$group <- paste0("g", d$group)
values <- c("a", "b")

# what all groups have in common in a wave
for (v in values) for (w in 1:2) {
  here <- d$wave == w
  d[[paste0(v, "c")]][here] <- d[[v]][here] - mean(tapply(d[[v]][here], d$group[here], mean))
}

in_wave <- function(x) {
  spread <- 0
  pull <- numeric(nrow(x))
  n <- table(x$group)
  if (any(n < 2) || length(n) < groups) return(NULL)
  for (v in paste0(values, "c")) {
    fit <- lm(x[[v]] ~ 0 + x$group)
    m <- coef(fit)
    s2 <- tapply(residuals(fit)^2, x$group, sum) / (n - 1)
    spread <- spread + var(m) - mean(s2 / n)
    g <- match(x$group, names(n))
    r <- residuals(fit)
    pull <- pull + 2 / (groups - 1) * (m - mean(m))[g] * r / n[g] -
      (r^2 - s2[g]) / n[g]^2 / groups
  }
  list(spread = as.numeric(spread), pull = as.numeric(pull))
}

t_of <- function(wave, unit) {
  one <- in_wave(d[wave == 1, ])
  two <- in_wave(d[wave == 2, ])
  if (is.null(one) || is.null(two)) return(c(NA, NA))
  pull <- numeric(nrow(d))
  pull[wave == 1] <- one$pull
  pull[wave == 2] <- -two$pull
  change <- one$spread - two$spread
  c(change, change / sqrt(sum(tapply(pull, unit, sum)^2)))
}

enumerate <- function(unit) {
  units <- sort(unique(unit))
  swaps <- as.matrix(expand.grid(rep(list(0:1), length(units))))
  null <- apply(swaps, 1, function(s) {
    swapped <- s[match(unit, units)] == 1
    t_of(ifelse(swapped, 3 - d$wave, d$wave), unit)[2]
  })
  own <- t_of(d$wave, unit)
  list(change = own[1], t = own[2], exchanges = length(null),
       p = mean(is.na(null) | abs(null) >= abs(own[2]) - 1e-10))
}

write.csv(d[, c("site", "group", "wave", "person", values)], "convergence_rows.csv",
          row.names = FALSE, quote = FALSE)
cat("unit,change,t,exchanges,p\n")
for (unit in c("person", "site")) {
  told <- enumerate(d[[unit]])
  cat(sprintf("%s,%.16g,%.16g,%d,%.16g\n", unit, told$change, told$t, told$exchanges, told$p))
}
