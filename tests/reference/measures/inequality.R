# Inequality of what synthetic8 has, for tests/measures/test_inequality.py: the formulas
# in base R, every set of actors listed. Run inside this folder:
# Rscript inequality.R > inequality.csv
actors <- read.csv("actors.csv"); rows <- read.csv("relations.csv"); n <- nrow(actors)
m <- matrix(0, n, n); d <- rows[rows$relation == "collaboration", ]; m[cbind(d$source, d$target)] <- d$weight
values <- list(budget = actors$budget, staff = actors$staff, formalization = actors$formalization,
               in_degree = colSums(m != 0), in_strength = colSums(m), out_strength = rowSums(m))
entropy <- function(s, m) sum(ifelse(s > 0, s * log(s * m), 0))
theil <- function(x) { r <- x / mean(x); mean(ifelse(r > 0, r * log(r), 0)) }
cat("values,by,group,statistic,value\n")
say <- function(v, by, group, statistic, value) cat(sprintf("%s,%s,%s,%s,%s\n", v, by, group, statistic, trimws(formatC(value, digits = 17, format = "g"))))
for (v in names(values)) {
  x <- values[[v]]; s <- x / sum(x); H <- sum(s^2)
  say(v, "", "", "gini", sum(abs(outer(x, x, "-"))) / (2 * n^2 * mean(x)))
  say(v, "", "", "theil", theil(x)); say(v, "", "", "herfindahl", H); say(v, "", "", "herfindahl normalised", (H - 1 / n) / (1 - 1 / n))
  for (by in c("level", "sector")) for (g in sort(unique(actors[[by]]))) {
    own <- actors[[by]] == g; k <- sum(own); sg <- sum(s[own])
    say(v, by, g, "share", sg); say(v, by, g, "between", entropy(sg, n / k)); if (sg > 0) { say(v, by, g, "theil", theil(x[own])); say(v, by, g, "within", sg * theil(x[own])) }
    sums <- combn(n, k, function(set) sum(s[set])); say(v, by, g, "expected_between", mean(ifelse(sums > 0, sums * log(sums * n / k), 0)))
  }
}
