"""The next wave: what agrees is joined, what does not is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.cli import main
from netcollab.study import Study, join_wave, read_study, response_rates

MANIFEST: dict[str, Any] = {
    "name": "survey",
    "relations": {
        "trust": {"unlisted": "not_asked", "scale": [1, 5]},
        "power": {"unlisted": "not_asked"},
    },
    "scales": {"agree5": {"low": 1, "high": 5, "missing": {"98": "dont_know"}}},
    "items": {
        "q1": {"scale": "agree5", "dimension": "power", "label": {"en": "Power?"}},
    },
    "resources": {"columns": ["staff"]},
}


def wave(number: str, *, manifest: Any = None, seed: int = 0, **changed: Any) -> Study:
    """A study of one wave; the seed changes its answers and ties."""
    tables: dict[str, Any] = {
        "sites": pd.DataFrame({"site": ["A", "B"], "population": ["9", "8"]}),
        "actors": pd.DataFrame(
            {
                "site": list("AABB"),
                "actor": ["nav", "ks", "nav", "ks"],
                "kind": ["agency", "union", "agency", "union"],
                "staff": [4, 5, 6, 7],
            }
        ),
        "ties": pd.DataFrame(
            {
                "site": list("AB"),
                "wave": number,
                "relation": "trust",
                "source": ["nav", "ks"],
                "target": ["ks", "nav"],
                "weight": [1 + seed % 5, 2.5],
            }
        ),
        "respondents": pd.DataFrame(
            {
                "site": list("AAB"),
                "respondent": ["r1", "r2", f"new{number}"],
                "actor": ["nav", "ks", "ks"],
                "wave": number,
            }
        ),
        "answers": pd.DataFrame(
            {
                "respondent": ["r1", "r2", f"new{number}"],
                "item": "q1",
                "target": ["ks", "nav", "nav"],
                "wave": number,
                "value": [1 + seed % 5, 3, 98],
            }
        ),
        "codings": pd.DataFrame(
            {
                "site": ["A"],
                "source": [f"d{number}"],
                "construct": ["trust"],
                "polarity": [1],
            }
        ),
        "affiliations": pd.DataFrame(
            {"site": ["A"], "wave": number, "actor": ["nav"], "object": ["board"]}
        ),
    }
    return Study.from_frames(manifest or MANIFEST, **(tables | changed))


def changed(*keys: str, value: Any) -> dict[str, Any]:
    """The manifest with one key changed."""
    manifest: dict[str, Any] = {k: _copied(v) for k, v in MANIFEST.items()}
    inner = manifest
    for key in keys[:-1]:
        inner = inner.setdefault(key, {})
    inner[keys[-1]] = value
    return manifest


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return value


def codes(error: nc.InputError) -> list[str]:
    return [problem.code for problem in error.problems]


WITH_WAVE = ("ties", "respondents", "answers", "affiliations")


@given(seed=st.integers(0, 4), name=st.sampled_from(["2026", "2024", "after"]))
def test_selecting_the_wave_gives_the_new_tables_back(seed: int, name: str) -> None:
    first, new = wave("2025"), wave("2026", seed=seed)
    joined = join_wave(first, new, wave=name)
    for table in WITH_WAVE:
        expected = getattr(new, table).assign(wave=name)
        back = getattr(joined.select(waves=name), table)
        pd.testing.assert_frame_equal(back, expected, check_like=True)
        kept = getattr(joined.select(waves="2025"), table)
        pd.testing.assert_frame_equal(kept, getattr(first, table))
    for table in ("sites", "actors"):
        pd.testing.assert_frame_equal(getattr(joined, table), getattr(first, table))
    assert len(joined.codings) == 2
    assert set(joined.waves) == {"2025", name}


def test_waves_stand_in_order() -> None:
    assert join_wave(wave("2025"), wave("2024")).waves == ["2024", "2025"]
    first = wave("before", manifest=MANIFEST | {"waves": ["before"]})
    assert join_wave(first, wave("after")).waves == ["before", "after"]
    three = join_wave(join_wave(wave("2025"), wave("2027")), wave("2026"))
    assert three.manifest.waves == ("2025", "2026", "2027")
    assert three.respondents["respondent"].tolist().count("r1") == 3


def test_a_wave_that_is_there_or_several_at_once() -> None:
    with pytest.raises(nc.InputError) as raised:
        join_wave(wave("2025"), wave("2025"))
    assert codes(raised.value) == ["E-JOI-001"]
    both = join_wave(wave("2025"), wave("2026"))
    with pytest.raises(nc.InputError) as raised:
        join_wave(wave("2024"), both)
    assert codes(raised.value) == ["E-JOI-002"]


def unnamed(study: Study) -> Study:
    """The study as it is without a column of waves."""
    tables = {
        name: getattr(study, name).drop(columns="wave", errors="ignore")
        for name in ("sites", "actors", "respondents", "affiliations", "ties")
    }
    answers = study.answers.drop(columns=["wave", "missing_reason"])
    return Study.from_frames(MANIFEST, **tables, answers=answers.fillna({"value": 3}))


def test_a_wave_without_a_name_is_asked_for() -> None:
    new = unnamed(wave("2027"))
    assert new.waves == ["1"]
    both = join_wave(wave("2025"), wave("2026"))
    with pytest.raises(nc.InputError, match="--wave, or wave=") as raised:
        join_wave(both, new)
    assert codes(raised.value) == ["E-JOI-010"]
    assert join_wave(both, new, wave="2027").waves == ["2025", "2026", "2027"]
    assert join_wave(both, new, wave="1").waves == ["1", "2025", "2026"]
    listed = wave("1", manifest=MANIFEST | {"waves": ["1"]})
    assert join_wave(both, listed).waves == ["1", "2025", "2026"]
    with pytest.raises(nc.InputError) as raised:
        join_wave(new, new)
    assert codes(raised.value) == ["E-JOI-001"]


# ---- respondents


def test_pseudonymised_and_not() -> None:
    new = wave("2026", manifest=changed("privacy", "pseudonymised", value=True))
    with pytest.raises(nc.InputError, match="with the same key") as raised:
        join_wave(wave("2025"), new)
    assert codes(raised.value) == ["E-JOI-011"]


def with_other_ids() -> Study:
    """The second wave, in which every respondent has another id."""
    study = wave("2026")
    people = study.respondents
    answers = study.answers.drop(columns="missing_reason")
    for table in (people, answers):
        table["respondent"] = "x" + table["respondent"]
    return wave("2026", respondents=people, answers=answers.fillna({"value": 3}))


def test_no_respondent_recurs() -> None:
    def told(new: Study) -> list[Any]:
        report = join_wave(wave("2025"), new).report
        return [p for p in report.problems if p.code == "W-JOI-012"]

    assert not told(wave("2026"))  # r1 and r2 recur
    (warning,) = told(with_other_ids())
    assert warning.fields["count"] == "3"
    assert "key of pseudonymise must be the same" in warning.fix
    assert "xr1" not in str(warning)
    people = wave("2026").respondents.assign(respondent=["x", "y", "z"])
    people = people.assign(site=["B", "B", "B"], actor="nav")
    answers = pd.DataFrame(
        {"respondent": ["x"], "item": "q1", "target": "ks", "wave": "2026", "value": 2}
    )
    assert not told(wave("2026", respondents=people, answers=answers))  # other actors


# ---- actors and sites


def test_new_actors_and_sites_are_noted() -> None:
    actors = wave("2026").actors
    more = pd.DataFrame({"site": ["A", "C", "C"], "actor": ["hdir", "nav", "ks"]})
    sites = pd.DataFrame({"site": ["A", "B", "C"]})
    new = wave("2026", actors=pd.concat([actors, more]), sites=sites)
    joined = join_wave(wave("2025"), new)
    notes = {n.file: n.fields for n in joined.report.notes if n.code == "N-JOI-006"}
    assert notes["actors (new)"]["count"] == "3"
    assert notes["actors (new)"]["known"] == "hdir (A), nav (C), ks (C)"
    assert notes["sites (new)"]["known"] == "C"
    assert len(joined.actors) == 7
    assert joined.sites["population"].tolist()[:2] == ["9", "8"]


def test_an_attribute_that_changed_is_an_error_and_named() -> None:
    actors = wave("2026").actors
    other = actors.assign(
        kind=["agency", "union", "ministry", "union"], staff=[4, 5, 6, 9]
    )
    with pytest.raises(nc.InputError) as raised:
        join_wave(wave("2025"), wave("2026", actors=other))
    told = [(p.code, p.row, p.column, p.value) for p in raised.value.problems]
    assert told == [
        ("E-JOI-003", 3, "kind", "nav"),
        ("E-JOI-003", 4, "staff", "ks"),
    ]


def test_empty_cells_contradict_nothing_and_are_counted() -> None:
    actors = wave("2025").actors
    less = actors.assign(kind=["agency", None, None, "union"])
    joined = join_wave(wave("2025", actors=less), wave("2026"))
    assert joined.actors["kind"].tolist() == ["agency", "union", "agency", "union"]
    (note,) = (n for n in joined.report.notes if n.code == "N-JOI-007")
    assert note.fields["count"] == "2"
    back = join_wave(wave("2025"), wave("2026", actors=less))
    assert back.actors["kind"].tolist() == joined.actors["kind"].tolist()


def renamed(old: str, new: str, **more: Any) -> Study:
    """The second wave, in which an actor has another id."""
    usual = wave("2026")
    tables = {
        name: getattr(usual, name).replace({old: new})
        for name in ("actors", "ties", "respondents", "affiliations")
    }
    answers = usual.answers.drop(columns="missing_reason").replace({old: new})
    return wave("2026", **tables, answers=answers, **more)


def test_ids_that_differ_only_in_form() -> None:
    with pytest.raises(nc.InputError) as raised:
        join_wave(wave("2025"), renamed("nav", "NAV"))
    assert set(codes(raised.value)) == {"E-ACT-002"}


def test_aliases_carry_old_names_over() -> None:
    aliases = pd.DataFrame({"alias": ["ks"], "actor": ["kommune"]})
    new = renamed("ks", "kommune", aliases=aliases)
    joined = join_wave(wave("2025"), new)
    assert sorted(joined.actors["actor"].unique()) == ["kommune", "nav"]
    assert "ks" not in set(joined.ties["source"]) | set(joined.respondents["actor"])
    assert any(n.code == "N-ALI-001" for n in joined.report.notes)


def test_the_actor_of_an_alias_stands_in_the_study_of_the_alias() -> None:
    """As docs/data.md says; a row of the actor is enough."""
    actors = pd.DataFrame({"site": list("AB"), "actor": ["ks", "ks"]})
    ties = wave("2026").ties.replace({"nav": "sosial"})
    few = {"manifest": MANIFEST, "actors": actors, "ties": ties}
    empty: dict[str, Any] = dict.fromkeys(["respondents", "answers", "codings"])
    few |= empty | {"affiliations": None, "sites": None}
    few["manifest"] = {k: v for k, v in MANIFEST.items() if k != "items"}
    few["manifest"] |= {"relations": {"trust": MANIFEST["relations"]["trust"]}}
    few["manifest"] |= {"resources": {}}
    few["aliases"] = pd.DataFrame({"alias": ["sosial"], "actor": ["nav"]})
    with pytest.raises(nc.InputError) as raised:
        wave("2026", **few)
    assert "E-ALI-005" in codes(raised.value)
    few["actors"] = wave("2026").actors[["site", "actor"]]
    joined = join_wave(wave("2025"), wave("2026", **few))
    assert set(joined.ties["source"]) == {"nav", "ks"}
    assert joined.aliases["alias"].tolist() == ["sosial"]


def test_invited_numbers_get_a_column_for_each_wave() -> None:
    actors = wave("2025").actors
    first = wave("2025", actors=actors.assign(invited=[2, 2, 1, 4]))
    second = wave("2026", actors=actors.assign(invited=[3, 3, 1, 2]))
    joined = join_wave(join_wave(first, second), wave("2027"))
    rates = response_rates(joined).set_index(["wave", "site", "actor"])
    assert rates.loc[("2025", "B", "ks"), "rate"] == 0  # only a "don't know"
    assert rates.loc[("2025", "A", "nav"), "rate"] == 1 / 2
    assert rates.loc[("2026", "A", "nav"), "rate"] == 1 / 3
    assert rates.loc["2027", "rate"].isna().all()


def test_two_studies_of_one_place() -> None:
    def one(name: str) -> Study:
        return Study.from_frames(
            {"name": name, "relations": {"trust": {"unlisted": "absent"}}},
            actors=pd.DataFrame({"actor": ["nav", "ks"]}),
            ties=pd.DataFrame(
                {"relation": ["trust"], "source": "nav", "target": "ks", "weight": 1}
            ),
        )

    joined = join_wave(one("first"), one("second"), wave="2")
    assert joined.ties["site"].tolist() == ["first", "first"]
    assert joined.waves == ["1", "2"]
    assert "N-JOI-009" in [n.code for n in joined.report.notes]


# ---- the manifest


@pytest.mark.parametrize(
    ("keys", "value", "place"),
    [
        (("scales", "agree5", "high"), 7, "scales.agree5.high"),
        (("scales", "agree5", "missing"), {"98": "not_asked"}, "scales.agree5.missing"),
        (("items", "q1", "reversed"), True, "items.q1.reversed"),
        (("items", "q1", "construct"), "trust", "items.q1.construct"),
        (("relations", "trust", "directed"), False, "relations.trust.directed"),
        (("synthetic",), True, "synthetic"),
    ],
)
def test_a_changed_declaration_is_an_error(
    keys: tuple[str, ...], value: Any, place: str
) -> None:
    new = wave("2026", manifest=changed(*keys, value=value))
    with pytest.raises(nc.InputError) as raised:
        join_wave(wave("2025"), new)
    assert [(p.code, p.place.key) for p in raised.value.problems] == [
        ("E-JOI-004", place)
    ]


def test_a_changed_wording_is_a_warning() -> None:
    manifest = changed("items", "q1", "label", value={"en": "Who has power?"})
    joined = join_wave(wave("2025"), wave("2026", manifest=manifest))
    assert [(p.code, p.value) for p in joined.report.warnings if "JOI" in p.code] == [
        ("W-JOI-005", "q1")
    ]
    assert joined.manifest.items["q1"].label == {"en": "Power?"}


def test_the_stricter_privacy_holds() -> None:
    manifest = changed(
        "privacy",
        value={"min_respondents": 10, "sensitive": ["power"], "free_text": ["c"]},
    )
    joined = join_wave(wave("2025"), wave("2026", manifest=manifest))
    assert joined.manifest.min_respondents == 10
    assert joined.manifest.sensitive == ("power",)
    assert joined.manifest.free_text == ("c",)
    assert not joined.manifest.person_level


def test_new_items_and_more_missing_codes_are_welcome() -> None:
    manifest = changed("items", "q2", value={"scale": "agree5", "about": "self"})
    manifest["scales"]["agree5"]["missing"] = {"99": "no_answer"}
    answers = wave("2026").answers.drop(columns="missing_reason")
    extra = answers.head(1).assign(item="q2", target=None, value=99)
    answers = pd.concat([answers.fillna({"value": 3}), extra])
    joined = join_wave(wave("2025"), wave("2026", manifest=manifest, answers=answers))
    assert list(joined.manifest.items) == ["q1", "q2"]
    missing = joined.manifest.scales["agree5"].missing
    assert missing == {"98": "dont_know", "99": "no_answer"}
    assert "N-JOI-008" in [n.code for n in joined.report.notes]


# ---- the command line


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nc.write_study(wave("1"), tmp_path / "a")
    nc.write_study(wave("1", seed=2), tmp_path / "b")
    out = tmp_path / "both"
    words = ["join", str(tmp_path / "a"), str(tmp_path / "b"), "--out", str(out)]
    assert main(words) == 2
    assert "E-JOI-001" in capsys.readouterr().err
    assert not out.exists()
    assert main([*words, "--wave", "2"]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert read_study(out).waves == ["1", "2"]
    assert main([*words, "--wave", "2"]) == 2  # never over another study


THEORY = {
    "elements": {"tools": {}, "trust": {}},
    "links": {"x": {"cause": "tools", "effect": "trust", "construct": "trust"}},
}


def test_a_theory_comes_along_and_has_to_be_the_same() -> None:
    first, second = ({**MANIFEST, "theory": THEORY}, MANIFEST)
    for pair in ((first, second), (second, first), (first, first)):
        old, new = (wave(k, manifest=m) for k, m in zip("12", pair, strict=True))
        joined = join_wave(old, new, wave="2").manifest.theory
        assert joined is not None
        assert list(joined.links) == ["x"]
    links = {"x": {"cause": "tools", "effect": "trust"}}
    other = {**MANIFEST, "theory": {**THEORY, "links": links}}
    with pytest.raises(nc.InputError) as caught:
        join_wave(wave("1", manifest=first), wave("2", manifest=other), wave="2")
    assert codes(caught.value) == ["E-JOI-004"]
