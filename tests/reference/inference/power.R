# The smallest effects that t-tests find, from noncentral t and from power.t.test.
# Run from this folder: Rscript power.R (writes power.csv)
row <- function(kind, n, df, sides, alpha, power, delta)
  data.frame(kind, n, df, sides, alpha, power, delta)
noncentral <- function(df, alpha, power, sides) {
  t <- qt(1 - alpha / sides, df)
  d <- uniroot(function(d) pt(t, df, d) - (1 - power), c(0, 200), tol = 1e-12)$root
  row("noncentral t", NA, df, sides, alpha, power, d)
}
rows <- list(noncentral(6, .0125, .8, 2))
for (df in c(2, 4, 6, 10, 18, 40)) for (power in c(.5, .8, .9)) for (sides in 1:2)
  rows[[length(rows) + 1]] <- noncentral(df, .05, power, sides)
for (n in c(3, 4, 6, 10)) for (power in c(.6, .8)) {
  d <- power.t.test(n = n, sd = 1, power = power, tol = 1e-10)$delta
  rows[[length(rows) + 1]] <- row("delta of two groups", n, 2 * n - 2, 2, .05, power, d)
}
for (n in c(3, 4, 6, 10)) for (delta in c(.5, 1, 2)) {
  p <- power.t.test(n = n, sd = 1, delta = delta, strict = TRUE)$power
  rows[[length(rows) + 1]] <- row("power of two groups", n, 2 * n - 2, 2, .05, p, delta)
}
write.csv(do.call(rbind, rows), "power.csv", row.names = FALSE)
