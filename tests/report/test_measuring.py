"""All measures of a study: whole or not there, nothing about persons, reasons."""

from __future__ import annotations

import json
import re
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

from netcollab import InputError, Study, UnknownNameError, build_network, read_study
from netcollab import measures as ms
from netcollab._files import sha256
from netcollab.report import explore, language, write_measures
from netcollab.study import NETWORK_FILES, bundled

CASE = bundled("cases/alvorlig_sykt_barn")
TABLES = {
    *("networks", "network_measures", "actors", "dyads", "reasons", "network_files"),
    *("power_asymmetry", "power_actors", "power_profile", "power_discrepancy"),
    *("power_concentration", "power_groups"),
}
KEY = ["relation", "site", "wave"]
WITH_REASON = TABLES - {"actors", "dyads", "reasons", "networks", "network_files"}


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): sha256(p) for p in files}


def table(folder: Path, name: str) -> pd.DataFrame:
    file = folder / "tables" / f"{name}.csv"
    return pd.read_csv(file, dtype=dict.fromkeys(KEY, str), keep_default_na=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two relations of the documented case, in Norwegian."""
    out = tmp_path_factory.mktemp("Prøve") / "mål"
    with language("nb"):
        write_measures(
            read_study(CASE),
            out,
            source=CASE,
            relations=["membership", "prior_collaboration"],
        )
    return out


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One dimension and one formal relation in two sites and two waves."""
    out = tmp_path_factory.mktemp("sites") / "measures"
    write_measures(
        read_study(bundled("synthetic/myndighedsfunktion")),
        out,
        relations=["mutual_knowledge", "standing_meeting"],
        sites=["nordvik", "klintby"],
        by=["sector"],
    )
    return out


# ---- what is written


def test_everything_is_written_and_listed(made: Path) -> None:
    record = json.loads((made / "run.json").read_text(encoding="utf-8"))
    files = contents(made)
    files.pop("run.json")
    assert record["outputs"] == files
    assert record["job"] == "measures"
    assert record["options"]["language"] == "nb"
    assert record["inputs"]["ties.csv"] == sha256(CASE / "ties.csv")
    assert set(record["inputs"]) >= {"study.toml", "actors.csv", "ties.csv"}
    names = ["network-1", "network-3"]
    assert set(files) == {
        "index.html",
        *(f"tables/{name}.csv" for name in TABLES),
        *(f"figures/{name}.{kind}" for name in names for kind in ("svg", "png")),
        *(f"networks/{name}{ending}" for name in names for ending in NETWORK_FILES),
        "explorer/networks-1.html",
        "explorer/networks-1.png",
    }


def test_an_explorer_of_each_site_is_one_link_away(made: Path, sites: Path) -> None:
    page = (made / "index.html").read_text(encoding="utf-8")
    assert 'href="explorer/networks-1.html"' in page
    folder = sites / "explorer"
    pages = sorted(path.name for path in folder.glob("*.html"))
    assert pages == ["networks-1.html", "networks-2.html"]
    for name in pages:
        assert f'href="explorer/{name}"' in (sites / "index.html").read_text("utf-8")
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count("<option value=") == 2 * 2  # two relations, two waves
        assert (folder / name).with_suffix(".png").stat().st_size > 10_000


def test_the_only_wave_is_not_told_in_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []

    def noted(*networks: object, wave: str | None, **options: object) -> object:
        told.append(wave)
        return explore(*networks, wave=wave, **options)

    monkeypatch.setattr("netcollab.report.measuring.explore", noted)
    whole = read_study(bundled("synthetic/myndighedsfunktion"))
    for part in (whole, whole.select(waves="2026")):
        write_measures(
            part,
            tmp_path / str(len(told)),
            relations=["standing_meeting"],
            sites=["nordvik"],
        )
    assert told == [None, ""]


def test_every_table_says_which_network_it_is_about(sites: Path) -> None:
    for name in TABLES:
        columns = table(sites, name).columns
        assert columns[:3].tolist() == KEY
    about = table(sites, "networks")[KEY]
    assert len(about) == len(about.drop_duplicates()) == 2 * 2 * 2
    assert set(about["wave"]) == {"2025", "2026"}
    actors = table(sites, "actors")
    assert len(actors) == 8 * 6


def test_the_numbers_are_those_of_the_measures(sites: Path) -> None:
    study = read_study(bundled("synthetic/myndighedsfunktion"))
    network = build_network(study, "standing_meeting", "klintby", "2026")
    rows = (
        table(sites, "actors").set_index(KEY).loc["standing_meeting", "klintby", "2026"]
    )
    found = rows.set_index("actor")["betweenness"]
    expected = ms.betweenness(network)
    pd.testing.assert_series_equal(found, expected, check_names=False, atol=1e-9)
    values = table(sites, "network_measures").set_index([*KEY, "measure", "by"])[
        "value"
    ]
    crossing = values["standing_meeting", "klintby", "2026", "ei_index", "sector"]
    assert crossing == pytest.approx(ms.ei_index(network, by="sector"), abs=1e-9)


def test_what_is_missing_has_its_reason(made: Path, sites: Path) -> None:
    for folder in (made, sites):
        for name in WITH_REASON:
            rows = table(folder, name)
            numbers = rows.drop(columns=["reason", "by"], errors="ignore")
            undefined = numbers.select_dtypes("number").isna().any(axis=1)
            assert rows.loc[undefined, "reason"].notna().all(), name
        told = table(folder, "reasons")
        told = set(told[[*KEY, "measure", "actor"]].itertuples(index=False, name=None))
        actors = table(folder, "actors").set_index([*KEY, "actor"]).drop(columns="name")
        for measure, column in actors.items():
            for *place, actor in column.index[column.isna()]:
                assert (*place, measure, actor) in told


def test_the_page_says_of_whom_less_is_known(made: Path, sites: Path) -> None:
    page = (sites / "index.html").read_text(encoding="utf-8")
    told = re.findall(r"(?:Received|Sent) ties that are known, ([^.]*)\.", page)
    study = read_study(bundled("synthetic/myndighedsfunktion"))
    network = build_network(
        study, "mutual_knowledge", "klintby", "2026", min_respondents=5
    )
    received = network.observed.sum()
    assert received.nunique() > 1
    names = study.actors.query("site == 'klintby'").set_index("actor")["name_en"]
    groups = [
        f"{count} of 5: {', '.join(names[received.index[received == count]])}"
        for count in sorted(set(received[received > 0]))
    ]
    assert "; ".join(groups) in told
    # Of documented ties nobody knows how many there could have been.
    documented = (made / "index.html").read_text(encoding="utf-8")
    assert "bånd som er kjent," not in documented


def test_the_strongest_tie_is_said_to_be_among_those_known(
    made: Path, sites: Path
) -> None:
    page = (sites / "index.html").read_text(encoding="utf-8")
    rows = table(sites, "power_actors")
    known = rows[rows["relation"] == "mutual_knowledge"].dropna(subset="needs_most")
    partly = known["reason"].fillna("").str.startswith("strongest tie to: not known of")
    assert partly.any()
    assert not partly.all()
    assert len(re.findall(r"\(among [1-4] of 5 known\)", page)) == partly.sum()
    assert "strongest tie to" in page
    assert "sterkest bånd til" in (made / "index.html").read_text(encoding="utf-8")


def test_a_reason_that_measures_share_is_told_once(sites: Path) -> None:
    page = (sites / "index.html").read_text(encoding="utf-8")
    parts = re.findall(r'<section id="(network-\d+)">(.*?)</section>', page, re.DOTALL)
    why = "presence-only: every answer on the scale is a tie"
    rows = table(sites, "network_measures").set_index(KEY)
    files = table(sites, "network_files").set_index("file").relation
    rated = [
        text
        for name, text in parts
        if files[f"networks/{name}.gexf"] == "mutual_knowledge"
    ]
    assert len(rated) == 4
    for text in rated:
        assert text.count(why) == 1
        assert "13 measures are not defined here" in text
    place = ("mutual_knowledge", "klintby", "2026")
    assert rows.loc[place, "reason"].str.contains(why).sum() == 13  # the CSV has all


def test_documented_ties_alone_give_what_they_can(made: Path) -> None:
    rows = table(made, "network_measures").set_index(["relation", "measure"])
    assert rows.loc[("membership", "density"), "value"] != 0
    why = "bare bånd: bånd er dokumentert, fravær aldri"
    assert rows.loc[("membership", "density"), "reason"] == why
    counts = table(made, "networks").set_index("relation")
    assert counts.loc["membership", ["ties", "not_asked"]].tolist() == [1, 71]
    assert counts["presence_only"].all()
    strengths = table(made, "actors").set_index(["relation", "actor"])["in_strength"]
    assert strengths["membership", "ks"] == 1


def test_networks_hold_what_is_unknown(made: Path) -> None:
    graph = nx.read_graphml(made / "networks/network-3.graphml")
    states = nx.get_edge_attributes(graph, "state")
    assert sum(state == "not_asked" for state in states.values()) == 71
    assert graph.nodes["ks"]["name_nb"] == "KS"
    files = table(made, "network_files").set_index("file")
    pajek = files.loc["networks/network-3.net"]
    assert pajek["left_out"] == "71 not_asked"
    assert pajek["unlisted"] == "not_asked"
    assert pajek["lost"].startswith("kommune; ")
    assert "; egenskaper: " in pajek["lost"]
    assert files["reason"].isna().all()


# ---- persons stay out


def test_nothing_about_persons_leaves_the_study(made: Path, sites: Path) -> None:
    study = read_study(bundled("synthetic/myndighedsfunktion"))
    persons = set(study.respondents["respondent"]) | set(study.answers["item"])
    for file in [*sites.rglob("*.csv"), *sites.rglob("*.gexf"), sites / "index.html"]:
        words = set(re.findall(r"[\w]+", file.read_text(encoding="utf-8")))
        assert not words & persons, file.name
    for file in [*made.rglob("*.csv"), *made.rglob("*.gexf"), *made.rglob("*.graphml")]:
        text = file.read_text(encoding="utf-8")
        assert "informant" not in text, file.name
        assert "interview" not in text, file.name


def test_means_of_few_answers_are_withheld(sites: Path) -> None:
    study = read_study(bundled("synthetic/myndighedsfunktion"))
    counts = study.respondents.groupby(["site", "wave", "actor"]).size()
    dyads = table(sites, "dyads").set_index("relation").loc["mutual_knowledge"]
    shown = dyads[dyads["state"] == "observed"]
    for site, wave, source in shown[["site", "wave", "source"]].itertuples(index=False):
        assert counts[site, wave, source] >= study.manifest.min_respondents
    assert (dyads["state"] == "suppressed").any()
    assert dyads.loc[dyads["state"] == "suppressed", "weight"].isna().all()


# ---- the page


def test_the_page_is_in_the_language_and_asks_nobody(made: Path) -> None:
    text = (made / "index.html").read_text(encoding="utf-8")
    assert '<html lang="nb">' in text
    for words in (
        "Medlemskap",
        "inngrad",
        "bare bånd: bånd er dokumentert",
        "ikke spurt",
    ):
        assert words in text
    assert "presence-only" not in text
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text)
    assert "<script" not in text
    for link in re.findall(r'(?:src|href)="([^"#]+)"', text):
        assert (made / link).is_file(), link
    tags = re.findall(r"<img[^>]*>", text, re.DOTALL)
    assert len(tags) == 2
    assert all("Rangen til 9 aktører" in tag for tag in tags)


