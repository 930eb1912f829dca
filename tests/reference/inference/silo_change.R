# Two invented waves of ten teams in three units, and what R says of ties that came and
# went: Fisher's exact test of direction by boundary (keep = "density"), the exact
# conditional test over senders (keep = "sent"), and for five other teams a count of
# every exchange that keeps the ties sent and received (keep = "degrees").
# Base R. Run inside this folder: Rscript silo_change.R
# (writes silo_change_waves.csv, silo_change_five.csv and silo_change.csv)
set.seed(1621)
unit <- rep(c("a", "b", "c"), c(3, 4, 3)); n <- 10
names <- paste0(unit, sprintf("%02d", 1:n))
same <- outer(unit, unit, "==")
taste <- matrix(rnorm(n^2), n)
wave <- function(across) (plogis(taste - 1.2 + 1.6 * same + across * !same) > matrix(runif(n^2), n)) & diag(n) == 0
before <- wave(0); after <- wave(0.9)
where <- which(diag(n) == 0, arr.ind = TRUE)
write.csv(data.frame(source = names[where[, 1]], target = names[where[, 2]],
  before = as.integer(before[where]), after = as.integer(after[where])),
  "silo_change_waves.csv", row.names = FALSE, quote = FALSE)

changed <- which(before != after, arr.ind = TRUE)
gained <- after[changed]; crosses <- !same[changed]; sender <- changed[, 1]
both <- function(f) c(less = f("less"), greater = f("greater"))
density <- both(function(side) fisher.test(table(factor(gained, c(TRUE, FALSE)), factor(crosses, c(TRUE, FALSE))), alternative = side)$p.value)
enough <- sender %in% names(which(table(sender) > 1))
cells <- table(factor(gained[enough], c(TRUE, FALSE)), factor(crosses[enough], c(TRUE, FALSE)), sender[enough])
sent <- both(function(side) mantelhaen.test(cells, exact = TRUE, alternative = side)$p.value)

# five teams of two units; 18 of their 20 dyads change, in any direction
five <- which(diag(5) == 0, arr.ind = TRUE); at <- five[-sample(20, 2), ]; m <- 18
k <- (at[, 1] <= 2) != (at[, 2] <= 2); g <- runif(m) < .35 + .2 * k
write.csv(data.frame(source = at[, 1], target = at[, 2], gained = as.integer(g)),
  "silo_change_five.csv", row.names = FALSE, quote = FALSE)
ends <- cbind(outer(at[, 1], 1:5, "=="), outer(at[, 2], 1:5, "==")) * 1
every <- t(sapply(0:(2^m - 1), function(code) bitwAnd(code, 2^(0:(m - 1))) > 0)) * 1
kept <- rowSums(every %*% ends != rep(drop(g %*% ends), each = nrow(every))) == 0
counts <- drop(every[kept, , drop = FALSE] %*% k)
degrees <- c(less = mean(counts <= sum(g & k)), greater = mean(counts >= sum(g & k)))
out <- rbind(density, sent, degrees)
cat("keep,less,greater,exchanges\n", file = "silo_change.csv")
cat(sprintf("%s,%.16g,%.16g,%s\n", rownames(out), out[, 1], out[, 2], c("", "", length(counts))),
  sep = "", file = "silo_change.csv", append = TRUE)
cat(m, R.version.string, "\n")
