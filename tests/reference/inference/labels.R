# Labels dealt out anew among the eight actors, every way there is; and networks with the same degrees.
# Run inside this folder: Rscript labels.R > labels.csv
# E-I by its formula, brokerage counts by sna, reciprocity and triangles of rewired networks by igraph.
suppressMessages({library(sna); library(igraph)})
actors <- read.csv("synthetic8/actors.csv"); rows <- read.csv("synthetic8/relations.csv"); n <- nrow(actors)
cat("statistic,by,observed,mean,sd,greater,less,cases\n")
say <- function(statistic, by, observed, all) cat(sprintf("%s,%s,%.17g,%.17g,%.17g,%.17g,%.17g,%d\n", statistic, by, observed, mean(all), sqrt(mean((all - mean(all))^2)), mean(all >= observed - 1e-10), mean(all <= observed + 1e-10), length(all)))
square <- function(name) { d <- rows[rows$relation == name, ]; m <- matrix(0, n, n); m[cbind(d$source, d$target)] <- d$weight; m }
ei <- function(m, g) { across <- outer(g, g, "!="); (sum(m[across]) - sum(m[!across])) / sum(m) }
dealings <- function(x) if (length(x) == 1) list(x) else do.call(c, lapply(unique(x), function(k) lapply(dealings(x[-match(k, x)]), function(rest) c(k, rest))))
C <- (square("collaboration") != 0) * 1; T <- (square("trust") != 0) * 1; W <- square("collaboration")
for (by in c("sector", "level")) {
  all <- dealings(actors[[by]]); g <- actors[[by]]
  say("ei collaboration", by, ei(C, g), sapply(all, function(x) ei(C, x)))
  say("ei weighted collaboration", by, ei(W, g), sapply(all, function(x) ei(W, x)))
  say("ei trust", by, ei(T, g), sapply(all, function(x) ei(T, x)))
}
brokers <- function(x, role) sna::brokerage(C, x)$raw.nli[, role]
all <- dealings(actors$level)
say("gatekeeper of 5", "level", brokers(actors$level, "b_OI")[5], sapply(all, function(x) brokers(x, "b_OI")[5]))
say("gatekeepers in all", "level", sum(brokers(actors$level, "b_OI")), sapply(all, function(x) sum(brokers(x, "b_OI"))))
set.seed(29); draws <- 20000
g <- graph_from_adjacency_matrix(C); u <- graph_from_adjacency_matrix(pmax(C, t(C)), "undirected")
same <- function(g, statistic) replicate(draws, statistic(rewire(g, keeping_degseq(niter = 20 * ecount(g)))))
say("reciprocity", "degrees", reciprocity(g), same(g, reciprocity))
closed <- function(g) sum(count_triangles(g)) / 3
say("triangles", "degrees", closed(u), same(u, closed))
