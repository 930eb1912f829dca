"""Synthetic studies: the form of real ones, and a truth that is known.

What would an analysis find if we knew what is there to be found?
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from netcollab._checks import as_entropy, check_choice
from netcollab.study.simulate.authority_exports import authority_exports
from netcollab.study.simulate.authority_pages import authority_pages
from netcollab.study.simulate.digital_pages import digital_pages
from netcollab.study.simulate.language import language_pages
from netcollab.study.simulate.pages import Pages, write_pages
from netcollab.study.simulate.pathways import pathway_pages
from netcollab.study.simulate.twin import twin_pages
from netcollab.study.study import Study, read_study

__all__ = ["DEFAULT_SEED", "simulate", "simulated"]

DEFAULT_SEED = 20261123


def simulate(
    name: str,
    out: str | Path,
    *,
    seed: int = DEFAULT_SEED,
    effects: str = "planted",
    overwrite: bool = False,
) -> Path:
    """Write a synthetic study folder, byte for byte the same for the same seed.

    The twin of "alvorlig_sykt_barn" has the case's nine actors. Eight rate all others
    from 1 to 5; one stays silent. The rating of collaboration is

    .. math::

        c_{ij} = 3 + 0.7 (t_{ij} - 3) + 1.3 (p_{ij} - 4/7) + 0.5 (g_i - 3) + e_{ij}

    rounded into 1..5, with trust t, prior joint work p (0 or 1), the sender's incentive
    g and noise e with receiver and pair parts. Staff, budget and digital maturity play
    no part. With ``effects="none"`` t, p and g are replaced by unseen ones drawn from
    the same model: the ratings keep their structure and lose every relation to what is
    written.

    "myndighedsfunktion" has twelve invented municipalities, six functions in each and
    two waves. Respondent r of function f answers item q of dimension d about function
    g, in site s and wave t:

    .. math::

        y_{rgdq} = m_d + 0.25 S_s + 0.5 (W_{fg} - 0.5) + 0.5 (M_{fg} - 0.4)
            + 0.3 (V_{ft} - 3.5) + 0.2 (I_{ft} - 3.2) + a_f + c_g + p_{fg} + e

    rounded into 1..5, with the site's formal structure S (mean 0, standard deviation
    1), written procedure W and standing meeting M (0 or 1), the vision V that the
    function's leader communicates and her insistent involvement I, effects of the
    rating role a, the rated role c and the pair of roles p, and noise e with parts for
    site, wave, function, pair, respondent and what she thinks of each function. Shared
    systems, participation, framing and the municipality's background play no part.
    With ``effects="none"`` documents, leadership and capacity each follow causes of
    their own. The same answers stand in the folder `exports` as SurveyXact and as
    Nettskjema would have exported them.

    "digital_samhandling" is one invented municipality with the leadership, 32 teams in
    eight sectors and three waves. Team i works with team j in wave t with log odds

    .. math::

        -3.4 + 3.2 S_{ij} + g_t + A_{it} (1.5 (1 - S_{ij}) - S_{ij})
            + a_i + b_j + u_{it} + v_{jt} + p_{ij} + e_{ij}

    with S 1 inside a sector, A 1 once the team has adopted a tool, and growth g. Four
    sectors, drawn by lot, adopt in the second wave, the others in the third; one team
    of each never does. The leadership's information goes straight to teams that have
    adopted. With ``effects="none"`` A plays no part.

    "faelles_sprog" has 104 invented respondents in five groups, leaders, staff, unions,
    politicians and users, who answer 16 statements on technology and the core task
    from 1 to 5, and 34 of whom were interviewed. The answer of respondent i of group g
    to statement s is

    .. math:: y_{is} = k_s + h_{gs} + a_i + e_{is}

    rounded into 1..5, with what the culture of all answers, k, the groups' distance
    from it, h, which is not 0 on three statements, leniency a and noise e, which is
    small on three others. On one statement the staff has two camps. Leaders and
    politicians have a vocabulary in common, staff and unions another. With
    ``effects="none"`` h is 0, nobody has camps, and all use every concept alike.

    "digitale_forloep" has eight invented municipalities with four services each, two
    waves, 160 respondents and 24 interviews. Its manifest declares a theory of change:
    voices speak for five links and against one, for one rival and against another, with
    mean polarity 1.1 or -1.1; one link and one rival are coded nowhere. Each
    combination of tools in use, leaders that follow up and users in planning is in one
    municipality; where the first two are, the share of shared plans is 62, elsewhere
    22. Answer q of respondent i of profession p in site s and wave t to an area of
    knowledge is

    .. math:: y_{iqt} = 3.2 + c_t a_p + b_i + u_{st} + e_{iqt}

    rounded into 1..5, with the profession's distance a, and c = 1, except 0.3 in the
    second wave for what is known of users. With ``effects="none"`` polarities have mean
    0, shared plans are dealt out by lot, and c stays 1.

    The README of `data/synthetic` has every number of all five.

    Parameters
    ----------
    name
        "alvorlig_sykt_barn", "myndighedsfunktion", "digital_samhandling",
        "faelles_sprog" or "digitale_forloep".
    out
        The folder to write.
    seed
        A whole number >= 0.
    effects
        "planted" or "none".
    overwrite
        True: replace files of the folder that differ.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    UnknownNameError
        If no study of that name can be simulated, or `effects` is neither word.
    InputError
        If the folder holds one of the files with other content, or the seed is no
        whole number >= 0.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = simulate("alvorlig_sykt_barn", folder)
    ...     sorted(path.name for path in written.iterdir())
    ['actors.csv', 'study.toml', 'ties.csv']
    """
    tables = _tables(name, seed, effects)
    exports = authority_exports(tables) if name == _WITH_EXPORTS else {}
    pages: Pages = {**tables, **exports}
    write_pages(Path(out), pages, overwrite=overwrite)
    return Path(out)


def simulated(
    name: str, *, seed: int = DEFAULT_SEED, effects: str = "planted"
) -> Study:
    """A synthetic study as `read_study` reads it, without a folder of its own.

    Parameters
    ----------
    name, seed, effects
        As in `simulate`.

    Raises
    ------
    UnknownNameError, InputError
        As in `simulate`.

    Examples
    --------
    >>> simulated("faelles_sprog", seed=1).manifest.synthetic
    True
    """
    pages = _tables(name, seed, effects)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / name
        write_pages(folder, pages, overwrite=False)
        return read_study(folder)


_WITH_EXPORTS = "myndighedsfunktion"
_TABLES = {
    "alvorlig_sykt_barn": twin_pages,
    _WITH_EXPORTS: authority_pages,
    "digital_samhandling": digital_pages,
    "faelles_sprog": language_pages,
    "digitale_forloep": pathway_pages,
}


def _tables(name: str, seed: int, effects: str) -> dict[str, str]:
    check_choice("study to simulate", name, _TABLES)
    check_choice("effects", effects, ("planted", "none"))
    return _TABLES[name](as_entropy(seed), effects)
