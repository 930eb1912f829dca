"""Social relations models and bootstrap intervals, in methods texts and tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError
from netcollab.inference import SocialRelations
from netcollab.inference.round_robin import COMPONENTS, COVARIANCES
from netcollab.report import citations, language, methods_paragraph, model_table
from netcollab.report.labels import LANGUAGES, label
from netcollab.report.reasons import reason_text


def ratings(seed: int, n: int = 9) -> pd.DataFrame:
    draws = np.random.default_rng(seed)
    names = [f"body {k}" for k in range(n)]
    told = draws.normal(size=(n, n)) + draws.normal(size=n)[:, None]
    np.fill_diagonal(told, np.nan)
    return pd.DataFrame(told + draws.normal(size=n), names, names)


@pytest.fixture(scope="module")
def model() -> SocialRelations:
    return nc.inference.social_relations(ratings(1))


def test_the_methods_text_names_the_model_its_way_and_its_limits(
    model: SocialRelations,
) -> None:
    told = methods_paragraph({"trust": model})
    assert "(social relations model) (Kenny 1994; Lashley & Bond 1997; Warner" in told
    assert ": trust, 9 actors; the parts are estimated from mean squares," in told
    assert "one-sided and covariances two-sided by t" in told
    assert "the relationship variance includes error" in told
    assert methods_paragraph(model) == told.replace("trust, ", "")


def test_holes_groups_replicates_and_second_variables_are_told_apart() -> None:
    holes = ratings(2)
    holes.iloc[1, 2] = np.nan
    told = methods_paragraph(nc.inference.social_relations(holes))
    assert "by restricted maximum likelihood" in told
    assert "mean squares" not in told
    whole = ratings(2)
    grouped = nc.inference.social_relations({"a": whole, "b": ratings(3)})
    told = methods_paragraph(grouped)
    assert "18 actors in 2 groups" in told
    assert "the spread between groups" in told
    mixed = nc.inference.social_relations({"a": holes, "b": whole})
    told = methods_paragraph(mixed)
    assert "in groups with missing ratings by restricted maximum likelihood" in told
    again = nc.inference.social_relations(whole, replicate=whole + ratings(3))
    assert "includes error" not in methods_paragraph(again)
    two = nc.inference.social_relations(whole, second=ratings(4))
    assert "two variables were compared by their covariances" in methods_paragraph(two)


def test_the_references_are_those_of_the_model(model: SocialRelations) -> None:
    lines = citations(model).splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "Kenny",
        "Lashley",
        "The netcollab authors (2026). netcollab: collaboration between public bodies "
        f"as networks {nc.__version__}.",
        "Warner",
    ]
    assert "@book{kenny1994," in citations(model, form="bibtex")


def test_a_table_has_the_components_that_were_estimated(
    model: SocialRelations,
) -> None:
    table = model_table({"m": model}, decimals=3)
    found = model.components.drop("error variance")
    assert table.index.get_level_values(1).tolist() == found.index.tolist()
    row = table.loc[("m", "partner variance")]
    told = found.loc["partner variance"]
    assert row["estimate"] == f"{told['estimate']:.3f}"
    assert row["share, or correlation"] == f"{told['standardized']:.3f}"
    assert row["n"] == "9 actors"
    assert table.attrs["note"].startswith("m: social relations model (the parts are")
    assert "relationship variance includes error" in table.attrs["note"]


def test_two_variables_and_a_regression_share_a_table(model: SocialRelations) -> None:
    two = nc.inference.social_relations(ratings(1), second=ratings(4))
    sites = pd.DataFrame({"site": list("abcdef"), "y": [1, 2, 2, 3, 4, 4.0]})
    rows = sites.assign(x=[0, 1, 0, 2, 2, 3])
    fit = nc.inference.site_means(rows, "y", ["x"], "site")
    table = model_table({"two": two, "sites": fit, "one": model})
    assert len(table) == 5 + 5 + 6 + 2 + 5
    assert ("two", "actor variance (second variable)") in table.index
    assert ("two", "actor-actor covariance (both variables)") in table.index
    assert table.loc[("sites", "x"), "share, or correlation"] == "–"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_component_has_words(code: str) -> None:
    with language(code):
        told = [label(f"component.{name}") for name in (*COMPONENTS, *COVARIANCES)]
    assert all(told)
    assert len(set(told[:6])) == 6


def test_the_notes_of_a_model_are_told_in_the_language_of_the_reader() -> None:
    holes = ratings(2)
    holes.iloc[1, 2] = np.nan
    flat = ratings(5).sub(ratings(5).mean(axis=1), axis=0)
    models = [
        nc.inference.social_relations(holes),
        nc.inference.social_relations(flat),
        nc.inference.social_relations(ratings(6, 5)),
        nc.inference.social_relations({k: ratings(k, 5) for k in (7, 8, 9)}),
    ]
    notes = {note for model in models for note in model.notes}
    starts = ("no reliability of", "the error")
    notes = {note for note in notes if not note.startswith(starts)}
    assert len(notes) >= 6
    for code in ("nb", "da"):
        with language(code):
            assert [note for note in notes if reason_text(note) == note] == []


def test_intervals_by_the_bootstrap_are_told() -> None:
    ring = pd.DataFrame(np.roll(np.eye(12), 1, axis=1))
    drawn = nc.inference.vertex_bootstrap(
        lambda ties: float(np.nanmean(ties.to_numpy())), ring, n_resamples=99, rng=1
    )
    told = methods_paragraph({"density": drawn})
    assert "(vertex bootstrap) (Snijders & Borgatti 1999): density, 12 actors; " in told
    assert "the interval rests on 99 random draws (seed 1)" in told
    rows = pd.DataFrame({"x": np.arange(30.0), "site": np.arange(30) // 3})
    mean = nc.inference.bootstrap_interval(
        lambda part: float(part["x"].mean()), rows, cluster="site", rng=1
    )
    told = methods_paragraph(mean)
    assert "10 clusters; 95 % interval (bias-corrected and accelerated)" in told
    assert "Efron, B. (1987)" in citations(mean)


def test_what_cannot_be_told_is_refused_by_name(model: SocialRelations) -> None:
    with pytest.raises(InputError, match="from a Series"):
        methods_paragraph(pd.Series([1.0]))  # type: ignore[arg-type]
    with pytest.raises(InputError, match='from a int under "y"'):
        citations({"m": model, "y": 3})  # type: ignore[dict-item]
    with pytest.raises(InputError, match='a float, "slope"'):
        model_table({"slope": 0.2})  # type: ignore[dict-item]
