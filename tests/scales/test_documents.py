"""Scores of coded documents: coders, confidence, and indicators that nobody coded."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError
from netcollab.scales import document_scores
from netcollab.study import Study

ROWS = [
    ("a", "organisation", "manager", "A", 2.0, 1.0),
    ("a", "organisation", "manager", "B", 1.0, 0.5),
    ("a", "organisation", "forum", "A", 0.0, 1.0),
    ("a", "goals", "", "A", 1.0, 1.0),
    ("b", "organisation", "manager", "A", 1.0, 1.0),
    ("b", "organisation", "forum", "A", 1.0, 0.0),
]
COLUMNS = ["site", "construct", "indicator", "coder", "value", "confidence"]


@pytest.fixture(scope="module")
def base() -> Study:
    return nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))


def coded(base: Study, rows: list[tuple], **more: object) -> Study:
    codings = pd.DataFrame(rows, columns=COLUMNS).assign(**more)
    actors = pd.DataFrame({"site": ["a", "b", "c"], "actor": ["x", "x", "x"]})
    return dataclasses.replace(base, codings=codings, actors=actors)


def test_by_hand(base: Study) -> None:
    table = document_scores(coded(base, ROWS)).set_index(["construct", "site"])
    # manager of a: (2 + .5) / 1.5 = 5/3; forum 0; the construct is their mean.
    assert table.loc[("organisation", "a"), "score"] == pytest.approx(5 / 6)
    assert table.loc[("organisation", "b"), "score"] == 1.0
    assert table.loc[("organisation", "b"), "n_missing"] == 1
    assert table.loc[("goals", "a"), ["score", "n_coders"]].tolist() == [1.0, 1]
    assert table.loc[("organisation", "a"), "n_coders"] == 2
    assert np.isnan(table.loc[("goals", "c"), "score"])
    assert "no document" in table.loc[("goals", "c"), "reason"]


def test_order_of_rows_plays_no_part(base: Study) -> None:
    one = document_scores(coded(base, ROWS))
    pd.testing.assert_frame_equal(document_scores(coded(base, ROWS[::-1])), one)


def test_what_an_organisation_said_is_no_document(base: Study) -> None:
    for column in ("actor", "informant"):
        with pytest.raises(InputError, match="no document about a site is coded"):
            document_scores(coded(base, ROWS, **{column: "x"}))


def test_the_synthetic_documents_show_what_was_coded(base: Study) -> None:
    table = document_scores(base)
    assert len(table) == 12 * 4
    rows = base.codings.query(
        "site == 'nordvik' and construct == 'formal_organisation'"
    )
    by_hand = rows.groupby("indicator")["value"].mean().mean()
    found = table.query("site == 'nordvik' and construct == 'formal_organisation'")
    assert found["score"].tolist() == pytest.approx([by_hand])
