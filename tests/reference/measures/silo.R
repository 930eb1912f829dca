# Ties inside and across groups of synthetic8 from R, for tests/measures/test_measures_against_r.py.
# Run inside this folder: Rscript silo.R > silo.csv
# Other software where there is some: network::mixingmatrix for the mixing matrix, vegan::diversity for the evenness of
# partners, Hmisc::rcorr.cens (gamma of two yes-or-no variables is Yule's Q), dhyper for the E-I index under random ties.
# E-I by actor and group, and Coleman's index, are written out.
suppressMessages({library(network); library(Hmisc)})
actors <- read.csv("actors.csv"); rows <- read.csv("relations.csv"); n <- nrow(actors)
cat("view,measure,actor,value\n")
say <- function(view, measure, values, ids = "") cat(sprintf("%s,%s,%s,%s\n", view, measure, ids, ifelse(is.na(values), "NaN", trimws(formatC(values, digits = 17, format = "g")))), sep = "")
square <- function(name) { d <- rows[rows$relation == name, ]; m <- matrix(0, n, n); m[cbind(d$source, d$target)] <- d$weight; m }
all_of <- function(view, w, directed) for (by in c("sector", "level")) {
  m <- (w != 0) * 1; g <- actors[[by]]; groups <- sort(unique(g)); K <- length(groups); across <- outer(g, g, "!=")
  a <- function(measure, values) say(view, paste(measure, by), values, actors$id)
  ei <- function(x) { E <- rowSums(x * across); I <- rowSums(x * !across); ifelse(E + I > 0, (E - I) / (E + I), NaN) }
  a("ei_by_actor", ei(m)); a("ei_by_actor in", ei(t(m))); a("ei_by_actor weighted", ei(w))
  spread <- function(x) { d <- vegan::diversity(sapply(groups, function(k) rowSums(x[, g == k, drop = FALSE])), "simpson"); ifelse(rowSums(x) > 0, d * K / (K - 1), NaN) }
  a("iqv", spread(m)); a("iqv in", spread(t(m))); a("iqv weighted", spread(w))
  say(view, paste("cross_boundary_share", by), sum(m * across) / sum(m)); say(view, paste("cross_boundary_share weighted", by), sum(w * across) / sum(w))
  off <- row(m) != col(m)
  say(view, paste("yules_q", by), Hmisc::rcorr.cens(m[off], (!across)[off] * 1, outx = TRUE)[["Dxy"]])
  DE <- sum(across & off); DI <- sum(!across & off); T <- sum(m); x <- 0:T; p <- dhyper(x, DE, DI, T)
  say(view, paste("ei_range expected", by), sum(p * (2 * x - T) / T)); say(view, paste("ei_range minimum", by), (2 * min(x[p > 0]) - T) / T); say(view, paste("ei_range maximum", by), (2 * max(x[p > 0]) - T) / T)
  nw <- network::network(m, directed = directed); nw %v% "g" <- g
  mm <- unclass(network::mixingmatrix(nw, "g"))[groups, groups, drop = FALSE]
  if (!directed) { mm[lower.tri(mm)] <- t(mm)[lower.tri(mm)]; diag(mm) <- 2 * diag(mm) }
  size <- table(g)[groups]; sent <- sapply(groups, function(k) sum(m[g == k, ])); inside <- diag(mm)
  chance <- sapply(groups, function(k) sum(rowSums(m)[g == k] * (size[k] - 1) / (n - 1)))
  say(view, paste("ei_by_group", by), ifelse(sent > 0, (sent - 2 * inside) / sent, NaN))
  say(view, paste("coleman", by), ifelse(sent == 0 | size == 1, NaN, (inside - chance) / ifelse(inside >= chance, sent - chance, chance)))
  room <- outer(size, size) - diag(as.vector(size)); strength <- sapply(groups, function(l) sapply(groups, function(k) sum(w[g == k, g == l])))
  table_of <- function(measure, values) say(view, paste("mixing", measure, by), as.vector(t(values)))  # source by source
  table_of("ties", mm); table_of("weighted", strength); table_of("density", ifelse(room > 0, mm / room, NaN)); table_of("expected", sum(m) * room / (n * (n - 1)))
}
W <- square("collaboration"); A <- square("formal_agreement")
all_of("collaboration", W, TRUE); all_of("trust", square("trust"), TRUE); all_of("formal_agreement", pmax(A, t(A)), FALSE)
