"""A planned study in the reader's language: what it can find, and what it cannot."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from netcollab._files import write_atomically
from netcollab.inference import Design
from netcollab.report.building import building
from netcollab.report.figures import save_figure
from netcollab.report.labels import ambient_language, label, number
from netcollab.report.power_curves import (
    method_words,
    plain_number,
    plan_of,
    plot_power,
    views,
)
from netcollab.report.reasons import reason_text, worded_reasons
from netcollab.report.tables import write_table

__all__ = ["design_report", "write_design"]

QUESTIONS = {
    "of_sites": ("site_means", "site_permutation"),
    "of_ties": ("site_slopes", "qap_correlation"),
    "of_actors": ("permutation_correlation",),
}
COLUMNS = ("test", "compared", "p_min", "power", "detectable", "needed")
UNITS = {"sites": "site", "functions": "actor", "dyads": "dyad", "actors": "actor"}
TABLES = ("table", "curves", "sizes", "changes", "groups")
DIGITS, DPI, GAP = 10, 200, "  "
ACCEPTED = 0.1


def design_report(design: Design) -> str:
    """What a planned study can find, as plain text in the ambient language.

    A table for each question and for the functions that feedback could not show, then
    what the plan cannot answer, what else could be planned, and what the numbers rest
    on.

    Examples
    --------
    >>> import netcollab as nc
    >>> plan = nc.inference.design(3, 6, n_simulations=100, rng=1)
    >>> told = [line for line in design_report(plan).splitlines() if "never" in line]
    >>> told[0].split(": ", 1)[1].split("; ")[0]
    'with 3 sites p is never at or below 0.05: the smallest is 0.333'
    """
    table = design.table.set_index("test")
    parts = [
        list(_heading(design)),
        *(_question(design, table.loc[list(t)], q) for q, t in QUESTIONS.items()),
        _groups(design),
        _titled("design.cannot", _cannot(design, table), label("design.nothing")),
        _changes(design),
        _titled("design.notes", map(reason_text, design.notes)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def write_design(
    design: Design, out: str | Path, *, tell: Callable[[str], None] | None = None
) -> Path:
    """Write a design: its tables as CSV, its figures, and the text of `design_report`.

    `design.csv` has a row per test; `curves.csv`, `sizes.csv`, `changes.csv` and, where
    it was asked for, `groups.csv` are the tables of the same names. `run.json` comes
    last. Everything is built beside `out` and takes its place when whole.

    Parameters
    ----------
    design
        What `netcollab.inference.design` gave.
    out
        A folder; what is there must come from an earlier run of this job.
    tell
        Called with one line of progress at a time.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If `out` holds other files.
    BlockingIOError
        If another run is writing the same folder.
    """
    out = Path(out).resolve()
    with building(out, "design") as run:
        folder = run.folder
        for name in TABLES:
            frame = design.to_frame() if name == "table" else getattr(design, name)
            frame = worded_reasons(frame)
            if name == "groups" and not len(frame):
                continue
            told = "design" if name == "table" else name
            write_table(
                frame.set_index(frame.columns[0]),
                folder / told,
                caption=told,
                decimals=DIGITS,
                formats=["csv"],
            )
        for view in views(design):
            if tell is not None:
                tell(label("design.drawing", file=f"power_by_{view}"))
            ax = plot_power(design, view)
            save_figure(ax, folder / f"power_by_{view}", dpi=DPI)
            plt.close(ax.get_figure(root=True))
        write_atomically(folder / "design.txt", design_report(design) + "\n")
        run.record(
            plan=design.plan,
            seed=design.seed,
            options={"language": ambient_language()},
        )
    return out


def _heading(design: Design) -> Iterator[str]:
    yield from plan_of(design)
    yield label(
        "design.how", alpha=plain_number(design.alpha), count=design.n_simulations
    )


def _question(design: Design, rows: pd.DataFrame, question: str) -> list[str]:
    """A question, and a line for each test that answers it."""
    kind, effect = rows.iloc[0][["kind", "effect"]]
    unit = label(f"design.{kind}", effect=plain_number(effect))
    goal = plain_number(design.goal)
    names = [
        label(f"design.{name}", **({"goal": goal} if name == "detectable" else {}))
        for name in COLUMNS
    ]
    cells = [_cells(design, str(test), row) for test, row in rows.iterrows()]
    title = f"{label(f'design.{question}')}  ({unit})"
    return [title, *_aligned([names, *cells])]


def _cells(design: Design, test: str, row: pd.Series) -> list[str]:
    name = method_words(test)
    compared = label(f"count.{UNITS[row['unit']]}", count=int(row["n"]))
    if math.isnan(row["power"]):
        return [name, compared, *[number(math.nan)] * 4]
    limit = label("design.no_limit")
    return [
        name,
        compared,
        limit if math.isnan(row["p_min"]) else plain_number(row["p_min"]),
        _with_error(row["power"], row["mc_error"]),
        _with_error(row["detectable_effect"], row["detectable_error"]),
        _needed(design, test, row["needed"]),
    ]


def _needed(design: Design, test: str, needed: float) -> str:
    """How many sites or actors are enough, or how many are not."""
    tried = design.sizes[design.sizes["test"] == test]
    if not len(tried):
        return number(math.nan)
    unit = UNITS[tried["varies"].iloc[0]]
    if math.isnan(needed):
        most = label(f"count.{unit}", count=int(tried["value"].max()))
        return label("design.more", told=most)
    return label("design.about", told=label(f"count.{unit}", count=int(needed)))


def _cannot(design: Design, table: pd.DataFrame) -> Iterator[str]:
    yield from _hidden(design)
    for test, row in table.iterrows():
        if not row["reason"] and row["power"] >= design.goal:
            continue
        told = reason_text(row["reason"]) or label(
            "design.weak",
            effect=plain_number(row["effect"]),
            percent=number(100 * row["power"], 0),
        )
        enough = _needed(design, str(test), row["needed"])
        if enough != number(math.nan):
            told = f"{told}; {label('design.enough', needed=enough)}"
        yield f"{method_words(str(test))}: {told}"


def _groups(design: Design) -> list[str]:
    """How many functions feedback could not show, as planned and with more asked."""
    if not len(design.groups):
        return []
    least = number(design.min_respondents or 0, 0)
    names = [label(f"design.groups_{name}") for name in ("asked", "answers", "share")]
    lines = [[*names[:2], label("design.groups_below", least=least), names[2]]]
    columns = ("respondents", "answers", "below", "functions", "share_below")
    for row in design.groups[list(columns)].to_numpy(dtype=float).tolist():
        respondents, answers, below, functions, share = row
        told = {"below": number(below, 0), "total": number(functions, 0)}
        cells = [number(respondents, 0), plain_number(answers)]
        cells += [label("design.groups_of", **told), f"{number(100 * share, 0)} %"]
        lines.append(cells)
    return [label("design.groups", least=least), *_aligned(lines)]


def _hidden(design: Design) -> Iterator[str]:
    """What the plan's numbers of respondents mean for feedback, in words."""
    if not len(design.groups) or design.groups["share_below"].iloc[0] <= ACCEPTED:
        return
    told = label(
        "design.hidden",
        below=number(float(design.groups["below"].iloc[0]), 0),
        total=number(float(design.groups["functions"].iloc[0]), 0),
        least=number(design.min_respondents or 0, 0),
    )
    if len(design.groups) > 1:
        asked = number(float(design.groups["respondents"].iloc[-1]), 0)
        told = f"{told}; {label('design.hidden_enough', asked=asked)}"
    yield told


