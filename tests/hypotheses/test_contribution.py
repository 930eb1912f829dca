"""Theories of change: chains by hand, statuses by the rule, names by the closest."""

from __future__ import annotations

import dataclasses
from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.errors import InputError, UnknownNameError
from netcollab.hypotheses import (
    Contribution,
    Link,
    Rival,
    TheoryOfChange,
    contribution,
    evidence_verdict,
)
from netcollab.report.labels import language
from netcollab.report.reasons import reason_text
from netcollab.study import Study

TRUST = Link("meetings", "trust", construct="trust")


def theory(*links: Link) -> TheoryOfChange:
    return TheoryOfChange("theory", links)


def coded(rows: dict[str, list[float]], **more: object) -> Study:
    """A study whose organisations spoke about constructs: one polarity for each."""
    bodies = [f"body {k}" for k in range(6)]
    codings = pd.DataFrame(
        [
            {"source": "interview", "actor": bodies[k], "construct": c, "polarity": p}
            for c, polarities in rows.items()
            for k, p in enumerate(polarities)
        ],
        columns=["source", "actor", "construct", "polarity"],
    )
    return Study.from_frames(
        {"name": "told", "relations": {"trust": {"unlisted": "not_asked"}}},
        actors=pd.DataFrame({"actor": bodies}),
        ties=pd.DataFrame(
            {
                "relation": ["trust"],
                "source": [bodies[0]],
                "target": [bodies[1]],
                "weight": [1],
            }
        ),
        codings=codings.assign(**more),
    )


FOR, AGAINST = [2, 2, 2, 2], [-2, -2, -2, -2]
FRAGILE, MIXED = [2, 2, 1, -2], [2, 2, -2, -2]
SAID = {"for": FOR, "against": AGAINST, "fragile": FRAGILE, "mixed": MIXED}


def status_of(said: str, *rivals: str) -> tuple[str, str]:
    """Status and reason of a link with such evidence and such rivals."""
    polarities = {"link": SAID[said]} if said in SAID else {"other": FOR}
    named = []
    for k, word in enumerate(rivals):
        if word in SAID:
            polarities[f"r{k}"] = SAID[word]
        construct = f"r{k}" if word in SAID else ""
        named.append(Rival(name=f"rival {k}", construct=construct))
    link = Link("a", "b", construct="link" if said in SAID else "", rivals=named)
    found = contribution(coded(polarities), theory(link)).links.iloc[0]
    return found["status"], found["reason"]


# ---- the theory


def test_chains_are_every_way_from_first_to_last() -> None:
    found = theory(
        Link("a", "b"), Link("b", "d"), Link("a", "c"), Link("c", "d"), Link("e", "c")
    )
    assert found.elements == ("a", "b", "d", "c", "e")
    assert found.starts == ("a", "e")
    assert found.chains == (("a", "b", "d"), ("a", "c", "d"), ("e", "c", "d"))
    assert found["e", "c"].name == "e → c"


def test_a_circle_is_named() -> None:
    links = (Link("x", "a"), Link("a", "b"), Link("b", "c"), Link("c", "a"))
    with pytest.raises(InputError, match="a → b → c → a"):
        theory(*links, Link("c", "end"))


def test_too_many_chains_are_refused_without_walking_them() -> None:
    layers = [[f"{k}{side}" for side in "uv"] for k in range(60)]
    links = [
        Link(one, other)
        for here, there in pairwise(layers)
        for one, other in product(here, there)
    ]
    with pytest.raises(InputError, match="more than 1,000 chains"):
        theory(*links)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda: theory(), "needs links"),
        (lambda: TheoryOfChange("t", ("a",)), "kind Link"),
        (lambda: theory(TRUST, TRUST), "occur twice: meetings → trust"),
        (lambda: Link("a", "a"), '"a" to itself'),
        (lambda: Link("", "a"), "cause of a link needs"),
        (lambda: Link("a", "b → c"), "effect of a link needs"),
        (lambda: Link("a", None), "effect of a link needs"),
        (lambda: Link("a", "b", construct=3), "a → b: construct needs a word"),
        (lambda: Link("a", "b", direction="up"), 'direction of a → b "up"'),
        (lambda: Link("a", "b", rivals=("money",)), "kind Rival"),
        (lambda: Rival(name=" "), "name of a rival"),
        (
            lambda: Link("a", "b", rivals=(Rival(name="m"), Rival(name="m"))),
            "rivals named twice: m",
        ),
    ],
)
def test_what_is_no_theory_is_named(made, told: str) -> None:
    with pytest.raises(InputError, match=told):
        made()


def test_links_are_found_by_their_ends() -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        theory(TRUST)["meeting", "trust"]


# ---- the rule


