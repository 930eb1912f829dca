"""A methods section says what was run, nothing else, and cites all of it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError, UnknownNameError
from netcollab.hypotheses import Findings
from netcollab.inference import actor_tests, equivalence
from netcollab.networks import Network
from netcollab.report import LANGUAGES, citations, language, methods_paragraph
from netcollab.report.references import cited_for, method_of

PACKAGE = Path(nc.__file__).parent
TABLE = tomllib.loads((PACKAGE / "report" / "methods.toml").read_text("utf-8"))

# Names that begin with a variable, spelled out.
SPELLED = {
    "X of actors": [f"{name} of actors" for name in actor_tests.NAMES.values()],
    "XX of X and XX": [
        "partial correlation of x and y, z held",
        "correlation of ranks of x and y",
    ],
    "X of X, X": [f"{equivalence.NAME} of x, MRQAP"],
    "t": [],
    "least squares": [],  # of the calibration alone
}


def text_of(node: ast.expr | None, module: ast.Module) -> Iterator[str]:
    """A string of the source, variables as X; a name is looked up in the module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield re.sub(r"\{.*?\}", "X", ast.unparse(node)[2:-1])
    elif isinstance(node, ast.Name):
        for one in ast.walk(module):
            if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == node.id:
                yield from text_of(one.value, module)


def test_names() -> set[str]:
    """Every name that a test or a model of the package can have."""
    found: set[str] = set()
    for path in [*PACKAGE.glob("inference/*.py"), *PACKAGE.glob("hypotheses/*.py")]:
        module = ast.parse(path.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
            called = ast.unparse(call.func)
            if called in ("TestResult", "ModelResult", "compared") and call.args:
                found |= set(text_of(call.args[0], module))
            if called == "_result" and path.stem == "paths":
                found |= set(text_of(call.args[1], module))
            if called in ("TestResult", "ModelResult", "Equivalence", "of_draws"):
                given = {each.arg: each.value for each in call.keywords}
                found |= set(text_of(given.get("test"), module))
    return {name for each in found for name in SPELLED.get(each, [each])}


test_names.__test__ = False  # type: ignore[attr-defined]  # a helper


def estimators() -> set[str]:
    """The words of every estimator that can stand beside a test."""
    found: set[str] = set()
    for path in PACKAGE.glob("hypotheses/*.py"):
        module = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(module):
            if isinstance(node, ast.Tuple) and len(node.elts) == 3:
                role, words, _ = node.elts
                if isinstance(role, ast.Constant) and role.value in (
                    "headline",
                    "beside",
                ):
                    found |= set(text_of(words, module))
            if isinstance(node, ast.keyword) and node.arg == "estimator":
                found |= set(text_of(node.value, module))
    return found


def test_the_walk_finds_the_tests() -> None:
    names = test_names()
    assert {"QAP correlation", "change of ties across units", "random graphs"} <= names
    assert len(names) > 25
    assert "mean of the slopes of sites" in estimators()


@pytest.mark.parametrize("name", sorted(test_names() | estimators() - {"", "x"}))
def test_every_method_that_can_occur_has_its_citation(name: str) -> None:
    method = method_of(name)
    assert method, name
    assert len(cited_for(method)) > 1


def test_every_headline_method_has_its_citation() -> None:
    """Findings.method begins with the test's name, or is the evidence ledger."""
    assert method_of("evidence ledger") == "evidence"
    assert method_of("QAP correlation, equal-tailed, exact (24 relabellings)") == "qap"
    assert method_of("least squares on means by site, t(10)") == "site_means"
    assert method_of("least squares, CR2 by site, t") == "cluster_cr2"
    assert method_of("least squares, wild cluster bootstrap by s") == "wild_bootstrap"
    assert method_of("least squares, CR1 by site") == "cluster_robust"
    assert method_of("a rite of spring") == ""


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_method_has_words_in_every_language(code: str) -> None:
    with language(code):
        for method in TABLE["methods"]:
            assert nc.report.label(f"method_name.{method}")
            assert nc.report.label(f"method_does.{method}")


def test_references_are_complete_and_all_of_use() -> None:
    methods = (one["cites"] for one in TABLE["methods"].values())
    cited = {key for keys in (*methods, *TABLE["steps"].values()) for key in keys}
    assert cited == set(TABLE["references"])
    for one in TABLE["references"].values():
        assert {"author", "year", "title"} <= set(one)
        assert {"journal", "booktitle", "publisher"} & set(one)
        assert re.fullmatch(r"10\.\d{4,9}/\S+", one.get("doi", "10.1000/none"))


@pytest.fixture(scope="module")
def findings() -> Findings:
    study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    return nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH[:1], rng=1)


@pytest.fixture(scope="module")
def told() -> Findings:
    study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    return nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH, rng=1)


