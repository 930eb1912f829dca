"""A study that is one workbook is the study that the folder would be."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import netcollab as nc
from netcollab.errors import InputError
from netcollab.study import Study, bundled, check_study, instrument
from netcollab.study.schema import TABLES

Rows = list[list[Any]]
STUDY: Rows = [
    ["key", "value"],
    ["name", "three"],
    ["relations.trust.unlisted", "not_asked"],
    ["relations.trust.scale", "1, 5"],
]
ACTORS: Rows = [["actor", "kind"], ["nav", "agency"], ["ks", "association"]]
TIES: Rows = [
    ["relation", "source", "target", "weight"],
    ["trust", "nav", "ks", 2],
    ["trust", "ks", "nav", 3],
]
GOOD: dict[str, Rows] = {"study": STUDY, "actors": ACTORS, "ties": TIES}
SCALES: Rows = [["scale", "low", "high"], ["agree5", 1, 5]]
ITEMS: Rows = [
    ["item", "scale", "dimension", "reversed", "min_answered", "label_nb", "label_en"],
    ["q1", "agree5", "trust", True, 1, "Én, to", "One"],
    ["q2", "agree5", "trust", "false", None, "To", None],
]


def book(place: Path, sheets: Mapping[str, Rows], name: str = "study.xlsx") -> Path:
    """A workbook with these sheets; text is text, also where it looks otherwise."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = place / name
    made.save(file)
    return file


def flat(data: Mapping[str, Any], before: str = "") -> Iterator[list[Any]]:
    """The keys of a manifest as rows of the sheet study."""
    for key, value in data.items():
        shown = f'"{key}"' if "." in key else key
        if isinstance(value, dict):
            yield from flat(value, f"{before}{shown}.")
        elif isinstance(value, list):
            yield [before + shown, "; ".join(str(one) for one in value)]
        else:
            yield [before + shown, value]


def as_sheets(folder: Path, *, in_sheets: tuple[str, ...] = ()) -> dict[str, Rows]:
    """A study folder as sheets; scales and items may have sheets of their own."""
    data = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    sheets: dict[str, Rows] = {}
    scales = data.get("scales", {})
    if "scales" in in_sheets:
        sheets["scales"] = [["scale", "low", "high"]]
        sheets["scales"] += [
            [n, s.pop("low"), s.pop("high")] for n, s in scales.items()
        ]
    if "missing" in in_sheets:
        codes = [(n, s.pop("missing", {})) for n, s in scales.items()]
        sheets["missing"] = [["scale", "code", "reason"]]
        sheets["missing"] += [[n, c, r] for n, told in codes for c, r in told.items()]
    if "items" in in_sheets:
        plain = ["scale", "dimension", "construct", "reversed", "about", "min_answered"]
        languages = ["nb", "da", "en"]
        sheets["items"] = [["item", *plain, *(f"label_{code}" for code in languages)]]
        for name, item in data.pop("items").items():
            words = [item["label"].get(code) for code in languages]
            sheets["items"].append([name, *(item.get(key) for key in plain), *words])
    sheets["study"] = [["key", "value", "note"], *flat(data)]
    for table in TABLES:
        file = folder / f"{table}.csv"
        if file.exists():
            with file.open(encoding="utf-8", newline="") as opened:
                sheets[table] = list(csv.reader(opened))
    return sheets


def assert_same(one: Study, two: Study) -> None:
    """The same tables, and the same meaning of them."""
    for name in TABLES:
        assert_frame_equal(getattr(one, name), getattr(two, name))
    for part in ("relations", "scales", "items", "hypotheses", "resources", "language"):
        assert getattr(one.manifest, part) == getattr(two.manifest, part)
    assert one.manifest.name == two.manifest.name
    assert one.manifest.title == two.manifest.title
    assert one.manifest.synthetic == two.manifest.synthetic


@pytest.mark.parametrize(
    "name", ["cases/alvorlig_sykt_barn", "synthetic/alvorlig_sykt_barn"]
)
def test_a_bundled_study_is_the_same_as_a_workbook(tmp_path: Path, name: str) -> None:
    folder = bundled(name)
    sheets = {table: number_columns(rows) for table, rows in as_sheets(folder).items()}
    assert_same(nc.read_study(book(tmp_path, sheets)), nc.read_study(folder))


