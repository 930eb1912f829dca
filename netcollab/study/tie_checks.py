"""Ties: known relations and actors, states with or without a weight, each dyad once."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from netcollab.errors import closest
from netcollab.study.actor_checks import ActorIndex
from netcollab.study.cells import check_words
from netcollab.study.draft import Draft
from netcollab.study.identifiers import INVISIBLE
from netcollab.study.manifest import Manifest, RelationSpec
from netcollab.study.raw import is_among
from netcollab.study.schema import TIE_STATES

__all__ = ["check_ties"]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def check_ties(draft: Draft, actors: ActorIndex, manifest: Manifest) -> None:
    """Check the rows of every relation by what the manifest says about it.

    Rows that a rule of the manifest leaves out or combines are counted.

    Parameters
    ----------
    draft
        The ties; states are filled and rules applied in place.
    actors
        The actors they may name.
    manifest
        The relations.
    """
    _check_relations(draft, manifest)
    for name in ("source", "target", "reporter"):
        if name in draft:
            actors.check(draft, name)
    _check_reporters(draft)
    check_words(draft, "state", TIE_STATES, "E-TIE-008")
    state = draft.text("state")
    draft.replace("state", np.where(state == "", "observed", state))
    _check_presence(draft)
    present = set(pd.unique(draft.text("relation")))
    for name, spec in manifest.relations.items():
        if name not in present:
            continue
        rows = draft.text("relation") == name
        _check_weights(draft, spec, rows)
        _check_distances(draft, spec, rows)
        if not spec.mixed_levels:
            _check_levels(draft, actors, rows)
    _apply_self_ties(draft, manifest)
    _apply_duplicates(draft, manifest)


def _check_relations(draft: Draft, manifest: Manifest) -> None:
    """Each undeclared relation once, at its first row."""
    if not manifest.relations:
        return
    codes, uniques = pd.factorize(draft.text("relation"))
    counts = np.bincount(codes, minlength=len(uniques))
    declared = ", ".join(list(manifest.relations)[:20])
    for number, name in enumerate(map(str, uniques)):
        if name.strip(INVISIBLE) not in ("", *manifest.relations):
            first = np.flatnonzero(codes == number)[:1]
            draft.note(
                "E-TIE-001",
                "relation",
                first,
                near=closest(str(name)[:200], manifest.relations),
                key=name if _BARE_KEY.fullmatch(name) else f'"{name}"',
                count=int(counts[number]),
                options=declared,
            )


def _check_reporters(draft: Draft) -> None:
    if "reporter" not in draft:
        return
    reporter = draft.text("reporter")
    own = (reporter == draft.text("source")) | (reporter == draft.text("target"))
    draft.note("E-TIE-013", "reporter", ~own & (reporter != ""))


def _check_presence(draft: Draft) -> None:
    """A weight stands exactly where the tie was observed."""
    if "weight" not in draft:
        return
    state = draft.text("state")
    filled = draft.text("weight") != ""
    observed = state == "observed"
    known = is_among(state, TIE_STATES)
    draft.note("E-TIE-007", "weight", observed & ~filled)
    draft.note(
        "E-TIE-006",
        "weight",
        known & ~observed & filled,
        each=lambda row: {"state": state[row]},
    )


def _check_weights(draft: Draft, spec: RelationSpec, rows: np.ndarray) -> None:
    weight = draft.number("weight")
    given = rows & ~np.isnan(weight) & (draft.text("state") == "observed")
    if spec.zero_means is None:
        draft.note("E-TIE-009", "weight", given & (weight == 0), relation=spec.name)
    if not spec.signed:
        draft.note("E-TIE-011", "weight", given & (weight < 0), relation=spec.name)
    if spec.scale is not None:
        _check_scale(draft, spec, given & (spec.signed | (weight > 0)))


def _check_scale(draft: Draft, spec: RelationSpec, rows: np.ndarray) -> None:
    if spec.scale is None:
        return
    weight = draft.number("weight")
    low, high = spec.scale
    outside = rows & (weight != 0) & ~((weight >= low) & (weight <= high))
    draft.note(
        "E-TIE-010",
        "weight",
        outside,
        each=lambda row: {"weight": f"{weight[row]:g}"},
        relation=spec.name,
        low=f"{low:g}",
        high=f"{high:g}",
    )


def _check_distances(draft: Draft, spec: RelationSpec, rows: np.ndarray) -> None:
    distance = draft.number("distance")
    weight = np.nan_to_num(draft.number("weight"))
    if spec.distance == "inverse":
        given = rows & (draft.text("distance") != "")
        draft.note("W-TIE-017", "distance", given, relation=spec.name)
        return
    needs = rows & (draft.text("state") == "observed") & (weight != 0)
    wrong = needs & ~(distance > 0)
    column = "distance" if "distance" in draft else None
    draft.note("E-TIE-014", column, wrong, relation=spec.name)


def _check_levels(draft: Draft, actors: ActorIndex, rows: np.ndarray) -> None:
    sites = draft.text("site")
    source = actors.is_person(sites, draft.text("source"))
    target = actors.is_person(sites, draft.text("target"))
    draft.note("E-TIE-016", "target", rows & (source != target))


def _apply_self_ties(draft: Draft, manifest: Manifest) -> None:
    source = draft.text("source")
    own = (source == draft.text("target")) & (source != "")
    dropped = _where_rule(draft, manifest, "self_ties", "drop")
    draft.note("E-TIE-002", "target", own & ~dropped)
    leave = own & dropped
    if leave.any():
        count = int(leave.sum())
        draft.ledger.add("N-TIE-018", draft.raw.place(), count=count)
        draft.leave_out({"self_ties_drop": leave})


def _where_rule(draft: Draft, manifest: Manifest, rule: str, word: str) -> np.ndarray:
    names = [n for n, spec in manifest.relations.items() if getattr(spec, rule) == word]
    found: np.ndarray = is_among(draft.text("relation"), names)
    return found


def _apply_duplicates(draft: Draft, manifest: Manifest) -> None:
    """Rows that repeat a dyad: errors, or combined by the relation's rule."""
    key, position = _dyads(draft, manifest), np.arange(len(draft))
    by_dyad = pd.Series(position).groupby(key)
    first = by_dyad.transform("first").to_numpy()
    last = by_dyad.transform("last").to_numpy()
    named = (draft.text("source") != "") & (draft.text("target") != "")
    repeats = named & (first != position)
    if not repeats.any():
        return
    rule = {
        word: _where_rule(draft, manifest, "duplicates", word)
        for word in ("sum", "mean", "last")
    }
    _note_duplicates(
        draft, first, repeats & ~(rule["sum"] | rule["mean"] | rule["last"])
    )
    _note_mixed_states(draft, first, repeats & (rule["sum"] | rule["mean"]))
    leave = {
        "sum": repeats & rule["sum"],
        "mean": repeats & rule["mean"],
        "last": named & rule["last"] & (last != position),
    }
    _combine(draft, key, rule)
    for word, rows in leave.items():
        if rows.any():
            place, count = draft.raw.place(), int(rows.sum())
            draft.ledger.add("N-TIE-019", place, count=count, rule=word)
    draft.leave_out({f"duplicates_{word}": rows for word, rows in leave.items()})
    for spec in manifest.relations.values():
        if spec.duplicates == "sum":
            rows = draft.text("relation") == spec.name
            _check_scale(draft, spec, rows & (draft.number("weight") > 0))


