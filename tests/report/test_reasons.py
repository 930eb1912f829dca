"""Why a number is missing, in three languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest

import netcollab as nc
from netcollab import measures as ms
from netcollab._counted import Counted
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.hypotheses import minimise, truth_table
from netcollab.measures import broadcast, brokerage, formal
from netcollab.measures import undefined as undefined_reasons
from netcollab.networks import Network
from netcollab.report.labels import language, phrases_of
from netcollab.report.reasons import reason_text

NAMES = ["nav", "ks", "hdir"]


def network_of(cells: list[list[float | None]], **more: object) -> Network:
    names = NAMES[: len(cells)]
    return Network.from_matrix(pd.DataFrame(cells, names, names, dtype=float), **more)


NETWORKS = {
    "alone": network_of([[None]]),
    "empty": network_of([[0, 0, 0]] * 3),
    "unknown": network_of([[None] * 3] * 3),
    "presence-only": network_of([[None, 1, None], [None] * 3, [None] * 3]),
    "rated": network_of([[None, 3, 2], [1, None, 2], [None] * 3], scale=(1, 5)),
    "silent": network_of([[None, 3, 0], [1, None, 0], [None] * 3]),
    "signed": network_of([[0, -1, 1], [1, 0, 0], [0, 1, 0]], signed=True),
}


def reasons() -> set[str]:
    found = set()
    for network in NETWORKS.values():
        for name in ("density", "reciprocity", "tie_asymmetry"):
            found.add(ms.reason(getattr(ms, name), network))
        found.add(ms.reason(ms.centralization, network, measure=ms.out_degree))
        for name in ("in_degree", "out_degree", "betweenness", "constraint"):
            found |= set(getattr(ms, name)(network).attrs["reasons"].values())
        found |= set(ms.dependence(network).attrs["reasons"].values())
    return found - {""}


@pytest.mark.parametrize("code", ["nb", "da"])
def test_reasons_of_a_comparison_of_cases_are_translated(code: str) -> None:
    members = {"A": [0.9, 0.1], "B": [0.2, 0.7], "Y": [0.2, 0.1]}
    cases = pd.DataFrame(members, ["s", "t"])
    table = truth_table(cases, "Y", ["A"])
    with pytest.raises(RefusedError, match="2 conditions make 4") as many:
        truth_table(cases, "Y", ["A", "B"])
    with pytest.raises(RefusedError, match="membership in all") as none:
        truth_table(cases.assign(Y=float("nan")), "Y", ["A"])
    seen = table.assign(outcome=1)
    solved = minimise(cases, table), minimise(cases, seen)
    told = [str(many.value), str(none.value), *(each.reason for each in solved)]
    assert all(told)
    with language(code):
        for reason in told:
            assert reason_text(reason) != reason


@pytest.mark.parametrize("code", ["nb", "da"])
@pytest.mark.parametrize("reason", sorted(reasons()))
def test_reasons_of_the_measures_are_translated(reason: str, code: str) -> None:
    with language(code):
        assert reason_text(reason) != reason


def test_states_within_a_reason_are_words_too() -> None:
    reason = "no sent tie was observed (dont know, nonrespondent)"
    with language("da"):
        told = "intet bånd fra aktøren er observeret (ved ikke, deltog ikke)"
        assert reason_text(reason) == told
    told = "no sent tie was observed (don't know, did not take part)"
    assert reason_text(reason) == told


def test_several_reasons_are_translated_one_by_one() -> None:
    with language("nb"):
        assert reason_text("position: no value; staff: no value") == (
            "posisjon: ingen verdi; ansatte: ingen verdi"
        )


@pytest.mark.parametrize(
    "reason", ["", "something else", "x: y", "quotes (a.b) {c}", "a; b"]
)
def test_an_unknown_reason_stands_as_it_is(reason: str) -> None:
    with language("nb"):
        assert reason_text(reason) == reason


def test_every_reason_finds_itself() -> None:
    for phrase in phrases_of("because", "en").values():
        for count in ("1", "3"):
            fields = {name: "x" for _, name, _, _ in Formatter().parse(phrase) if name}
            fields |= {name: count for name in ("n", "count") if name in fields}
            filled = phrase.format(**{k: Counted(v) for k, v in fields.items()})
            assert reason_text(filled) == filled


def test_a_count_chooses_the_word_after_it() -> None:
    with language("nb"):
        assert reason_text("1 site has both values") == "1 kommune har begge verdiene"
        told = reason_text(
            "3 sites have both values; a mean over sites needs 6; netcollab design "
            "says what so many sites, or more, can find"
        )
    assert told == (
        "3 kommuner har begge verdiene; et gjennomsnitt over kommuner krever 6 "
        "kommuner; netcollab design sier hva så mange kommuner, eller flere, kan finne"
    )


def test_a_number_has_the_marks_of_the_language() -> None:
    with language("da"):
        told = reason_text(
            "the smallest p this design allows is 0.1667, more than 0.05 / 2"
        )
        assert (
            told == "den mindste p, dette design tillader, er 0,1667, mere end 0,05 / 2"
        )
    with language("nb"):
        told = reason_text("the adjusted p, 0.1474, is above 0.05")
        assert told == "den justerte p-verdien, 0,1474, er over 0,05"


def test_names_in_the_message_of_an_error_stay_as_they_are() -> None:
    error = UnknownNameError("relation", "trst", ["trust", "no_tie"])
    with language("da"):
        assert reason_text(str(error)) == (
            "ukendt relation: »trst« (mente du »trust«?); kendt: trust, no_tie"
        )
        bare = reason_text(str(UnknownNameError("site", "x", [])))
        assert bare == "ukendt kommune: »x«; kendt: ingen"


def kinds() -> set[str]:
    """What names are of, in every call that may raise, but names of parameters."""
    found = set()
    for path in Path(nc.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name, kind = getattr(node.func, "id", ""), node.args[0]
            if name not in ("UnknownNameError", "check_choice"):
                continue
            if isinstance(kind, ast.JoinedStr):
                found.add(re.sub(r"\{.*?\}", "x", ast.unparse(kind)[2:-1]))
            elif isinstance(kind, ast.Constant):
                is_parameter = name == "check_choice" and " " not in str(kind.value)
                found |= set() if is_parameter else {str(kind.value)}
    return found


@pytest.mark.parametrize("code", ["nb", "da"])
def test_every_kind_of_unknown_name_has_words(code: str) -> None:
    known = {"relation", "alternative of x", "value of unlisted", "kind of core"}
    assert known < kinds()
    by_option = {"language", "level", "measure", "preset", "predictor", "unit", "wave"}
    same_word = {"instrument", "relation"}
    with language(code):
        for kind in kinds() | by_option:
            told = reason_text(str(UnknownNameError(kind, "x", ["y"])))
            assert told.startswith({"nb": "ukjent ", "da": "ukendt "}[code])
            assert kind in same_word or f" {kind}: " not in told


def test_an_expression_that_cannot_be_read_is_told_with_its_place() -> None:
    cases = pd.DataFrame({"a": [0.0, 1.0]})
    with pytest.raises(InputError) as caught:
        nc.hypotheses.membership(cases, "a*&")
    with language("da"):
        told = reason_text(str(caught.value))
    assert told.startswith("kan ikke læse »a*&« ved »&«, position 3; navne på ")


def test_an_unknown_alternative_names_its_choice() -> None:
    error = UnknownNameError("alternative of missing", "obs", ["observed"])
    with language("nb"):
        told = "ukjent alternativ for missing: «obs»; kjent: observed"
        assert reason_text(str(error)) == told


def undefined() -> set[str]:
    """Why a measure is undefined, as its module says it: constants and fields."""
    found = set()
    for path in Path(ms.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id == "UndefinedError" and node.args:
                told = node.args[0]
                if isinstance(told, ast.Constant):
                    found.add(str(told.value))
    return found


@pytest.mark.parametrize("code", ["nb", "da"])
def test_every_reason_of_an_undefined_measure_has_words(code: str) -> None:
    named = {
        value
        for module in (undefined_reasons, brokerage, broadcast, formal)
        for name, value in vars(module).items()
        if name.strip("_").isupper() and isinstance(value, str) and " " in value
    }
    with language(code):
        bare = {why for why in named | undefined() if reason_text(why) == why}
    assert len(named | undefined()) > 20
    assert not bare
