"""Who says what on which claim, cell by cell, and what follows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex

from netcollab.errors import InputError
from netcollab.report.cells import add_cell, add_heat, add_names
from netcollab.report.figures import describe
from netcollab.report.labels import label, name_of, number, word
from netcollab.report.margins import (
    KeySection,
    Place,
    add_heading,
    add_key,
    box_row,
    new_axes,
    note_text,
)
from netcollab.report.style import PALETTE, theme
from netcollab.report.ties import plain

__all__ = ["plot_evidence_matrix"]

Side = Literal["top", "center", "bottom"]

_STRONGEST = 2.0
_POLARITY = LinearSegmentedColormap.from_list(
    "polarity", [PALETTE["against"], "#f7f4ef", PALETTE["for"]]
)
_SUMMARIES = LinearSegmentedColormap.from_list(
    "summaries", ["#e3b59a", "#f7f4ef", "#a9c4de"]
)
_COLUMNS_PT = {"mean": 20.0, "interval": 76.0, "verdict": 120.0}


def plot_evidence_matrix(
    scores: pd.DataFrame,
    *,
    basis: pd.DataFrame | None = None,
    verdicts: pd.DataFrame | None = None,
    actors: pd.DataFrame | None = None,
    claims: pd.Series | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    note: str = "",
    key: Place | None = "below",
) -> Axes:
    """What each informant says on each claim, and the verdict that follows.

    Where one person speaks for an organisation, its column is that person's word
    (`netcollab.report.person_level`): the columns name organisations, never persons.

    A filled cell rests on the informant's own codings, a hatched one was filled from
    the study's summary, a blank one was not heard.

    Parameters
    ----------
    scores
        Hypotheses x informants, -2 (speaks strongly against) to 2 (strongly for), NaN
        where nothing was heard.
    basis
        The same shape: "own", "summary" or ""; None: every score is own.
    verdicts
        Rows as in `scores`; columns score, low, high, verdict and, if wanted, tags.
    actors
        Attributes by informant, for display names; None: the columns as they are.
    claims
        The claims in words, by hypothesis; None: only the keys.
    ax, title, note, key
        As in `draw_network`.

    Returns
    -------
    Axes
        With an alt text.

    Raises
    ------
    InputError
        If the tables do not fit together or a score is outside of -2 to 2.

    Examples
    --------
    >>> scores = pd.DataFrame({"nav": [2.0], "ks": [None]}, index=["H2"])
    >>> from netcollab.report.figures import alt_text
    >>> alt_text(plot_evidence_matrix(scores))
    'Scores of 2 informants on 1 claim. H2: nav +2; ks –.'
    """
    scores, basis = _checked(scores, basis)
    if verdicts is not None and not scores.index.isin(verdicts.index).all():
        raise InputError("verdicts needs a row for every hypothesis of scores")
    with theme():
        names = _informants(scores, actors)
        own = ax is None
        ax = new_axes(34.0 + 15.0 * len(scores)) if ax is None else ax
        _draw_scores(ax, scores, basis)
        add_names(ax, _rows(scores, claims), names, upright=len(names) > 6)
        if verdicts is not None:
            _add_verdicts(ax, verdicts.loc[scores.index])
        heading = label("evidence.title") if title is None else title
        add_heading(ax, heading, note_text(note))
        add_key(ax, _evidence_key(basis), key, own=own)
        describe(ax, _told_evidence(scores, names, verdicts))
    return ax


def _checked(
    scores: pd.DataFrame, basis: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores as numbers, and what each rests on."""
    try:
        amounts = scores.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise InputError("scores needs numbers in every cell") from None
    if (np.abs(amounts) > _STRONGEST).any():
        raise InputError("scores needs numbers from -2 to 2")
    numbers = pd.DataFrame(amounts, scores.index, scores.columns)
    if basis is None:
        told = np.where(np.isnan(amounts), "", "own")
        return numbers, pd.DataFrame(told, scores.index, scores.columns)
    if not (basis.index.equals(scores.index) and basis.columns.equals(scores.columns)):
        raise InputError("basis needs the rows and columns of scores")
    return numbers, basis


def _informants(scores: pd.DataFrame, actors: pd.DataFrame | None) -> list[str]:
    columns = pd.DataFrame(index=scores.columns)
    if actors is not None:
        columns = actors.reindex(scores.columns)
    return name_of(columns).tolist()


def _rows(scores: pd.DataFrame, claims: pd.Series | None) -> list[str]:
    if claims is None:
        return [str(key) for key in scores.index]
    return [f"{key}  {claims.get(key, '')}".strip() for key in scores.index]


