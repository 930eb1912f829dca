"""Respondents and answers: who took part, what they said, and why they did not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from netcollab.study.actor_checks import ActorIndex, note_repeats
from netcollab.study.aliases import combine_answers
from netcollab.study.answer_words import is_worded, note_words, told_item
from netcollab.study.cells import check_words
from netcollab.study.draft import Draft
from netcollab.study.identifiers import Known, check_references
from netcollab.study.manifest import ItemSpec, Manifest, ScaleSpec
from netcollab.study.missing_words import (
    USUAL_CODES,
    declared_reason,
    missing_lines,
    missing_word,
)
from netcollab.study.own_unit import battery_of, unasked_of_own
from netcollab.study.places import told_wave
from netcollab.study.raw import is_among, text_array
from netcollab.study.schema import MISSING_REASONS
from netcollab.study.toml_words import toml_key

__all__ = [
    "apply_missing_codes",
    "check_answers",
    "check_respondents",
    "check_values",
]

_LEAST_LEFT_OVER = 4
_EXCEL_DAYS = (36_526, 73_050)


def check_respondents(draft: Draft, actors: ActorIndex) -> None:
    """Each respondent once in a wave, and each of a known actor."""
    actors.check(draft, "actor")
    note_repeats(draft, ["respondent", "wave"], "E-RES-001", "respondent")


def apply_missing_codes(
    draft: Draft, manifest: Manifest, respondents: Draft | None = None
) -> None:
    """Turn declared missing codes into reasons, before the values become numbers.

    Labels are compared without case and blanks. Words that stand where a number
    should be are noted. Empty answers about the own actor of `respondents` were not
    asked for, where nobody gave one.
    """
    if "value" not in draft or "item" not in draft:
        return
    value, reason = draft.text("value").copy(), draft.text("missing_reason").copy()
    scales = _scale_of_rows(draft, manifest)
    recoded = 0
    codes, uniques = pd.factorize(value)
    for name, scale in manifest.scales.items():
        reasons = [declared_reason(str(cell), scale.missing) for cell in uniques]
        meant = np.array([*reasons, ""], dtype=object)[codes]
        rows = (scales == name) & (meant != "") & ((reason == "") | (reason == meant))
        value[rows], reason[rows] = "", meant[rows]
        recoded += int(rows.sum())
    if recoded:
        draft.ledger.add("N-ANS-011", draft.raw.place(), count=recoded)
    draft.note(
        "E-ANS-005",
        "missing_reason",
        (value != "") & (reason != ""),
    )
    note_words(draft, value, scales, manifest)
    silent = (value == "") & (reason == "")
    if respondents is not None and {"respondent", "target", "wave"} <= set(
        draft.columns
    ):
        unasked = _unasked(draft, respondents, silent, manifest)
        reason[unasked] = "not_asked"
        silent &= ~unasked
    worded = is_worded(value)
    if silent.any():
        count = int(silent.sum())
        draft.ledger.add("N-ANS-012", draft.raw.place(), count=count)
        reason[silent] = "no_answer"
    value[worded] = ""
    typed = draft.columns["value"]
    draft.replace("missing_reason", reason)
    draft.columns["value"] = type(typed)(
        typed.header, typed.letter, value, _still(typed.is_number, value), typed.is_date
    )


def _unasked(
    draft: Draft, respondents: Draft, silent: np.ndarray, manifest: Manifest
) -> np.ndarray:
    """Empty answers about the own actor, if nobody gave one; they are counted."""
    here, there = _keys(draft), _keys(respondents)
    own = _looked_up(here, there, respondents.text("actor"))
    codes, uniques = pd.factorize(draft.text("item"))
    batteries = text_array(battery_of(str(name), manifest) for name in uniques)
    unasked = unasked_of_own(
        (draft.text("target") == own) & (own != ""),
        ~silent,
        batteries[codes],
        draft.text("wave"),
    )
    if unasked.any():
        count = int(unasked.sum())
        draft.ledger.add("N-ANS-024", draft.raw.place(), count=count)
    return unasked


def _keys(draft: Draft) -> np.ndarray:
    keys: np.ndarray = draft.text("respondent") + "\x1f" + draft.text("wave")
    return keys


def check_answers(
    draft: Draft,
    respondents: Draft | None,
    actors: ActorIndex,
    manifest: Manifest,
    *,
    declared: bool,
) -> None:
    """Known respondents, items and targets; values inside the scale; each once.

    Answers about the respondent's own actor follow the relation's `own_group`.
    """
    check_words(draft, "missing_reason", MISSING_REASONS, "E-ANS-006")
    if declared:
        _check_items(draft, manifest)
    check_values(draft, manifest)
    _check_targets(draft, manifest)
    combine_answers(draft, manifest)
    note_repeats(draft, ["respondent", "item", "target", "wave"], "E-ANS-001", "item")
    unused = sorted(set(manifest.items) - set(pd.unique(draft.text("item"))))
    if unused:
        listed = ", ".join(unused[:20])
        draft.ledger.add(
            "W-ANS-014", draft.raw.place(), count=len(unused), known=listed
        )
    _note_split_questions(draft, manifest)
    if respondents is None:
        return
    home = _homes(draft, respondents)
    draft.replace("site", home["site"])
    actors.check(draft, "target")
    _apply_own_group(draft, home["actor"], manifest)
    del draft.columns["site"]


def _check_items(draft: Draft, manifest: Manifest) -> None:
    """Every item is one of the manifest.

    Several that are not, in the answers of an export, are those of a codebook that
    was changed since; one line says so for all.
    """
    text = draft.text("item")
    unknown = ~is_among(text, [*manifest.items, ""])
    if manifest.export is None or len(set(text[unknown])) < _LEAST_LEFT_OVER:
        check_references(draft, "item", Known(manifest.items.keys()), "E-REF-005")
        return
    names = dict.fromkeys(text[unknown & draft.are_open("item")].tolist())
    draft.ledger.add(
        "E-EXP-047",
        draft.raw.place(column=draft.columns["item"]),
        count=len(set(text[unknown])),
        rows=int(unknown.sum()),
        known=", ".join(list(names)[:20]) or "-",
    )


def _note_split_questions(draft: Draft, manifest: Manifest) -> None:
    """Dimensions of which each item is about another unit: one question, split."""
    asked = draft.text("missing_reason") != "not_asked"
    rows = pd.DataFrame({"item": draft.text("item"), "target": draft.text("target")})
    rows = rows[asked & (rows["target"] != "")].drop_duplicates()
    rows["dimension"] = [_item(manifest, name).dimension for name in rows["item"]]
    for dimension, part in rows[rows["dimension"] != ""].groupby("dimension"):
        items = [name for name in manifest.items if name in set(part["item"])]
        if len(items) > 1 and not part["target"].duplicated().any():
            known = ", ".join(items[:20])
            draft.ledger.add(
                "W-ANS-025", draft.raw.place(), dimension=str(dimension), known=known
            )


def _scale_of_rows(draft: Draft, manifest: Manifest) -> np.ndarray:
    codes, uniques = pd.factorize(draft.text("item"))
    scales = [_item(manifest, str(name)).scale for name in uniques]
    found: np.ndarray = np.array([*scales, ""], dtype=object)[codes]
    return found


def _item(manifest: Manifest, name: str) -> ItemSpec:
    return manifest.items.get(name, ItemSpec(name, ""))


def _still(is_number: np.ndarray | None, value: np.ndarray) -> np.ndarray | None:
    return None if is_number is None else is_number & (value != "")


def check_values(
    draft: Draft, manifest: Manifest, options: Mapping[str, str] | None = None
) -> None:
    """Note every value outside the scale of its item, or left out by its map.

    Where the words of a code, in `options` or in the scale's labels, say that there is
    no answer, they are shown with the line that declares it.
    """
    value, scales = draft.number("value"), _scale_of_rows(draft, manifest)
    for name, scale in manifest.scales.items():
        if scale.low >= scale.high:
            continue
        inside = (value >= scale.low) & (value <= scale.high)
        outside = (scales == name) & ~np.isnan(value) & ~inside
        is_day = _is_excel_day(value) & (scale.high < _EXCEL_DAYS[0])

        told = _told_codes(
            np.unique(value[outside]), scale, options or {}, draft.ledger.lines
        )

        def each(
            row: int, told: Mapping[str, Mapping[str, object]] = told
        ) -> dict[str, object]:
            return {**told[f"{value[row]:g}"], "item": _asked(draft, row, manifest)}

        draft.note("E-ANS-021", "value", outside & is_day, each=each, scale=name)
        draft.note(
            "E-ANS-002",
            "value",
            outside & ~is_day,
            each=each,
            scale=name,
            low=f"{scale.low:g}",
            high=f"{scale.high:g}",
        )
    _check_maps(draft, manifest)


def _told_codes(
    codes: np.ndarray,
    scale: ScaleSpec,
    options: Mapping[str, str],
    lines: Mapping[str, int],
) -> dict[str, dict[str, object]]:
    """What is told of each code outside a scale: its words, and what to declare.

    The line is the same for all, so that it can be copied once.
    """
    said, reasons = {}, {}
    for code in (f"{number:g}" for number in codes):
        words = [options.get(code, ""), *scale.labels.get(code, {}).values()]
        said[code] = next((word for word in words if missing_word(word)), "")
        reasons[code] = (
            missing_word(said[code]) if said[code] else USUAL_CODES.get(code, "")
        )
    suggested = {code: reason for code, reason in reasons.items() if reason}
    line = missing_lines(scale.name, suggested, declared=scale.missing, lines=lines)
    return {
        code: {
            "near": reasons[code],
            "line": line if reasons[code] else "",
            "said": f' ("{word}")' if word else "",
        }
        for code, word in said.items()
    }


def _check_maps(draft: Draft, manifest: Manifest) -> None:
    """An answer that the map of its item leaves out would have no score."""
    value, items = draft.number("value"), draft.text("item")
    for name, item in manifest.items.items():
        if item.map:
            lost = (items == name) & ~np.isnan(value) & ~np.isin(value, list(item.map))
            options = ", ".join(f"{answer:g}" for answer in item.map)
            draft.note("E-ANS-022", "value", lost, item=name, options=options)


def _is_excel_day(value: np.ndarray) -> np.ndarray:
    """Whole numbers that Excel shows as a day between 2000 and 2099."""
    first, last = _EXCEL_DAYS
    with np.errstate(invalid="ignore"):
        found: np.ndarray = (value >= first) & (value < last) & (value % 1 == 0)
    return found


def _asked(draft: Draft, row: int, manifest: Manifest) -> str:
    """The item of a row, with its wording; the rated unit is left open."""
    name = str(draft.text("item")[row])
    words = _item(manifest, name).label
    wording = words.get(manifest.language) or next(iter(words.values()), "")
    wording = wording.replace("{target}", "…")
    return f'{name} "{wording}"' if wording else name


def _check_targets(draft: Draft, manifest: Manifest) -> None:
    codes, uniques = pd.factorize(draft.text("item"))
    about = [_item(manifest, str(name)).about for name in uniques]
    known = is_among(draft.text("item"), list(manifest.items))
    needs = np.array([*(a == "target" for a in about), False], dtype=bool)[codes]
    has = draft.text("target") != ""
    draft.note(
        "E-ANS-003", "target" if "target" in draft else None, known & needs & ~has
    )
    draft.note("E-ANS-004", "target", known & ~needs & has)


def _homes(draft: Draft, respondents: Draft) -> Mapping[str, np.ndarray]:
    """Site and actor of the respondent of each answer; unknown ones are noted."""
    known = Known(
        {
            str(name): respondents.raw.place(int(row))
            for name, row in zip(
                respondents.text("respondent"), respondents.raw.rows, strict=True
            )
        },
        secret=True,
    )
    is_known = check_references(draft, "respondent", known, "E-REF-004")
    here, there = _keys(draft), _keys(respondents)
    matched = is_among(here, there.tolist())
    draft.note(
        "E-RES-002",
        "respondent",
        is_known & ~matched & (draft.text("wave") != ""),
        each=lambda row: {"wave": told_wave(str(draft.text("wave")[row]))},
    )
    return {
        name: _looked_up(here, there, respondents.text(name))
        for name in ("site", "actor")
    }


def _looked_up(here: np.ndarray, there: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The value of each key, of its first row; empty where there is none."""
    first = dict(zip(reversed(there.tolist()), reversed(value.tolist()), strict=True))
    codes, keys = pd.factorize(here)
    found: np.ndarray = text_array(first.get(str(key), "") for key in keys)[codes]
    return found