def number_columns(rows: Rows) -> Rows:
    """Cells that are numbers, as a spreadsheet would hold them; ids stay text."""
    numeric = {"weight", "staff", "budget_mnok", "digital_maturity", "incentive"}
    numeric |= {"polarity", "confidence", "value"}
    header, *body = rows
    if header[:2] == ["key", "value"]:
        return rows
    return [
        header,
        *(
            [
                float(cell) if name in numeric and cell else cell
                for name, cell in zip(header, row, strict=True)
            ]
            for row in body
        ),
    ]


@pytest.mark.parametrize("in_sheets", [(), ("scales", "missing", "items")])
def test_a_questionnaire_is_the_same_as_a_workbook(
    tmp_path: Path, in_sheets: tuple[str, ...]
) -> None:
    asked = instrument("relational_capacity")
    sections = nc.study.codebook("relational_capacity", "leadership")
    sections["items"]["rc_respect_1"]["min_answered"] = 2
    sections["scales"]["agree5"]["bands"] = {"weak": [1, 2.5], "strong": [2.5, 5]}
    manifest = {
        "name": "asked",
        "waves": ["2025", "2026"],
        "relations": {"relational_capacity": {"unlisted": "not_asked"}},
        "privacy": {"min_respondents": 6, "sensitive": ["mutual_respect"]},
        "categories": {"kind": ["service", "school"]},
        **sections,
    }
    people = [("0301", "r1", "ppr"), ("0301", "r2", "nav")]
    tables: dict[str, Rows] = {
        "actors": [["site", "actor", "kind"], ["0301", "ppr", "service"]],
        "respondents": [["site", "respondent", "actor", "wave"]],
        "answers": [["respondent", "item", "target", "wave", "value"]],
    }
    tables["actors"] += [["0301", "nav", "service"], ["0301", "skole", "school"]]
    tables["respondents"] += [[*person, "2025"] for person in people]
    tables["answers"] += [
        [person, item, "skole", "2025", str(98 if place == 3 else 1 + place % 5)]
        for _, person, _ in people
        for place, item in enumerate(asked.items)
    ]
    frames = {name: frame_of(rows) for name, rows in tables.items()}
    nc.write_study(Study.from_frames(manifest, **frames), tmp_path / "folder")
    sheets = as_sheets(tmp_path / "folder", in_sheets=in_sheets)
    whole = nc.read_study(book(tmp_path, sheets))
    assert_same(whole, nc.read_study(tmp_path / "folder"))
    assert whole.manifest.waves == ("2025", "2026")
    assert whole.manifest.min_respondents == 6
    assert whole.manifest.categories == {"kind": ("service", "school")}


def frame_of(rows: Rows) -> pd.DataFrame:
    """Rows with a header as a frame of text."""
    return pd.DataFrame(rows[1:], columns=rows[0], dtype="str")


def test_cells_are_what_their_keys_need(tmp_path: Path) -> None:
    rows = [
        ["key", "value"],
        ["name", 2025],
        ["  title.en ", "Trust, and more"],
        ["synthetic", "true"],
        ["waves", 2],
        ["relations.trust.unlisted", "absent"],
        ["relations.trust.scale", "1; 5"],
        ["relations.trust.signed", False],
        ["relations.trust.label.nb", "Tillit"],
        ["scales.agree5.bands.weak", "1; 2,5"],
        ["scales.agree5.labels.1.nb", "Helt uenig"],
        ["scales.agree5.missing.98", "dont_know"],
        ["items.q1.map.1", "0,5"],
        ["resources.columns", "staff"],
        ["privacy.sensitive", "[trust]"],
        ["privacy.min_respondents", "7"],
        ["hypotheses.H1.delta", 0.1],
        ["hypotheses.H1.outcome", "tie(trust)"],
        ["language", None],
    ]
    sheets = {**GOOD, "study": rows, "scales": SCALES, "items": ITEMS}
    sheets["actors"] = [["actor", "staff"], ["nav", 10], ["ks", 2]]
    sheets["ties"] = [[*TIES[0], "wave"], *([*row, "1"] for row in TIES[1:])]
    told = nc.read_study(book(tmp_path, sheets)).manifest
    assert (told.name, told.title) == ("2025", {"en": "Trust, and more"})
    assert (told.synthetic, told.waves) == (True, ("1", "2"))
    assert told.relations["trust"].scale == (1, 5)
    assert told.relations["trust"].label == {"nb": "Tillit"}
    scale = told.scales["agree5"]
    assert (scale.low, scale.bands, scale.missing) == (
        1,
        {"weak": (1, 2.5)},
        {"98": "dont_know"},
    )
    q1, q2 = told.items["q1"], told.items["q2"]
    assert (q1.reversed, q1.min_answered, q1.map) == (True, 1, {1: 0.5})
    assert q1.label == {"nb": "Én, to", "en": "One"}
    assert (q2.reversed, q2.min_answered) == (False, None)
    assert (told.sensitive, told.min_respondents) == (("trust",), 7)
    assert (told.resources, told.hypotheses["H1"].delta) == (("staff",), 0.1)
    assert told.language == "en"


