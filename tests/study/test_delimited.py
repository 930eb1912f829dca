"""Delimited files: what is read, what is refused, and where it says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import netcollab as nc
from netcollab.study import check_study, read_study
from netcollab.study.readers import delimited

UNICODE = "\ufeffactor\tkind\r\nnav\tø\r\nks\ty\r\n"
HEAD = "relation;source;target;weight\n"


def codes(folder: Path) -> list[str]:
    """The codes of errors and warnings, in order."""
    found = check_study(folder).problems
    return [p.code for p in found if p.severity != "NOTE"]


def only(folder: Path, code: str) -> Any:
    """The one problem of that code."""
    (found,) = [p for p in check_study(folder).problems if p.code == code]
    return found


# ---- what has to be accepted


@pytest.mark.parametrize(
    ("content", "encoding", "separator"),
    [
        (b'\xef\xbb\xbf"actor","kind"\n"nav","x"\n"ks","y"\n', "utf-8", ","),
        (
            "\ufeffactor\tkind\r\nnav\tø\r\nks\ty\r\n".encode("utf-16-le"),
            "utf-16-le",
            "\t",
        ),
        (
            "\ufeffactor\tkind\r\nnav\tø\r\nks\ty\r\n".encode("utf-16-be"),
            "utf-16-be",
            "\t",
        ),
        ("actor;kind\nnav;Bærum – € 5\nks;y\n".encode("cp1252"), "cp1252", ";"),
        (b"actor,kind\nnav,x\nks,y", "utf-8", ","),
        (b"actor,kind\r\nnav,x\r\nks,y\r\n", "utf-8", ","),
        (b"actor,kind\rnav,x\rks,y\r", "utf-8", ","),
        (b"sep=;\r\nactor;kind\r\nnav;x\r\nks;y\r\n", "utf-8", ";"),
        (b"actor;kind;\nnav;x;\nks;y;\n", "utf-8", ";"),
        (b"actor;kind\nnav;x;\nks;y;\n", "utf-8", ";"),
        (b"actor,kind\nnav,x\n\n,\nks,y\n\n", "utf-8", ","),
        (b'actor;"kind, long"\nnav;"x, 1"\nks;"y, 2"\n', "utf-8", ";"),
        (b"actor\nnav\nks\n", "utf-8", ","),
    ],
    ids=[
        "bom",
        "utf-16-le",
        "utf-16-be",
        "cp1252",
        "no final newline",
        "crlf",
        "cr",
        "sep=",
        "trailing separators",
        "trailing separators in rows",
        "blank rows",
        "quoted other separator",
        "one column",
    ],
)
def test_a_file_that_people_really_have_is_read(
    make: Any, content: bytes, encoding: str, separator: str
) -> None:
    folder = make(actors=content)
    assert codes(folder) == []
    actors = read_study(folder).actors
    assert actors["actor"].tolist() == ["nav", "ks"]
    file = check_study(folder).files[0]
    assert (file.encoding, file.separator) == (encoding, separator)


def test_windows_letters_are_those_that_were_typed(make: Any) -> None:
    content = "actor;kind\nnav;Bærum – € 5\nks;y\n".encode("cp1252")
    kinds = read_study(make(actors=content)).actors["kind"]
    assert kinds[0] == "Bærum – € 5"


@pytest.mark.parametrize(
    "name",
    ["0301", "NA", "nan", "None", "12345678901234567", "a,b", 'a"b', "a\nb", "a\tb"],
)
def test_ids_stay_the_text_they_are(make: Any, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    actors = f"actor,kind\n{quoted},x\nks,y\n"
    ties = f"relation,source,target,weight\ntrust,{quoted},ks,1\n"
    study = read_study(make(actors=actors, ties=ties))
    assert study.actors["actor"][0] == study.ties["source"][0] == name


def test_names_that_look_like_paths_or_formulas_are_names(make: Any) -> None:
    names = ["../../etc/passwd", "CON", "a/b", "$\\frac{$", "=1+1", "<b>"]
    actors = "actor\n" + "\n".join(names) + "\n"
    ties = "relation,source,target,weight\ntrust,CON,a/b,1\n"
    assert read_study(make(actors=actors, ties=ties)).actors["actor"].tolist() == (
        names
    )


def test_semicolons_with_decimal_commas(make: Any) -> None:
    folder = make(ties=HEAD + "trust;nav;ks;1,5\ntrust;ks;nav;2\n")
    study = read_study(folder)
    assert study.ties["weight"].tolist() == [1.5, 2.0]
    file = study.report.files[1]
    assert (file.separator, file.decimal) == (";", ",")
    assert "N-CSV-014" in [note.code for note in study.report.notes]


def test_a_line_break_in_quotes_is_no_row_and_a_blank_row_is_one(
    make: Any,
) -> None:
    actors = 'actor,kind\n"na\nv",x\n\nks,y\nks,z\n'
    problem = only(make(actors=actors, ties="x"), "E-ACT-001")
    assert (problem.row, problem.fields["other"]) == (5, "4")


# ---- what has to be refused


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E-FIL-017"),
        (b"\xef\xbb\xbf", "E-FIL-017"),
        (b"\n\n", "E-FIL-017"),
        (b"actor,kind\n", "E-FIL-018"),
        (b"actor,kind,kind\nnav,x,y\nks,x,y\n", "E-COL-002"),
        (b"actor,,kind\nnav,1,x\nks,2,y\n", "E-COL-003"),
        (b"actor;kind\n1;nav;x\n2;ks;y\n", "E-CSV-007"),
        (b"actor,kind\nnav,x\nks\n", "E-CSV-005"),
        (b"actor,kind\nnav,x\nks,y,z\n", "E-CSV-006"),
        (b'actor,kind\nnav,x\nks,"y\n', "E-CSV-008"),
        (b'actor,kind\nnav,"x"x\nks,y\n', "E-CSV-009"),
        (b"actor,kind\nnav,x\nks," + b"y" * 200_000 + b"\n", "E-CSV-010"),
        (b"actor;kind,x\nnav;a,b\nks;c,d\n", "E-CSV-004"),
        ("actor,kind\nnav,ø\n".encode() + "ks,ø\n".encode("cp1252"), "E-ENC-003"),
        (b"actor,kind\nnav,\x81\nks,y\n", "E-ENC-001"),
        ("actor,kind\nnav,x\nks,y\n".encode("utf-16-le"), "E-ENC-004"),
        ("actor,kind\nnav,x\nks,y\n".encode("utf-32"), "E-ENC-004"),
        (b"\xff\xfea\x00c\x00t\x00o", "E-ENC-002"),
        (b"PK\x03\x04 a workbook", "E-FIL-011"),
        (b"\x80\x04\x95 a pickle", "E-FIL-011"),
        (b"a" * 3_000_000, "E-CSV-001"),
        (b"c," * 1_000_000 + b"c\n", "E-CSV-002"),
        (b"c," * 20_000 + b"c\n" + b"1," * 20_000 + b"1\n", "E-CSV-002"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_as_it_is(
    make: Any, content: bytes, code: str
) -> None:
    folder = make(actors=content)
    problem = only(folder, code)
    assert problem.file == "actors.csv"
    assert problem.expected
    assert problem.fix
    with pytest.raises(nc.InputError):
        read_study(folder)


def test_the_columns_of_an_endless_header_are_counted(make: Any) -> None:
    problem = only(make(actors=b"c," * 999_999 + b"c\n"), "E-CSV-002")
    assert problem.fields["found"] == "1000000"


def test_more_rows_or_cells_than_are_read(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "MAX_ROWS", 3)
    assert "E-CSV-003" in codes(make())
    monkeypatch.setattr(delimited, "MAX_ROWS", 5_000_000)
    monkeypatch.setattr(delimited, "MAX_CELLS", 3)
    assert "E-CSV-003" in codes(make())


def test_a_truncated_row_names_what_is_missing(make: Any) -> None:
    problem = only(make(actors="actor,kind,unit\nnav,x,y\nks\n"), "E-CSV-005")
    assert (problem.row, problem.fields["missing"]) == (3, "kind, unit")


def test_mixed_encodings_name_the_rows(make: Any) -> None:
    content = "actor,kind\nnav,ø\n".encode() + "ks,ø\n".encode("cp1252")
    problem = only(make(actors=content), "E-ENC-003")
    assert (problem.fields["utf8"], problem.fields["other"]) == ("2", "3")


def test_text_encoded_twice_is_never_repaired(make: Any) -> None:
    actors = "actor,kind\nBÃ¦rum,TromsÃ¸\nks,y\n"
    report = check_study(make(actors=actors, ties="x"))
    by_code = {p.code: p for p in report.problems}
    assert 'write "Bærum"' in by_code["E-ENC-005"].fix
    assert by_code["W-ENC-005"].column == "kind"


def test_another_code_page_is_suspected_and_can_be_declared(make: Any) -> None:
    content = "actor;kind\nnav;Bærum\nks;Tromsø\n".encode("cp865")
    assert codes(make(actors=content)) == ["W-ENC-006", "W-ENC-006"]
    toml = (
        'name = "x"\nrelations.trust.unlisted = "absent"\n'
        '[files.actors]\nencoding = "cp865"\n'
    )
    actors = read_study(make(actors=content, toml=toml)).actors
    assert actors["kind"].tolist() == ["Bærum", "Tromsø"]


def test_unseen_characters_in_a_header_are_said_and_left_out(make: Any) -> None:
    folder = make(actors="actor\u00a0,\u00adkind\nnav,x\nks,y\n")
    assert codes(folder) == ["W-COL-006", "W-COL-006"]
    assert list(read_study(folder).actors) == ["site", "actor", "kind"]


def test_what_is_declared_is_not_guessed(make: Any) -> None:
    toml = (
        'name = "x"\nrelations.trust.unlisted = "absent"\n'
        '[files.ties]\npath = "export.txt"\nseparator = "tab"\ndecimal = ","\n'
        'header_row = 3\nskip_rows = 1\nthousands = "."\n'
        'columns = { source = "fra", target = "til", weight = "vekt" }\n'
    )
    text = (
        "exported today\n\nrelation\tfra\ttil\tvekt\nWhat?\tWho?\tWhom?\tHow much?\n"
        "trust\tnav\tks\t1.234,5\ntrust\tks\tnav\t2\n"
    )
    folder = make(toml=toml, ties=None, files={"export.txt": text})
    study = read_study(folder)
    assert study.ties["weight"].tolist() == [1234.5, 2.0]
    file = study.report.files[1]
    assert (file.rows_read, file.rows_used, dict(file.excluded)) == (
        3,
        2,
        {"skip_rows": 1},
    )


def test_a_declared_separator_that_the_header_lacks(make: Any) -> None:
    toml = (
        'name = "x"\nrelations.trust.unlisted = "absent"\n[files.ties]\nseparator = ";"'
    )
    assert "E-CSV-011" in codes(make(toml=toml))


@pytest.mark.parametrize(
    ("header", "ours", "theirs"),
    [
        ("relation,fra,target,weight", "source", "fra"),
        ("relation,source,til,weight", "target", "til"),
        ("relation,source,mål,weight", "target", "mål"),
        ("relation,kilde,target,weight", "source", "kilde"),
        ("relation,source,target,vekt", "weight", "vekt"),
        ("relation,Source,target,weight", "source", "Source"),
        ("relation,sorce,target,weight", "source", "sorce"),
    ],
)
def test_a_missing_column_is_answered_with_the_line_to_add(
    make: Any, header: str, ours: str, theirs: str
) -> None:
    problem = only(make(ties=f"{header}\ntrust,nav,ks,1\n"), "E-COL-001")
    assert problem.fields["near"] == theirs
    assert f'[files.ties]\ncolumns = {{ {ours} = "{theirs}" }}' in problem.fix
    assert "{" in problem.fix


def test_two_missing_columns_get_one_line(make: Any) -> None:
    folder = make(ties="relation,fra,til,weight\ntrust,nav,ks,1\n")
    found = [p for p in check_study(folder).problems if p.code == "E-COL-001"]
    assert [p.column for p in found] == ["source", "target"]
    assert all('source = "fra", target = "til"' in p.fix for p in found)


def test_a_mapping_that_does_not_fit(make: Any) -> None:
    toml = 'name = "x"\nrelations.trust.unlisted = "absent"\n[files.ties]\n'
    to_nothing = toml + 'columns = { source = "fraa" }\n'
    found = check_study(
        make(toml=to_nothing, ties="relation,fra,target,weight\ntrust,nav,ks,1\n")
    )
    (problem,) = found.errors
    assert (problem.code, problem.fields["near"]) == ("E-COL-004", "fra")
    both = toml + 'columns = { source = "fra" }\n'
    ties = "relation,fra,source,target,weight\ntrust,nav,nav,ks,1\n"
    assert "E-COL-009" in codes(make(toml=both, ties=ties))


def test_columns_nobody_knows_are_kept_and_listed(make: Any) -> None:
    folder = make(actors="actor,ministry,secter\nnav,ASD,x\nks,,y\n")
    study = read_study(folder)
    assert list(study.actors) == ["site", "actor", "ministry", "secter"]
    assert study.actors["ministry"].isna().tolist() == [False, True]
    assert study.report.files[0].attributes == ("ministry", "secter")
    assert "ministry, secter" in only(folder, "N-COL-007").fields["known"]
    assert only(folder, "W-COL-008").fields["near"] == "sector"
