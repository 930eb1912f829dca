"""The saturation curve: by hand, against every order of interviews, and at its ends."""

from __future__ import annotations

from itertools import permutations
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.errors import InputError, UnknownNameError
from netcollab.scales import Saturation, saturation
from netcollab.study import Manifest, Study

EMPTY = pd.DataFrame()
SAID = ["informant", "actor", "construct", "polarity", "confidence"]


def made(said: list[tuple[object, ...]], **tables: pd.DataFrame) -> Study:
    """A study of one site; informants live in no table unless given."""
    usual = {
        "sites": pd.DataFrame({"site": ["here"]}),
        "actors": pd.DataFrame({"site": "here", "actor": ["a", "b", "c"]}),
        "codings": pd.DataFrame(said, columns=SAID).assign(site="here"),
    }
    rest = ("ties", "respondents", "answers", "affiliations")
    return Study(Manifest(name="here"), **(dict.fromkeys(rest, EMPTY) | usual | tables))


def of_codes(interviews: list[set[str]]) -> Study:
    """Interviews given by the codes heard in each; none of them empty."""
    said = [
        (f"I{k}", "a", code, 1, 1.0)
        for k, codes in enumerate(interviews)
        for code in sorted(codes)
    ]
    return made(said)


def in_every_order(interviews: list[set[str]]) -> np.ndarray:
    """Codes heard after each interview: orders x interviews."""
    return np.array(
        [
            [len(set().union(*order[: k + 1])) for k in range(len(order))]
            for order in permutations(interviews)
        ]
    )


# ---- values by hand


def test_three_interviews_by_hand() -> None:
    found = saturation(of_codes([{"x", "y"}, {"x"}, {"z"}]), base=1, run=1)
    # one interview: (2 + 1 + 1) / 3; two: {x,y} 2, {x,y,z} 3, {x,z} 2; three: 3
    assert found.curve["heard"].tolist() == pytest.approx([4 / 3, 7 / 3, 3])
    assert found.curve["sd"].tolist() == pytest.approx([np.sqrt(2 / 9)] * 2 + [0])
    assert found.curve["new"].tolist() == pytest.approx([4 / 3, 1, 2 / 3])
    assert found.curve["share"].tolist() == pytest.approx([4 / 9, 7 / 9, 1])
    # new in the next one, over the codes of the first: 1 / (4/3), (2/3) / (4/3)
    assert found.curve["new_in_run"].tolist()[:2] == pytest.approx([0.75, 0.5])
    assert np.isnan(found.curve["new_in_run"].iloc[-1])
    assert (found.n_codes, found.n_once, found.n_interviews) == (3, 2, 3)
    assert np.isnan(found.reached)
    assert found.reason == "the last runs still add 0.50, more than 0.05"


def test_the_documented_case() -> None:
    case = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    found = saturation(case)
    # of eight interviews (the first was not coded) four name power, four trust, two
    # incentives, five prehistory
    times = (4, 4, 2, 5)
    expected = [
        sum(1 - comb(8 - m, k) / comb(8, k) for m in times) for k in range(1, 9)
    ]
    assert found.curve["heard"].tolist() == pytest.approx(expected, abs=1e-12)
    assert (found.n_interviews, found.n_silent, found.n_once) == (8, 1, 0)
    assert (found.reached, found.reason) == (5.0, "")
    told = saturation(case, codes="direction")
    assert (told.n_codes, told.n_once) == (9, 5)
    assert np.isnan(told.reached)


# ---- against every order, and identities


