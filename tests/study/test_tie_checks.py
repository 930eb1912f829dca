"""Ties and actors: every class of bad row, where it stands and what to do."""

from __future__ import annotations

from typing import Any

import pytest

import netcollab as nc
from netcollab.study import Problem, check_study, read_study

RULE = 'name = "three"\n[relations.trust]\nunlisted = "not_asked"\n'
HEAD = "relation,source,target,weight"


def ties(*rows: str, head: str = HEAD) -> str:
    return "\n".join((head, *rows)) + "\n"


def problem(folder: Any) -> Problem:
    """The one error of a study."""
    (found,) = check_study(folder).errors
    return found


# ---- ties


def test_an_unknown_actor_is_answered_with_the_closest(make: Any) -> None:
    found = problem(make(ties=ties("trust,nav,ks,2", "trust,navv,ks,2")))
    assert str(found) == (
        'E-REF-001 ties.csv row 3, column source (B3): "navv" is not an actor here; '
        "expected an id from the actors table. "
        'Fix: write "nav" (actors.csv row 2), or add the actor.'
    )


@pytest.mark.parametrize("name", ["NAV", "na v", "N\u0430v"])
def test_a_name_that_differs_in_form_is_never_merged(make: Any, name: str) -> None:
    found = problem(make(ties=ties(f"trust,{name},ks,2")))
    assert (found.code, found.fields["near"]) == ("E-REF-002", "nav")


@pytest.mark.parametrize(("written", "meant"), [("301", "0301"), ("12.0", "12")])
def test_a_number_that_a_spreadsheet_changed(
    make: Any, written: str, meant: str
) -> None:
    actors = f"actor,kind\n{meant},x\nks,y\n"
    found = problem(make(actors=actors, ties=ties(f"trust,{written},ks,2")))
    assert (found.code, found.fields["near"]) == ("E-REF-001", meant)


def test_composed_and_decomposed_letters_differ(make: Any) -> None:
    folder = make(actors="actor\nÅl\nks\n", ties=ties("trust,A\u030al,ks,2"))
    found = problem(folder)
    assert (found.code, found.row, found.letter) == ("E-REF-002", 2, "B")
    assert "U+030A" in found.fields["points"]


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        (["trust,nav,nav,2"], "E-TIE-002", 2),
        (["trust,nav,ks,2", "trust,nav,ks,2"], "E-TIE-003", 3),
        (["trust,nav,ks,2", "trust,nav,ks,3"], "E-TIE-004", 3),
        (["trust,nav,ks,"], "E-TIE-007", 2),
        (["trust,nav,ks,0"], "E-TIE-009", 2),
        (["trust,nav,ks,6"], "E-TIE-010", 2),
        (["trust,nav,ks,0.5"], "E-TIE-010", 2),
        (["trust,nav,ks,-2"], "E-TIE-011", 2),
        (["trust,nav,ks,x"], "E-NUM-001", 2),
        (["trust,nav,,2"], "E-IDS-001", 2),
        (["trust,nav,ks,2", "trsut,ks,nav,2"], "E-TIE-001", 3),
        (["trust,nav,ks,2", ",ks,nav,2"], "E-IDS-001", 3),
        (["trust,nav,ks ,2"], "E-IDS-002", 2),
        (["trust,nav,ks\u200b,2"], "E-IDS-003", 2),
        (["trust,nav,k\x00s,2", "trust,ks,nav,1"], "E-IDS-004", 2),
    ],
)
def test_a_bad_row(make: Any, rows: list[str], code: str, row: int) -> None:
    folder = make(ties=ties(*rows))
    found = next(p for p in check_study(folder).errors if p.code == code)
    assert (found.row, found.file) == (row, "ties.csv")
    assert found.expected
    assert found.fix
    with pytest.raises(nc.InputError):
        read_study(folder)