def _draw_scores(ax: Axes, scores: pd.DataFrame, basis: pd.DataFrame) -> None:
    own = basis.to_numpy() == "own"
    amounts = scores.to_numpy(dtype=float)
    texts = np.array(
        [[_signed(amount) for amount in row] for row in amounts], dtype=object
    ).reshape(amounts.shape)
    add_heat(ax, scores.where(own), texts, (_POLARITY, -_STRONGEST, _STRONGEST))
    for i, j in zip(*np.nonzero(~own), strict=True):
        at, amount = (int(i), int(j)), amounts[i, j]
        if np.isnan(amount):
            add_cell(ax, at, PALETTE["paper"], text=texts[i, j])
        else:
            shade = to_hex(_SUMMARIES(amount / 2 / _STRONGEST + 0.5))
            add_cell(ax, at, shade, hatch="///", text=texts[i, j])


def _signed(amount: float) -> str:
    """With its sign, and no more digits than it needs."""
    return number(amount, plain([amount]), signed=True)


def _add_verdicts(ax: Axes, verdicts: pd.DataFrame) -> None:
    """Mean, bounds and verdict to the right of the cells."""
    for column in _COLUMNS_PT:
        _beside(ax, column, 0.0, label(f"evidence.{column}"), side="bottom")
    for row, told in enumerate(verdicts.to_dict("records")):
        low, high = (number(told[end], 2, signed=True) for end in ("low", "high"))
        tags = [tag.strip() for tag in str(told.get("tags") or "").split(",")]
        remark = ", ".join(word(tag) for tag in tags if tag)
        texts = {
            "mean": number(told["score"], 2, signed=True),
            "interval": label("evidence.between", low=low, high=high),
            "verdict": label(f"verdict.{told['verdict']}"),
        }
        for column, text in texts.items():
            side: Side = "bottom" if column == "verdict" and remark else "center"
            _beside(ax, column, row + 0.5, text, side=side, bold=column != "interval")
        if remark:
            remark = textwrap.fill(remark, 24)
            _beside(ax, "verdict", row + 0.5, remark, side="top", size=6.5)


def _beside(
    ax: Axes,
    column: str,
    row: float,
    text: str,
    *,
    side: Side,
    bold: bool = False,
    size: float = 8,
) -> None:
    """A text to the right of a row; `side` is the one that lies on its middle line."""
    ax.annotate(
        text,
        (1.0, row),
        xycoords=("axes fraction", "data"),
        xytext=(_COLUMNS_PT[column], {"top": -1.5, "center": 0, "bottom": 1.5}[side]),
        textcoords="offset points",
        ha="left" if column == "verdict" else "center",
        va=side,
        fontsize=size,
        weight="bold" if bold else "normal",
        annotation_clip=False,
        parse_math=False,
    )


def _evidence_key(basis: pd.DataFrame) -> list[KeySection]:
    shades = [
        box_row(label(f"evidence.{name}"), to_hex(_POLARITY(at)), "none", sign=sign)
        for name, at, sign in (
            ("against", 0.0, number(-2, 0, signed=True)),
            ("undecided", 0.5, number(0, 0, signed=True)),
            ("for", 1.0, number(2, 0, signed=True)),
        )
    ]
    kinds = set(np.unique(basis.to_numpy().astype(str)))
    tint, pale = to_hex(_POLARITY(0.8)), to_hex(_SUMMARIES(0.8))
    rows = [box_row(label("evidence.own"), tint, "none")]
    if "summary" in kinds:
        rows.append(box_row(label("evidence.summary"), pale, PALETTE["unknown"], "///"))
    if "" in kinds:
        rows.append(
            box_row(
                label("evidence.unheard"),
                PALETTE["paper"],
                "none",
                sign=number(np.nan, 0, signed=True),
            )
        )
    return [
        KeySection(label("evidence.score"), shades),
        KeySection(label("evidence.basis"), rows),
    ]


def _told_evidence(
    scores: pd.DataFrame, names: Sequence[str], verdicts: pd.DataFrame | None
) -> str:
    told = [
        label(
            "alt.evidence",
            informants=label("count.informant", count=scores.shape[1]),
            claims=label("count.claim", count=len(scores)),
        )
    ]
    for key, row in zip(scores.index, scores.to_numpy(dtype=float), strict=True):
        said = "; ".join(
            f"{name} {_signed(amount)}" for name, amount in zip(names, row, strict=True)
        )
        ending = ""
        if verdicts is not None:
            mean = number(float(verdicts["score"][key]), 2, signed=True)
            verdict = label(f"verdict.{verdicts['verdict'][key]}")
            ending = f"; {label('evidence.mean')} {mean}, {verdict}"
        told.append(f"{key}: {said}{ending}.")
    return " ".join(told)