@given(st.lists(st.sets(st.sampled_from("pqrstu"), min_size=1), min_size=2, max_size=6))
def test_means_and_spread_are_those_of_every_order(interviews: list[set[str]]) -> None:
    found = saturation(of_codes(interviews), base=2, run=1)
    orders = in_every_order(interviews)
    np.testing.assert_allclose(found.curve["heard"], orders.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(found.curve["sd"], orders.std(axis=0), atol=1e-7)
    ratio = np.diff(orders.mean(axis=0))[1:] / orders.mean(axis=0)[1]
    shown = found.curve["new_in_run"].dropna()
    np.testing.assert_allclose(shown, ratio, atol=1e-12)


@given(
    st.lists(st.sets(st.sampled_from("pqrstu"), min_size=1), min_size=2, max_size=12)
)
def test_the_curve_rises_ever_more_slowly_to_all_codes(
    interviews: list[set[str]],
) -> None:
    found = saturation(of_codes(interviews))
    heard, n = found.curve["heard"].to_numpy(), len(interviews)
    assert heard[-1] == pytest.approx(found.n_codes)
    assert found.curve["sd"].iloc[-1] == 0
    steps = np.diff(heard, prepend=0.0)
    assert (steps >= -1e-12).all()
    assert (np.diff(steps) <= 1e-12).all()
    assert steps[-1] == pytest.approx(found.n_once / n, abs=1e-12)
    assert heard[0] == pytest.approx(sum(map(len, interviews)) / n)


def test_neither_order_nor_names_nor_repetition_matter() -> None:
    said = [
        ("I1", "a", "x", 2, 1.0),
        ("I1", "a", "y", -1, 0.5),
        ("I2", "b", "y", 0, 1.0),
        ("I3", "c", "x", -2, 1.0),
    ]
    usual = saturation(made(said), base=1).curve
    renamed = [(f"other {row[0]}", *row[1:]) for row in said]
    for other in (said[::-1], said + said[:2], renamed):
        pd.testing.assert_frame_equal(saturation(made(other), base=1).curve, usual)
    by_direction = saturation(made(said), codes="direction", base=1)
    assert by_direction.n_codes == 4


def test_many_interviews_keep_their_precision() -> None:
    codes = {f"c{m}": m for m in (1, 7, 150, 399)}
    sets = [{c for c, m in codes.items() if k < m} or {"all"} for k in range(400)]
    found = saturation(of_codes(sets))
    for k in (1, 10, 200, 399, 400):
        times = [*codes.values(), 1]
        expected = sum(1 - comb(400 - m, k) / comb(400, k) for m in times)
        assert found.curve["heard"][k] == pytest.approx(expected, rel=1e-12)


# ---- what an interview is


def test_interviews_in_which_nothing_was_coded_count() -> None:
    people = pd.DataFrame(
        {"site": "here", "respondent": ["I1", "I2", "I3"], "actor": ["a", "b", "c"]}
    )
    said = [("I1", "a", "x", 1, 1.0), ("", "b", "y", 1, 1.0), ("ALL", "", "z", 1, 1.0)]
    found = saturation(made(said, respondents=people))
    # I2 is heard as the actor b, I3 is silent, the summary is no interview
    assert (found.n_interviews, found.n_silent, found.n_codes) == (3, 1, 2)
    answers = pd.DataFrame({"respondent": ["I3"], "item": ["q"], "value": [1]})
    asked = saturation(made(said, respondents=people, answers=answers))
    assert (asked.n_interviews, asked.n_silent) == (2, 0)


def test_interview_dates_tell_who_was_silent() -> None:
    actors = pd.DataFrame(
        {"site": "here", "actor": ["a", "b", "c"], "interview_date": ["May", "May", ""]}
    )
    found = saturation(made([("", "a", "x", 1, 1.0)], actors=actors))
    assert (found.n_interviews, found.n_silent) == (2, 1)
    assert found.curve["heard"].tolist() == [0.5, 1.0]


def test_informants_of_two_sites_are_two_interviews() -> None:
    sites = pd.DataFrame({"site": ["north", "south"]})
    actors = sites.assign(actor="a")
    codings = pd.DataFrame(
        [("I1", "a", "x", 1, 1.0), ("I1", "a", "x", 1, 1.0)], columns=SAID
    ).assign(site=["north", "south"])
    found = saturation(made([], sites=sites, actors=actors, codings=codings))
    assert found.n_interviews == 2


def test_codings_that_say_nothing_are_not_heard() -> None:
    said = [
        ("I1", "a", "x", 1, 1.0),
        ("I2", "b", "x", 1, 1.0),
        ("I2", "b", "y", 1, 0.0),
        ("I2", "b", "z", np.nan, 1.0),
    ]
    assert saturation(made(said)).n_codes == 1


# ---- degenerate and bad


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([], "no coding of an interview names a construct"),
        ([("", "", "x", 1, 1.0)], "no coding of an interview names a construct"),
        ([("I1", "a", "", 1, 1.0)], "no coding of an interview names a construct"),
        ([("I1", "a", "x", 1, 1.0)], "one interview: a curve needs two"),
    ],
)
def test_without_two_interviews_there_is_a_reason(
    said: list[tuple[object, ...]], reason: str
) -> None:
    found = saturation(made(said))
    assert found.reason == reason
    assert found.curve.empty
    assert list(found.curve) == ["heard", "sd", "new", "share", "new_in_run"]
    assert np.isnan(found.reached)
    assert reason in repr(found)


def test_documents_are_counted_and_are_no_interview() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    found = saturation(study)
    assert (found.n_interviews, found.unplaced) == (0, len(study.codings))


def test_too_few_interviews_for_a_run_are_told() -> None:
    found = saturation(of_codes([{"x"}] * 5))
    assert found.reason == "fewer interviews than base and run: 4 + 2"
    assert saturation(of_codes([{"x"}] * 6)).reached == 4.0
    assert saturation(of_codes([{"x"}] * 6), threshold=0).reached == 4.0


def test_bad_arguments_are_refused() -> None:
    study = of_codes([{"x"}, {"y"}])
    with pytest.raises(UnknownNameError, match="direction"):
        saturation(study, codes="directions")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="base"):
        saturation(study, base=0)
    with pytest.raises(InputError, match="run"):
        saturation(study, run=0)
    for wrong in (1.0, -0.1, float("nan"), "some"):
        with pytest.raises(InputError, match="threshold"):
            saturation(study, threshold=wrong)  # type: ignore[arg-type]


def test_no_informant_is_shown() -> None:
    study = made([("Kari N", "a", "x", 1, 1.0), ("Ola N", "b", "y", 1, 1.0)])
    found = saturation(study)
    shown = f"{found!r} {found.curve.to_csv()} {found.reason}"
    assert isinstance(found, Saturation)
    assert "Kari" not in shown
    assert "Ola" not in shown