def test_counts_have_no_decimals_and_numbers_a_comma(made: Path) -> None:
    text = (made / "index.html").read_text(encoding="utf-8")
    for heading, number in (("grad", r"\d+"), ("nærhet (closeness)", r"\d+,\d{3}")):
        head = re.search(rf'"(T_\w+)_level0_(col\d+)"[^>]*>{re.escape(heading)}<', text)
        assert head
        cell = rf'"{head[1]}_row\d+_{head[2]}"[^>]*>([^<]*)</td>'
        told = [each for each in re.findall(cell, text) if re.search(r"\d", each)]
        assert told
        assert all(re.fullmatch(number, cell) for cell in told), told


def test_a_language_changes_no_table_but_names_and_reasons(
    made: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    write_measures(read_study(CASE), again, relations=["membership"])
    for name in TABLES:
        ours = table(made, name)
        ours = ours[ours["relation"] == "membership"].reset_index(drop=True)
        theirs = table(again, name)
        words = ["name", "file", "lost", "reason"]
        left = ours.drop(columns=words, errors="ignore")
        right = theirs.drop(columns=words, errors="ignore")
        pd.testing.assert_frame_equal(
            left.dropna(axis=1, how="all"), right.dropna(axis=1, how="all")
        )
    assert "Membership" in (again / "index.html").read_text(encoding="utf-8")


# ---- whole or not there


def small(**relation: object) -> Study:
    ties = pd.DataFrame(
        {
            "relation": ["trust", "trust", "meeting", "meeting"],
            "source": ["nav", "ks", "nav", "nav"],
            "target": ["ks", "nav", "ks", "ks"],
            "weight": [3, 1, 1, 2],
            "reporter": ["nav", "ks", "nav", "ks"],
        }
    )
    relations = {name: {"unlisted": "absent"} for name in ("trust", "meeting")}
    relations["meeting"] |= relation
    manifest = {"name": "small", "relations": relations}
    return Study.from_frames(
        manifest, actors=pd.DataFrame({"actor": ["nav", "ks", "hdir"]}), ties=ties
    )


def test_more_groups_than_colours_stop_no_run(tmp_path: Path) -> None:
    names = [f"unit_{k:02}" for k in range(10)]
    actors = pd.DataFrame({"actor": names, "sector": [*"abcdefghi", "a"]})
    ties = pd.DataFrame({"source": names[:-1], "target": names[1:]})
    manifest = {"name": "many", "relations": {"trust": {"unlisted": "absent"}}}
    study = Study.from_frames(
        manifest, actors=actors, ties=ties.assign(relation="trust", weight=1)
    )
    write_measures(study, tmp_path / "out")
    assert "sector" in set(table(tmp_path / "out", "network_measures")["by"])
    assert (tmp_path / "out/explorer/networks-1.html").exists()


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    study, out = small(), tmp_path / "out"
    lines: list[str] = []
    write_measures(study, out, relations=["trust"], tell=lines.append)
    first = contents(out)
    write_measures(study, out, relations=["trust"])
    second = contents(out)
    first.pop("run.json")
    second.pop("run.json")
    assert first == second
    assert lines == [
        "network 1 of 1: trust",
        "drawing the pages to explore",
        "writing tables and the page",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_a_relation_that_cannot_be_built_says_why(tmp_path: Path) -> None:
    made = write_measures(small(), tmp_path / "out")
    counts = made.networks.set_index("relation")
    assert counts.loc["trust", "reason"] == ""
    assert "two reports on one dyad" in counts.loc["meeting", "reason"]
    assert pd.isna(counts.loc["meeting", "ties"])
    text = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert "Not measured: 2 rows are two reports" in text
    told = json.dumps(made.to_dict(), allow_nan=False)
    assert json.loads(told)["networks"][1]["ties"] is None
    with pytest.raises(InputError, match="two reports"):
        write_measures(small(), tmp_path / "other", relations=["meeting"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_an_error_leaves_the_earlier_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_measures(small(), out, relations=["trust"])
    before = contents(out)
    with pytest.raises(UnknownNameError, match="relation"):
        write_measures(small(), out, relations=["trsut"])
    with pytest.raises(UnknownNameError, match="attribute"):
        write_measures(small(), out, relations=["trust"], by=["level"])
    assert contents(out) == before


def test_a_folder_of_another_job_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("x", encoding="utf-8")
    paper = tmp_path / "paper"
    paper.mkdir()
    (paper / "run.json").write_text('{"seeds": {}}', encoding="utf-8")
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    for taken in (mine, paper, file):
        with pytest.raises(InputError, match="choose"):
            write_measures(small(), taken, relations=["trust"])
    assert contents(mine).keys() == {"thesis.txt"}
    assert contents(paper).keys() == {"run.json"}


def test_nothing_to_measure_is_an_error(tmp_path: Path) -> None:
    row = ["a", "trust", "nav", "ks", 1]
    study = Study.from_frames(
        {"name": "x", "relations": {"trust": {"unlisted": "not_asked"}}},
        actors=pd.DataFrame({"site": list("aabb"), "actor": ["nav", "ks"] * 2}),
        ties=pd.DataFrame(
            [row], columns=["site", "relation", "source", "target", "weight"]
        ),
    )
    with pytest.raises(InputError, match="nothing to measure"):
        write_measures(study, tmp_path / "out", sites=["b"])
    assert list(tmp_path.iterdir()) == []


def test_an_actor_that_one_person_speaks_for_counts_once(tmp_path: Path) -> None:
    """One person for a and b in the first wave, for a in the second."""
    folder = tmp_path / "study"
    folder.mkdir()
    manifest = 'name = "s"\nwaves = ["1", "2"]\n[relations.r]\nunlisted = "absent"\n'
    folder.joinpath("study.toml").write_text(manifest, encoding="utf-8")
    actors = pd.DataFrame({"actor": ["a", "b", "c", "d"]})
    actors.to_csv(folder / "actors.csv", index=False)
    ends = {"source": "a", "target": "b", "relation": "r", "weight": 1}
    ties = pd.DataFrame([{**ends, "wave": wave} for wave in (1, 2)])
    ties.to_csv(folder / "ties.csv", index=False)
    voices = [("p", "a", 1), ("q", "b", 1), ("p", "a", 2), ("q", "b", 2), ("s", "b", 2)]
    people = pd.DataFrame(voices, columns=["respondent", "actor", "wave"])
    people.to_csv(folder / "respondents.csv", index=False)
    study = read_study(folder)
    for waves, told in (
        (None, "For 2 actors one person"),
        (["1"], "For 2 actors one person"),
        (["2"], "For 1 actor one person"),
    ):
        write_measures(study, tmp_path / "out", waves=waves)
        page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
        assert told in page
