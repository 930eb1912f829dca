# Exact permutation tests of attributes of synthetic8 for tests/inference/
# test_actor_tests.py: every relabelling of eight actors listed, counted with a
# tolerance. Run inside this folder: Rscript deals.R > deals.csv
deals <- function(n) {
  if (n == 1) return(matrix(1))
  p <- deals(n - 1)
  do.call(rbind, lapply(1:n, function(k) cbind(k, ifelse(p >= k, p + 1, p))))
}
actors <- read.csv("synthetic8/actors.csv")
state <- as.numeric(actors$level == "state")
every <- deals(nrow(actors))
difference <- function(v, g) mean(v[g == 1]) - mean(v[g == 0])
cases <- list(
  pearson_staff_budget = list(cor, actors$staff, actors$budget),
  pearson_logs = list(cor, log(actors$staff), log(actors$budget)),
  pearson_ties = list(cor, actors$staff, actors$formalization),
  pearson_two_ties = list(cor, c(1, 1, 2, 2, 3, 3, 3, 5), actors$formalization),
  spearman_staff_formalization = list(function(x, y) cor(rank(x), rank(y)), actors$staff, actors$formalization),
  spearman_mixed = list(function(x, y) cor(rank(x), rank(y)), c(5, 3, 8, 1, 2, 7, 4, 6), actors$budget),
  difference_staff = list(difference, actors$staff, state),
  difference_log_budget = list(difference, log(actors$budget), state),
  difference_mixed = list(difference, c(5, 3, 8, 1, 2, 7, 4, 6), state))
cat("case,statistic,less,greater,two_sided\n")
for (name in names(cases)) {
  f <- cases[[name]][[1]]; x <- cases[[name]][[2]]; y <- cases[[name]][[3]]
  t <- f(x, y)
  null <- apply(every, 1, function(p) f(x, y[p]))
  e <- 1e-9 * max(1, abs(t))
  cat(sprintf("%s,%.16g,%.16g,%.16g,%.16g\n", name, t, mean(null <= t + e), mean(null >= t - e), mean(abs(null) >= abs(t) - e)))
}
