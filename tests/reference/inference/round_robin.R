# Social relations components of synthetic8's trust, in base R alone: mean squares of
# lm() on the sums and differences of each pair; restricted likelihood by optim().
# Run from this folder: Rscript round_robin.R   (writes round_robin.json)
suppressMessages(library(jsonlite))

actors <- read.csv("synthetic8/actors.csv")
relations <- read.csv("synthetic8/relations.csv")
rows <- relations[relations$relation == "trust", ]
n <- 8
trust <- matrix(0, n, n)
trust[cbind(rows$source, rows$target)] <- rows$weight
diag(trust) <- NA
# whom many trust more by size, so that every variance is positive
silent <- trust + matrix(rank(actors$staff) / 3, n, n, byrow = TRUE)
silent[3, ] <- NA                    # actor 3 did not answer, five more cells are unknown
silent[cbind(c(1, 1, 5, 7, 8), c(2, 6, 4, 5, 1))] <- NA

mean_squares <- function(x) {
  n <- nrow(x)
  pairs <- which(upper.tri(x), arr.ind = TRUE)
  indicator <- function(k) 1 * (outer(pairs[, k], seq_len(n), "=="))
  add <- lm((x[pairs] + x[pairs[, 2:1]]) / 2 ~ 0 + I(indicator(1) + indicator(2)))
  subtract <- lm((x[pairs] - x[pairs[, 2:1]]) / 2 ~ 0 + I((indicator(1) - indicator(2))[, -1]))
  both <- function(fit) sum(resid(fit)^2) / fit$df.residual
  s <- both(add)
  d <- both(subtract)
  add <- coef(add) - mean(coef(add))
  subtract <- c(0, coef(subtract))
  subtract <- subtract - mean(subtract)
  w <- cov(cbind(add + subtract, add - subtract))
  list(actor = unname(add + subtract), partner = unname(add - subtract),
       components = c(w[1, 1] - s / (n - 2) - d / n,
                      w[2, 2] - s / (n - 2) - d / n,
                      w[1, 2] - s / (n - 2) + d / n, s + d, s - d))
}

likelihood <- function(x, start) {
  at <- which(!is.na(x), arr.ind = TRUE)
  i <- at[, 1]; j <- at[, 2]; y <- x[at]
  same <- function(a, b) outer(a, b, "==") * 1
  parts <- list(same(i, i), same(j, j), same(i, j) + same(j, i), diag(length(y)),
                same(i, j) * same(j, i))
  contrasts <- qr.Q(qr(rep(1, length(y))), complete = TRUE)[, -1]
  parts <- lapply(parts, function(k) t(contrasts) %*% k %*% contrasts)
  e <- t(contrasts) %*% y
  minus <- function(theta) {
    root <- try(chol(Reduce(`+`, Map(`*`, theta, parts))), silent = TRUE)
    if (inherits(root, "try-error")) return(1e10)
    sum(log(diag(root))) + sum(forwardsolve(t(root), e)^2) / 2
  }
  found <- list(par = start)
  for (turn in 1:20) {
    found <- optim(found$par, minus, method = "Nelder-Mead",
                   control = list(reltol = 1e-16, maxit = 5000))
    found <- optim(found$par, minus, method = "BFGS",
                   control = list(reltol = 1e-16, maxit = 500, ndeps = rep(1e-5, 5)))
  }
  list(components = found$par, loglik = -found$value)
}

complete <- mean_squares(trust)
write_json(list(
  version = R.version.string, date = as.character(Sys.Date()),
  order = c("actor variance", "partner variance", "actor-partner covariance",
            "relationship variance", "relationship covariance"),
  mean_squares = complete,
  likelihood_complete = likelihood(trust, c(0.3, 0.3, 0, 1, 0)),
  likelihood_silent = likelihood(silent, c(0.3, 0.3, 0, 1, 0))
), "round_robin.json", digits = I(15), auto_unbox = TRUE, pretty = TRUE)