def test_a_control_character_is_shown(make: Any) -> None:
    report = check_study(make(ties=ties("trust,n\x00av,ks,2")))
    assert '"n\\x00av" holds U+0000' in str(report.errors[0])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("trust,nav,ks,2,not_asked", "E-TIE-006"),
        ("trust,nav,ks,0,dont_know", "E-TIE-006"),
        ("trust,nav,ks,,observed", "E-TIE-007"),
        ("trust,nav,ks,,", "E-TIE-007"),
        ("trust,nav,ks,,dontknow", "E-TIE-008"),
        ("trust,nav,ks,,Observed", "E-TIE-008"),
    ],
)
def test_state_and_weight_have_to_agree(make: Any, row: str, code: str) -> None:
    found = problem(make(ties=ties(row, head=f"{HEAD},state")))
    assert found.code == code


def test_states_are_kept_and_empty_is_observed(make: Any) -> None:
    rows = ["trust,nav,ks,2,", "trust,ks,nav,,not_asked", "trust,hdir,ks,,structural"]
    study = read_study(make(ties=ties(*rows, head=f"{HEAD},state")))
    assert study.ties["state"].tolist() == ["observed", "not_asked", "structural"]
    assert study.ties["weight"].isna().tolist() == [False, True, True]


def test_zero_is_a_known_absence_once_declared(make: Any) -> None:
    toml = RULE + 'scale = [1, 5]\nzero_means = "no_tie"\n'
    study = read_study(make(toml=toml, ties=ties("trust,nav,ks,0")))
    counts = study.report.relations.iloc[0]
    assert (counts["ties"], counts["known_absences"], counts["never_listed"]) == (
        0,
        1,
        5,
    )


def test_an_undirected_pair_has_one_row(make: Any) -> None:
    toml = RULE + "directed = false\n"
    found = problem(make(toml=toml, ties=ties("trust,nav,ks,2", "trust,ks,nav,2")))
    assert (found.code, found.fields["other"]) == ("E-TIE-005", "2")


@pytest.mark.parametrize(
    ("rule", "expected"), [("sum", 7.0), ("mean", 3.5), ("last", 5.0)]
)
@pytest.mark.parametrize("directed", ["true", "false"])
def test_repeated_rows_follow_the_rule_and_are_counted(
    make: Any, rule: str, expected: float, directed: str
) -> None:
    toml = RULE + f'duplicates = "{rule}"\ndirected = {directed}\n'
    second = "trust,nav,ks,5" if directed == "true" else "trust,ks,nav,5"
    rows = ["trust,nav,ks,2", "trust,hdir,ks,1", second]
    study = read_study(make(toml=toml, ties=ties(*rows)))
    weights = study.ties["weight"].tolist()
    assert expected in weights
    assert len(weights) == 2
    file = study.report.files[1]
    assert (file.rows_read, file.rows_used) == (3, 2)
    assert dict(file.excluded) == {f"duplicates_{rule}": 1}
    assert "N-TIE-019" in [note.code for note in study.report.notes]


def test_a_sum_that_leaves_the_scale(make: Any) -> None:
    toml = RULE + 'scale = [1, 5]\nduplicates = "sum"\n'
    found = problem(make(toml=toml, ties=ties("trust,nav,ks,3", "trust,nav,ks,3")))
    assert (found.code, found.fields["weight"]) == ("E-TIE-010", "6")


def test_an_unknown_and_an_observed_tie_are_not_combined(make: Any) -> None:
    toml = RULE + 'duplicates = "mean"\n'
    rows = ["trust,nav,ks,3,", "trust,nav,ks,,dont_know"]
    found = problem(make(toml=toml, ties=ties(*rows, head=f"{HEAD},state")))
    assert found.code == "E-TIE-004"


def test_self_ties_are_left_out_and_counted(make: Any) -> None:
    toml = RULE + 'self_ties = "drop"\n'
    study = read_study(make(toml=toml, ties=ties("trust,nav,ks,3", "trust,ks,ks,3")))
    assert len(study.ties) == 1
    assert dict(study.report.files[1].excluded) == {"self_ties_drop": 1}


