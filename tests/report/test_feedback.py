"""Feedback reports: strengths first, nobody exposed, whole or not there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from netcollab import InputError, RefusedError, Study, UnknownNameError, read_study
from netcollab._files import sha256
from netcollab.cli import main
from netcollab.errors import JobError
from netcollab.report import feedback, language, write_feedback
from netcollab.report.building import Run
from netcollab.report.disclosure import Cell, attack
from netcollab.report.feedback_across import Across, across
from netcollab.report.feedback_cells import Evidence, gather
from netcollab.report.feedback_findings import changes, mutual_views, role_gaps
from netcollab.report.feedback_formal import gather_formal
from netcollab.report.feedback_page import LEAST_OTHERS, Page, page_of
from netcollab.scales import relational_capacity, score
from netcollab.study import bundled, write_study

FOLDER = bundled("synthetic/myndighedsfunktion")
SECTIONS = [
    *("answers", "strong", "differ", "profile", "matrix", "formal", "talk"),
    *("reading", "unknown", "method"),
]


class Reader(HTMLParser):
    """What a page holds: tags with attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(FOLDER)


@pytest.fixture(scope="module")
def evidence(study: Study) -> Evidence:
    return gather(study)


@pytest.fixture(scope="module")
def page_at(study: Study, evidence: Evidence) -> Callable[[str], Page]:
    """The page of a site in English, made once."""
    formal = gather_formal(study)
    return cache(lambda site: page_of(study, evidence, formal, site))


