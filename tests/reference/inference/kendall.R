# Kendall's tau-b and its exact p for tests/inference/test_concordance.py. Without ties
# cor.test(exact = TRUE); with ties every relabelling listed, counted with a tolerance.
# Run inside this folder: Rscript kendall.R > kendall.csv
deals <- function(n) { if (n == 1) return(matrix(1)); p <- deals(n - 1); do.call(rbind, lapply(1:n, function(k) cbind(k, ifelse(p >= k, p + 1, p)))) }
actors <- read.csv("synthetic8/actors.csv")
cases <- list(
  staff_budget = list(actors$staff, actors$budget), staff_formalization = list(actors$staff, actors$formalization),
  ties_on_both = list(c(1, 1, 2, 2, 3, 3, 3), c(2, 1, 1, 2, 3, 1, 3)), two_groups = list(c(0, 0, 0, 1, 1, 1, 1), c(5, 3, 4, 2, 2, 1, 1)),
  nine = list(c(3, 1, 4, 15, 9, 2, 6, 5, 35), c(2, 7, 1, 8, 28, 18, 4, 5, 9)), thirteen = list((1:13 * 7) %% 13, (1:13 * 5) %% 13))
cat("case,x,y,tau,less,greater,two_sided\n")
for (name in names(cases)) {
  x <- cases[[name]][[1]]; y <- cases[[name]][[2]]; tau <- cor(x, y, method = "kendall")
  if (length(x) > 8) p <- sapply(c("less", "greater", "two.sided"), function(a) cor.test(x, y, method = "kendall", exact = TRUE, alternative = a)$p.value)
  else { null <- apply(deals(length(y)), 1, function(d) cor(x, y[d], method = "kendall")); p <- c(mean(null <= tau + 1e-9), mean(null >= tau - 1e-9), mean(abs(null) >= abs(tau) - 1e-9)) }
  cat(sprintf("%s,%s,%s,%.16g,%.16g,%.16g,%.16g\n", name, paste(x, collapse = " "), paste(y, collapse = " "), tau, p[1], p[2], p[3]))
}
