"""A declared theory, cases and groups in words, tables and files."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.axes import Axes

import netcollab as nc
from netcollab._files import sha256
from netcollab.cli import main
from netcollab.hypotheses import (
    CaseComparison,
    Contribution,
    Convergence,
    case_comparison,
    contribution,
    declared_convergence,
    declared_theory,
)
from netcollab.report import (
    LANGUAGES,
    cases_report,
    cases_table,
    contribution_report,
    contribution_table,
    convergence_report,
    convergence_table,
    language,
    methods_paragraph,
    plot_contribution,
    plot_saturation,
    theory_words,
)

FOLDER = nc.study.bundled("synthetic/digitale_forloep")
CASE = nc.study.bundled("cases/alvorlig_sykt_barn")
SYNTHETIC = {"en": "Synthetic data", "nb": "Syntetiske data", "da": "Syntetiske data"}
OUTPUTS = {
    *(
        f"{name}.{kind}"
        for name in ("cases", "contribution", "convergence", "findings")
        for kind in ("csv", "docx", "html", "md", "tex", "xlsx")
    ),
    *(
        f"{name}.{kind}"
        for name in ("joint_display", "theory_of_change")
        for kind in ("svg", "pdf", "png")
    ),
    *("chains.csv", "rivals.csv", "memberships.csv", "joint_display.csv"),
    *("estimators.csv", "methods.md", "citations.bib", "run.json"),
}


@cache
def study() -> nc.Study:
    return nc.read_study(FOLDER)


@cache
def theory() -> Contribution:
    return contribution(study(), declared_theory(study()))


@cache
def cases() -> CaseComparison:
    return case_comparison(study(), rng=1)


@cache
def groups() -> dict[str, Convergence]:
    return declared_convergence(study(), rng=1)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_word_is_the_readers_and_the_data_are_said_to_be_invented(
    code: str,
) -> None:
    with language(code):
        tables = [
            contribution_table(theory(), study()),
            cases_table(cases(), study()),
            convergence_table(groups(), study()),
        ]
        told = [
            contribution_report(theory(), study()),
            cases_report(cases(), study()),
            convergence_report(groups(), study()),
        ]
    for table in tables:
        assert table.attrs["note"].startswith(SYNTHETIC[code])
        text = table.to_string() + " ".join(map(str, table.index))
        assert "_" not in text
    for text in told:
        assert "_" not in text
        if code != "en":
            assert not {"supported", "voices", "consistency"} & set(text.split())
    element = {
        "en": "Shared overview",
        "nb": "Felles oversikt",
        "da": "Fælles overblik",
    }
    assert element[code] in told[0]
    rival = {"en": "New funding", "nb": "Nye midler", "da": "Nye midler"}
    assert rival[code] in tables[0].to_string()


def test_the_tables_say_what_the_numbers_do() -> None:
    table = contribution_table(theory(), study())
    assert table["voices"].astype(int).tolist() == theory().links["n"].tolist()
    assert table["mean"].iloc[5] == "–"
    assert "five voices" not in table.attrs["note"]
    few = dataclasses.replace(theory(), links=theory().links.assign(n=4))
    assert "fewer than five voices" in contribution_table(few, study()).attrs["note"]
    assert table["why it is not clear"].iloc[5] == "no codings are named for it"
    rivals = table["rival explanations"].tolist()
    assert rivals[1] == "not ruled out: New funding"
    assert rivals[2] == "rival that stands: Joint training"
    rows = cases_table(cases(), study())
    assert rows["leads to the outcome"].tolist() == ["yes"] * 2 + ["no"] * 6
    assert "enough for coordinated plans" in rows.attrs["note"].lower()
    assert "p = 0.007 (exact)" in rows.attrs["note"]
    questions = convergence_table(groups(), study())
    assert questions["verdict"].tolist() == ["supported", "inconclusive"]
    assert "shared among 2 questions" in questions.attrs["note"]


def test_combinations_are_said_in_words() -> None:
    assert cases().solution is not None
    models = ("tools*~leadership + users", "leadership")
    solution = dataclasses.replace(
        cases().solution, models=models, fit=pd.concat([cases().solution.fit] * 2)
    )
    told = cases_report(dataclasses.replace(cases(), solution=solution), study())
    said = "tools in use and not leaders follow up, or users take part in planning"
    assert f"enough for coordinated plans: {said}" in told
    assert f"do not tell these apart: {said}; leaders follow up" in told


def test_what_was_refused_is_told() -> None:
    assert cases().test is not None
    refused = dataclasses.replace(
        cases(),
        table=pd.DataFrame(),
        solution=None,
        reason="3 conditions are too many",
        test=dataclasses.replace(cases().test, reason="fewer than 4 cases"),
    )
    told = cases_report(refused, study())
    assert "no truth table: 3 conditions are too many" in told
    assert "not tested: fewer than 4 cases" in told
    assert cases_table(refused, study()).empty
    early = study().select(waves="2025")
    with language("nb"):
        told = convergence_report(declared_convergence(early), early)
    assert "ikke testbar" in told
    assert "én runde så langt" in told


def test_groups_held_back_are_named_without_their_numbers() -> None:
    few = dataclasses.replace(
        groups()["users"],
        left_out=pd.DataFrame({"wave": ["2025"], "group": ["nurse"], "n": [3]}),
    )
    told = convergence_report({"users": few}, study())
    assert "not shown, too few respondents: nurse" in told
    assert "3" not in told.split("nurse")[1].split("\n")[0]


def test_a_case_that_was_left_out_is_named_in_words_and_methods() -> None:
    whole, table = cases(), cases().table
    seen = table.index[table["n"] == 1][0]
    site = table.loc[seen, "cases"]
    gap = whole.cases.copy()
    gap.loc[site, whole.outcome] = float("nan")
    unseen = table.copy()
    unseen.loc[seen, ["n", "cases", "remainder"]] = [0, "", True]
    left = {site: ("shared_plans",)}
    some = dataclasses.replace(whole, cases=gap, table=unseen, left_out=left)
    told = cases_report(some, study())
    assert f"in {len(gap) - 1} cases" in told
    line = f"left out: {study().sites.set_index('site').loc[site, 'name']} (coord"
    assert line in told
    row = cases_table(some, study()).iloc[table.index.get_loc(seen)]
    assert row["leads to the outcome"].startswith("not known: ")
    methods = methods_paragraph(some)
    assert f"{len(gap) - 1} cases were compared" in methods
    assert "Left out, without a value for one of the sets" in methods
    name = study().sites.set_index("site").loc[site, "name"]
    assert f"sets: {name} (coordinated plans)." in methods_paragraph(study(), some)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_set_without_words_is_told_without_its_key(tmp_path: Path, code: str) -> None:
    folder = tmp_path / "study"
    shutil.copytree(nc.study.bundled("synthetic/digitale_forloep"), folder)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    before, sets = text.split("[cases]")
    sets = re.sub(r"\nlabel = .*", "", sets).replace('"users"', '"users_who_plan"')
    sets = sets.replace("[cases.sets.users]", "[cases.sets.users_who_plan]")
    (folder / "study.toml").write_text(f"{before}[cases]{sets}", encoding="utf-8")
    bare = nc.read_study(folder)
    found = case_comparison(bare, rng=1)
    left = {"brattvoll": ("users_in_planning",)}
    found = dataclasses.replace(found, left_out=left)
    with language(code):
        table = cases_table(found, bare)
        told = cases_report(found, bare) + table.attrs["note"]
        assert "Users who plan" in table.columns
    assert "(users who plan)" in told
    assert "_" not in told


def test_what_swapped_waves_is_told_and_who_was_left_out() -> None:
    users = groups()["users"]
    n = len(users.sites)
    assert f"{n} sites exchanged their two waves as a whole" in convergence_report(
        groups(), study()
    )
    without = dataclasses.replace(users, sites_left_out=("brattvoll",))
    assert "left out: Brattvoll" in convergence_report({"users": without}, study())
    told = methods_paragraph({"users": without})
    assert f"users: the waves of {n} sites were exchanged as a whole; left out" in told
    assert "brattvoll" in told.lower()
    persons = dataclasses.replace(users, unit="respondent")
    assert "taken as independent" in methods_paragraph({"users": persons})
    assert "taken as independent" in convergence_report({"users": persons}, study())
    with language("da"):
        told = convergence_report(groups(), study())
    assert "varians mellem grupper" in told
    assert "spredning" not in told


def test_figures_of_invented_data_say_so_and_others_do_not() -> None:
    ax = plot_contribution(theory().links, names=theory_words(study()))
    assert SYNTHETIC["en"] in _texts(ax)
    real = nc.read_study(CASE)
    ax = plot_saturation(nc.scales.saturation(real))
    assert SYNTHETIC["en"] not in _texts(ax)
    ax = plot_saturation(nc.scales.saturation(study()))
    assert SYNTHETIC["en"] in _texts(ax)


def _texts(ax: Axes) -> list[str]:
    """The remarks of a heading, as words with plain blanks."""
    told = (ax.get_title(loc="left"), ax.get_title(loc="center"))
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in told]


def test_the_command_writes_everything_twice_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found"
    asked = ["test", str(FOLDER), "--seed", "1", "--out", str(out), "--language", "da"]
    assert main(asked) == 0
    told = capsys.readouterr()
    assert "DF-H1" in told.out
    assert "godt støttet" in told.out
    assert "læser forandringsteorien" in told.err
    assert {path.name for path in out.iterdir()} == OUTPUTS
    first = {p.name: sha256(p) for p in out.iterdir() if p.name != "run.json"}
    assert main(asked) == 0
    second = {p.name: sha256(p) for p in out.iterdir() if p.name != "run.json"}
    assert second == first
    methods = (out / "methods.md").read_text(encoding="utf-8")
    for cited in ("Mayne 2001", "Ragin 2008", "Braumoeller 2015", "Anderson 2006"):
        assert cited in methods
    assert "coming of age? Evaluation" in methods
    tex = (out / "contribution.tex").read_text(encoding="utf-8")
    assert r"brug $\rightarrow$ " in tex
    assert "→" not in tex
    assert "og koordinerede planer" in (out / "cases.md").read_text(encoding="utf-8")
    links = pd.read_csv(out / "contribution.csv", index_col=0)
    assert links["status"].tolist() == theory().links["status"].tolist()
    assert links["assumption"].iloc[0].startswith("Alle tjenester")
    assert (
        links["reason"].iloc[1] == "den anden forklaring new_funding er ikke udelukket"
    )
    cells = {
        ("chains", "reason"): "digital_tools → co_creation er modsagt",
        ("rivals", "reason"): "ingen kodninger er nævnt for det",
        ("cases", "reason"): "konsistens 0,43 er under 0,8; PRI 0,00 er under 0,5",
        ("convergence", "reason"): "p-værdien, 0,6172, er over 0,025",
        ("convergence", "method"): "p er eksakt, over alle 256 ombytninger",
        ("joint_display", "test_reason"): "den justerede p-værdi, 0,0887, er over 0,05",
    }
    for (name, column), cell in cells.items():
        assert cell in pd.read_csv(out / f"{name}.csv")[column].tolist()


def test_json_has_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(FOLDER), "--seed", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["hypothesis"] for row in found["findings"]] == ["DF-H1"]
    assert found["links"][0]["status"] == "well supported"
    assert found["cases"]["models"] == ["tools*leadership"]
    assert [row["verdict"] for row in found["convergence"]] == [
        *("supported", "inconclusive"),
    ]


def test_a_theory_alone_is_enough(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        'name = "pair"',
        "[relations.trust]",
        'unlisted = "absent"',
        "[theory.elements]",
        'meetings = { en = "Meetings" }',
        'trust = { en = "Trust" }',
        "[theory.links.first]",
        'cause = "meetings"',
        'effect = "trust"',
    ]
    (tmp_path / "study.toml").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "actors.csv").write_text("actor\nnav\nks\n", encoding="utf-8")
    ties = "relation,source,target,weight\ntrust,nav,ks,2\n"
    (tmp_path / "ties.csv").write_text(ties, encoding="utf-8")
    out = tmp_path / "out"
    assert main(["test", str(tmp_path), "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("pair: 1 link, 1 chain")
    assert "Meetings → Trust: not tested" in told
    assert (out / "contribution.html").is_file()
    assert not (out / "findings.csv").exists()