def test_codings_of_nobody_are_counted_in_the_reason() -> None:
    study = coded({"link": FOR})
    nobody = study.codings.assign(actor="")
    found = contribution(
        dataclasses.replace(study, codings=nobody),
        theory(Link("a", "b", construct="link")),
    )
    row = found.links.iloc[0]
    assert (row["status"], row["n"]) == ("untested", 0)
    assert row["reason"] == (
        "4 codings have neither an actor nor an informant among the respondents"
    )
    with language("nb"):
        assert reason_text(row["reason"]).startswith("4 kodinger har verken")


def test_that_sites_are_equal_is_assumed_once_over_all_links() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    declared = nc.hypotheses.declared_theory(study)
    name = next(iter(declared.links[0].sources.values()))
    codings = study.codings
    elsewhere = codings["site"] != codings["site"].iloc[0]
    fewer = codings[~((codings["construct"] == name) & elsewhere)]
    found = contribution(dataclasses.replace(study, codings=fewer), declared)
    told = [text for text in found.assumptions if "equal voices" in text]
    n = study.codings["site"].nunique()
    assert told == [f"organisations of {n} sites are equal voices"]


def test_a_rival_that_one_voice_would_bring_back_is_open() -> None:
    turned = [-score for score in FRAGILE]
    links = {}
    for said, polarities in {"firm": AGAINST, "fragile": turned}.items():
        rival = Rival(name="money", construct="money")
        link = Link("a", "b", construct="link", rivals=(rival,))
        study = coded({"link": FOR, "money": polarities})
        found = contribution(study, theory(link))
        links[said] = found.links.iloc[0]
        assert found.rivals["verdict"].tolist() == ["contradicted"]
    assert (links["firm"]["status"], links["firm"]["rivals_ruled_out"]) == (
        "well supported",
        "money",
    )
    assert (links["fragile"]["status"], links["fragile"]["rivals_open"]) == (
        "weakly supported",
        "money",
    )
    assert links["fragile"]["rivals_ruled_out"] == ""
    assert found.rivals["reason"].tolist() == ["fragile"]


def test_each_status_by_its_condition() -> None:
    assert status_of("for") == ("well supported", "")
    assert status_of("for", "against") == ("well supported", "")
    assert status_of("for", "mixed")[0] == "weakly supported"
    assert status_of("fragile") == ("weakly supported", "fragile")
    assert status_of("mixed")[0] == "inconclusive"
    assert status_of("mixed", "against")[0] == "inconclusive"
    assert status_of("for", "for")[0] == "contested"
    assert status_of("mixed", "for")[0] == "contested"
    assert status_of("against", "for")[0] == "contradicted"
    assert status_of("nothing", "for") == (
        "untested",
        "no codings are named for it",
    )


def test_a_rival_nobody_spoke_of_is_open_and_named() -> None:
    status, reason = status_of("for", "nothing", "for", "against")
    assert status == "contested"
    assert reason == "the rival rival 1 stands; the rival rival 0 is not ruled out"
    assert status_of("for", "nothing")[0] == "weakly supported"


@given(st.lists(st.sampled_from([-2, -1, 0, 1, 2]), min_size=0, max_size=6), st.data())
def test_the_table_says_what_the_verdict_says(polarities, data) -> None:
    rival = data.draw(st.sampled_from([FOR, AGAINST, MIXED]))
    link = Link("a", "b", construct="link", rivals=(Rival(name="r", construct="r"),))
    study = coded({"link": polarities, "r": rival})
    if not polarities:
        link = dataclasses.replace(link, construct="")
    row = contribution(study, theory(link)).links.iloc[0]
    verdict = evidence_verdict(polarities, own=len(polarities))
    assert (row["verdict"], row["n"]) == (verdict, len(polarities))
    assert np.isnan(row["score"]) == (not polarities)
    assert (row["status"] == "untested") == (verdict == "not testable")
    assert (row["status"] == "contradicted") == (verdict == "contradicted")
    stands = row["rivals_standing"] == "r"
    assert stands == (rival == FOR)
    assert (row["status"] == "contested") == (
        stands and verdict in ("supported", "inconclusive")
    )
    flipped = dataclasses.replace(link, direction="negative")
    mirror = {"supported": "contradicted", "contradicted": "supported"}
    turned = contribution(study, theory(flipped)).links.iloc[0]["verdict"]
    assert turned == mirror.get(verdict, verdict)


# ---- chains


def chain_of(*said: str) -> pd.Series:
    """The one chain over links with such evidence."""
    study = coded({f"c{k}": SAID[word] for k, word in enumerate(said) if word in SAID})
    links = [
        Link(f"{k}", f"{k + 1}", construct=f"c{k}" if word in SAID else "")
        for k, word in enumerate(said)
    ]
    return contribution(study, theory(*links)).chains.iloc[0]


