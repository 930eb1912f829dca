"""Delimited files as they arrive: encodings, separators, headers and broken rows."""

from __future__ import annotations

from typing import Any

import pytest

HEAD = "relation,source,target,weight\n"


def test_bi_001_a_file_of_no_bytes(make: Any, ask: Any) -> None:
    found = ask.only(make(actors=b""), "E-FIL-017")
    assert found.file == "actors.csv"
    assert "empty (0 bytes)" in str(found)
    assert "export it again" in found.fix


def test_bi_002_a_header_and_nothing_else(make: Any, ask: Any) -> None:
    found = ask.only(make(actors="actor,kind\n"), "E-FIL-018")
    assert (found.file, found.row) == ("actors.csv", 1)
    assert "header found, 0 data rows" in str(found)
    assert "at least 2 actors" in str(found)


def test_bi_003_a_byte_order_mark_and_nothing_else(make: Any, ask: Any) -> None:
    found = ask.only(make(actors=b"\xef\xbb\xbf"), "E-FIL-017")
    assert "empty (3 bytes)" in str(found)


def test_bi_004_a_byte_order_mark_before_a_quoted_header(make: Any, ask: Any) -> None:
    content = b'\xef\xbb\xbf"actor","kind"\n"nav","agency"\n"ks","association"\n'
    actors = ask.good(make(actors=content)).actors
    assert list(actors) == ["site", "actor", "kind"]
    assert actors["actor"].tolist() == ["nav", "ks"]


def test_bi_005_utf_16_with_tabs(make: Any, ask: Any) -> None:
    text = "\ufeffactor\tkind\r\nnav\tø\r\nks\ty\r\n"
    study = ask.good(make(actors=text.encode("utf-16-le")))
    assert study.actors["kind"].tolist() == ["ø", "y"]
    file = study.report.files[0]
    assert (file.encoding, file.separator) == ("utf-16-le", "\t")
    (note,) = [n for n in study.report.notes if n.code == "N-CSV-014"]
    assert 'encoding utf-16-le, separator "tab"' in str(note)


def test_bi_007_windows_letters_and_signs(make: Any, ask: Any) -> None:
    text = "actor;kind\nnav;Bærum – € 5\nks;Tromsø\n"
    study = ask.good(make(actors=text.encode("cp1252")))
    assert study.actors["kind"].tolist() == ["Bærum – € 5", "Tromsø"]
    assert "N-ENC-008" in [note.code for note in study.report.notes]


def test_bi_009_text_that_was_encoded_twice(make: Any, ask: Any) -> None:
    folder = make(actors="actor,kind\nnav,BÃ¦rum\nks,TromsÃ¸\nhdir,Oslo\n")
    told = ask.report(folder).warnings
    assert [(p.code, p.row, p.letter) for p in told] == [
        ("W-ENC-005", 2, "B"),
        ("W-ENC-005", 3, "B"),
    ]
    assert ["Bærum" in str(told[0]), "Tromsø" in str(told[1])] == [True, True]
    kinds = ask.report(folder).files[0]
    assert kinds.rows_used == 3
    found = ask.only(make(actors="actor\nBÃ¦rum\nnav\nks\n"), "E-ENC-005")
    assert (found.row, found.value) == (2, "BÃ¦rum")
    assert "Bærum" in found.fix


def test_bi_011_a_nul_inside_an_id(make: Any, ask: Any) -> None:
    found = ask.only(make(actors=b"actor\nnav\nks\na\x00b\n"), "E-IDS-004")
    assert (found.row, found.column, found.letter) == (4, "actor", "A")
    assert found.value == "a\\x00b"
    assert "U+0000" in str(found)


def test_bi_014_no_line_end_at_the_end(make: Any, ask: Any) -> None:
    assert len(ask.good(make(actors="actor,kind\nnav,x\nks,y")).actors) == 2


def test_bi_017_every_row_ends_with_the_separator(make: Any, ask: Any) -> None:
    folder = make(actors="actor;kind\nnav;agency;\nks;association;\n")
    study = ask.good(folder)
    assert study.actors["actor"].tolist() == ["nav", "ks"]
    assert study.actors["kind"].tolist() == ["agency", "association"]
    assert "N-CSV-012" in ask.notes(folder)
    rows = "actor;kind\nnav;agency;\nks;association;\nhdir;directorate;3\n"
    found = ask.only(make(actors=rows), "E-CSV-006")
    assert found.row == 4


def test_bi_018_every_row_has_one_value_more(make: Any, ask: Any) -> None:
    names = ",".join(["actor", *(f"c{i}" for i in range(6))])
    rows = "0,nav,1,2,3,4,5,6\n1,ks,1,2,3,4,5,6\n"
    found = ask.only(make(actors=f"{names}\n{rows}"), "E-CSV-007")
    assert "the header has 7 names, the rows have 8 values" in str(found)


def test_bi_019_a_row_with_too_few_values(make: Any, ask: Any) -> None:
    found = ask.only(make(ties=HEAD + "trust,nav,ks,2\ntrust,ks\n"), "E-CSV-005")
    assert (found.file, found.row) == ("ties.csv", 3)
    assert "missing: target, weight" in str(found)