def test_a_test_is_told_with_its_claims_size_and_draws(findings: Findings) -> None:
    text = methods_paragraph(findings)
    assert (
        "(Hubert & Schultz 1976; Krackhardt 1988): AG-H1, 64 dyads; p is exact" in text
    )
    assert "over all 40,320 relabellings" in text
    assert "The level of the one test is 0.05." in text
    assert "No smallest effect that matters was declared" in text
    assert f"netcollab {nc.__version__}" in text
    for word in ("Holm", "seed", "random draws", "mixed model", "evidence"):
        assert word not in text


def test_a_family_names_holm_and_what_matters(findings: Findings) -> None:
    (first,) = findings
    other = replace(first, hypothesis=nc.hypotheses.ANSELL_GASH[1], delta=0.1)
    text = methods_paragraph(replace(findings, findings=(first, other)))
    assert "AG-H1, AG-H2, 64 dyads" in text
    assert (
        "The 2 tests were adjusted by Holm's method (Holm 1979), at level 0.05" in text
    )
    assert "declared before the test: AG-H2 0.1." in text
    assert "No smallest effect" not in text


def test_a_study_keeps_the_effect_that_it_declared() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    (first,) = nc.hypotheses.evaluate(
        study, nc.hypotheses.ANSELL_GASH[:1], delta=0.2, rng=1
    )
    assert first.delta == 0.2


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("nb", "Ikke testbart: AG-H1 (tidligere samarbeid har bare kjente bånd"),
        ("da", "Kan ikke testes: AG-H1 (tidligere samarbejde har kun kendte bånd"),
        ("en", "Not testable: AG-H1 (prior collaboration is presence-only"),
    ],
)
def test_what_was_refused_is_told_in_the_language(
    told: Findings, code: str, said: str
) -> None:
    with language(code):
        text = methods_paragraph(told)
    assert said in text
    assert "AG-H3 (8 " in text
    assert "Holm" not in text


def test_the_language_changes_words_and_no_number(findings: Findings) -> None:
    texts = []
    for code in LANGUAGES:
        with language(code):
            texts.append(methods_paragraph(findings))
    assert len(set(texts)) == 3
    numbers = [re.findall(r"\d", text) for text in texts]
    assert numbers[0] == numbers[1] == numbers[2]


def test_draws_tell_their_seed_and_cite_phipson() -> None:
    draws = np.random.default_rng(5)
    frames = [
        pd.DataFrame(draws.normal(size=(12, 12)), list("abcdefghijkl")).set_axis(
            list("abcdefghijkl"), axis=1
        )
        for _ in range(2)
    ]
    result = nc.inference.qap_correlation(*frames, n_resamples=99, rng=7)
    text = methods_paragraph({"trust": result})
    assert "trust, 132 dyads; p rests on 99 random draws (seed 7)" in text
    assert "(Phipson & Smyth 2010)" in text
    assert "Phipson" in citations(result)


def test_models_name_max_t_and_equivalence_its_bounds() -> None:
    sites = pd.DataFrame(
        {"site": list("abcdefgh"), "y": range(8), "x": [0, 1, 0, 2, 2, 3, 1, 4]}
    )
    fit = nc.inference.site_means(sites, "y", ["x"], "site", confidence=0.9)
    inside = nc.inference.tost(fit, -0.5, 0.5, term="x")
    text = methods_paragraph({"Model 1": fit}, inside)
    assert "Model 1, 8 sites; p is from a t or normal distribution" in text
    assert "(Schuirmann 1987)" in text
    assert "The bounds of what mattered were −0.5 and 0.5." in text
    stepped = replace(fit, adjustment="step-down max-T (Westfall & Young)")
    assert "max-T (Westfall & Young 1993)" in methods_paragraph(stepped)
    assert "max-T" not in text


def test_networks_tell_what_is_not_known(rated: Network) -> None:
    text = methods_paragraph(rated)
    assert text.startswith(f"In {rated.relation} (")
    assert "never counted as absent" in text
    pair = pd.DataFrame([[0, 1], [0, 0]], ["a", "b"], ["a", "b"])
    known = Network.from_matrix(pair, relation="advice")
    assert "every possible tie was observed" in methods_paragraph(known)


def test_tables_of_pooled_results_and_scores() -> None:
    pooled = pd.DataFrame({"n_imputations": [20], "median_p": [0.01]})
    text = methods_paragraph(pooled)
    assert "filled in 20 times" in text
    assert "Eekhout et al. 2017" in text
    spread = pd.DataFrame({"n_imputations": [5], "within": [0.1], "between": [0.2]})
    assert "Rubin" in citations(spread)
    assert "Eekhout" not in citations(spread)
    authority = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    ties = nc.scales.relational_capacity(authority, level="tie")
    assert f"of {len(ties)} cells have no mean" in methods_paragraph(ties)
    with pytest.raises(InputError, match="a table needs to come from"):
        methods_paragraph(pd.DataFrame({"x": [1]}))


def test_nothing_run_is_nothing_to_tell() -> None:
    with pytest.raises(InputError, match="name what was run"):
        methods_paragraph()