@pytest.fixture(scope="module")
def made(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sites in two languages."""
    out = tmp_path_factory.mktemp("Prøve") / "rapporter"
    write_feedback(
        study,
        out,
        source=FOLDER,
        languages=["nb", "da"],
        sites=["klintby", "nordvik"],
        pdf=False,
    )
    return out


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def small(
    *,
    people: dict[str, int],
    sites: tuple[str, ...] = ("s",),
    title: str = "Small",
    answers_from: tuple[int, int] = (2, 4),
    names: dict[str, str] | None = None,
    **manifest: object,
) -> Study:
    """Everybody of every unit rates every other unit on two items."""
    draws = np.random.default_rng(4)
    low, high = answers_from
    asked = {
        name: {"scale": "five", "dimension": dimension, "construct": "capacity"}
        for name, dimension in (("q1", "respect"), ("q2", "sharing"))
    }
    persons = [
        (site, f"{site}-{unit}-{k}", unit)
        for site in sites
        for unit, n in people.items()
        for k in range(n)
    ]
    answers = [
        (who, item, target, int(draws.integers(low, high + 1)))
        for _, who, unit in persons
        for item in asked
        for target in people
        if target != unit
    ]
    names_of_answers = ["respondent", "item", "target", "value"]
    actors = [
        (site, unit, (names or {}).get(unit, unit)) for site in sites for unit in people
    ]
    return Study.from_frames(
        {
            "name": "small",
            "title": {"en": title},
            "scales": {"five": {"low": 1, "high": 5}},
            "items": asked,
            **manifest,
        },
        actors=pd.DataFrame(actors, columns=["site", "actor", "name"]),
        respondents=pd.DataFrame(persons, columns=["site", "respondent", "actor"]),
        answers=pd.DataFrame(answers, columns=names_of_answers),
    )


# ---- what is written


def test_files_are_fixed_listed_and_hashed(made: Path) -> None:
    files = {p.relative_to(made).as_posix() for p in made.rglob("*") if p.is_file()}
    expected = {f"{c}/site-{n}.html" for c in ("nb", "da") for n in ("01", "02")}
    assert files == expected | {"index.html", "run.json"}
    record = json.loads((made / "run.json").read_text("utf-8"))
    assert record["job"] == "report"
    assert record["no_pdf"] == "no_pdf_asked"
    assert record["no_across"] == "no_across_asked"
    assert record["outputs"] == {
        name: sha256(made / name) for name in files - {"run.json"}
    }
    assert record["inputs"]["answers.csv"] == sha256(FOLDER / "answers.csv")


def test_strengths_come_first_and_every_part_is_there(made: Path) -> None:
    for page in made.glob("*/site-*.html"):
        found = Reader(page.read_text("utf-8"))
        ids = [a["id"] for tag, a in found.tags if tag == "section" and "id" in a]
        assert ids == SECTIONS
        levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1
        assert levels[0] == 1
        steps = [b - a for a, b in pairwise(levels)]
        assert max(steps) == 1


def test_a_page_stands_alone_and_can_be_heard(made: Path) -> None:
    for page in pages(made):
        text = page.read_text("utf-8")
        found = Reader(text)
        tags = [tag for tag, _ in found.tags]
        assert not {"script", "link", "img", "iframe", "object"} & set(tags)
        assert not re.search(r"https?:|url\(|@import|\son\w+=", text)
        code = "nb" if page.parent == made else page.parent.name
        assert dict(found.tags)["html"]["lang"] == code
        for tag, attributes in found.tags:
            if tag == "th":
                assert attributes["scope"] in {"row", "col"}
            if tag == "svg":
                is_named = attributes.get("role") == "img" and attributes["aria-label"]
                assert is_named or attributes.get("aria-hidden") == "true"


def test_synthetic_data_are_called_so_on_every_page(made: Path) -> None:
    for page in pages(made):
        text = page.read_text("utf-8")
        told = "Syntetiske data: ingen har"
        assert text.count(told) == 3  # at the top, at the foot, on every printed sheet
    real = small(people={"a": 6, "b": 7})
    page = page_of(real, gather(real), gather_formal(real), "s")
    assert page.answered


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    texts = []
    for run in ("one", "two"):
        some = small(people={"a": 6, "b": 3, "c": 4}, sites=("s", "t"))
        made = write_feedback(some, tmp_path / run, languages=["da"], pdf=False)
        texts.append([page.read_bytes() for page in made.pages])
    assert texts[0] == texts[1]


def test_three_languages_have_the_same_numbers(
    study: Study, evidence: Evidence
) -> None:
    formal = gather_formal(study)
    found = []
    for code in ("en", "nb", "da"):
        with language(code):
            page = page_of(study, evidence, formal, "egelund")
        cells = [c.value.replace(",", ".") for _, _, row in page.matrix for c in row]
        rows = [row.value.replace(",", ".") for row in page.profile.rows]
        found.append((cells, rows, len(page.prompts), len(page.reading)))
    assert found[0] == found[1] == found[2]


def test_names_from_the_data_are_escaped(tmp_path: Path) -> None:
    bad = '<script>alert("1")</script> & Søn\'s "unit"'
    tricky = small(
        people={"a": 6, "b": 7},
        sites=("../up", "CON", "æ/ø <b>"),
        title=bad,
        names={"a": bad},
    )
    made = write_feedback(tricky, tmp_path / "out", languages=["en"], pdf=False)
    assert made.no_across == "no_across_few"
    written = {p.relative_to(made.folder).as_posix() for p in made.pages}
    assert written == {
        "en/site-1.html",
        "en/site-2.html",
        "en/site-3.html",
    }
    for page in pages(made.folder):
        found = Reader(page.read_text("utf-8"))
        assert "script" not in [tag for tag, _ in found.tags]
        assert bad in " ".join(found.text)


# ---- nobody is exposed


def test_no_group_below_the_threshold_is_shown(evidence: Evidence) -> None:
    for table in (evidence.sites, evidence.views):
        shown = table[table["reason"] == ""]
        assert shown["n"].min() >= 5
        hidden = table[table["reason"] != ""]
        assert hidden[["mean", "low", "high", "se", "sd"]].isna().all(axis=None)
        assert (hidden["n"] == 0).all()
        assert "people" not in table
    respect = evidence.sites[evidence.sites["name"] == "mutual_respect"]
    assert respect.loc[respect["reason"] == "", "n"].min() >= 10


def test_no_number_of_answers_on_a_page_is_below_the_threshold(
    page_at: Callable[[str], Page],
) -> None:
    for site in ("nordvik", "klintby", "birkesoe", "hvideklit"):
        page = page_at(site)
        counts = [cell.n for _, _, row in page.matrix for cell in row]
        counts += [
            row.n for panel in (page.profile, *page.panels) for row in panel.rows
        ]
        counts += [n for row in page.gaps for n in row.band.split(" / ")]
        counts += [row.n for row in page.answers if row.n != "0"]
        assert min(int(n) for n in counts if n) >= 5, site


def test_small_functions_answer_together(
    page_at: Callable[[str], Page],
) -> None:
    page = page_at("nordvik")
    lines = {name: is_pooled for name, is_pooled, _ in page.matrix}
    joint = "Educational psychology service + Job centre"
    assert lines[joint]
    assert not {"Educational psychology service", "Job centre"} & set(lines)
    told = {row.name: row.n for row in page.answers}
    assert told[joint] == "5"
    assert any("answer together" in line for line in (page.answers_note,))


def test_a_pooled_line_says_that_a_partner_is_in_the_same_group(
    page_at: Callable[[str], Page],
) -> None:
    page = page_at("nordvik")
    told = {
        name: [
            cell.own
            for unit, cell in zip(page.columns, cells, strict=True)
            if unit in ("Educational psychology service", "Job centre", name)
        ]
        for name, _, cells in page.matrix
    }
    joint = "Educational psychology service + Job centre"
    assert told[joint] == ["in the same group"] * 2
    assert told["Schools"].count("own function") == 1


@pytest.mark.parametrize("bands", [True, False])
def test_a_column_without_a_value_is_not_shown(bands: bool, tmp_path: Path) -> None:
    scale: dict[str, object] = {"low": 1, "high": 5}
    if bands:
        scale["bands"] = {"weak": [1, 3], "strong": [3, 5]}
    tiny = small(people={"a": 6, "b": 6}, scales={"five": scale})
    write_feedback(tiny, tmp_path / "out", languages=["nb"], pdf=False)
    (page,) = (tmp_path / "out/nb").glob("*.html")
    heads = re.findall(r"<th scope=\"col\"[^>]*>([^<]+)<", page.read_text("utf-8"))
    assert ("Nivå" in heads) is bands
    assert "Bånd" not in heads
    assert "Median av de andre" not in heads
    assert "Personer" in heads


def test_those_who_did_not_answer_are_drawn_with_their_reason(
    page_at: Callable[[str], Page],
) -> None:
    page = page_at("birkesoe")
    (row,) = [cells for name, _, cells in page.matrix if name == "Job centre"]
    reasons = {cell.reason for cell in row if not cell.own}
    assert len(reasons) == 1
    assert reasons.pop() == "did not take part"
    assert any("Job centre" in line for line in page.unknown)
    assert any("Job centre" in prompt.fact for prompt in page.prompts)


def test_a_site_of_four_people_gets_a_page_without_their_numbers() -> None:
    tiny = small(people={"a": 2, "b": 2})
    page = page_of(tiny, gather(tiny), gather_formal(tiny), "s")
    assert not page.strong
    assert not page.gaps
    assert all(row.reason for row in page.profile.rows)
    assert not any(cell.value for _, _, row in page.matrix for cell in row)
    assert page.reading
    assert page.unknown
    assert not page.answers


def test_the_shown_numbers_give_no_small_group_away(
    study: Study, evidence: Evidence
) -> None:
    answered = score(study, [evidence.subject, *evidence.dimensions]).dropna()
    answered = answered[answered["target"] != answered["actor"]]
    own = answered.groupby(["site", "wave", "name", "respondent"], as_index=False)
    own = own["score"].mean()
    tables = (evidence.sites, evidence.views)
    told, views = (t[(t["reason"] == "") & (t["wave"] == "2026")] for t in tables)
    cells = []
    for row in told[told["name"].isin(answered["name"])].itertuples():
        rows = own[(own["site"] == row.site) & (own["wave"] == row.wave)]
        people = frozenset(rows.loc[rows["name"] == row.name, "respondent"])
        assert len(people) == row.n
        about = {"output": "sites", "question": row.name, "wave": row.wave}
        cells.append(Cell(people=people, mean=row.mean, **about))
    ratings = answered[answered["name"] == evidence.subject]
    for row in views.itertuples():
        units = evidence.groups[row.site, row.wave]
        rated = units.get(row.target, (row.target,))
        rows = ratings[(ratings["site"] == row.site) & (ratings["wave"] == row.wave)]
        rows = rows[rows["actor"].isin(units[row.source]) & rows["target"].isin(rated)]
        people = frozenset(rows["respondent"])
        assert len(people) == row.n
        unit = f"{row.site}: {' + '.join(rated)}"
        about = {"output": "views", "question": row.name, "wave": row.wave}
        cells.append(Cell(people=people, mean=row.mean, unit=unit, **about))
    assert len(cells) > 400
    parts = {evidence.subject: evidence.dimensions}
    found = attack(cells, [True] * len(cells), study.manifest, parts=parts)
    assert [exposure for exposure in found if exposure.kind != "same"] == []


def test_where_all_say_the_same_no_spread_is_told() -> None:
    alike = small(people={"a": 6, "b": 7}, answers_from=(3, 3))
    found = gather(alike)
    for table in (found.sites, found.views):
        assert (table["mean"] == 3).all()
        assert table[["sd", "se", "low", "high"]].isna().all(axis=None)
    page = page_of(alike, found, gather_formal(alike), "s")
    assert {row.span for row in page.profile.rows} == {""}


def test_others_are_shown_only_where_they_are_enough() -> None:
    units = {"a": 6, "b": 7}
    for n in (LEAST_OTHERS, LEAST_OTHERS + 1):
        sites = tuple(f"s{k}" for k in range(n))
        some = small(people=units, sites=sites)
        page = page_of(some, gather(some), gather_formal(some), "s0")
        marks = [len(row.picture.marks) for row in page.profile.rows if row.picture]
        assert set(marks) == ({0} if n == LEAST_OTHERS else {LEAST_OTHERS})
        assert all(bool(row.others) == bool(marks[0]) for row in page.profile.rows)


def test_respondents_are_never_on_a_page(made: Path, study: Study) -> None:
    text = " ".join(page.read_text("utf-8") for page in pages(made))
    words = set(re.findall(r"\w+", text))
    assert not words & set(study.respondents["respondent"])


# ---- what is said


def test_the_numbers_are_those_of_the_scales(study: Study, evidence: Evidence) -> None:
    table = relational_capacity(study, "innovation", level="site")
    table = table[table["weighting"] == "respondents"].set_index(["site", "wave"])
    found = evidence.sites[evidence.sites["name"] == "innovation"]
    found = found.set_index(["site", "wave"])
    for name in ("mean", "n", "se"):
        expected = table[name].reindex(found.index).astype(float)
        assert np.allclose(found[name].astype(float), expected)
    ties = relational_capacity(study).set_index(["site", "wave", "source", "target"])
    views = evidence.views.set_index(["site", "wave", "source", "target"])
    views = views[views["reason"] == ""]
    same = views.index.intersection(ties.index)
    assert len(same) > 500
    assert np.allclose(views.loc[same, "mean"], ties.loc[same, "mean"])


def test_an_interval_by_hand() -> None:
    some = small(people={"a": 6, "b": 7})
    found = gather(some).sites.set_index("name").loc["capacity"]
    scores = relational_capacity(some, "capacity", level="respondent")["mean"]
    reach = 2.178813 * scores.std() / np.sqrt(13)  # t of 12 degrees of freedom
    assert found["high"] - found["mean"] == pytest.approx(reach, abs=1e-6)


def test_gaps_have_the_interval_of_welch(study: Study, evidence: Evidence) -> None:
    pairs = mutual_views(evidence, "nordvik", "2026").set_index(["first", "second"])
    row = pairs.loc[("myndighed", "udfoerer")]
    said = score(study, "relational_capacity")
    said = said[(said["site"] == "nordvik") & (said["wave"] == "2026")].dropna()
    one, other = (
        said.loc[(said["actor"] == a) & (said["target"] == b), "score"]
        for a, b in (("myndighed", "udfoerer"), ("udfoerer", "myndighed"))
    )
    expected = stats.ttest_ind(one, other, equal_var=False).confidence_interval()
    assert row["gap"] == pytest.approx(one.mean() - other.mean())
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    assert row["clear"]


def test_changes_are_of_what_both_waves_show(evidence: Evidence) -> None:
    found = changes(evidence, "nordvik", "2026", "2025").loc["innovation"]
    sites = evidence.sites.set_index(["site", "wave", "name"])["mean"]
    now, before = (sites["nordvik", wave, "innovation"] for wave in ("2026", "2025"))
    assert found["change"] == pytest.approx(now - before)
    assert found["low"] < found["change"] < found["high"]


def test_a_whole_without_one_of_its_parts_is_not_compared(
    evidence: Evidence, page_at: Callable[[str], Page]
) -> None:
    key = ["site", "wave", "name"]
    asked = evidence.sites.set_index(key)
    assert ("hvideklit", "2025", "innovation") not in asked.index
    assert asked.loc[("hvideklit", "2025", "relational_capacity"), "n"] == 0
    moved = changes(evidence, "hvideklit", "2026", "2025")
    assert not {"innovation", "relational_capacity"} & set(moved.index)
    assert "mutual_respect" in moved.index
    page = page_at("hvideklit")
    told = {row.name: row.change for row in page.profile.rows}
    assert told["Innovation"] == told["Relational capacity"] == "–"


def test_a_clear_difference_is_no_common_strength(
    page_at: Callable[[str], Page], evidence: Evidence
) -> None:
    clear = 0
    for site, wave in evidence.groups:
        if wave != "2026":
            continue
        pairs = mutual_views(evidence, site, wave)
        clear += int(pairs["clear"].sum())
        strong = page_at(site).strong_pairs
        assert len(strong) <= max(1, len(pairs) // 2)
        assert not any(row.clear for row in strong)
    assert clear


def test_strengths_are_shown_with_their_intervals(
    page_at: Callable[[str], Page], evidence: Evidence
) -> None:
    page = page_at("nordvik")
    profile = {row.name: row for row in page.profile.rows}
    for card in page.strong:
        assert card.span == profile[card.name].span != ""
        assert card.picture.low < card.picture.own < card.picture.high
    views = evidence.views.set_index(["site", "wave", "source", "target"])
    pairs = mutual_views(evidence, "nordvik", "2026").set_index(["first", "second"])
    row = pairs.loc["myndighed", "sundhed"]
    for name, ends in (
        ("first", ("myndighed", "sundhed")),
        ("second", ("sundhed", "myndighed")),
    ):
        view = views.loc[("nordvik", "2026", *ends)]
        assert (row[f"low_{name}"], row[f"high_{name}"]) == (view["low"], view["high"])
    told = next(r for r in page.strong_pairs if "Health" in r.name)
    assert told.span == "2.7 to 3.4 / 2.4 to 3.7"
    assert told.picture.low < told.picture.own < told.picture.high
    assert told.picture.other_low < told.picture.other < told.picture.other_high
    assert told.picture.text.count("95% interval") == 2


def test_a_strength_that_all_agree_on_has_no_interval() -> None:
    alike = small(people={"a": 6, "b": 7}, answers_from=(3, 3))
    page = page_of(alike, gather(alike), gather_formal(alike), "s")
    assert {row.span for row in page.strong} == {""}
    assert [row.span for row in page.strong_pairs] == ["– / –"]
    assert page.strong_pairs[0].picture.low is None


def test_differences_that_may_be_chance_are_called_so(
    page_at: Callable[[str], Page],
) -> None:
    page = page_at("klintby")
    assert page.gaps
    assert not any(row.clear for row in page.gaps)
    assert "all of them may be chance" in page.gaps_told


def test_a_count_below_all_who_answered_is_explained(
    page_at: Callable[[str], Page],
) -> None:
    page = page_at("nordvik")
    assert "31 of 42" in page.answered
    assert {row.n for row in page.profile.rows} == {"31"}
    assert page.profile.note == ""
    (leadership,) = page.panels
    assert {row.n for row in leadership.rows} == {"25"}  # leaders were not asked
    assert leadership.note.endswith("in all, 31 answered.")


def test_role_gaps_count_sites(evidence: Evidence) -> None:
    found = role_gaps(evidence, "2026")
    assert (found["gap"] >= 0).all()
    assert found["gap"].is_monotonic_decreasing
    assert found["n_sites"].between(5, 12).all()
    assert (found["n_same"] <= found["n_sites"]).all()
    df = found["n_sites"].to_numpy() - 1
    error = (found["gap"] - found["low"]) / stats.t.isf(0.025, df)
    shared = error * stats.t.isf(0.025 / len(found), df)
    assert found["clear"].tolist() == (found["gap"] > shared).tolist()
    assert 0 < found["clear"].sum() < (found["low"] > 0).sum()


def test_questions_are_open_and_name_no_winner(made: Path) -> None:
    for page in made.glob("*/site-*.html"):
        text = " ".join(Reader(page.read_text("utf-8")).text).casefold()
        assert text.count("?") >= 5
        for blame in ("best kommune", "dårligst", "taper", "vinner", "nr. 1", "rang "):
            assert blame not in text


def test_sites_are_listed_by_name(made: Path) -> None:
    text = (made / "index.html").read_text("utf-8")
    assert text.index("Klintby") < text.index("Nordvik")


@pytest.mark.parametrize("prints", [True, False])
def test_the_index_names_each_site_with_its_files(
    prints: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "find_browser", lambda: Path("chromium"))

    def fails(*_: object, **__: object) -> None:
        raise JobError("no")

    monkeypatch.setattr(
        feedback, "print_pages", (lambda *_, **__: None) if prints else fails
    )
    some = small(people={"a": 6, "b": 7}, sites=("../s", "tee"))
    made = write_feedback(some, tmp_path / "out", languages=["en"], sites=["tee"])
    assert [page.name for page in made.pages] == ["site-2.html"]
    index = (made.folder / "index.html").read_text("utf-8")
    assert '<a href="en/site-2.html">tee</a>' in index
    assert ('href="en/site-2.pdf"' in index) == prints


# ---- across


def test_the_page_across_names_no_municipality(tmp_path: Path) -> None:
    sites = tuple(f"Hjem{k}" for k in range(7))
    some = small(people={"a": 6, "b": 7, "c": 5}, sites=sites)
    made = write_feedback(some, tmp_path / "all", languages=["en"], pdf=False)
    assert made.no_across == ""
    assert made.pages[-1].name == "across.html"
    text = made.pages[-1].read_text("utf-8")
    assert "Hjem" not in text
    assert "may be chance" in text
    assert text.count('class="mark"') == len(sites) * 3
    assert len(re.findall(r"the highest in \d of 7 municipalities", text)) == 2
    assert "among the three" not in text
    fewer = some.select(sites=list(sites[:5]))
    made = write_feedback(fewer, tmp_path / "few", languages=["en"], pdf=False)
    assert made.no_across == "no_across_few"
    assert len(made.pages) == 5


def with_means(evidence: Evidence, *means: list[float]) -> Evidence:
    """Three dimensions of the latest wave with these means, a list for each site."""
    names, sites = evidence.dimensions[:3], evidence.sites["site"].unique()
    table = evidence.sites.drop(
        evidence.sites.index[evidence.sites["name"].isin(evidence.dimensions)]
    )
    latest = evidence.sites[evidence.sites["wave"] == "2026"]
    whole = latest[latest["name"] == evidence.subject].set_index("site")
    rows = [
        whole.loc[[site]].assign(name=name, mean=mean, reason="").reset_index()
        for site, own in zip(sites, means, strict=False)
        for name, mean in zip(names, own, strict=True)
    ]
    parts = [table, *rows]
    return replace(evidence, dimensions=names, sites=pd.concat(parts, sort=False))


def told_across(study: Study, evidence: Evidence) -> Across:
    return across(study, evidence, gather_formal(study))


def test_of_three_dimensions_one_is_highest(study: Study, evidence: Evidence) -> None:
    means = [*[[3.0, 4.0, 2.0]] * 5, *[[3.9, 3.8, 2.0]] * 3]
    found = told_across(study, with_means(evidence, *means))
    assert [(row.value, row.n) for row in found.strong] == [
        ("4.0", "the highest in 5 of 8 municipalities")
    ]
    asked = {prompt.kind: prompt.fact for prompt in found.prompts}
    assert asked["Hold on to"].endswith("the highest in 5 of 8 municipalities.")
    assert asked["Room to grow"].endswith("is least often the highest dimension.")


def test_a_tie_is_ordered_by_the_median_and_no_prompt_calls_it_rarest(
    study: Study, evidence: Evidence
) -> None:
    means = [*[[3.0, 2.0, 4.0]] * 4, *[[3.5, 2.0, 3.4]] * 4]
    found = told_across(study, with_means(evidence, *means))
    assert [row.value for row in found.strong] == ["3.7"]
    kinds = [prompt.kind for prompt in found.prompts]
    assert "Room to grow" in kinds
    flat = told_across(study, with_means(evidence, *[[4.0, 2.0, 3.0]] * 8))
    assert "Room to grow" not in [prompt.kind for prompt in flat.prompts]


def test_pairs_that_see_alike_are_not_said_to_differ(
    study: Study, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = role_gaps(evidence, "2026")
    for gaps, told, asked in (
        ([0.0, 0.0], 0, 0),
        ([0.25, 0.1], 1, 0),
        ([0.3, 0.29], 2, 1),
    ):
        pairs = known.head(2).assign(gap=gaps)
        monkeypatch.setattr(
            "netcollab.report.feedback_across.role_gaps", lambda *_, p=pairs: p
        )
        found = told_across(study, evidence)
        assert len(found.gaps) == told
        alike = "The pairs that may be shown see each other alike."
        assert (found.gaps_told == alike) is (told == 0)
        kinds = [prompt.kind for prompt in found.prompts]
        assert kinds.count("Seen differently") == asked


@pytest.mark.parametrize(
    ("answers_from", "told"),
    [
        ((1, 3), "No dimension reaches the middle of the scale (3.0) yet. This one"),
        ((4, 5), "This dimension stands highest here."),
    ],
)
def test_without_bands_the_middle_of_the_scale_is_the_measure(
    answers_from: tuple[int, int], told: str
) -> None:
    some = small(people={"a": 6, "b": 7, "c": 5}, answers_from=answers_from)
    page = page_of(some, gather(some), gather_formal(some), "s")
    assert len(page.strong) == 1
    assert page.strong_told.startswith(told)
    names = [row.name for row in page.strong]
    room = [prompt.fact for prompt in page.prompts if prompt.kind == "Room to grow"]
    assert room
    assert not any(name in fact for name in names for fact in room)


# ---- what goes wrong


def test_an_unknown_site_is_told_with_the_closest(study: Study, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match='did you mean "nordvik"'):
        write_feedback(study, tmp_path / "out", sites=["nordvk"], pdf=False)
    with pytest.raises(UnknownNameError, match="language"):
        write_feedback(study, tmp_path / "out", languages=["sv"], pdf=False)
    with pytest.raises(InputError, match="no language"):
        write_feedback(study, tmp_path / "out", languages=[], pdf=False)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "name", ["cases/alvorlig_sykt_barn", "synthetic/faelles_sprog"]
)
def test_a_study_without_answers_about_units_is_refused(
    name: str, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError, match="to report back"):
        write_feedback(read_study(bundled(name)), tmp_path / "out", pdf=False)
    assert not (tmp_path / "out").exists()


def test_an_earlier_result_survives_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some, out = small(people={"a": 6, "b": 7}), tmp_path / "out"
    write_feedback(some, out, pdf=False)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Run, "record", full)
    with pytest.raises(OSError, match="disk full"):
        write_feedback(some, out, pdf=False)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("why", ["no_pdf_found", "no_pdf_failed"])
def test_pages_stand_without_a_pdf(
    why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(pages: list[Path], *_: object, **__: object) -> None:
        pages[0].with_suffix(".pdf").write_bytes(b"%PDF")
        raise JobError("the browser did not print site-2.html")

    here = None if why == "no_pdf_found" else Path("chromium")
    monkeypatch.setattr(feedback, "find_browser", lambda: here)
    monkeypatch.setattr(feedback, "print_pages", fails)
    some = small(people={"a": 6, "b": 7}, sites=("s", "t"))
    told: list[str] = []
    made = write_feedback(some, tmp_path / "out", tell=told.append)
    assert (made.no_pdf, made.pdf_engine) == (why, "")
    assert not list(made.folder.rglob("*.pdf"))
    assert all(page.is_file() for page in made.pages)
    assert "print it" in " ".join(made.notes())
    assert ("the browser did not print site-2.html" in told) == (here is not None)


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    some, out = small(people={"a": 6, "b": 7}), tmp_path / "out"

    def second(line: str) -> None:
        del line
        with pytest.raises(BlockingIOError, match="another run"):
            write_feedback(some, out, pdf=False)

    write_feedback(some, out, pdf=False, tell=second)
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError, match="choose another folder"):
        write_feedback(some, other, pdf=False)


def test_the_command_says_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    some = small(people={"a": 6, "b": 7}, sites=("Oslo", "Moss"))
    write_study(some, tmp_path / "study")
    words = ["report", str(tmp_path / "study"), "--out", str(tmp_path / "out")]
    words += ["--no-pdf", "--site"]
    assert main([*words, "Oslo", "--language", "nb"]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == str(tmp_path / "out" / "index.html")
    assert "side 1 av 1" in err
    assert "Det er ikke bedt om PDF." in err
    assert main([*words, "Mos"]) == 2
    assert 'did you mean "Moss"' in capsys.readouterr().err