def test_bi_021_semicolons_and_decimal_commas(make: Any, ask: Any) -> None:
    folder = make(
        toml='name = "x"\nrelations.trust.unlisted = "absent"\n'
        'resources.columns = ["vekt"]\n',
        actors="actor;vekt\nnav;1,5\nks;2,25\n",
    )
    study = ask.good(folder)
    assert study.actors["actor"].tolist() == ["nav", "ks"]
    assert study.actors["vekt"].tolist() == [1.5, 2.25]
    (note,) = [n for n in study.report.notes if n.code == "N-CSV-014"]
    assert 'separator ";", decimal ","' in str(note)


def test_bi_023_the_hint_of_a_spreadsheet(make: Any, ask: Any) -> None:
    content = "sep=;\r\nactor;kind\r\nnav;x,1\r\nks;y,2\r\n"
    study = ask.good(make(actors=content))
    assert list(study.actors) == ["site", "actor", "kind"]
    assert study.actors["kind"].tolist() == ["x,1", "y,2"]
    assert study.report.files[0].separator == ";"


def test_bi_024_a_column_name_twice(make: Any, ask: Any) -> None:
    found = ask.only(make(actors="actor,vekt,vekt\nnav,1,2\nks,3,4\n"), "E-COL-002")
    assert (found.row, found.column, found.letter) == (1, "vekt", "C")
    assert found.fields["other"] == "B"
    assert "stands in column B too" in str(found)


def test_bi_027_columns_in_other_words(make: Any, ask: Any) -> None:
    folder = make(ties="relation,fra,til,weight\ntrust,nav,ks,2\n")
    source, target = ask.report(folder).errors
    assert (source.code, target.code) == ("E-COL-001", "E-COL-001")
    assert "there is no column source" in str(source)
    assert 'did you mean "fra"?' in source.fix
    line = '[files.ties]\ncolumns = { source = "fra", target = "til" }'
    assert line in source.fix
    mapped = make(
        toml='name = "x"\nrelations.trust.unlisted = "absent"\n'
        '[files.ties]\ncolumns = { source = "fra", target = "til" }\n',
        ties="relation,fra,til,weight\ntrust,nav,ks,2\n",
    )
    assert ask.good(mapped).ties["source"].tolist() == ["nav"]


def test_bi_028_columns_that_nobody_knows(make: Any, ask: Any) -> None:
    study = ask.good(make(actors="actor,kind,farge\nnav,x,rød\nks,y,blå\n"))
    assert study.actors["farge"].tolist() == ["rød", "blå"]
    assert study.report.files[0].attributes == ("farge",)
    (note,) = [n for n in study.report.notes if n.code == "N-COL-007"]
    assert "farge" in str(note)


def test_bi_029_a_million_columns(make: Any, cost: Any) -> None:
    folder = make(actors="actor" + ",c" * 999_999 + "\nnav\nks\n")
    told = cost(folder)
    ((code, row, said),) = told.errors
    assert (code, row) == ("E-CSV-002", 1)
    assert "1000000 columns" in said
    assert "16384" in said
    assert told.seconds < 1
    assert told.megabytes < 200


@pytest.mark.parametrize(("size", "code"), [(150, "E-CSV-001"), (500, "E-FIL-009")])
def test_bi_030_one_endless_line(make: Any, cost: Any, size: int, code: str) -> None:
    folder = make(actors="actor\nnav\nks\n" + "a" * (1 << 20))
    with (folder / "actors.csv").open("r+b") as file:
        file.truncate(size * 1_000_000)
    told = cost(folder)
    assert [error[0] for error in told.errors] == [code]
    assert told.seconds < 2
    assert told.megabytes < 200
    if code == "E-CSV-001":
        assert told.errors[0][1] == 4
        assert "from byte 13 on" in told.errors[0][2]


def test_bi_032_blank_rows_count_as_rows(make: Any, ask: Any) -> None:
    rows = "trust,nav,ks,2\n\n,,,\ntrust,ks,nav,x\n"
    found = ask.only(make(ties=HEAD + rows), "E-NUM-001")
    assert (found.row, found.letter) == (5, "D")
    folder = make(ties=HEAD + rows.replace("x", "1"))
    study = ask.good(folder)
    assert len(study.ties) == 2
    (note,) = [n for n in study.report.notes if n.code == "N-CSV-013"]
    assert note.fields["count"] == "2"


@pytest.mark.parametrize(
    ("mark", "point"),
    [("\u00a0", "U+00A0"), ("\u200b", "U+200B"), ("\u00ad", "U+00AD")],
)
def test_bi_035_characters_that_nobody_sees(
    make: Any, ask: Any, mark: str, point: str
) -> None:
    found = ask.only(make(actors=f"actor\nnav\nks\nhd{mark}ir\n"), "E-IDS-003")
    assert (found.row, found.letter) == (4, "A")
    assert point in str(found)
    folder = make(actors=f"actor{mark},kind\nnav,x\nks,y\n")
    header = ask.only(folder, "W-COL-006")
    assert (header.row, header.letter) == (1, "A")
    assert point in str(header)