def test_signed_ties_may_be_negative(make: Any) -> None:
    toml = RULE + "signed = true\nscale = [-2, 2]\n"
    study = read_study(make(toml=toml, ties=ties("trust,nav,ks,-2")))
    assert study.ties["weight"].tolist() == [-2.0]


def test_reports_come_from_an_end(make: Any) -> None:
    rows = ["trust,nav,ks,2,nav", "trust,nav,ks,3,ks", "trust,nav,hdir,3,ks"]
    found = problem(make(ties=ties(*rows, head=f"{HEAD},reporter")))
    assert (found.code, found.row) == ("E-TIE-013", 4)
    study = read_study(make(ties=ties(*rows[:2], head=f"{HEAD},reporter")))
    assert study.ties["reporter"].tolist() == ["nav", "ks"]


def test_distances_stand_where_they_are_declared(make: Any) -> None:
    declared = RULE + 'distance = "declared"\n'
    head = f"{HEAD},distance"
    rows = ["trust,nav,ks,2,0.5", "trust,ks,nav,2,", "trust,hdir,nav,2,0"]
    report = check_study(make(toml=declared, ties=ties(*rows, head=head)))
    assert [(p.code, p.row) for p in report.errors] == [
        ("E-TIE-014", 3),
        ("E-TIE-014", 4),
    ]
    report = check_study(make(ties=ties(rows[0], head=head)))
    assert [p.code for p in report.warnings] == ["W-TIE-017"]


def test_persons_and_organisations_are_not_mixed(make: Any) -> None:
    actors = "actor,kind\nnav,agency\nks,person\n"
    found = check_study(make(actors=actors)).errors
    assert [(p.code, p.row) for p in found] == [("E-TIE-016", 2), ("E-TIE-016", 3)]
    toml = RULE + "mixed_levels = true\n"
    assert check_study(make(actors=actors, toml=toml)).ok


def test_no_variance_is_a_warning(make: Any) -> None:
    folder = make(
        actors="actor\nnav\nks\n", ties=ties("trust,nav,ks,2", "trust,ks,nav,2")
    )
    assert [p.code for p in check_study(folder).warnings] == ["W-TIE-015"]


# ---- relations and the manifest


def test_an_undeclared_relation_is_said_once(make: Any) -> None:
    rows = ["trust,nav,ks,2", "info,ks,nav,2", "info,nav,hdir,2"]
    found = problem(make(ties=ties(*rows)))
    assert (found.code, found.row, found.fields["count"]) == ("E-TIE-001", 3, "2")
    assert '[relations.info]\nunlisted = "not_asked"' in found.fix


def test_a_declared_relation_needs_rows(make: Any) -> None:
    unknown = RULE + '[relations.info]\nunlisted = "not_asked"\n'
    assert problem(make(toml=unknown)).code == "E-MAN-014"
    absent = RULE + '[relations.info]\nunlisted = "absent"\n'
    assert [p.code for p in check_study(make(toml=absent)).warnings] == ["W-MAN-014"]


def test_what_unlisted_means_is_never_guessed(make: Any) -> None:
    found = problem(make(toml='name = "x"\n[relations.trust]\ndirected = true\n'))
    assert found.code == "E-MAN-007"
    for word in ("not_asked", "absent", "[relations.trust]"):
        assert word in found.fix
    found = problem(make(toml='name = "x"\n'))
    assert (found.code, found.fields["relation"]) == ("E-MAN-007", "trust")


# ---- actors, sites, waves