def found(file: Path) -> list[tuple[str, str, int | None, str]]:
    """Code, sheet, row and column letter of each problem that is no note."""
    problems = check_study(file).problems
    return [
        (p.code, p.sheet, p.row, p.letter) for p in problems if p.severity != "NOTE"
    ]


@pytest.mark.parametrize(
    ("sheet", "rows", "expected"),
    [
        ("study", [*STUDY, ["nmae", "x"]], ("E-MAN-003", "study", 5, "B")),
        ("study", [*STUDY, ["name", "x"]], ("E-WBK-001", "study", 5, "B")),
        ("study", [*STUDY, ["relations.trust", "x"]], ("E-WBK-001", "study", 5, "B")),
        ("study", [*STUDY, ["name.nb", "x"]], ("E-WBK-001", "study", 5, "B")),
        ("study", [*STUDY, [None, "x"]], ("E-WBK-002", "study", 5, "A")),
        ("study", [*STUDY, ["a..b", "x"]], ("E-WBK-002", "study", 5, "A")),
        ("study", [*STUDY, ["a.", "x"]], ("E-WBK-002", "study", 5, "A")),
        ("study", [*STUDY, [".".join("x" * 300), 1]], ("E-WBK-002", "study", 5, "A")),
        ("study", [*STUDY, ["synthetic", "yes"]], ("E-MAN-004", "study", 5, "B")),
        (
            "study",
            [*STUDY[:3], ["relations.trust.scale", "5, 1"]],
            ("E-MAN-009", "study", 4, "B"),
        ),
        (
            "study",
            [*STUDY, ["files.ties.path", "other.xlsx"]],
            ("E-WBK-003", "study", 5, "B"),
        ),
        ("study", [["key", "valeu"], *STUDY[1:]], ("E-WBK-004", "study", 1, "B")),
        ("study", [["key", "valeu"], *STUDY[1:]], ("E-COL-001", "study", None, "")),
        (
            "study",
            [["key", "value", "key"], *STUDY[1:]],
            ("E-COL-002", "study", 1, "C"),
        ),
        (
            "study",
            [*STUDY[:3], ["x", "y", "z"]],
            ("E-COL-003", "study", 1, "C"),
        ),
        ("items", [ITEMS[0], ["q", "agree4"]], ("E-MAN-011", "items", 2, "B")),
        ("items", [ITEMS[0], ["q", None, "d"]], ("E-MAN-006", "items", 2, "A")),
        ("items", [ITEMS[0], ["q"]], ("E-MAN-006", "items", 2, "A")),
        (
            "items",
            [ITEMS[0], ["q", "agree5", "d", "maybe"]],
            ("E-MAN-004", "items", 2, "D"),
        ),
        ("items", [*ITEMS, ITEMS[1]], ("E-WBK-001", "items", 4, "A")),
        ("items", [*ITEMS, [None, "agree5"]], ("E-WBK-002", "items", 4, "A")),
        ("scales", [SCALES[0], ["agree5", 5, 1]], ("E-MAN-009", "scales", 2, "B")),
        ("scales", [SCALES[0], ["agree5", 1]], ("E-MAN-006", "scales", 2, "A")),
        (
            "missing",
            [["scale", "code", "reason"], ["agree5", 3, "dont_know"]],
            ("E-MAN-010", "missing", 2, "C"),
        ),
        (
            "missing",
            [["scale", "code", "reason"], ["agree5", 98, "dontknow"]],
            ("E-MAN-005", "missing", 2, "C"),
        ),
        ("ties", [*TIES, ["trust", "navv", "ks", 1]], ("E-REF-001", "ties", 4, "B")),
        ("actors", ACTORS[:1], ("E-FIL-018", "actors", 1, "")),
        ("Ties", TIES, ("W-WBK-006", "Ties", None, "")),
    ],
)
def test_a_problem_names_its_cell(
    tmp_path: Path, sheet: str, rows: Rows, expected: tuple[str, str, int | None, str]
) -> None:
    sheets = {**GOOD, "scales": SCALES, "items": ITEMS, sheet: rows}
    if sheet == "Ties":
        del sheets["ties"]
    assert expected in found(book(tmp_path, sheets))