def test_citations_are_those_of_the_paragraph(findings: Findings) -> None:
    text = citations(findings)
    assert [line.split(" (")[0] for line in text.splitlines()] == [
        "Hubert, L. & Schultz, J.",
        "Krackhardt, D.",
        "The netcollab authors",
    ]
    assert "https://doi.org/10.1016/0378-8733(88)90004-4" in text
    entries = citations(findings, form="bibtex")
    assert re.findall(r"@(\w+)\{(\w+),", entries) == [
        ("article", "hubert1976"),
        ("article", "krackhardt1988"),
        ("misc", "netcollab"),
    ]
    assert "pages = {190--241}" in entries
    assert entries.count("{") == entries.count("}")
    with pytest.raises(UnknownNameError):
        citations(findings, form="ris")  # type: ignore[arg-type]


def asked(*, invited: bool, people: int = 6) -> nc.Study:
    """Two waves of two units; in the second one person of the first is silent."""
    units, waves = ("a", "b"), ("2024", "2025")
    persons = [(w, f"{u}{k}", u) for w in waves for u in units for k in range(people)]
    answers = [
        (wave, who, other, "q", 3)
        for wave, who, unit in persons
        for other in units
        if other != unit and (wave, who) != ("2025", "a0")
    ]
    actors = pd.DataFrame({"actor": units})
    scale = {"low": 1, "high": 5}
    item = {"scale": "s", "construct": "capacity"}
    return nc.Study.from_frames(
        {
            "name": "two",
            "waves": list(waves),
            "scales": {"s": scale},
            "items": {"q": item},
        },
        actors=actors.assign(invited=10) if invited else actors,
        respondents=pd.DataFrame(persons, columns=["wave", "respondent", "actor"]),
        answers=pd.DataFrame(
            answers, columns=["wave", "respondent", "target", "item", "value"]
        ),
    )


def test_a_study_tells_who_was_invited_and_answered_in_each_wave() -> None:
    told = methods_paragraph(asked(invited=True))
    first = "wave 2024: 12 of 20 invited people answered (60 %)"
    second = "wave 2025: 11 of 20 invited people answered (55 %)"
    assert f"Response: {first}; {second}." in told
    with language("nb"):
        told = methods_paragraph(asked(invited=True))
    assert "Svar: runde 2024: 12 av 20 inviterte har svart (60 %)" in told


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "12 people answered; how many were invited is unknown"),
        ("nb", "12 personer har svart; hvor mange som ble invitert, er ukjent"),
        ("da", "12 personer har svaret; hvor mange der blev inviteret, er ukendt"),
    ],
)
def test_a_rate_that_nobody_declared_is_unknown(code: str, words: str) -> None:
    with language(code):
        assert words in methods_paragraph(asked(invited=False))


def test_few_who_answered_are_not_counted_out() -> None:
    told = methods_paragraph(asked(invited=True, people=2))
    assert "wave 2024: <5 of 20 invited people answered; wave 2025: <5 of 20" in told


def test_waves_that_went_together_are_named(findings: Findings) -> None:
    first, *_ = findings
    other = replace(first.hypothesis, key="OWN")
    assert "its mean over" not in methods_paragraph(findings)
    sites = replace(first, level="site", waves=("2024", "2025"))
    within = replace(sites, level="actor", hypothesis=other)
    told = methods_paragraph(replace(findings, findings=(sites, within)))
    key = first.hypothesis.key
    assert f"A site's value is its mean over the waves (2024, 2025): {key}." in told
    assert "against the mean of its site in its own wave: OWN." in told


def test_a_study_in_waves_says_which_claims_average_them() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    claims = nc.hypotheses.RELATIONAL_CAPACITY
    only_documents = replace(
        claims[0], key="D", outcome="population", predictor="score(documents)"
    )
    found = nc.hypotheses.evaluate(study, (*claims[:2], only_documents), rng=1)
    assert [each.waves for each in found] == [("2025", "2026")] * 2 + [()]


def test_a_regression_of_matrices_names_its_predictors_and_the_silent() -> None:
    draws = np.random.default_rng(3)
    names = list("abcdefg")
    y, x, z = (pd.DataFrame(draws.normal(size=(7, 7)), names, names) for _ in range(3))
    given = {"formal": x, "same_sector": z}
    told = methods_paragraph({"trust": nc.inference.mrqap(y, given, rng=1)})
    assert ": trust (the outcome on formal, same_sector), 42 dyads;" in told
    assert "did not answer" not in told
    y.loc["c"] = np.nan
    silent = nc.inference.mrqap(y, given, rng=1)
    told = methods_paragraph(silent)
    assert ": the outcome on formal, same_sector, 36 dyads;" in told
    assert "Actors who did not answer changed places among themselves only" in told
    with language("nb"):
        assert "utfallet på formal, same_sector" in methods_paragraph(silent)
