# Measures of relations of the project's own synthetic studies, for
# tests/measures/test_own_studies_against_r.py. A dyad that nobody observed has no tie
# here; the test compares the actors that answered.
# Run inside this folder: Rscript own_studies.R > own_studies.csv
suppressMessages({library(sna); library(igraph)})
cat("study,site,wave,relation,measure,actor,value\n")
root <- "../../../data/synthetic"

matrix_of <- function(study, site, wave, relation, directed) {
  ties <- read.csv(file.path(root, study, "ties.csv"), colClasses = "character")
  actors <- read.csv(file.path(root, study, "actors.csv"), colClasses = "character")
  if (site != "") { ties <- ties[ties$site == site & (wave == "" | ties$wave == wave), ]; actors <- actors[actors$site == site, ] }
  ties <- ties[ties$relation == relation & ties$weight != "", ]
  w <- matrix(0, nrow(actors), nrow(actors), dimnames = list(actors$actor, actors$actor))
  w[cbind(ties$source, ties$target)] <- as.numeric(ties$weight)
  if (directed) w else pmax(w, t(w))
}

measures <- function(study, site, wave, relation, directed) {
  w <- matrix_of(study, site, wave, relation, directed)
  mode <- if (directed) "directed" else "undirected"
  g <- graph_from_adjacency_matrix((w != 0) * 1, mode)
  gw <- graph_from_adjacency_matrix(w, mode, weighted = TRUE)
  cost <- 1 / E(gw)$weight
  say <- function(measure, values) cat(sprintf("%s,%s,%s,%s,%s,%s,%s\n", study, site, wave, relation, measure,
    if (length(values) > 1) rownames(w) else "", formatC(values, digits = 17, format = "g", width = 1)), sep = "")
  say("in_degree", igraph::degree(g, mode = "in")); say("out_degree", igraph::degree(g, mode = "out"))
  say("in_strength", strength(gw, mode = "in")); say("out_strength", strength(gw, mode = "out"))
  say("betweenness", igraph::betweenness(gw, weights = cost))
  say("harmonic_closeness", harmonic_centrality(gw, mode = "out", weights = cost))
  say("pagerank", page_rank(gw)$vector); say("constraint", constraint(gw))
  say("core_number", coreness(g, mode = "all"))
  if (!directed) {
    say("density", gden((w != 0) * 1, mode = "graph"))
    say("transitivity", sna::gtrans((w != 0) * 1, mode = "graph"))
    say("connectedness", sna::connectedness((w != 0) * 1))
    say("krackhardt_efficiency", sna::efficiency((w != 0) * 1))
  }
}

measures("alvorlig_sykt_barn", "", "", "prior_joint_work", FALSE)
measures("alvorlig_sykt_barn", "", "", "collaboration", TRUE)
measures("alvorlig_sykt_barn", "", "", "trust", TRUE)
for (site in c("nordvik", "klintby")) for (relation in c("written_procedure", "shared_system"))
  measures("myndighedsfunktion", site, "2025", relation, FALSE)