@pytest.mark.parametrize(
    ("actors", "code", "row"),
    [
        ("actor,kind\nnav,x\nks,y\nnav,x\n", "E-ACT-001", 4),
        ("actor,kind\nnav,x\nks,y\nNAV,x\n", "E-ACT-002", 4),
        ("actor,kind\nnav,x\nks,y\nn av,x\n", "E-ACT-002", 4),
        ("actor,kind\nnav,x\nks,y\nÅl,x\nA\u030al,x\n", "E-ACT-002", 5),
        ("actor,kind\nnav,x\nks,y\n hdir,x\n", "E-IDS-002", 4),
        ("actor,kind\nnav,x\nks,y\n,x\n", "E-IDS-001", 4),
        ("actor,kind\nnav,x\nks,y\n" + "a" * 201 + ",x\n", "E-IDS-005", 4),
        ("actor,kind\nnav,x\nks,y\n1.23E+16,x\n", "E-IDS-006", 4),
        ("actor,kind\nnav,x\nks,y\na\u00a0b,x\n", "E-IDS-003", 4),
        ("actor,kind\nnav,x\nks,y\na\u202eb,x\n", "E-IDS-003", 4),
        ("actor,kind\nnav,x\nks,y\na\ufffdb,x\n", "E-ENC-007", 4),
        ("actor,meeting_date\nnav,31.02.2024\nks,2024-02-29\n", "E-TXT-002", 2),
        ("actor,kind\nnav,a\x07b\nks,y\n", "E-TXT-001", 2),
        ("actor\nnav\n", "E-ACT-004", None),
    ],
)
def test_a_bad_actor(make: Any, actors: str, code: str, row: int | None) -> None:
    report = check_study(make(actors=actors))
    found = next(p for p in report.errors if p.code == code)
    assert (found.row, found.file) == (row, "actors.csv")


def test_a_letter_of_another_alphabet_is_a_warning(make: Any) -> None:
    report = check_study(make(actors="actor\nnav\nks\nН\u0430sjonal\nxНy\n"))
    codes = [p.code for p in report.problems]
    assert "W-IDS-008" in codes
    assert "U+041D" in next(p for p in report.warnings).fields["points"]


def test_categories_can_be_declared(make: Any) -> None:
    actors = "actor,level\n" + "".join(f"a{i},kommune\n" for i in range(4))
    actors += "nav,komune\nks,stat\nhdir,stat\n"
    (warning,) = check_study(make(actors=actors)).warnings
    assert (warning.code, warning.fields["near"]) == ("W-TXT-004", "kommune")
    toml = RULE + '[categories]\nlevel = ["kommune", "stat"]\n'
    assert problem(make(actors=actors, toml=toml)).code == "E-TXT-003"


def test_resources_are_numbers(make: Any) -> None:
    toml = RULE + '[resources]\ncolumns = ["staff"]\n'
    actors = "actor,staff,rank\nnav,10,1\nks,,2\nhdir,7.5,3\n"
    study = read_study(make(toml=toml, actors=actors))
    assert study.actors["staff"].tolist()[::2] == [10.0, 7.5]
    assert study.actors["staff"].isna().tolist() == [False, True, False]
    assert study.actors["rank"].tolist() == ["1", "2", "3"]
    wrong = actors.replace("7.5", "many")
    assert problem(make(toml=toml, actors=wrong)).code == "E-NUM-001"
    none = actors.replace("staff", "staf")
    assert problem(make(toml=toml, actors=none)).fields["near"] == "staf"


def test_actors_belong_to_sites(make: Any) -> None:
    actors = "site,actor\nA,nav\nA,ks\nB,nav\nB,hdir\n"
    rows = ["A,trust,nav,hdir,2", "C,trust,nav,ks,1", "B,trust,nav,hdir,2"]
    report = check_study(make(actors=actors, ties=ties(*rows, head=f"site,{HEAD}")))
    assert [(p.code, p.row) for p in report.errors] == [
        ("E-TIE-012", 2),
        ("E-REF-003", 3),
    ]
    assert problem(make(actors=actors)).code == "E-SIT-002"
    study = read_study(make(actors=actors, ties=ties(rows[2], head=f"site,{HEAD}")))
    assert study.sites["site"].tolist() == ["A", "B"]


