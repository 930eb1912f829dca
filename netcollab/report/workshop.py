"""The prompts of a municipality's page as a table, for a slide or a notebook.

What shall the workshop talk about?
"""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from netcollab.errors import UnknownNameError
from netcollab.report.feedback_cells import gather
from netcollab.report.feedback_formal import gather_formal
from netcollab.report.feedback_page import page_of
from netcollab.study import Study

__all__ = ["workshop_prompts"]


def workshop_prompts(study: Study, site: str) -> pd.DataFrame:
    """What the page of a municipality gives its workshop to talk about, as a table.

    The last part of the page that `write_feedback` writes, of the latest wave in which
    somebody answered, with the same numbers held back: what stands highest, the pair
    of functions that see each other alike, up to three that do not, what stands
    lowest, what is agreed on paper, and who was not heard.

    Parameters
    ----------
    study
        A study with answers about other units.
    site
        Which municipality.

    Returns
    -------
    DataFrame
        One row per prompt, as text in the ambient language: kind, fact (what the
        answers say) and question (an open one).

    Raises
    ------
    UnknownNameError
        If the study has no such site.
    RefusedError
        If the study has no answers about other units.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> workshop_prompts(study, "sundholt")["fact"].iloc[0]
    'Mutual respect stands highest, at 3.3.'
    """
    known = study.actors["site"].unique().tolist()
    if site not in known:
        raise UnknownNameError("site", site, known)
    page = page_of(study, gather(study), gather_formal(study), site)
    rows = [asdict(prompt) for prompt in page.prompts]
    return pd.DataFrame(rows, columns=["kind", "fact", "question"], dtype="str")
