"""What a manifest says twice, or about things that cannot be together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from netcollab.errors import closest
from netcollab.study.draft import Draft
from netcollab.study.identifiers import fold
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import ItemSpec, Manifest, RelationSpec, ScaleSpec
from netcollab.study.problems import Place

__all__ = ["check_manifest", "check_manifest_columns"]

_OF_ATTRIBUTE = re.compile(
    r"(?:same|absdiff|difference|sum|sender|receiver)\(\s*([^()+:*~]+?)\s*\)"
)


def check_manifest(manifest: Manifest, ledger: Ledger) -> None:
    """Note what contradicts itself in waves, scales and items.

    Parameters
    ----------
    manifest
        The manifest, every key of which was read.
    ledger
        Takes the problems, at the line of their key.
    """
    _check_waves(manifest, ledger)
    for scale in manifest.scales.values():
        _check_labels(scale, ledger)
        _check_missing("scales", scale, ledger)
    for relation in manifest.relations.values():
        _check_missing("relations", relation, ledger)
    sizes = Counter(i.dimension for i in manifest.items.values() if i.dimension)
    for item in manifest.items.values():
        at = Place(ledger.manifest, key=f"items.{item.name}.min_answered")
        size = sizes.get(item.dimension, 1)
        if item.min_answered is not None and item.min_answered > size:
            told = {"value": item.min_answered, "limit": size}
            ledger.add("E-MAN-027", at, dimension=item.dimension or item.name, **told)
        _check_map(item, manifest.scales.get(item.scale), ledger)


def check_manifest_columns(
    drafts: Mapping[str, Draft], manifest: Manifest, ledger: Ledger
) -> None:
    """Note identifiers that a table needs, and attributes of hypotheses without one.

    Parameters
    ----------
    drafts
        The tables under our names.
    manifest, ledger
        As in `check_manifest`.
    """
    for draft in drafts.values():
        needed = [c.name for c in draft.schema.columns if c.required]
        for name in needed:
            theirs = _header_of(draft.schema.name, name, manifest)
            if {name, theirs} & set(manifest.identifiers) and name not in draft:
                at = Place(ledger.manifest, key="privacy.identifiers")
                ledger.add("E-MAN-031", at, value=theirs, table=draft.schema.name)
    holders = [drafts[name] for name in ("actors", "sites") if name in drafts]
    known = list(dict.fromkeys(name for draft in holders for name in draft.columns))
    for bound in manifest.hypotheses.values() if holders else ():
        for key, term in (("outcome", bound.outcome), ("predictor", bound.predictor)):
            for name in _OF_ATTRIBUTE.findall(term):
                if name not in known:
                    at = Place(ledger.manifest, key=f"hypotheses.{bound.key}.{key}")
                    told = {"near": closest(name, known), "options": _listed(known)}
                    ledger.add("W-MAN-032", at, value=name, **told)


def _check_map(item: ItemSpec, scale: ScaleSpec | None, ledger: Ledger) -> None:
    if scale is None or not scale.low < scale.high:
        return
    for answer in item.map:
        if not scale.low <= answer <= scale.high:
            at = Place(ledger.manifest, key=f"items.{item.name}.map")
            low, high = f"{scale.low:g}", f"{scale.high:g}"
            ledger.add("E-MAN-028", at, value=f"{answer:g}", low=low, high=high)


def _check_waves(manifest: Manifest, ledger: Ledger) -> None:
    at = Place(ledger.manifest, key="waves")
    seen: dict[str, str] = {}
    for wave in manifest.waves:
        if not wave.strip() or wave != wave.strip():
            ledger.add("E-MAN-015", at, name=wave)
        elif fold(wave) in seen:
            ledger.add("E-MAN-019", at, name="waves", value=wave)
        seen.setdefault(fold(wave), wave)


def _check_labels(scale: ScaleSpec, ledger: Ledger) -> None:
    """One word for two codes tells nobody which was meant; a stray code is a slip."""
    first: dict[tuple[str, str], str] = {}
    missing = {code.strip() for code in scale.missing}
    for code, words in scale.labels.items():
        at = Place(ledger.manifest, key=f"scales.{scale.name}.labels.{code}")
        number = _number(code)
        inside = number is not None and scale.low <= number <= scale.high
        if not inside and code.strip() not in missing and scale.low < scale.high:
            low, high = f"{scale.low:g}", f"{scale.high:g}"
            ledger.add("W-MAN-030", at, value=code, low=low, high=high)
        for language, said in words.items():
            other = first.setdefault((language, fold(said)), code)
            if other != code:
                told = {"value": said, "other": other, "scale": scale.name}
                ledger.add("E-MAN-029", at, name=code, **told)


def _check_missing(
    section: str, spec: ScaleSpec | RelationSpec, ledger: Ledger
) -> None:
    first: dict[str, tuple[str, str]] = {}
    for code, reason in spec.missing.items():
        other, said = first.setdefault(fold(code), (code, reason))
        if said != reason:
            key = f'{section}.{spec.name}.missing."{code}"'
            at = Place(ledger.manifest, key=key)
            ledger.add("E-MAN-019", at, name="missing", value=f"{other} / {code}")


def _header_of(table: str, name: str, manifest: Manifest) -> str:
    spec = manifest.files.get(table)
    return name if spec is None else spec.columns.get(name, name)


def _number(code: str) -> float | None:
    plain = re.fullmatch(r"\s*[+-]?\d+(?:\.\d+)?\s*", code)
    return float(code) if plain else None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:20])
