# Critical values of rwg and rwg(J) for groups that answer at random, simulated.
# Run from this folder: Rscript critical.R   (writes critical.json; a few minutes)
suppressMessages({library(multilevel); library(jsonlite)})
set.seed(20)
related <- matrix(0.4, 6, 6); diag(related) <- 1
out <- list(
  meta = list(date = format(Sys.Date()), r = R.version.string,
    multilevel = as.character(packageVersion("multilevel")), seed = 20),
  n10_options5 = rwg.sim(gsize = 10, nresp = 5, nrep = 20000)$rwg.95,
  n5_options7 = rwg.sim(gsize = 5, nresp = 7, nrep = 20000)$rwg.95,
  n10_options5_items6 = rwg.j.sim(gsize = 10, nitems = 6, nresp = 5, itemcors = NULL,
    nrep = 10000)$rwg.95,
  n10_options5_items6_correlation4 = rwg.j.sim(gsize = 10, nitems = 6, nresp = 5,
    itemcors = related, nrep = 10000)$rwg.95)
writeLines(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), "critical.json")
