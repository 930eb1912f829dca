"""What a social relations model found, with what a reader must know to judge it."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

import pandas as pd

__all__ = ["SocialRelations"]

SHOWN = ("estimate", "standardized", "se", "statistic", "pvalue", "ci_low", "ci_high")


@dataclass(frozen=True, eq=False, repr=False)
class SocialRelations:
    """Where the differences in ratings come from: raters, the rated, and pairs.

    Parameters
    ----------
    components
        One row per variance or covariance: estimate, standardized (a variance as its
        share of the positive variances, a covariance as a correlation), se, statistic
        (t), df, pvalue (one-sided for a variance, two-sided for a covariance), ci_low,
        ci_high. NaN where the model gives none. There is no detectable effect: the se
        of a component grows with the component itself.
    effects
        What each actor adds as rater (actor) and as rated (partner), about the mean of
        its group; indexed by group and actor where there are several groups.
    by_group
        The components in each group alone, with n actors; tests are within the group.
    means
        The mean rating of each group.
    reliability
        Of the actor and partner effects; of the relationship where there is a
        replicate. NaN where ratings are missing or a variance is not above 0.
    covariances
        With a second variable: what the effects in one have to do with those in the
        other. Empty otherwise.
    second
        The same record for the second variable.
    n, n_groups
        Actors and groups.
    method
        How the numbers came about.
    confidence
        Of the intervals.
    notes
        What a reader must know before believing a number.

    Examples
    --------
    >>> table = pd.DataFrame({"estimate": [0.2]}, index=["actor variance"])
    >>> SocialRelations(table, n=8).to_frame().loc[0, "component"]
    'actor variance'
    """

    components: pd.DataFrame
    effects: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_group: pd.DataFrame = field(default_factory=pd.DataFrame)
    means: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    reliability: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    covariances: pd.DataFrame = field(default_factory=pd.DataFrame)
    second: SocialRelations | None = None
    n: int = 0
    n_groups: int = 1
    method: str = ""
    confidence: float = 0.95
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per component; `variable` tells first, second, or both."""
        parts = {"first": self.components}
        if self.second is not None:
            parts |= {"second": self.second.components, "both": self.covariances}
        table = pd.concat(parts, names=["variable", "component"]).reset_index()
        return table.assign(n=self.n, n_groups=self.n_groups, method=self.method)

    def summary(self) -> str:
        """The result in words and fixed decimals."""
        lines = [
            "Social relations model",
            f"  n       {self.n:,} actors in {_counted(self.n_groups, 'group')}",
            f"  method  {self.method}",
            "",
            _shown(self.components).to_string(),
        ]
        if self.second is not None:
            lines += ["", "second variable", _shown(self.second.components).to_string()]
            lines += ["", "both", _shown(self.covariances).to_string()]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        return (
            f"SocialRelations({self.n:,} actors in {_counted(self.n_groups, 'group')}: "
            + ", ".join(
                f"{name} {value:.4f}"
                for name, value in self.components["estimate"].items()
            )
            + ")"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        tables = [self.components]
        if self.second is not None:
            tables += [self.second.components, self.covariances]
        shown = "".join(_shown(table).to_html() for table in tables)
        return f"<p>{html.escape(repr(self))}</p>{shown}<ul>{notes}</ul>"


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    columns = [name for name in SHOWN if name in table]
    return table[columns].map(lambda value: f"{value:.4f}")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("s" if count > 1 else "")
