# Tie asymmetry of synthetic8 with and without leniency, for tests/measures/test_dependence.py:
# two-way least squares by lm over the dyads observed both ways, strengths 0 to 5.
# Run inside this folder: Rscript asymmetry.R > asymmetry.csv
rows <- read.csv("relations.csv"); n <- 8
cat("relation,silent,plain,adjusted\n")
for (relation in c("collaboration", "trust")) for (silent in c("", "8", "2 5")) {
  m <- matrix(0, n, n); d <- rows[rows$relation == relation, ]; m[cbind(d$source, d$target)] <- d$weight; diag(m) <- NA
  m[as.integer(strsplit(silent, " ")[[1]]), ] <- NA
  m[is.na(t(m))] <- NA
  v <- as.vector(m) / 5; sender <- factor(as.vector(row(m))); receiver <- factor(as.vector(col(m))); kept <- !is.na(v)
  r <- m; r[kept] <- residuals(lm(v[kept] ~ sender[kept] + receiver[kept]))
  A <- function(x) sum(abs(x - t(x)), na.rm = TRUE) / 2 / sum(v, na.rm = TRUE)
  cat(sprintf("%s,%s,%.16g,%.16g\n", relation, silent, A(m / 5), A(r)))
}