def test_what_excel_did_is_told_by_cell(tmp_path: Path) -> None:
    file = book(tmp_path, {**GOOD, "study": [*STUDY, ["title.nb", "=1+1"]]})
    assert ("E-XLS-008", "study", 5, "B") in found(file)
    made = openpyxl.load_workbook(file)
    made["study"]["B5"] = None
    made["study"].row_dimensions[3].hidden = True
    made["actors"].merge_cells("D1:E1")
    made.save(file)
    assert [code for code, *_ in found(file)] == ["W-XLS-012", "W-XLS-013"]


def test_empty_and_other_sheets_are_notes(tmp_path: Path) -> None:
    empty: dict[str, Rows] = {"answers": [], "codings": [["source", "construct"]]}
    file = book(tmp_path, {**GOOD, **empty, "Pivot": [["x"]], "items": ITEMS[:1]})
    report = check_study(file)
    assert report.ok
    assert {(p.code, p.sheet) for p in report.problems} >= {
        ("N-FIL-019", "answers"),
        ("N-FIL-019", "codings"),
        ("N-FIL-019", "items"),
        ("N-WBK-007", "Pivot"),
    }
    assert [f.sheet for f in report.files] == ["actors", "ties"]


def test_a_workbook_without_the_sheet_study_is_told_its_rows(tmp_path: Path) -> None:
    file = book(tmp_path, {"actors": ACTORS, "ties": TIES})
    with pytest.raises(InputError) as caught:
        nc.read_study(file)
    told = {p.code: str(p) for p in caught.value.problems}
    assert "relations.trust.unlisted | not_asked" in told["E-WBK-005"]


def test_what_is_no_workbook(tmp_path: Path) -> None:
    broken = tmp_path / "study.xlsx"
    broken.write_bytes(b"no workbook")
    assert [code for code, *_ in found(broken)] == ["E-XLS-001"]
    assert [code for code, *_ in found(tmp_path / "nowhere.xlsx")] == ["E-STU-001"]
    old = tmp_path / "study.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0")
    assert [code for code, *_ in found(old)] == ["E-STU-002"]


def test_a_folder_may_be_named_like_a_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "study.xlsx"
    nc.write_study(nc.read_study(book(tmp_path, GOOD, "whole.xlsx")), folder)
    assert_same(nc.read_study(folder), nc.read_study(tmp_path / "whole.xlsx"))


def test_answers_are_never_shown(tmp_path: Path) -> None:
    rows: Rows = [["respondent", "item", "target", "value"], ["r77", "q1", "ks", 55]]
    people: Rows = [["respondent", "actor"], ["r77", "nav"]]
    sheets = {**GOOD, "scales": SCALES, "items": ITEMS, "answers": rows}
    told = check_study(book(tmp_path, {**sheets, "respondents": people})).summary()
    assert "sheet answers row 2" in told
    assert "55" not in told
    assert "r77" not in told


def test_sheets_of_a_folders_workbook_may_be_empty_but_a_lone_one_may_not(
    tmp_path: Path,
) -> None:
    head = 'name = "x"\nrelations.trust.unlisted = "not_asked"\n'
    shared = '[files.{0}]\npath = "t.xlsx"\nsheet = "{0}"\n'
    book(tmp_path, {**GOOD, "codings": [["source", "construct", "value"]]}, "t.xlsx")
    toml = tmp_path / "study.toml"
    toml.write_text(head + "".join(map(shared.format, ("actors", "ties", "codings"))))
    report = check_study(tmp_path)
    assert report.ok
    assert ("N-FIL-019", "codings") in [(p.code, p.sheet) for p in report.problems]
    toml.write_text(head + shared.format("codings"))
    (tmp_path / "actors.csv").write_text("actor\nnav\nks\n")
    (tmp_path / "ties.csv").write_text(
        "relation,source,target,weight\ntrust,ks,nav,1\n"
    )
    assert ("E-FIL-018", "codings", 1, "") in found(tmp_path)