def test_a_chain_is_as_strong_as_its_weakest_link() -> None:
    cases = {
        ("for", "for"): ("supported", "well supported"),
        ("for", "fragile"): ("supported", "weakly supported"),
        ("mixed", "fragile"): ("inconclusive", "inconclusive"),
        ("for", "nothing", "mixed"): ("not testable", "untested"),
        ("nothing", "against", "for"): ("contradicted", "contradicted"),
    }
    for said, (verdict, strength) in cases.items():
        found = chain_of(*said)
        assert (found["verdict"], found["strength"]) == (verdict, strength)
        assert (found["reason"] == "") == (verdict == "supported")
    assert chain_of("for", "nothing", "mixed")["weakest"] == "1 → 2"


def test_a_standing_rival_breaks_the_claim_on_its_chain_only() -> None:
    study = coded({"good": FOR, "rival": FOR})
    rival = Rival(name="new money", construct="rival")
    told = contribution(
        study,
        theory(
            Link("tools", "sharing", construct="good"),
            Link("sharing", "trust", construct="good"),
            Link("sharing", "speed", construct="good", rivals=(rival,)),
        ),
    )
    assert told.claims == ("tools → sharing → trust",)
    broken = told.chains.loc["tools → sharing → speed"]
    assert (broken["verdict"], broken["strength"]) == ("inconclusive", "contested")
    assert broken["reason"] == "sharing → speed is contested"
    assert told.rivals["standing"].tolist() == ["stands"]
    assert "sharing → speed  contested: the rival new money stands" in told.summary()
    assert "consistent with" in " ".join(told.limits())
    assert told.links["n"].between(1, 4).any()
    assert "fewer than five voices" in " ".join(told.limits())
    assert repr(told).startswith("Contribution(theory: tools → sharing well supported")


# ---- which codings speak


@pytest.fixture(scope="module")
def case() -> Study:
    return nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))


def row(study: Study, **sources: str) -> pd.Series:
    return contribution(study, theory(Link("a", "b", **sources))).links.iloc[0]


def test_the_documented_case_by_hand(case: Study) -> None:
    # trust: ehelse 2, udir 1, ks 2, nav 0, and no rival
    found = row(case, construct="trust")
    assert (found["n"], found["score"], found["status"]) == (4, 1.25, "well supported")
    assert found["reads"] == "consistent with"
    # incentives: udir -2, statped 1, six interviewed filled with the summary's 2
    found = row(case, construct="incentives")
    assert (found["n"], found["own"], found["score"]) == (8, 2, 1.375)
    assert (found["status"], found["tags"]) == ("weakly supported", "rests on summary")
    assert row(case, hypothesis="H2", construct="trust")["score"] == 1.25


def test_all_given_names_must_match(case: Study) -> None:
    found = row(case, hypothesis="H2", construct="incentives")
    assert found["status"] == "untested"
    assert found["reason"] == "nothing is coded for hypothesis H2, construct incentives"


def test_spans_choose_codings() -> None:
    study = coded({"trust": [2, 2, 2, 2, 2, 2]}, span=["p1", "p1", "p1", "", "", ""])
    spans = dataclasses.replace(study, codings=study.codings)
    assert row(spans, span="p1")["n"] == 3
    with pytest.raises(InputError, match='no coding has the span "p2"') as told:
        row(spans, span="p2")
    assert "p1" not in str(told.value)


def test_unknown_names_are_told_together_with_the_closest(case: Study) -> None:
    with pytest.raises(UnknownNameError, match='did you mean "trust"'):
        row(case, construct="tust")
    link = Link("a", "b", construct="tust", rivals=(Rival(name="r", hypothesis="H9"),))
    with pytest.raises(InputError) as told:
        contribution(case, theory(link))
    assert len(told.value.problems) == 2
    assert 'hypothesis of codings "H9"' in str(told.value)


def test_a_construct_of_the_codebook_may_have_no_codings(case: Study) -> None:
    found = row(case, hypothesis="AG-H1")
    assert (found["status"], found["n"]) == ("untested", 0)
    assert found["reason"] == "nothing is coded for hypothesis AG-H1"


def test_without_codings_every_link_is_untested(case: Study) -> None:
    silent = dataclasses.replace(case, codings=case.codings.iloc[:0])
    told = contribution(silent, theory(TRUST, Link("trust", "speed")))
    assert told.links["status"].tolist() == ["untested", "untested"]
    assert told.chains["verdict"].tolist() == ["not testable"]
    assert told.claims == ()
    assert told.assumptions == ()


def test_the_order_of_rows_and_links_changes_no_row(case: Study) -> None:
    links = (
        Link("earlier projects", "trust", construct="prehistory"),
        Link("trust", "collaboration", construct="trust"),
    )
    usual = contribution(case, theory(*links))
    mixed = dataclasses.replace(
        case, codings=case.codings.sample(frac=1, random_state=1)
    )
    other = contribution(mixed, theory(*links[::-1]))
    pd.testing.assert_frame_equal(usual.links, other.links.loc[usual.links.index])
    assert isinstance(other, Contribution)
    assert usual.chains.loc[other.chains.index].equals(other.chains)
