"""What slopes that differ between groups need, so that their spread can be told.

Whose slopes vary, and do groups and rows say how much?
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from netcollab.errors import InputError, RefusedError
from netcollab.inference.design_checks import check_independent
from netcollab.inference.samples import (
    Factor,
    Sample,
    about_groups,
    constant_within,
    multiples_within,
)

__all__ = ["varying_columns"]

MOST_SLOPES = 3


def varying_columns(
    sample: Sample, fixed: Sequence[Hashable], names: Sequence[Hashable]
) -> list[int]:
    """The places of the columns whose slopes vary, if that would mean something.

    Parameters
    ----------
    sample
        What is to be fitted, with the groupings.
    fixed
        The names of the predictors, as columns of the data.
    names
        Those of them whose slopes vary; none for no place.

    Raises
    ------
    InputError
        If a name is not among the predictors, or is there twice.
    RefusedError
        For more than three slopes or more than one grouping, a predictor of several
        indicators or one that does not vary within groups, predictors that repeat each
        other within groups, too few groups or rows.
    """
    if not names:
        return []
    if len(set(names)) < len(names):
        raise InputError(f"every slope needs to be named once, got {names}")
    if len(names) > MOST_SLOPES:
        raise RefusedError(
            f"{len(names)} slopes ({', '.join(map(str, names))}); at most "
            f"{MOST_SLOPES} vary at once, few groups tell no more"
        )
    if len(sample.factors) > 1:
        groupings = ", ".join(factor.name for factor in sample.factors)
        raise RefusedError(
            "slopes vary between the groups of one grouping, random names "
            f"{len(sample.factors)} ({groupings}); keep one, or take the slope of each "
            "site and test their mean by site_slopes"
        )
    (factor,) = sample.factors
    places = [_place(sample, fixed, name) for name in names]
    constant = constant_within(sample.x, factor)
    for place in places:
        if constant[place]:
            raise RefusedError(
                f"{sample.terms[place]} is constant within every {factor.name}, so it "
                "has no slope there; leave it out of slopes"
            )
    about = about_groups(sample.x[:, places], factor)
    told = [sample.terms[place] for place in places]
    check_independent(about, told, within=f" within {factor.name}")
    _check_room(sample, factor, places)
    return places


def _place(sample: Sample, fixed: Sequence[Hashable], name: Hashable) -> int:
    if name not in fixed:
        raise InputError(
            f'slopes vary about a mean slope, so "{name}" needs to be among the fixed '
            f"predictors, got {', '.join(map(str, fixed)) or 'none'}"
        )
    if str(name) in sample.terms:
        return sample.terms.index(str(name))
    own = [term for term in sample.terms if term.startswith(f"{name}[")]
    if len(own) > 1:
        raise RefusedError(
            f"{name} has {len(own) + 1} categories, and so {len(own)} slopes; make an "
            f"indicator (0 and 1) of one of them, or leave {name} out of slopes"
        )
    return sample.terms.index(own[0])


def _check_room(sample: Sample, factor: Factor, places: Sequence[int]) -> None:
    """Stop where too few groups or rows say how much slopes differ."""
    width = 1 + len(places)
    for place in places:
        alike, count = multiples_within(sample.x, place, factor)
        needed = 1 + max(width, int(alike.sum()))
        if count < needed:
            raise RefusedError(
                f"{sample.terms[place]} varies within {count} of {len(factor.levels)} "
                f"groups of {factor.name}; slopes that differ between them need at "
                f"least {needed}. Leave it out of slopes"
            )
    if (factor.sizes <= width).all():
        raise RefusedError(
            f"no {factor.name} has more than {width} rows, which its own line of "
            f"{width} coefficients meets; the variance of lines cannot be told from "
            "that of the rows. Leave slopes out"
        )
