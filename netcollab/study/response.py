"""Who was asked, who answered, and who answered everything.

Of those who were asked in each actor, site and wave, how many took part?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.study.privacy import shown

if TYPE_CHECKING:
    from netcollab.study.study import Study

__all__ = [
    "invited_columns",
    "response_lines",
    "response_rates",
    "responses",
]

INVITED = "invited"
Level = Literal["actor", "site", "study"]
_COUNTS = ["invited", "registered", "responded", "complete"]
_KEYS: dict[str, list[str]] = {
    "actor": ["site", "wave", "actor"],
    "site": ["site", "wave"],
    "study": ["wave"],
}
_ANSWERED = ("dont_know", "not_applicable")
_NOBODY_INVITED = "nobody was invited"
_NOT_SAID = "nobody said how many were invited"


def response_rates(study: Study, *, level: Level = "actor") -> pd.DataFrame:
    r"""How many of those who were asked answered, per actor, site or study.

    .. math:: \text{rate} = \text{responded} / \text{invited}

    Parameters
    ----------
    study
        The study.
    level
        "actor": one row per site, wave and actor; "site": per site and wave; "study":
        per wave.

    Returns
    -------
    DataFrame
        Columns, after those of the level:

        - invited: persons asked. The column `invited` of the actors (or
          `invited_WAVE` for one wave), else the rows of the respondents table. Where
          all of these responded, in all sites of the wave, the table may hold only
          those who answered: how many were invited is then not known.
        - registered: rows of the respondents table.
        - responded: respondents with at least one answer that has a value.
        - complete: respondents whose every answer has a value or is a declared
          "dont_know" or "not_applicable". An item that anybody has a row for in the
          wave counts as asked of all, unless a row says "not_asked".
        - rate: NaN where nobody was invited, or nobody knows how many.
        - reason: why there is no rate, or that nobody answered; else empty.

        Empty when the study has no respondents or no answers.

    Examples
    --------
    >>> import pandas as pd
    >>> from netcollab.study import Study
    >>> study = Study.from_frames(
    ...     {
    ...         "name": "two",
    ...         "scales": {"s": {"low": 1, "high": 5}},
    ...         "items": {"q": {"scale": "s", "about": "self"}},
    ...     },
    ...     actors=pd.DataFrame({"actor": ["nav", "ks"], "invited": [4, 3]}),
    ...     respondents=pd.DataFrame({"respondent": ["a", "b"], "actor": "nav"}),
    ...     answers=pd.DataFrame(
    ...         {"respondent": ["a", "b"], "item": "q", "value": [3, None]}
    ...     ),
    ... )
    >>> response_rates(study)[["actor", "invited", "responded", "rate", "reason"]]
      actor  invited  responded  rate            reason
    0   nav      4.0          1  0.25
    1    ks      3.0          0  0.00  nobody responded
    """
    check_choice("level", level, tuple(_KEYS))
    return responses(study.actors, study.respondents, study.answers, level=level)


def responses(
    actors: pd.DataFrame,
    respondents: pd.DataFrame,
    answers: pd.DataFrame,
    *,
    level: Level = "actor",
) -> pd.DataFrame:
    """`response_rates` of tables."""
    names = [*_KEYS[level], *_COUNTS, "rate", "reason"]
    if not len(respondents) or not len(answers):
        return pd.DataFrame(columns=names)
    waves = list(dict.fromkeys(respondents["wave"]))
    frame = pd.concat([_invited(actors, wave) for wave in waves], ignore_index=True)
    people = _people(respondents, answers)
    key = _KEYS["actor"]
    counted = people.groupby(key)[_COUNTS[1:]].sum().reset_index()
    frame = frame.merge(counted, on=key, how="left")
    frame[_COUNTS[1:]] = frame[_COUNTS[1:]].fillna(0).astype(int)
    is_said = bool(invited_columns(map(str, actors.columns)))
    if not is_said:
        frame["invited"] = _registered(frame)
    if level != "actor":
        by = frame.assign(n_unknown=frame["invited"].isna().astype(int)).groupby(
            _KEYS[level], sort=False
        )
        frame = by[[*_COUNTS, "n_unknown"]].sum().reset_index()
        frame["invited"] = frame["invited"].where(frame["n_unknown"] == 0)
    frame["rate"] = (frame["responded"] / frame["invited"]).where(frame["invited"] > 0)
    frame["reason"] = [_reason(row, is_said) for row in frame.to_dict("records")]
    return frame[names]


def invited_columns(columns: Iterable[str]) -> list[str]:
    """The columns that say how many persons were asked: `invited`, `invited_2026`."""
    return [n for n in columns if n == INVITED or n.startswith(f"{INVITED}_")]


def response_lines(rates: pd.DataFrame, words: Mapping[str, str]) -> list[str]:
    """One line per site and wave, with the actors in which nobody answered.

    Sites of which nobody is known to have been asked in a wave share one line.

    Parameters
    ----------
    rates
        Of `responses`, per actor.
    words
        The words of a language.
    """
    lines: list[str] = []
    if not len(rates):
        return lines
    for wave, of_wave in rates.groupby("wave", sort=False):
        absent = []
        for site, rows in of_wave.groupby("site", sort=False):
            is_asked = (rows["invited"] > 0) | (rows["registered"] > 0)
            if is_asked.any():
                lines.append(_site_line(str(site), str(wave), rows, words))
            else:
                absent.append(str(site))
        if absent:
            told = {"wave": shown(str(wave)), "sites": _listed(absent)}
            lines.append(words["absent_sites"].format_map(told))
    return [f"  {line}" for line in lines]


def _site_line(
    site: str, wave: str, rows: pd.DataFrame, words: Mapping[str, str]
) -> str:
    invited = rows["invited"].sum(skipna=False)
    told: dict[str, Any] = {"site": shown(site), "wave": shown(wave)}
    told |= {name: int(rows[name].sum()) for name in _COUNTS[1:]}
    if np.isnan(invited):
        line = words["responses_unknown"].format_map(told)
    else:
        line = words["responses"].format_map(told | {"invited": int(invited)})
    if invited > 0:
        line += f" ({100 * told['responded'] / invited:.0f} %)"
    is_silent = (rows["responded"] == 0) & (rows["reason"] != _NOBODY_INVITED)
    silent = rows.loc[is_silent, "actor"].tolist()
    return f"{line}; {words['silent']}: {_listed(silent)}" if silent else line


def _listed(names: list[str]) -> str:
    """At most twenty names, each as it may be shown."""
    told = [shown(str(name)) for name in names[:20]]
    return ", ".join([*told, "…"] if len(names) > 20 else told)


def _invited(actors: pd.DataFrame, wave: str) -> pd.DataFrame:
    """Site, wave, actor, and the number that was asked in this wave."""
    own = f"{INVITED}_{wave}"
    column = own if own in actors else INVITED
    found = actors[["site", "actor"]].assign(wave=wave, invited=np.nan)
    return found.assign(invited=actors[column]) if column in actors else found


def _registered(frame: pd.DataFrame) -> pd.Series:
    """Those in the table as the invited; NaN in a wave in which all of them responded.

    A table in which somebody is silent holds everybody who was asked. One in which
    nobody is may hold only those who answered.
    """
    by_wave = frame.groupby("wave")[["registered", "responded"]].transform("sum")
    has_silent = by_wave["responded"] < by_wave["registered"]
    return frame["registered"].astype(float).where(has_silent)


def _people(respondents: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """One row per respondent and wave: answered something, answered everything."""
    key = ["respondent", "wave"]
    has_value = answers["value"].notna()
    reason = answers["missing_reason"]
    is_asked = (reason != "not_asked").astype(bool)
    is_open = is_asked & ~has_value & ~reason.isin(_ANSWERED)
    rows = answers[key].assign(responded=has_value, open=is_open)
    by_person = rows.groupby(key).agg({"responded": "max", "open": "max"})
    n_items = answers.groupby("wave")["item"].nunique()
    seen = answers.drop_duplicates([*key, "item"]).groupby(key).size()
    by_person["seen"] = seen
    people = respondents[[*_KEYS["actor"], "respondent"]].merge(
        by_person.reset_index(), on=key, how="left"
    )
    saw_all = people["seen"] == people["wave"].map(n_items)
    responded = people["responded"].eq(True)
    complete = responded & saw_all & people["open"].eq(False)
    return people.assign(registered=1, responded=responded, complete=complete)


def _reason(row: Mapping[Any, Any], is_said: bool) -> str:
    if np.isnan(row["invited"]):
        return "the number of invited persons is not known" if is_said else _NOT_SAID
    if row["invited"] == 0:
        return _NOBODY_INVITED if is_said else "no respondent"
    return "" if row["responded"] else "nobody responded"
