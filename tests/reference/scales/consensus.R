# One factor by minimum residuals, of likenesses between respondents.
# Run from this folder: Rscript consensus.R   (writes consensus.csv and consensus.json)
suppressMessages({library(psych); library(jsonlite)})
set.seed(20261129)
n <- 14; m <- 24
d <- seq(0.35, 0.9, length.out = n)
z <- rnorm(m)
felt <- outer(d, z) + sqrt(1 - d^2) * matrix(rnorm(n * m), n)
answers <- pmin(pmax(round(3 + 1.1 * felt), 1), 5)
key <- sample(1:4, m, replace = TRUE)
knows <- matrix(runif(n * m), n) < d
guess <- matrix(sample(1:4, n * m, replace = TRUE), n)
named <- ifelse(knows, matrix(key, n, m, byrow = TRUE), guess)
table <- rbind(data.frame(kind = "ordered", answers), data.frame(kind = "named", named))
names(table) <- c("kind", sprintf("s%02d", 1:m))
write.csv(table, "consensus.csv", row.names = FALSE, quote = FALSE)

one <- function(r) {
  colnames(r) <- rownames(r) <- paste0("p", seq_len(n))
  f <- suppressWarnings(fa(r, nfactors = 1, fm = "minres", n.obs = m, smooth = FALSE))
  off <- lower.tri(r)
  # The same least squares, by base R and to the last digits.
  loss <- function(x) sum((r - tcrossprod(x))[off]^2)
  slope <- function(x) { e <- r - tcrossprod(x); diag(e) <- 0; -2 * as.vector(e %*% x) }
  start <- as.vector(f$loadings)
  best <- optim(start, loss, slope, method = "BFGS",
    control = list(reltol = 1e-16, maxit = 5000))$par
  reduced <- r; diag(reduced) <- best^2
  list(psych_loadings = start, psych_values = f$values[1:3], loadings = best,
    values = eigen(reduced, symmetric = TRUE)$values[1:3], loss = loss(best))
}
same <- function(x) { s <- outer(1:n, 1:n, Vectorize(function(i, j) mean(x[i, ] == x[j, ])))
  (4 * s - 1) / 3 }
odds <- function(x, share) {
  weight <- log((share * 3 + 1) / (1 - share))
  support <- sapply(1:4, function(option) colSums(weight * (x == option)))
  p <- exp(support - apply(support, 1, max)); p / rowSums(p) }
ordered <- one(cor(t(answers))); words <- one(same(named))
p <- odds(named, pmin(pmax(words$loadings, 0), 0.999))
out <- list(meta = list(date = format(Sys.Date()), r = R.version.string,
    psych = as.character(packageVersion("psych")), seed = 20261129),
  ordered = c(ordered, list(key = colSums(ordered$loadings * answers) / sum(ordered$loadings))),
  named = c(words, list(key = max.col(p), certainty = apply(p, 1, max))))
writeLines(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), "consensus.json")
