"""Viva Insights: dates with two meanings, actors that never send, false groups."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.study.ledger import Ledger
from netcollab.study.readers.viva import read_viva

PERSONS = (
    '"PrimaryCollaborator_PersonId","SecondaryCollaborator_PersonId","MetricDate",'
    '"Diverse_tie_score","Diverse_tie_type","Strong_tie_score","Strong_tie_type",'
    '"PrimaryCollaborator_Organization","SecondaryCollaborator_Organization"\n'
    '"p1","p2","2023-04-01","0.5","1","0.9","2","HR","Finance"\n'
    '"p2","p1","2023-04-01","0.4","0","0.8","1","Finance","HR"\n'
    '"p1","p3","2023-04-01","0.1","0","0.0","0","HR",""\n'
)
GROUPS = (
    "PrimaryCollaborator_Organization,PrimaryCollaborator_GroupSize,"
    "SecondaryCollaborator_Organization,SecondaryCollaborator_GroupSize,MetricDate,"
    "% Group collaboration time invested,Group meeting count\n"
    "HR,40,Finance,30,2023-04-01,12.5,100.0\n"
    "HR,40,Within Group,40,2023-04-01,80,900\n"
    "Finance,30,CEO,1,2023-04-01,1.5E-4,3\n"
    "Finance,30,Unclassified Collaborators,21,2023-04-01,0.01,1\n"
)


def test_scores_are_relations(csv: Any, ledger: Ledger, frames: Any) -> None:
    export = read_viva(csv(PERSONS), ledger)
    _, ties = frames(export)
    assert ties["relation"] == ["diverse_tie"] * 3 + ["strong_tie"] * 3
    assert ties["source"] == ["p1", "p2", "p1"] * 2
    assert ties["target"] == ["p2", "p1", "p3"] * 2
    assert ties["weight"] == ["0.5", "0", "0", "0.9", "0.8", "0"]
    assert ties["score"] == ["0.5", "0.4", "0.1", "0.9", "0.8", "0.0"]
    assert ties["wave"] == ["2023-04-01"] * 6
    assert export is not None
    assert export.directed == {"diverse_tie": True, "strong_tie": True}
    assert export.ties.rows.tolist() == [2, 3, 4, 2, 3, 4]
    assert export.ties.read == len(export.ties)


def test_who_never_sends_has_no_licence(csv: Any, ledger: Ledger, frames: Any) -> None:
    actors, _ = frames(read_viva(csv(PERSONS), ledger))
    assert dict(zip(actors["actor"], actors["licensed"], strict=True)) == {
        "p1": "yes",
        "p2": "yes",
        "p3": "no",
    }
    assert actors["Organization"] == ["HR", "Finance", ""]
    assert actors["kind"] == ["person"] * 3
    told = {p.code: p.fields for p in ledger.listed()}
    assert (told["N-VIV-006"]["count"], told["N-VIV-006"]["found"]) == ("1", "3")
    assert told["W-VIV-005"]["count"] == "3"
    assert told["N-VIV-007"]["count"] == "3"


def test_groups(csv: Any, ledger: Ledger, frames: Any) -> None:
    export = read_viva(csv("\ufeff" + GROUPS), ledger)
    actors, ties = frames(export)
    assert set(ties["relation"]) == {
        "Percent_Group_collaboration_time_invested",
        "Group_meeting_count",
    }
    assert ties["weight"][2] == "1.5E-4"
    assert "kind" not in actors
    groups = dict(zip(actors["actor"], actors["pseudo"], strict=True))
    assert groups["Within Group"] == "within_group"
    assert groups["Unclassified Collaborators"] == "unclassified"
    assert groups["HR"] == ""
    sizes = dict(zip(actors["actor"], actors["group_size"], strict=True))
    assert (sizes["CEO"], sizes["Finance"]) == ("1", "30")
    codes = [p.code for p in ledger.listed()]
    assert "W-VIV-008" in codes
    assert "W-VIV-009" in codes
    assert "W-VIV-005" not in codes


def dated(*dates: str) -> str:
    head = "PrimaryCollaborator_PersonId,SecondaryCollaborator_PersonId,MetricDate"
    rows = "".join(f"a,b{n},{date},1\n" for n, date in enumerate(dates))
    return f"{head},Strong_tie_score\n{rows}"


@pytest.mark.parametrize(
    ("dates", "day_first", "waves"),
    [
        (("01/04/2023", "13/04/2023"), None, ["2023-04-01", "2023-04-13"]),
        (("01/04/2023", "01/13/2023"), None, ["2023-01-04", "2023-01-13"]),
        (("01/04/2023",), True, ["2023-04-01"]),
        (("01/04/2023",), False, ["2023-01-04"]),
        (("2023-04-01T00:00:00Z", "2023-04-02"), None, ["2023-04-01", "2023-04-02"]),
    ],
)
def test_dates(
    csv: Any,
    ledger: Ledger,
    frames: Any,
    dates: tuple[str, ...],
    day_first: bool | None,
    waves: list[str],
) -> None:
    _, ties = frames(read_viva(csv(dated(*dates)), ledger, day_first=day_first))
    assert ties["wave"] == waves
    assert not ledger.has_errors


@pytest.mark.parametrize("dates", [("01/04/2023",), ("13/04/2023", "04/13/2023")])
def test_dates_that_nothing_decides(csv: Any, ledger: Ledger, dates: Any) -> None:
    read_viva(csv(dated(*dates)), ledger)
    (told,) = [p for p in ledger.listed() if p.severity == "ERROR"]
    assert (told.code, told.column) == ("E-VIV-003", "MetricDate")
    assert "day_first" in told.fix


def test_a_day_that_does_not_exist(csv: Any, ledger: Ledger) -> None:
    read_viva(csv(dated("2023-02-30", "soon", "30/02/2023")), ledger)
    told = [(p.code, p.row) for p in ledger.listed() if p.severity == "ERROR"]
    assert told == [("E-VIV-011", 2), ("E-VIV-011", 3), ("E-VIV-011", 4)]


def test_a_row_without_an_end(csv: Any, ledger: Ledger, frames: Any) -> None:
    text = dated("2023-04-01") + ",b,2023-04-01,1\n"
    actors, _ = frames(read_viva(csv(text), ledger))
    (told,) = [p for p in ledger.listed() if p.severity == "ERROR"]
    assert (told.code, told.row, told.place.letter) == ("E-VIV-004", 3, "A")
    assert "" not in actors["actor"]


def test_other_names_are_named_by_the_user(
    csv: Any, ledger: Ledger, frames: Any
) -> None:
    text = dated("2023-04-01").replace("PrimaryCollaborator_PersonId", "Fra person")
    assert read_viva(csv(text), ledger) is None
    (told,) = [p for p in ledger.listed() if p.code == "E-VIV-001"]
    assert told.fields["value"] == "PrimaryCollaborator_PersonId"
    columns = {"PrimaryCollaborator_PersonId": "Fra person"}
    _, ties = frames(read_viva(csv(text), Ledger("x"), columns=columns))
    assert ties["source"] == ["a"]


def test_a_table_of_something_else_shows_no_header(csv: Any, ledger: Ledger) -> None:
    assert read_viva(csv("Kari,Ola\n1,2\n"), ledger) is None
    assert {p.code for p in ledger.listed()} == {"E-VIV-001"}
    assert all("Kari" not in str(p) for p in ledger.listed())


def test_two_attributes_could_be_the_group(csv: Any, ledger: Ledger) -> None:
    both = GROUPS.replace("MetricDate", "PrimaryCollaborator_Level", 1).replace(
        "Group meeting count", "SecondaryCollaborator_Level", 1
    )
    assert read_viva(csv(both), ledger) is None
    assert [p.code for p in ledger.listed()] == ["E-VIV-002"]


def test_an_attribute_that_changes(csv: Any, ledger: Ledger) -> None:
    read_viva(csv(GROUPS + "HR,41,Finance,30,2023-05-01,12,100\n"), ledger)
    (told,) = [p for p in ledger.listed() if p.code == "W-VIV-010"]
    assert (told.fields["count"], told.fields["value"]) == ("1", "GroupSize")


@given(
    rows=st.lists(
        st.lists(
            st.sampled_from(["a", "b", "", "01/02/2023", "0", "1.5", "é", '"', "13/1"]),
            min_size=5,
            max_size=5,
        ),
        max_size=6,
    ),
    is_group=st.booleans(),
)
def test_only_problems_come_out(
    rows: list[list[str]], is_group: bool, tmp_path_factory: Any
) -> None:
    file = tmp_path_factory.getbasetemp() / "fuzz_viva.csv"
    own = "Unit" if is_group else "PersonId"
    head = f"PrimaryCollaborator_{own},SecondaryCollaborator_{own},MetricDate"
    body = "\n".join(",".join(row) for row in rows)
    file.write_text(f"{head},Strong_tie_score,Strong_tie_type\n{body}\n", "utf-8")
    ledger = Ledger("export")
    export = read_viva(file, ledger)
    assert export is not None or ledger.has_errors
    if export is not None:
        actors = set(export.actors.columns[0].text.tolist())
        ends = {c.header: set(c.text.tolist()) for c in export.ties.columns}
        named = {name.strip() and name for name in ends["source"] | ends["target"]}
        assert named - {""} <= actors