def _changes(design: Design) -> list[str]:
    """A line for each test, a column for each change: power, the detectable effect."""
    if not len(design.changes):
        return []
    changes = list(design.changes.groupby("change", sort=False))
    names = [
        label(f"design.{change}", n=plain_number(float(rows["value"].iloc[0])))
        for change, rows in changes
    ]
    lines = [["", *names]]
    for test in design.table["test"]:
        if test not in set(design.changes["test"]):
            continue
        own = [rows[rows["test"] == test] for _, rows in changes]
        lines.append([method_words(test), *(_power(rows) for rows in own)])
    title = label("design.changes", goal=plain_number(design.goal))
    return [title, *_aligned(lines)]


def _power(rows: pd.DataFrame) -> str:
    """Power and, in brackets, the detectable effect; empty where there is none."""
    told = zip(rows["power"], rows["detectable_effect"], strict=True)
    return "".join(f"{number(power)} ({number(effect)})" for power, effect in told)


def _titled(key: str, lines: Iterator[str], otherwise: str = "") -> list[str]:
    told = [f"{GAP}{line}" for line in lines] or [f"{GAP}{otherwise}"]
    return [label(key), *told]


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    """Lines of cells, every column as wide as its widest cell."""
    wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [GAP + GAP.join(map(str.ljust, line, wide)).rstrip() for line in lines]


def _with_error(value: float, error: float) -> str:
    if math.isnan(value):
        return number(value)
    return f"{number(value)} ± {number(error, 3 if 0 < error < 0.005 else 2)}"
