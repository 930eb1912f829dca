"""The next steps of a new study of several municipalities, followed to the letter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import netcollab as nc
from netcollab.cli import main
from netcollab.study import import_export, new_study

ACTORS = {"nav": "NAV", "bv": "Barneverntjenesten"}
SITES = {"0301": "Oslo", "1103": "Stavanger"}


def variables(folder: Path) -> list[str]:
    """The names of the questions that the questionnaire gives."""
    sheet = openpyxl.load_workbook(folder / "questionnaire.xlsx").worksheets[1]
    return [str(row[1]) for row in sheet.iter_rows(min_row=2, values_only=True)]


def answered(names: list[str], unit: str) -> dict[str, int]:
    """One person's answers: a number for each question but those about the own unit."""
    rated = names[names.index("role") + 1 :]
    return {
        name: 1 + (len(name) + n) % 5
        for n, name in enumerate(rated)
        if not name.endswith(f"__{unit}")
    }


def exported(names: list[str], site_of: dict[str, str], unit_of: dict[str, str]) -> str:
    """A plain export with two respondents of each unit in each site."""
    lines = [",".join(["respondent", *names])]
    for site in SITES:
        for unit in ACTORS:
            said = answered(names, unit)
            said |= {"site": site_of[site], "actor": unit_of[unit], "role": "staff"}
            cells = [str(said.get(name, "")) for name in names]
            lines += [",".join([f"r{len(lines) + n}", *cells]) for n in (0, 1)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("site_of", "unit_of", "noted"),
    [
        ({s: s for s in SITES}, {a: a for a in ACTORS}, []),
        (SITES, ACTORS, ["site", "actor"]),
        ({s: s for s in SITES}, {a: n.upper() for a, n in ACTORS.items()}, ["actor"]),
    ],
)
def test_answers_by_id_or_by_name_give_one_study(
    tmp_path: Path, site_of: dict[str, str], unit_of: dict[str, str], noted: list[str]
) -> None:
    folder = new_study(tmp_path / "x", actors=ACTORS, sites=SITES)
    export = tmp_path / "svar.csv"
    export.write_text(exported(variables(folder), site_of, unit_of), "utf-8")
    told = import_export(export, "plain", tmp_path / "y", codebook=folder)
    notes = [p for p in told.undecided if p.code == "N-EXP-043"]
    assert [p.fields["name"] for p in notes] == noted
    study = nc.read_study(tmp_path / "y")
    homes = study.respondents.groupby(["site", "actor"]).size().to_dict()
    assert homes == {(s, a): 2 for s in SITES for a in ACTORS}
    assert study.sites["name"].tolist() == list(SITES.values())


def test_codes_with_names_are_read_as_ids(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "x", actors=ACTORS, sites=SITES)
    codes = {"301": "Oslo", "1103": "Stavanger", "1": "NAV", "2": "Barneverntjenesten"}
    by_name = {name: code for code, name in codes.items()}
    text = exported(
        variables(folder),
        {s: by_name[name] for s, name in SITES.items()},
        {a: by_name[name] for a, name in ACTORS.items()},
    )
    export = tmp_path / "export"
    export.mkdir()
    rows = [line.split(",") for line in text.splitlines()]
    (export / "dataset.csv").write_text("\n".join(map(";".join, rows)) + "\n", "utf-8")
    asked = [("site", "301"), ("site", "1103"), ("actor", "1"), ("actor", "2")]
    labels = [f"{name};{code};{codes[code]}" for name, code in asked]
    (export / "labels.csv").write_text("\n".join(labels) + "\n", "utf-8")
    head = "questionName;variableName;questionType;subType;questionText;"
    lines = [f"{head}choiceValue;choiceText;"]
    for name in rows[0]:
        kind = "Closed;Single" if name in {"site", "actor"} else "Open;String"
        about = f"{name};{name};{kind};{name}"
        options = [f"{about};{c};{codes[c]};" for n, c in asked if n == name]
        lines += options or [f"{about};;;"]
    (export / "structure.csv").write_text("\n".join(lines) + "\n", "utf-8")
    import_export(export, "surveyxact", tmp_path / "y", codebook=folder)
    people = nc.read_study(tmp_path / "y").respondents
    assert set(zip(people["site"], people["actor"], strict=True)) == {
        (s, a) for s in SITES for a in ACTORS
    }


def test_a_name_of_two_units_is_no_id(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "x", actors={"a": "NAV", "b": "nav"}, sites=SITES)
    names = variables(folder)
    row = {"site": "0301", "actor": "NAV", "role": "staff"} | answered(names, "a")
    cells = ",".join(str(row.get(name, "")) for name in names)
    export = tmp_path / "svar.csv"
    export.write_text(f"respondent,{','.join(names)}\nr1,{cells}\n", "utf-8")
    with pytest.raises(nc.InputError) as caught:
        import_export(export, "plain", tmp_path / "y", codebook=folder)
    assert {p.code for p in caught.value.problems} == {"E-REF-001"}


def test_the_template_filled_in_by_hand(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "x", actors=ACTORS, sites=SITES)
    names = variables(folder)
    book = openpyxl.load_workbook(folder / "template.xlsx")
    for site in SITES:
        for unit in ACTORS:
            who = f"{site}{unit}"
            book["respondents"].append([site, who, unit, "staff"])
            for name, value in answered(names, unit).items():
                item, _, target = name.partition("__")
                book["answers"].append([who, item, target or None, None, value])
    book.save(folder / "template.xlsx")
    assert main(["check", str(folder)]) == 0


def test_a_study_begun_without_its_sites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = new_study(tmp_path / "x", actors=ACTORS)
    names = ["site", *variables(folder)]
    export = tmp_path / "svar.csv"
    export.write_text(exported(names, SITES, ACTORS), "utf-8")
    words = ["import", str(export), "--preset", "plain", "--codebook", str(folder)]
    words += ["--out", str(tmp_path / "y"), "--language", "nb"]
    assert main(words) == 2
    assert "legg stedet til i tabellen sites" in capsys.readouterr().err
    assert not (tmp_path / "y").exists()
    book = openpyxl.load_workbook(folder / "template.xlsx")
    for site, name in SITES.items():
        book["sites"].append([site, name])
    sheet: Any = book["actors"]
    sheet.delete_rows(2, sheet.max_row)
    for site in SITES:
        for unit, name in ACTORS.items():
            sheet.append([site, unit, name])
    book.save(folder / "template.xlsx")
    assert main(words) == 0
    assert main(["check", str(tmp_path / "y")]) == 0


@pytest.mark.parametrize("language", ["nb", "da", "en"])
def test_the_next_steps_say_what_several_municipalities_need(language: str) -> None:
    told = nc.study.next_steps("min studie", language, command="py run.py")
    assert "--site" in told
    assert "import E" in told
    assert '--codebook "min studie" --out "min studie-answers"' in told
