"""The ledger of codings: everything counted, nobody named, coders compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import UnknownNameError
from netcollab.scales import (
    coded_statements,
    coder_agreement,
    coder_ratings,
    coding_agreement,
    krippendorff_alpha,
)
from netcollab.study import Manifest, Study

EMPTY = pd.DataFrame()
SAID = ["source", "span", "informant", "actor", "construct", "coder", "polarity"]


def made(said: list[tuple[object, ...]], **columns: object) -> Study:
    tables = {
        "sites": pd.DataFrame({"site": ["here"]}),
        "actors": pd.DataFrame({"site": "here", "actor": ["a", "b"]}),
        "codings": pd.DataFrame(said, columns=SAID).assign(site="here", **columns),
    }
    rest = ("ties", "respondents", "answers", "affiliations")
    return Study(Manifest(name="here"), **(dict.fromkeys(rest, EMPTY) | tables))


def coded(pairs: list[tuple[object, object]], construct: str = "trust") -> Study:
    """Statements that Anna and Bo coded, None where one did not."""
    return made(
        [
            ("talk", f"p. {k}", "I1", "a", construct, coder, value)
            for k, pair in enumerate(pairs)
            for coder, value in zip(("Anna", "Bo"), pair, strict=True)
            if value is not None
        ]
    )


# ---- the ledger


def test_every_coding_has_its_row_and_numbers_stand_for_names() -> None:
    study = made(
        [
            ("talk with Kari", "she said", "I1", "a", "trust", "Bo", 2),
            ("talk with Kari", "and then", "I1", "a", "trust", "Anna", -1),
            ("a letter", "", "ALL", "", "trust", "", 1),
            ("a plan", "", "", "", "order", "Anna", np.nan),
        ],
        confidence=[1.0, 0.0, np.nan, 1.0],
    )
    ledger = coded_statements(study)
    assert ledger["row"].tolist() == [0, 1, 2, 3]
    assert ledger["source"].tolist() == ["3", "3", "1", "2"]
    assert ledger["span"].tolist() == ["3.2", "3.1", "", ""]
    assert ledger["coder"].tolist() == ["2", "1", "", "1"]
    assert ledger["basis"].tolist() == ["own", "own", "summary", "document"]
    assert ledger["confidence"].tolist() == [1.0, 0.0, 1.0, 1.0]
    assert ledger["reason"].tolist() == [
        "",
        "coded with confidence 0",
        "",
        "coded without a number",
    ]
    shown = ledger.to_csv()
    for name in ("Kari", "she said", "I1", "Anna", "Bo", "letter"):
        assert name not in shown


def test_values_stand_in_where_no_coding_has_a_polarity() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    ledger = coded_statements(study)
    assert ledger["polarity"].tolist() == study.codings["value"].astype(float).tolist()
    assert set(ledger["basis"]) == {"document"}


def test_without_codings_the_ledger_is_empty() -> None:
    ledger = coded_statements(made([]))
    assert ledger.empty
    assert {"row", "source", "coder", "reason"} <= set(ledger)


# ---- coders


def test_ratings_are_statements_by_coders() -> None:
    ratings = coder_ratings(coded([(1, 1), (2, 1), (None, -2)]), "trust")
    assert ratings.columns.tolist() == ["1", "2"]
    np.testing.assert_array_equal(ratings, [[1, 1], [2, 1], [np.nan, -2]])
    assert ratings.attrs == {"repeated": 0, "unsigned": 0}
    with pytest.raises(UnknownNameError, match="did you mean"):
        coder_ratings(coded([(1, 1)]), "trusst")


def test_what_nothing_tells_apart_is_left_out_and_counted() -> None:
    said = [
        ("talk", "", "I1", "a", "trust", "Anna", 1),
        ("talk", "", "I1", "a", "trust", "Anna", -1),
        ("talk", "", "I1", "a", "trust", "Bo", 1),
        ("talk", "", "I2", "b", "trust", "Anna", 2),
        ("talk", "", "I2", "b", "trust", "Bo", 2),
        ("talk", "", "I2", "b", "trust", "", 0),
    ]
    ratings = coder_ratings(made(said))
    assert ratings.to_numpy().tolist() == [[2.0, 2.0]]
    assert ratings.attrs == {"repeated": 1, "unsigned": 1}
    row = coding_agreement(made(said)).loc["trust"]
    counts = ["n_codings", "n_coders", "n_units", "n_repeated"]
    assert row[counts].tolist() == [6, 2, 1, 1]


def test_agreement_is_that_of_the_coefficients() -> None:
    pairs = [(2, 2), (1, 2), (-1, -1), (0, 0), (-2, -1), (1, None)]
    row = coding_agreement(coded(pairs)).loc["trust"]
    # three of five statements got the same number twice
    assert row["agreement"] == pytest.approx(3 / 5)
    assert row["n_units"] == 5
    # by hand: sum of (c - k)^2 within, 2 of 5; of the ten values about their mean .2,
    # sum of squares 19.6: D_o = 2 x 2 / 10, D_e = 2 x 19.6 / 9
    assert row["alpha"] == pytest.approx(1 - (4 / 10) / (2 * 19.6 / 9))
    assert row["alpha"] == krippendorff_alpha(pairs, "interval")
    nominal = coding_agreement(coded(pairs), level="nominal").loc["trust"]
    told = coder_agreement(pd.DataFrame(pairs), "nominal")
    assert nominal["alpha"] == told.loc["krippendorff_alpha", "value"]


@pytest.mark.parametrize(
    ("pairs", "reason", "coders"),
    [
        ([(1, None), (2, None)], "one coder", 1),
        ([(1, None), (None, 2)], "no statement was coded by two coders", 2),
    ],
)
def test_one_coder_and_coders_who_never_meet_have_a_reason(
    pairs: list[tuple[object, object]], reason: str, coders: int
) -> None:
    row = coding_agreement(coded(pairs)).loc["trust"]
    assert row["reason"] == reason
    assert row["n_coders"] == coders
    assert row[["agreement", "alpha"]].isna().all()


def test_coders_who_always_say_the_same_agree_and_have_no_alpha() -> None:
    row = coding_agreement(coded([(1, 1), (1, 1)])).loc["trust"]
    assert row["agreement"] == 1.0
    assert np.isnan(row["alpha"])
    assert row["reason"]


def test_constructs_are_kept_apart_and_rows_may_come_in_any_order() -> None:
    study = coded([(1, 1), (2, -2), (0, 1)])
    more = coded([(2, 2), (-2, -1)], "order").codings
    both = pd.concat([study.codings, more], ignore_index=True)

    def with_rows(codings: pd.DataFrame) -> pd.DataFrame:
        names = ("sites", "actors", "ties", "respondents", "answers", "affiliations")
        tables = {name: getattr(study, name) for name in names}
        return coding_agreement(Study(study.manifest, **tables, codings=codings))

    usual = with_rows(both)
    assert usual.index.tolist() == ["order", "trust"]
    alone = coding_agreement(study).loc["trust"]
    assert usual.loc["trust", "alpha"] == alone["alpha"]
    turned = both.sample(frac=1, random_state=1).reset_index(drop=True)
    pd.testing.assert_frame_equal(with_rows(turned), usual)


def test_two_coders_of_the_documents_agree_as_planted() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    table = coding_agreement(study)
    assert table["n_codings"].sum() == len(study.codings)
    assert (table["n_coders"] == 2).all()
    assert (table["alpha"] > 0.6).all()


def test_a_wrong_key_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        coding_agreement(coded([(1, 1)]), by="coder")  # type: ignore[arg-type]