def test_sites_have_their_own_table(make: Any) -> None:
    actors = "site,actor\nA,nav\nA,ks\nB,nav\nB,hdir\n"
    head = f"site,{HEAD}"
    rows = ties("A,trust,nav,ks,2", head=head)
    sites = "site,population\nA,900\nB,1000\nC,20\nA,1\nb,2\n"
    report = check_study(make(actors=actors, ties=rows, sites=sites))
    assert [(p.code, p.row) for p in report.problems if p.severity != "NOTE"] == [
        ("W-SIT-003", 4),
        ("E-SIT-001", 5),
        ("E-ACT-002", 6),
        ("W-SIT-003", 6),
    ]


def test_a_site_number_that_lost_its_zero(make: Any) -> None:
    actors = "site,actor\n301,nav\n301,ks\n1103,nav\n1103,ks\n"
    rows = ties("301,trust,nav,ks,2", head=f"site,{HEAD}")
    report = check_study(make(actors=actors, ties=rows))
    assert {p.fields["near"] for p in report.warnings if p.code == "W-IDS-009"} == {
        "0301"
    }


def test_waves_are_declared_or_found(make: Any) -> None:
    head = f"{HEAD},wave"
    rows = ["trust,nav,ks,2,10", "trust,nav,ks,3,2"]
    assert read_study(make(ties=ties(*rows, head=head))).waves == ["2", "10"]
    toml = 'waves = ["before", "after"]\n' + RULE
    rows = ["trust,nav,ks,2,before", "trust,nav,ks,2,aftr", "trust,nav,hdir,2,"]
    report = check_study(make(toml=toml, ties=ties(*rows, head=head)))
    assert [(p.code, p.row) for p in report.errors] == [
        ("E-WAV-001", 3),
        ("E-IDS-001", 4),
    ]
    assert problem(make(toml=toml)).code == "E-WAV-002"
    assert read_study(make()).ties["wave"].unique().tolist() == ["1"]


# ---- together


def test_all_problems_of_the_whole_study_in_one_run(make: Any) -> None:
    folder = make(
        toml='name = "x"\nlanguage = "no"\n[relations.trust]\nunlisted = "abzent"\n',
        actors="actor,kind\nnav,x\nNAV,y\nks,z\nks\n",
        ties=ties("trust,navv,ks,x", "trust,ks,ks,1", "trust,nav,ks,-1"),
        codings="source,actor,construct,polarity\nd,nav,trust,9\n",
    )
    before = sorted(folder.iterdir())
    with pytest.raises(nc.InputError) as raised:
        read_study(folder)
    assert [(p.file, p.row, p.code) for p in raised.value.problems] == [
        ("study.toml", 2, "E-MAN-005"),
        ("study.toml", 4, "E-MAN-005"),
        ("actors.csv", 3, "E-ACT-002"),
        ("actors.csv", 5, "E-CSV-005"),
        ("ties.csv", 2, "E-REF-001"),
        ("ties.csv", 2, "E-NUM-001"),
        ("ties.csv", 3, "E-TIE-002"),
        ("ties.csv", 4, "E-TIE-011"),
        ("codings.csv", 2, "E-COD-003"),
    ]
    assert sorted(folder.iterdir()) == before


def test_a_thousand_problems_are_listed_and_the_rest_counted(make: Any) -> None:
    rows = [f"trust,x{i},y{i},-1" for i in range(2000)]
    report = check_study(make(ties=ties(*rows)))
    assert len(report.problems) == 1000
    last = report.problems[-1]
    assert last.code == "E-STU-006"
    assert int(last.fields["count"]) == 6000 - 999
    rows_listed = [p.row for p in report.problems[:-1]]
    assert rows_listed == sorted(rows_listed)
