"""Planted persons never come out: not in a file, a print, a log or an error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import netcollab as nc
from netcollab.cli import main
from netcollab.report import check_release, dialogue_sheet, person_level, protect
from netcollab.report.disclosure import Cell, attack

ID, NAME, EMAIL = "kanari", "Kanari Nordmann", "kanari@example.org"
NUMBER, PHONE = "01017000027", "99 88 77 66"
TEXT = f"{NAME} ({EMAIL}, {PHONE}) svarer aldri"
SIGNS = ("kanari", "nordmann", NUMBER, "88 77 66", "svarer aldri")


def planted(source: str, folder: Path, **selected: object) -> nc.Study:
    """A study whose respondents have telling ids, names and free text."""
    study = nc.read_study(nc.study.bundled(source)).select(**selected)  # type: ignore[arg-type]
    people, answers = study.respondents, study.answers
    names = {
        old: f"{ID}{k:04d}x" for k, old in enumerate(people["respondent"].unique())
    }
    people["respondent"] = people["respondent"].map(names)
    answers["respondent"] = answers["respondent"].map(names)
    people["nickname"] = NAME
    people["comment"] = TEXT
    given = {"respondents": people, "answers": answers}
    for table in ("sites", "actors", "ties", "codings", "affiliations", "aliases"):
        frame = getattr(study, table)
        if len(frame):
            given[table] = frame
    manifest = nc.study.Manifest(
        **{**vars(study.manifest), "free_text": ("comment",), "files": {}}
    )
    made = nc.Study.from_frames(manifest, **given)
    nc.write_study(made, folder)
    return made


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, nc.Study]:
    folder = tmp_path_factory.mktemp("canary") / "study"
    sites = ["nordvik", "klintby", "birkesoe"]
    made = planted("synthetic/myndighedsfunktion", folder, sites=sites, waves="2025")
    return folder, made


def texts_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file, whatever it is, as text, with its name."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.name + path.read_bytes().decode("utf-8", "replace")


def assert_silent(said: str, where: str) -> None:
    found = [sign for sign in SIGNS if sign in said.casefold()]
    assert not found, f"{where} says {len(found)} of the planted words"


COMMANDS = [
    ["check", "{study}"],
    ["check", "{study}", "--json"],
    ["check", "{study}", "--language", "nb", "--strict"],
    ["test", "{study}", "--seed", "1"],
    ["test", "{study}", "--seed", "1", "--json"],
    ["measures", "{study}", "--out", "{out}", "--relation", "relational_capacity"],
    ["measures", "{study}", "--out", "{out}", "--site", "nowhere"],
    ["report", "{study}", "--out", "{out}", "--no-pdf", "--site", "nordvik"],
    ["join", "{study}", "{study}", "--out", "{out}"],
    ["release", "{study}", "--study", "{study}"],
    ["release", "{study}", "--study", "{study}", "--json", "--language", "da"],
    ["import", "{study}/respondents.csv", "--preset", "surveyxact", "--out", "{out}"],
    ["import", "{study}/answers.csv", "--preset", "viva", "--out", "{out}"],
    ["pseudonymise", "{study}", "--key", "{study}/key.csv"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_says_who(
    command: list[str],
    authority: tuple[Path, nc.Study],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    out = tmp_path / "out"
    main([word.format(study=authority[0], out=out) for word in command])
    printed = capfd.readouterr()
    assert printed.out + printed.err
    assert_silent(printed.out, "stdout")
    assert_silent(printed.err, "stderr")
    assert_silent(caplog.text, "the log")
    for name, text in texts_in(out) if out.exists() else []:
        assert_silent(text, name)


def test_the_key_is_the_only_place_where_old_ids_are(
    authority: tuple[Path, nc.Study], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    key, out = tmp_path / "safe" / "key.csv", tmp_path / "pseudonymised"
    assert main(
        ["pseudonymise", str(authority[0]), "--key", str(key), "--out", str(out)]
    ) in (0, 2)
    printed = capfd.readouterr()
    assert_silent(printed.out + printed.err, "pseudonymise")
    for name, text in texts_in(out) if out.exists() else []:
        assert f"{ID}0" not in text, f"{name} holds an old id"


@pytest.fixture(scope="module")
def pathways(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Interviews whose sources, spans and informants tell who spoke."""
    folder = tmp_path_factory.mktemp("canary") / "study"
    planted("synthetic/digitale_forloep", folder)
    codings = pd.read_csv(folder / "codings.csv")
    codings["source"] = f"{ID}_" + codings["source"]
    codings["span"] = f"{ID}_1"
    codings["informant"] = f"{ID}0001x"
    codings.to_csv(folder / "codings.csv", index=False)
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ["test", "{study}", "--seed", "1", "--out", "{out}"],
        ["test", "{study}", "--seed", "1", "--json", "--language", "nb"],
        ["report", "{study}", "--out", "{out}", "--no-pdf"],
        ["report", "{study}", "--out", "{out}", "--no-pdf", "--by", "respondent"],
        ["report", "{study}", "--out", "{out}", "--no-pdf", "--by", "comment"],
        ["multiverse", "{study}", "DF-H1", "--seed", "1", "--out", "{out}"],
    ],
    ids=" ".join,
)
def test_nothing_of_a_theory_or_dialogue_says_who(
    command: list[str],
    pathways: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    main([word.format(study=pathways, out=out) for word in command])
    printed = capfd.readouterr()
    assert printed.out + printed.err
    assert_silent(printed.out, "stdout")
    assert_silent(printed.err, "stderr")
    for name, text in texts_in(out) if out.exists() else []:
        assert_silent(text, name)


@pytest.mark.parametrize("code", ["en", "nb", "da"])
def test_no_report_says_who(code: str, tmp_path: Path) -> None:
    made = planted("synthetic/faelles_sprog", tmp_path / "study")
    sheet = dialogue_sheet(made, "shared_language", n_resamples=99, rng=1)
    with nc.report.language(code):
        for said in (
            sheet.summary(),
            sheet._repr_html_(),
            sheet.to_frame().to_csv(),
            repr(sheet),
            person_level(made).to_csv(),
            repr(made),
        ):
            assert_silent(said, "the sheet")


@pytest.mark.parametrize("cell", [NUMBER, EMAIL, PHONE, NAME])
@pytest.mark.parametrize("column", ["role", "actor", "wave", "respondent"])
def test_no_error_says_who(
    cell: str,
    column: str,
    authority: tuple[Path, nc.Study],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "study"
    nc.write_study(authority[1], folder)
    people = authority[1].respondents.astype("str")
    people.loc[3, column] = cell
    people.to_csv(folder / "respondents.csv", index=False)
    for command in (["check"], ["test"], ["measures", "--site", "nowhere"]):
        main([*command, str(folder)])
        printed = capfd.readouterr()
        assert_silent(printed.out + printed.err, command[0])


def test_no_exception_of_the_disclosure_control_says_who() -> None:
    who = frozenset(f"{ID}{k}" for k in range(9))
    cells = [
        Cell(output="t", question="trust", people=who, mean=3.0),
        Cell(output="t", question="trust", people=frozenset(list(who)[:7]), mean=3.0),
    ]
    manifest = nc.study.Manifest("x")
    said = repr(cells) + repr(attack(cells, [True, True], manifest))
    assert_silent(said + repr(protect(cells, manifest)), "disclosure")
    nobody = [Cell(output="t", question="trust", people=who, mean=float("nan"))]
    with pytest.raises(nc.InputError) as told:
        protect(nobody, manifest)
    assert_silent(str(told.value), "the error")


def test_the_release_check_finds_what_was_planted(
    authority: tuple[Path, nc.Study],
) -> None:
    """The canaries are where they were put: the other tests are not silent by luck."""
    found = check_release(authority[0], study=authority[1]).findings
    assert {"email", "phone", "person_column", "respondent_id", "free_text"} <= {
        one.kind for one in found
    }
