"""A new study: its manifest, a template for its tables and a questionnaire.

How do I begin a study of my own?
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.study.identifiers import is_plain
from netcollab.study.instruments import (
    Instrument,
    codebook,
    instrument,
    instrument_names,
    read_instrument,
)
from netcollab.study.manifest import Words
from netcollab.study.manifest_section import LANGUAGES
from netcollab.study.new_words import new_words
from netcollab.study.paths import MANIFEST
from netcollab.study.questionnaire import questionnaire_bytes
from netcollab.study.schema import TABLES
from netcollab.study.template import template_bytes
from netcollab.study.writing import put_in_new_folder

__all__ = ["new_study", "next_steps"]

_TEMPLATE, _QUESTIONNAIRE = "template.xlsx", "questionnaire.xlsx"
_MIN_RESPONDENTS = 5
Names = Iterable[str] | Mapping[str, str]


def new_study(
    folder: str | Path,
    *,
    name: str | None = None,
    language: str = "nb",
    instruments: Iterable[Instrument | str | Path] = (
        "relational_capacity",
        "leadership",
    ),
    actors: Names = (),
    sites: Names = (),
) -> Path:
    """Write the beginning of a study: manifest, Excel template and questionnaire.

    The manifest holds the scales and items of the instruments. The template has one
    sheet per table; what is filled in there is read as it is. The same arguments give
    the same bytes.

    Parameters
    ----------
    folder
        A new folder, or an empty one.
    name
        The study's name; None: that of the folder.
    language
        Of comments, template and questionnaire: "nb", "da" or "en".
    instruments
        Names of instruments that come with the package, TOML files, or instruments.
        Questionnaires give questions, coding schemes a sheet for the coders.
    actors, sites
        Ids, or id -> name, of those that are known already. Questions about others
        stand once for each actor.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If the folder is not empty, an id cannot be one, or an instrument has no words
        in the language.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     made = new_study(Path(place) / "study", actors={"ppr": "PPR", "nav": "NAV"})
    ...     sorted(file.name for file in made.iterdir())
    ['questionnaire.xlsx', 'study.toml', 'template.xlsx']
    """
    check_choice("language", language, LANGUAGES)
    path = Path(folder)
    chosen = [_instrument(given) for given in instruments]
    called = path.resolve().name if name is None else name
    if not is_plain(called):
        raise InputError(f"a study's name is some text without odd blanks: {called!r}")
    known_actors, known_sites = _named("actor", actors), _named("site", sites)
    for one in chosen:
        _check_words(one, language)
    contents = {
        _TEMPLATE: template_bytes(
            language,
            actors=known_actors,
            sites=known_sites,
            schemes=[one for one in chosen if one.kind == "coding"],
        ),
        _QUESTIONNAIRE: questionnaire_bytes(
            language,
            instruments=[one for one in chosen if one.kind == "questionnaire"],
            actors=known_actors,
            sites=known_sites,
            min_respondents=_MIN_RESPONDENTS,
        ),
        MANIFEST: _manifest(called, language, chosen).encode("utf-8"),
    }
    put_in_new_folder(path, contents)
    return path


def next_steps(
    folder: str | Path, language: str = "nb", *, command: str = "netcollab"
) -> str:
    """What to do with a new study, in its language.

    Parameters
    ----------
    folder
        The study.
    language
        "nb", "da" or "en".
    command
        How the program is started, such as ``"python3 run.py"``.

    Examples
    --------
    >>> told = next_steps("study", "en", command="python3 run.py").splitlines()
    >>> print(told[3].partition(" (")[0])
    4. See whether everything is there: python3 run.py check study
    """
    said = new_words(check_choice("language", language, LANGUAGES))
    shown = Path(folder).as_posix()
    told = {"folder": shown}
    for name, path in (("quoted", shown), ("answers", f"{shown}-answers")):
        told[name] = f'"{path}"' if " " in path else path
    return "\n".join(line.format(command=command, **told) for line in said["steps"])


def _instrument(given: Instrument | str | Path) -> Instrument:
    if isinstance(given, Instrument):
        return given
    if str(given) in instrument_names():
        return instrument(str(given))
    if Path(given).suffix.lower() == ".toml":
        return read_instrument(given)
    return instrument(str(given))


def _named(kind: str, given: Names) -> dict[str, str]:
    """Id -> name, with the ids checked."""
    pairs = (
        list(given.items())
        if isinstance(given, Mapping)
        else [(one, "") for one in ([given] if isinstance(given, str) else given)]
    )
    found: dict[str, str] = {}
    for identifier, name in pairs:
        if not is_plain(identifier):
            raise InputError(f"no {kind} can have the id {identifier!r}")
        if identifier.casefold() in map(str.casefold, found):
            raise InputError(f'the {kind} "{identifier}" is given twice')
        found[identifier] = name
    return found


def _check_words(one: Instrument, language: str) -> None:
    """Every text that a respondent or coder reads is there in the language."""
    texts: dict[str, Words] = {name: item.label for name, item in one.items.items()}
    for name, scale in one.scales.items():
        texts |= {f"{name} {code}": label for code, label in scale.labels.items()}
    if one.kind == "coding":
        coded: Mapping[str, Any] = one.indicators or one.constructs
        for name, spec in coded.items():
            texts[name] = spec.label
        meant: Mapping[str, Mapping[int, Words]] = {
            name: spec.anchors for name, spec in one.indicators.items()
        } or {"scale": one.scale_labels}
        for name, anchors in meant.items():
            texts |= {f"{name} {code}": label for code, label in anchors.items()}
    missing = [name for name, said in texts.items() if language not in said]
    if missing:
        listed = ", ".join(missing[:10]) + (", …" if len(missing) > 10 else "")
        raise InputError(
            f'the instrument "{one.name}" has no words in "{language}" for: {listed}'
        )


# ---- study.toml


def _manifest(name: str, language: str, chosen: Sequence[Instrument]) -> str:
    said = new_words(language)["toml"]
    parts = [
        _comment(said["head"]),
        f"schema_version = 1\nname = {_quoted(name)}\nlanguage = {_quoted(language)}\n",
    ]
    relations = [text for one in chosen for text in _relations(one)]
    if relations:
        parts += [_comment(said["relation"]) + "\n".join(relations)]
    parts += [
        _comment(said["privacy"])
        + f"[privacy]\nmin_respondents = {_MIN_RESPONDENTS}\nsensitive = []\n"
        + "# pseudonymised = true\n",
        _comment(said["files"]) + "\n".join(map(_file, TABLES)),
    ]
    sections = {key: part for key, part in codebook(*chosen).items() if part}
    if sections:
        parts += [_comment(said["codebook"]) + tomli_w.dumps(sections)]
    parts += [_comment(said["more"])]
    return "\n".join(parts)


def _relations(one: Instrument) -> list[str]:
    """Answers about others are ties: what a pair without an answer means."""
    found = []
    for construct in one.constructs.values():
        scales = {
            item.scale
            for item in one.items.values()
            if item.about == "target" and item.construct == construct.name
        }
        if not scales:
            continue
        lines = [f"[relations.{_key(construct.name)}]", 'unlisted = "not_asked"']
        if len(scales) == 1:
            scale = one.scales[scales.pop()]
            lines += [f"scale = [{scale.low:g}, {scale.high:g}]"]
        lines += ['own_group = "keep"', f"label = {_inline(construct.label)}", ""]
        found.append("\n".join(lines))
    return found


def _file(table: str) -> str:
    return f"[files.{table}]\npath = {_quoted(_TEMPLATE)}\nsheet = {_quoted(table)}\n"


def _comment(lines: Iterable[str]) -> str:
    return "".join(f"# {line}\n" for line in lines)


def _inline(words: Words) -> str:
    pairs = (f"{language} = {_quoted(said)}" for language, said in words.items())
    return f"{{ {', '.join(pairs)} }}"


def _key(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else _quoted(name)


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)