def _apply_own_group(draft: Draft, own: np.ndarray, manifest: Manifest) -> None:
    codes, uniques = pd.factorize(draft.text("item"))
    rules = [_own_group(_item(manifest, str(name)), manifest) for name in uniques]
    rule = np.array([*rules, "keep"], dtype=object)[codes]
    about_own = (draft.text("target") == own) & (own != "")
    is_asked = draft.text("missing_reason") != "not_asked"
    asking = about_own & is_asked & (rule == "error")
    if asking.any():
        names = {str(n) for n in pd.unique(draft.text("item")[asking])}
        named = {
            _item(manifest, n).dimension or _item(manifest, n).construct for n in names
        }
        relations = sorted(name for name in named if name)
        line = "\n".join(_own_group_lines(name, manifest) for name in relations[:3])
        near = ", ".join(relations[:3])
        draft.note(
            "E-ANS-007",
            "target",
            asking,
            each=partial(told_item, draft, manifest),
            line=line,
            near=near,
        )
    leave = about_own & (rule == "drop")
    if leave.any():
        count = int(leave.sum())
        draft.ledger.add("N-ANS-013", draft.raw.place(), count=count)
        draft.leave_out({"own_group_drop": leave})


def _own_group_lines(name: str, manifest: Manifest) -> str:
    """The section that says what to do; a new one says what an unlisted dyad means."""
    lines = [f"[relations.{toml_key(name)}]", 'own_group = "keep"']
    if name not in manifest.relations:
        lines.append('unlisted = "not_asked"')
    return "\n".join(lines)


def _own_group(item: ItemSpec, manifest: Manifest) -> str:
    if item.about != "target":
        return "keep"
    for name in (item.dimension, item.construct):
        if name in manifest.relations:
            return manifest.relations[name].own_group
    return "error"
