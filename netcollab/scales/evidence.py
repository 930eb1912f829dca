"""May the scores of a study be trusted: every dimension, every kind of evidence.

Do the items of a dimension go together, and may respondents stand for their unit?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from netcollab.errors import InputError
from netcollab.scales.aggregation import aggregation_verdict
from netcollab.scales.levels import cronbach_alpha_levels, generalisability
from netcollab.scales.scores import item_table, items_of, span_of
from netcollab.study import Study

__all__ = ["aggregation_table"]


def aggregation_table(
    study: Study,
    names: str | Sequence[str] | None = None,
    *,
    wave: str | None = None,
    n_resamples: int = 2_000,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """Reliability and agreement of each dimension or construct, with a verdict.

    The group is the tie, the respondents of one unit who rate another; for items about
    no unit it is the unit. Ratings of the own unit are left out. The rule of the
    verdict is that of `aggregation_verdict`; `generalisability` says how far a tie's
    mean would stay with other respondents and items.

    Parameters
    ----------
    study
        A study with answers.
    names
        Dimensions or constructs; None: every dimension of the codebook.
    wave
        Needed where the study has several: the waves of a tie are not independent.
    n_resamples, rng
        For the simulated critical values of `aggregation_verdict`.

    Returns
    -------
    DataFrame
        One row per name: n_ratings, n_groups, n_single (groups of one respondent),
        alpha_between and alpha_within respondents, generalisability, icc1, icc2,
        rwg_median, share_exceeding, verdict ("may", "caution", "not", "not testable"),
        reason. alpha_within and generalisability are NaN where items are about no
        unit.

    Raises
    ------
    UnknownNameError
        If a name is neither a dimension nor a construct.
    InputError
        If the study has several waves and none was chosen.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> table = aggregation_table(study, "innovation", wave="2026", rng=1)
    >>> table.loc["innovation", "verdict"] in {"may", "caution", "not"}
    True
    """
    if wave is None and len(study.waves) > 1:
        listed = ", ".join(study.waves)
        raise InputError(f"the study has several waves: {listed}; choose one")
    if wave is not None:
        study = study.select(waves=wave)
    if names is None:
        wanted = [item.dimension for item in study.manifest.items.values()]
        names = list(dict.fromkeys(name for name in wanted if name))
    chosen = [names] if isinstance(names, str) else list(names)
    rows = {name: _row(study, name, n_resamples, rng) for name in chosen}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("name")


def _row(
    study: Study,
    name: str,
    n_resamples: int,
    rng: int | np.random.Generator | None,
) -> dict[str, object]:
    items = item_table(study, name)
    place = items.index.to_frame(index=False)
    rated = place["target"].notna().to_numpy()
    other = ~rated | (place["target"] != place["actor"]).to_numpy()
    items, place, rated = items[other], place[other], rated[other]
    items = items.reset_index(drop=True)
    unit = place["site"] + "\x1f" + place["actor"]
    group = (unit + "\x1f" + place["target"].fillna("")).reset_index(drop=True)
    person = place["respondent"].reset_index(drop=True)
    span = span_of(items_of(study.manifest, name)[0], study.manifest)
    found = aggregation_verdict(items, group, span, n_resamples=n_resamples, rng=rng)
    alphas = cronbach_alpha_levels(items, person)["alpha"]
    between_ties = generalisability(items, group) if rated.all() else None
    return {
        "n_ratings": found.n_rows,
        "n_groups": found.n_groups,
        "n_single": found.n_single,
        "alpha_between": alphas["between"],
        "alpha_within": alphas["within"],
        "generalisability": between_ties.coefficient if between_ties else np.nan,
        "icc1": found.icc1,
        "icc2": found.icc2,
        "rwg_median": found.rwg_median,
        "share_exceeding": found.share_exceeding,
        "verdict": found.verdict,
        "reason": found.reason,
    }
