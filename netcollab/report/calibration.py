"""What calibration measured, as the page docs/calibration.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from netcollab._files import write_atomically

__all__ = ["calibration_page", "write_calibration"]

OUTSIDE = (0.03, 0.07)
STEPPED = 0.049  # a test that cannot attain .05 says what it can
INTRODUCTION = """\
# Calibration

How often does each test reject a null hypothesis that is true, at the level .05? And
how often does its 95 % interval hold the true effect, 0? Counted in simulated studies
in which nothing is to be found, though actors, sites and roles have something of their
own in whatever is measured on them. Permutation tests took 199 draws. All numbers are
per cent of the studies.

A number in **bold** is outside 3 to 7 %: such a test rejects too often, or hardly ever
and so misses effects. Results of tests that are used in studies like these carry the
measured number and warn with it. Least squares takes dyads or respondents for
independent; that it fails shows that they are not. A dash: the test refuses such
studies, or has no interval.

The Monte-Carlo error of a number near 5 is {errors}.
The same numbers, and those at .01 and .10, are those of
`netcollab.inference.recorded()`. `netcollab calibrate --seed {seed}` draws the same
studies, as many as its tier asks for; the column "simulations" says how many were drawn
here, and what has no row was not tried.
"""
KINDS = {
    "OneNetwork": (
        "One directed network",
        """\
Outcome and predictor have parts of their senders and receivers (dependence: share of
the variance) and of a confounder that the model holds (confounding: in standard
deviations). hubs: two actors whose dyads have four times the spread. skewed: the
exponentials of all variables, which no line relates. silent: share of the actors
without answers.

Recommended: MRQAP with double semi-partialing; none of these with hubs or skewed
variables.""",
    ),
    "Ties": (
        "One directed network of ties or none",
        "As above; half of the dyads are tied.",
    ),
    "Respondents": (
        "Respondents of several sites, a predictor of sites",
        """\
5 to 30 respondents per site; icc is the share of the variance between sites. Half of
the sites have the predictor, or two of them; or its values are normal, or skewed (the
exponential of 1.5 times a normal).

Recommended: site means and site permutation. The mixed model with t(G - k), called
between_within, is beside them: with 6 or 8 sites and little variance between them it
rejects too rarely, since that variance is often estimated as 0, and an error of
respondents is then set against the few degrees of freedom of sites.""",
    ),
    "Networks": (
        "Six roles that rate each other in several sites",
        """\
Ratings have parts of site, sender and receiver. slope_sd: standard deviation of the
slopes of sites, whose mean is 0. role_share: share of the variance, of outcome and
predictor, that two roles have in every site.

Recommended: site slopes; where roles share something in every site, common labels or
the mixed model with roles.""",
    ),
}


_WHOLE_STUDIES = """\
## Whole studies without effects

Studies that `netcollab simulate --effects none` writes, evaluated like real ones: the
share of them, in per cent, in which a claim is called supported or contradicted after
Holm's correction over its family, at the level .05 for the family. Five per cent, or
fewer, should end with a verdict on any claim."""


def write_calibration(
    table: pd.DataFrame, verdicts: pd.DataFrame, path: str | Path
) -> Path:
    """Write the page, and return its path."""
    return write_atomically(Path(path), calibration_page(table, verdicts))


def calibration_page(table: pd.DataFrame, verdicts: pd.DataFrame) -> str:
    """The page in Markdown.

    Parameters
    ----------
    table
        As returned by `netcollab.inference.calibrate`.
    verdicts
        As returned by `netcollab.hypotheses.null_verdicts`.

    Examples
    --------
    >>> from netcollab.hypotheses import recorded_null_verdicts
    >>> from netcollab.inference import recorded
    >>> calibration_page(recorded(), recorded_null_verdicts()).splitlines()[0]
    '# Calibration'
    """
    counts = sorted(table["simulations"].unique(), reverse=True)
    errors = [f"{100 * (0.05 * 0.95 / n) ** 0.5:.2f} in {n:,} studies" for n in counts]
    parts = [INTRODUCTION.format(errors=", ".join(errors), seed=table["seed"].iloc[0])]
    for kind, (title, words) in KINDS.items():
        rows = table[table["studies"] == kind]
        if len(rows):
            parts += [f"## {title}", words, *_tables(rows)]
    parts += [_WHOLE_STUDIES, _verdicts(verdicts)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _tables(rows: pd.DataFrame) -> Iterator[str]:
    """Sizes and coverage: a row per kind of studies, a column per test."""
    world = list(rows.loc[:, :"method"].columns[1:-1])
    world = [name for name in world if rows[name].notna().any()]
    tests = list(dict.fromkeys(rows["method"]))
    keys = [*world, "simulations"]
    for caption, cell in (
        ("Rejected true nulls at .05, in per cent.", _size),
        ("Intervals of 95 % that hold the truth, in per cent.", _coverage),
    ):
        columns = [*keys, *tests]
        lines = [columns, ["---"] * len(columns)]
        in_order = rows.sort_values(world, kind="stable")
        for key, group in in_order.groupby(keys, sort=False, dropna=False):
            of = {row["method"]: cell(row) for _, row in group.iterrows()}
            lines.append(
                [_told(each) for each in key] + [of.get(t, "–") for t in tests]
            )
        yield caption
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _verdicts(table: pd.DataFrame) -> str:
    columns = ["study", "hypothesis", "studies", "supported", "contradicted", "decided"]
    lines = [columns, ["---"] * len(columns)]
    for _, row in table.iterrows():
        shares = [f"{100 * row[name]:.1f}" for name in columns[3:]]
        lines.append([row["study"], row["hypothesis"], f"{row['studies']:,}", *shares])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _size(row: pd.Series) -> str:
    size = row["size_05"]
    if pd.isna(size):
        return "–"
    told = f"{100 * size:.1f}"
    if not OUTSIDE[0] <= size <= OUTSIDE[1]:
        told = f"**{told}**"
    limit = row["attainable"]
    return f"{told} (at most {100 * limit:.1f})" if limit < STEPPED else told


def _coverage(row: pd.Series) -> str:
    return "–" if pd.isna(row["coverage"]) else f"{100 * row['coverage']:.1f}"


def _told(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
