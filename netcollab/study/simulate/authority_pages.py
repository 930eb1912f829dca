"""The study of the authority function as tables and as files.

What does the study folder of two waves in twelve municipalities look like?
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import tomli_w

from netcollab.study.instruments import codebook, instrument
from netcollab.study.simulate.authority import (
    INDICATORS,
    Drawn,
    draw_authority,
)
from netcollab.study.simulate.authority_answers import (
    CAPACITY_ITEMS,
    LEADERSHIP_ITEMS,
    REASONS,
    Answers,
    draw_answers,
)
from netcollab.study.simulate.authority_sites import (
    FUNCTIONS,
    RELATIONS,
    SITES,
    WAVES,
    invited,
)
from netcollab.study.simulate.pages import Row, csv_page

__all__ = ["COLUMNS", "authority_pages", "authority_rows"]

COLUMNS = {
    "sites": ("site", "name", "population", "share_over_67", "expenditure_index"),
    "actors": ("site", "actor", "name_nb", "name_da", "name_en", "sector", "invited"),
    "ties": ("site", "wave", "relation", "source", "target", "weight", "state"),
    "respondents": ("site", "respondent", "actor", "role", "profession", "wave"),
    "answers": ("respondent", "item", "target", "wave", "value", "missing_reason"),
    "codings": ("source", "site", "construct", "indicator", "coder", "value"),
}

_DOCUMENTS = {
    "formal_organisation": "organisationsplan",
    "formalised_structures": "samarbejdsaftale",
    "formalised_work_processes": "arbejdsgange",
    "formalised_strategies": "strategi",
}

_RATED = {"scale": [1, 5], "unlisted": "not_asked", "own_group": "keep"}
_BANDS = {"weak": [1, 2.5], "moderate": [2.5, 3.5], "strong": [3.5, 5]}


def authority_pages(seed: int, effects: str) -> dict[str, str]:
    """The files of the study of the authority function: name to text.

    Parameters
    ----------
    seed
        A whole number >= 0.
    effects
        "planted" or "none".
    """
    rows = authority_rows(seed, effects)
    pages = {"study.toml": _manifest(seed, effects)}
    return pages | {
        f"{name}.csv": csv_page(COLUMNS[name], table) for name, table in rows.items()
    }


def authority_rows(seed: int, effects: str) -> dict[str, list[Row]]:
    """The tables as plain rows, in the order of `COLUMNS`.

    Parameters
    ----------
    seed
        A whole number >= 0.
    effects
        "planted" or "none".

    Examples
    --------
    >>> rows = authority_rows(1, "planted")
    >>> rows["sites"][0][:3]
    ('nordvik', 'Nordvik', 8214)
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = draw_authority(rng, planted=effects == "planted")
    answers = draw_answers(rng, drawn)
    shown = [_shown_order(drawn, wave) for wave in range(len(WAVES))]
    return {
        "sites": _site_rows(drawn),
        "actors": _actor_rows(),
        "ties": list(_tie_rows(drawn)),
        "respondents": [
            row
            for wave, places in enumerate(shown)
            for row in _people(drawn, wave, places)
        ],
        "answers": [
            row
            for wave, places in enumerate(shown)
            for row in _answer_rows(drawn, answers[wave], wave, places)
        ],
        "codings": list(_coding_rows(drawn)),
    }


def _shown_order(drawn: Drawn, wave: int) -> list[int]:
    """Positions of those who took part: by site and function, then by their name."""
    persons, who = drawn.persons, drawn.takers[wave].tolist()
    keys = [(persons.site[i], persons.function[i], persons.names[i]) for i in who]
    return sorted(range(len(who)), key=lambda place: keys[place])


def _site_rows(drawn: Drawn) -> list[Row]:
    return [
        (
            s.site,
            s.name,
            s.population,
            f"{drawn.share[i]:.1f}",
            int(drawn.expenditure[i]),
        )
        for i, s in enumerate(SITES)
    ]


def _actor_rows() -> list[Row]:
    return [
        (site.site, f.actor, *f.names, f.sector, invited(site, f))
        for site in SITES
        for f in FUNCTIONS
    ]


def _tie_rows(drawn: Drawn) -> Iterator[Row]:
    """Every pair of functions: a formal tie, or a known absence."""
    for s, site in enumerate(SITES):
        for wave, year in enumerate(WAVES):
            for r, relation in enumerate(RELATIONS):
                formal = drawn.written.formal[r, wave, s]
                for (i, one), (j, two) in combinations(enumerate(FUNCTIONS), 2):
                    ends = (one.actor, two.actor)
                    yield (
                        site.site,
                        year,
                        relation,
                        *ends,
                        int(formal[i, j]),
                        "observed",
                    )


def _people(drawn: Drawn, wave: int, places: list[int]) -> Iterator[Row]:
    persons = drawn.persons
    for i in drawn.takers[wave][places].tolist():
        yield (
            SITES[persons.site[i]].site,
            persons.names[i],
            FUNCTIONS[persons.function[i]].actor,
            "leader" if persons.leads[i] else "staff",
            persons.profession[i],
            WAVES[wave],
        )


def _answer_rows(
    drawn: Drawn, answers: Answers, wave: int, places: list[int]
) -> Iterator[Row]:
    names = [drawn.persons.names[i] for i in drawn.takers[wave].tolist()]
    values = answers.capacity.astype(int).tolist()
    reasons = answers.capacity_reasons.tolist()
    led, led_reasons = answers.leadership.astype(int), answers.leadership_reasons
    for place in places:
        name, year = names[place], WAVES[wave]
        for g, function in enumerate(FUNCTIONS):
            for q, item in enumerate(CAPACITY_ITEMS):
                why = REASONS[reasons[place][g][q]]
                value = "" if why else values[place][g][q]
                yield name, item.name, function.actor, year, value, why
        for q, item in enumerate(LEADERSHIP_ITEMS):
            why = REASONS[led_reasons[place, q]]
            yield name, item.name, "", year, "" if why else int(led[place, q]), why


def _coding_rows(drawn: Drawn) -> Iterator[Row]:
    for s, site in enumerate(SITES):
        for k, (indicator, construct) in enumerate(INDICATORS.items()):
            source = f"{site.site}_{_DOCUMENTS[construct]}"
            for coder, value in zip("AB", drawn.codings[s, k], strict=True):
                yield source, site.site, construct, indicator, coder, int(value)


def _manifest(seed: int, effects: str) -> str:
    """The declaration: a page by hand, and what the instruments say."""
    page = Path(__file__).with_name("authority.toml").read_text(encoding="utf-8")
    asked = instrument("relational_capacity")
    labels = {name: spec.label for name, spec in asked.constructs.items()}
    labels |= {name: spec.label for name, spec in asked.dimensions.items()}
    told = {
        "relations": {
            name: {**_RATED, "label": dict(label)} for name, label in labels.items()
        },
        **codebook(asked, "leadership"),
    }
    told["scales"]["agree5"]["bands"] = _BANDS
    made = f"netcollab simulate myndighedsfunktion --seed {seed} --effects {effects}"
    return f"# Synthetic. Written by: {made}\n{page}\n{tomli_w.dumps(told)}"