def _dyads(draft: Draft, manifest: Manifest) -> np.ndarray:
    """One number per dyad, relation, site, wave and reporter; pairs have no order."""
    source, target = draft.text("source"), draft.text("target")
    ends, names = pd.factorize(np.concatenate([source, target]))
    one, two = ends[: len(draft)], ends[len(draft) :]
    undirected = [n for n, spec in manifest.relations.items() if not spec.directed]
    swap = is_among(draft.text("relation"), undirected) & (one > two)
    one, two = np.where(swap, two, one), np.where(swap, one, two)
    key = one.astype(np.int64) * max(len(names), 1) + two
    for name in ("relation", "site", "wave", "reporter"):
        codes, values = pd.factorize(draft.text(name))
        key = pd.factorize(key)[0] * np.int64(max(len(values), 1)) + codes
    return key


def _note_duplicates(draft: Draft, first: np.ndarray, rows: np.ndarray) -> None:
    weight, state = draft.number("weight"), draft.text("state")
    source = draft.text("source")
    same = (state == state[first]) & (
        (weight == weight[first]) | (np.isnan(weight) & np.isnan(weight[first]))
    )
    turned = source != source[first]

    def each(row: int) -> dict[str, object]:
        told: dict[str, object] = {"other": draft.row_of(first[row])}
        told["source"], told["target"] = source[row], draft.text("target")[row]
        told["weight"] = _weight_or_state(weight[row], state[row])
        told["other_weight"] = _weight_or_state(weight[first[row]], state[first[row]])
        return told

    draft.note("E-TIE-003", "target", rows & same & ~turned, each=each)
    draft.note("E-TIE-004", "target", rows & ~same & ~turned, each=each)
    draft.note("E-TIE-005", "target", rows & turned, each=each)


def _weight_or_state(weight: float, state: str) -> str:
    return f"{weight:g}" if weight == weight else state


def _note_mixed_states(draft: Draft, first: np.ndarray, rows: np.ndarray) -> None:
    """A sum or mean of an observed tie and an unknown one has no meaning."""
    state, weight = draft.text("state"), draft.number("weight")
    mixed = rows & (state != state[first])
    draft.note(
        "E-TIE-004",
        "target",
        mixed,
        each=lambda row: {
            "other": draft.row_of(first[row]),
            "source": draft.text("source")[row],
            "target": draft.text("target")[row],
            "weight": _weight_or_state(weight[row], state[row]),
            "other_weight": _weight_or_state(weight[first[row]], state[first[row]]),
        },
    )


def _combine(draft: Draft, key: np.ndarray, rule: dict[str, np.ndarray]) -> None:
    weight = draft.number("weight").copy()
    groups = pd.Series(weight).groupby(key)
    with np.errstate(over="ignore"):  # what is too large is noted below
        means, totals = groups.transform("mean"), groups.transform("sum")
    weight = np.where(rule["mean"], means, weight)
    sums = np.where(groups.transform("count") > 0, totals, np.nan)
    weight = np.where(rule["sum"], sums, weight)
    draft.numbers["weight"] = weight
    draft.note("E-NUM-002", "weight", np.isinf(weight))
