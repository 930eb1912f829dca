"""The manifest: every key checked, every wrong one named with its line."""

from __future__ import annotations

import math
import os
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import netcollab as nc
from netcollab.study import (
    FileSpec,
    HypothesisSpec,
    ItemSpec,
    Manifest,
    Problem,
    RelationSpec,
    check_study,
    read_study,
)
from netcollab.study.ledger import Ledger
from netcollab.study.manifest_reader import parse_manifest
from netcollab.study.writing import manifest_to_dict

RULE = '[relations.trust]\nunlisted = "not_asked"\n'
START = f'name = "three"\n{RULE}'
FULL = """\
schema_version = 1
name = "full"
synthetic = true
language = "da"
waves = 2
title = { nb = "Tillit", da = "Tillid", en = "Trust" }

[relations.trust]
unlisted = "absent"
directed = false
scale = [-2, 2]
zero_means = "no_tie"
distance = "inverse"
layer = "reputation"
signed = true
duplicates = "last"
self_ties = "drop"
own_group = "keep"
same_event = true
mixed_levels = true
label = { nb = "Tillit" }

[scales.agree5]
low = 1
high = 5
bands = { weak = [1, 2.5], strong = [2.5, 5] }

[scales.agree5.missing]
98 = "dont_know"
-99 = "not_asked"
"Ikke relevant" = "not_applicable"

[scales.agree5.labels]
1 = { nb = "Helt uenig", en = "Strongly disagree" }
5 = { nb = "Helt enig", en = "Strongly agree" }

[items.rc_1]
dimension = "trust"
construct = "relational_capacity"
scale = "agree5"
reversed = true
about = "target"
min_answered = 1
map = { 1 = 0, 3 = 1, 5 = 0 }
label = { en = "We trust them" }

[resources]
columns = ["staff"]

[categories]
kind = ["agency", "association", "directorate"]

[privacy]
min_respondents = 10
sensitive = ["trust"]
person_level = true
identifiers = ["email"]
free_text = ["comment"]
pseudonymised = true

[files.ties]
path = "ties.csv"
encoding = "utf-8"
separator = ","
decimal = "."
thousands = " "
header_row = 1
skip_rows = 0

[hypotheses.AG-H1]
claim = { en = "Unequal resources inhibit collaboration" }
outcome = "tie(trust)"
predictor = "absdiff(staff) + tie(relational_capacity)"
direction = "negative"
level = "dyad"
source = "Ansell & Gash 2008"
delta = 0.1
"""


def errors(folder: Any) -> list[Problem]:
    """The errors that concern the manifest."""
    return [p for p in check_study(folder).errors if p.file == "study.toml"]


def test_every_key_arrives(make: Any) -> None:
    folder = make(
        toml=FULL,
        actors="actor,kind,staff\nnav,agency,3\nks,association,2\n",
        ties="relation,source,target,weight,wave\ntrust,nav,ks,-2,1\n",
    )
    manifest = read_study(folder).manifest
    assert (manifest.name, manifest.synthetic, manifest.language) == (
        "full",
        True,
        "da",
    )
    assert manifest.waves == ("1", "2")
    assert manifest.title["nb"] == "Tillit"
    relation = manifest.relations["trust"]
    assert (relation.unlisted, relation.directed, relation.scale) == (
        "absent",
        False,
        (-2.0, 2.0),
    )
    assert (relation.zero_means, relation.layer, relation.signed) == (
        "no_tie",
        "reputation",
        True,
    )
    assert (relation.duplicates, relation.self_ties, relation.own_group) == (
        "last",
        "drop",
        "keep",
    )
    assert relation.same_event
    assert relation.mixed_levels
    scale = manifest.scales["agree5"]
    assert (scale.low, scale.high) == (1.0, 5.0)
    assert dict(scale.missing) == {
        "98": "dont_know",
        "-99": "not_asked",
        "Ikke relevant": "not_applicable",
    }
    assert dict(scale.bands) == {"weak": (1.0, 2.5), "strong": (2.5, 5.0)}
    assert scale.labels["5"]["en"] == "Strongly agree"
    item = manifest.items["rc_1"]
    assert (item.dimension, item.construct, item.scale) == (
        "trust",
        "relational_capacity",
        "agree5",
    )
    assert (item.reversed, item.about, item.min_answered) == (True, "target", 1)
    assert dict(item.map) == {1.0: 0.0, 3.0: 1.0, 5.0: 0.0}
    assert manifest.constructs == ("trust", "relational_capacity")
    assert (manifest.resources, manifest.min_respondents) == (("staff",), 10)
    assert (manifest.sensitive, manifest.person_level) == (("trust",), True)
    assert (manifest.identifiers, manifest.free_text) == (("email",), ("comment",))
    assert manifest.pseudonymised
    hypothesis = manifest.hypotheses["AG-H1"]
    assert (hypothesis.key, hypothesis.direction, hypothesis.delta) == (
        "AG-H1",
        "negative",
        0.1,
    )
    assert manifest.files["ties"].thousands == " "


@pytest.mark.parametrize(
    ("toml", "code", "key", "row"),
    [
        (START + "[relatons.x]\n", "E-MAN-003", "relatons", 4),
        ("synthetc = true\n" + START, "E-MAN-003", "synthetc", 1),
        (START + "directd = true\n", "E-MAN-003", "relations.trust.directd", 4),
        (START + "[files.tie]\n", "E-MAN-003", "files.tie", 4),
        (RULE, "E-MAN-006", "name", None),
        ("name = 3\n" + RULE, "E-MAN-004", "name", 1),
        ('name = ""\n' + RULE, "E-MAN-015", "name", 1),
        ('waves = "2"\n' + START, "E-MAN-004", "waves", 1),
        ("waves = 0\n" + START, "E-MAN-012", "waves", 1),
        ('waves = ["1", "1"]\n' + START, "E-MAN-019", "waves", 1),
        ('language = "no"\n' + START, "E-MAN-005", "language", 1),
        ("title = 'x'\n" + START, "E-MAN-004", "title", 1),
        ("title = { no = 'x' }\n" + START, "E-MAN-003", "title.no", 1),
        ("schema_version = 2\n" + START, "E-MAN-008", "schema_version", 1),
        ("schema_version = true\n" + START, "E-MAN-004", "schema_version", 1),
        ("relations = []\n", "E-MAN-004", "relations", 1),
        ("[relations]\ntrust = 1\n", "E-MAN-004", "relations.trust", 2),
        (START + 'directed = "no"\n', "E-MAN-004", "relations.trust.directed", 4),
        (START + "scale = [5, 1]\n", "E-MAN-009", "relations.trust.scale", 4),
        (START + "scale = [1, nan]\n", "E-MAN-009", "relations.trust.scale", 4),
        (START + "scale = [1]\n", "E-MAN-004", "relations.trust.scale", 4),
        (START + 'zero_means = "none"\n', "E-MAN-005", "relations.trust.zero_means", 4),
        (START + "[scales.a]\nlow = 5\nhigh = 1\n", "E-MAN-009", "scales.a.low", 5),
        (START + "[scales.a]\nlow = 5\n", "E-MAN-006", "scales.a.high", 4),
        (START + "[scales.a]\nlow = inf\nhigh = 1", "E-MAN-012", "scales.a.low", 5),
        (
            START + '[scales.a]\nlow=1\nhigh=10\n[scales.a.missing]\n9 = "dont_know"\n',
            "E-MAN-010",
            "scales.a.missing.9",
            8,
        ),
        (
            START + '[scales.a]\nlow=1\nhigh=5\n[scales.a.missing]\n9 = "dontknow"\n',
            "E-MAN-005",
            "scales.a.missing.9",
            8,
        ),
        (
            START + "[scales.a]\nlow=1\nhigh=5\n[scales.a.bands]\nx=[1,3]\ny=[2,5]\n",
            "E-MAN-018",
            "scales.a.bands.y",
            9,
        ),
        (START + '[items.q]\nscale = "a"\n', "E-MAN-011", "items.q.scale", 5),
        (START + "[items.q]\n", "E-MAN-006", "items.q.scale", 4),
        (
            START + "[privacy]\nmin_respondents = 2\n",
            "E-MAN-012",
            "privacy.min_respondents",
            5,
        ),
        (
            START + '[resources]\ncolumns = "staff"\n',
            "E-MAN-004",
            "resources.columns",
            5,
        ),
        (
            START + '[resources]\ncolumns = ["staff"]\n',
            "E-MAN-022",
            "resources.columns",
            None,
        ),
        (
            START + '[resources]\ncolumns = ["kind"]\n',
            "E-MAN-023",
            "resources.columns",
            None,
        ),
        (
            START + '[files.ties]\nencoding = "latin-1"\n',
            "E-MAN-005",
            "files.ties.encoding",
            5,
        ),
        (
            START + '[files.ties]\nseparator = "x"\n',
            "E-MAN-005",
            "files.ties.separator",
            5,
        ),
        (
            START + "[files.ties]\nheader_row = 0\n",
            "E-MAN-012",
            "files.ties.header_row",
            5,
        ),
        (
            START + '[hypotheses.H]\ndirection = "up"\n',
            "E-MAN-005",
            "hypotheses.H.direction",
            5,
        ),
        (
            START + '[hypotheses.H]\noutcome = "tie(x)"\n',
            "E-MAN-011",
            "hypotheses.H.outcome",
            5,
        ),
    ],
)
def test_a_wrong_key_is_named(
    make: Any, toml: str, code: str, key: str, row: int | None
) -> None:
    found = next(p for p in errors(make(toml=toml)) if p.code == code)
    assert found.place.key == key
    if row is not None:
        assert found.row == row
    assert found.fix


@pytest.mark.parametrize(
    "formula",
    [
        "I(__import__('os').system('x'))",
        "__import__",
        "exec(x)",
        "np.log(staff)",
        "tie(trust) if x",
        "staff; x",
        "staff\nx = 1",
        "staff[0]",
        "lambda: 0",
    ],
)
def test_formulas_are_a_grammar_and_no_code(make: Any, formula: str) -> None:
    escaped = formula.replace("\n", "\\n")
    toml = START + f'[hypotheses.H]\npredictor = "{escaped}"\n'
    assert [p.code for p in errors(make(toml=toml))] == ["E-MAN-021"]


@pytest.mark.parametrize(
    ("toml", "code"),
    [
        ('name = "x"\nname = "y"\n', "E-MAN-033"),
        ('name = "x\n', "E-MAN-034"),
        ("name == 1\n", "E-MAN-036"),
        ("x = " + "9" * 5000, "E-MAN-001"),
        ("a = " + "[" * 20_000, "E-MAN-016"),
        ('name = "Bærum"\n'.encode("cp1252"), "E-MAN-002"),
        (b"\xff\xfen\x00", "E-MAN-002"),
        (b"x = 1\x00", "E-MAN-001"),
        (b"# " + b"x" * 3_000_000, "E-FIL-009"),
    ],
)
def test_what_is_no_toml(make: Any, toml: str | bytes, code: str) -> None:
    assert [p.code for p in errors(make(toml=toml))] == [code]


@pytest.mark.parametrize(
    ("toml", "code", "near"),
    [
        ('[privacy]\nsensitive = ["trsut"]\n', "W-MAN-011", "trust"),
        ('[privacy]\nidentifiers = ["kinds"]\n', "W-MAN-024", "kind"),
        ('[privacy]\nfree_text = ["kinds"]\n', "W-MAN-024", "kind"),
        ('[categories]\nlevel = ["x"]\n', "W-MAN-024", ""),
    ],
)
def test_a_name_that_protects_nothing(
    make: Any, toml: str, code: str, near: str
) -> None:
    (found,) = check_study(make(toml=START + toml)).warnings
    assert (found.code, found.fields["near"]) == (code, near)


def test_nobody_declares_a_million_hypotheses(make: Any) -> None:
    toml = START + "".join(f"[hypotheses.h{i}]\n" for i in range(1001))
    (found,) = errors(make(toml=toml))
    assert (found.code, found.fields["count"]) == ("E-MAN-026", "1001")


def test_a_byte_order_mark_is_fine(make: Any) -> None:
    assert check_study(make(toml=b"\xef\xbb\xbf" + START.encode())).ok


def test_a_folder_without_a_manifest_is_read_and_asked(make: Any) -> None:
    folder = make(toml=None, actors="actor\nnav\nks\nNAV\n")
    report = check_study(folder)
    assert [p.code for p in report.errors] == ["E-STU-007", "E-ACT-002"]
    asked = report.errors[0].fix
    assert '[relations.trust]\nunlisted = "not_asked"' in asked
    assert 'name = "Prøve mappe Ål"' in asked
    lines = asked.split(":\n", 1)[1]
    good = make(toml=lines)
    assert read_study(good).manifest.name == "Prøve mappe Ål"


@pytest.mark.skipif(os.name != "posix", reason="names differ in case on this system")
def test_another_spelling_of_the_manifest_is_not_taken(make: Any) -> None:
    folder = make(toml=None, files={"Study.toml": START})
    assert [p.code for p in check_study(folder).errors] == ["E-FIL-010"]


def test_a_manifest_given_as_a_mapping_is_checked_alike() -> None:
    actors = pd.DataFrame({"actor": ["nav", "ks"]})
    for data, code in [
        ({"name": "x", "relatons": {}}, "E-MAN-003"),
        ({"name": "x", "relations": {"t": {"unlisted": math.nan}}}, "E-MAN-004"),
        ({"name": "x", 3: 4}, "E-MAN-003"),
        ({}, "E-MAN-006"),
    ]:
        with pytest.raises(nc.InputError) as raised:
            nc.Study.from_frames(data, actors=actors)
        assert code in [p.code for p in raised.value.problems]
    with pytest.raises(nc.InputError) as raised:
        nc.Study.from_frames(Manifest(name=" x "), actors=actors)
    assert "E-MAN-015" in [p.code for p in raised.value.problems]


def test_the_documented_manifest_is_one() -> None:
    page = Path(__file__).parents[2] / "docs" / "data.md"
    blocks = re.findall(
        r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    (full,) = (text for text in blocks if text.startswith("schema_version"))
    small = [text for text in blocks if text.startswith('name = "my_study"')]
    assert len(small) == 2
    for text in (*small, full):
        ledger = Ledger("documented")
        data = tomllib.loads(text)
        manifest = parse_manifest(
            data, file="study.toml", text=text, default_name="", ledger=ledger
        )
        assert ledger.listed() == ()
        assert manifest_to_dict(manifest)["name"] == data["name"]
    for record, section in (
        (RelationSpec, full.split("[relations.trust]")[1].split("[scales")[0]),
        (FileSpec, full.split("[files.ties]")[1].split("[export]")[0]),
        (ItemSpec, full.split("[items.rc_knowledge_1]")[1].split("[resources]")[0]),
        (HypothesisSpec, full.split("[hypotheses.AG-H1]")[1]),
    ):
        keys = set(re.findall(r"^(\w+) = ", section, flags=re.MULTILINE))
        declared = {field.name for field in fields(record)} - {"name", "key", "asked"}
        assert keys == declared


def test_a_manifest_written_as_a_mapping_is_the_same_manifest() -> None:
    data = tomllib.loads(FULL)
    ledger = Ledger("x")
    told = {"file": "x", "text": "", "default_name": "", "ledger": ledger}
    one = parse_manifest(data, **told)
    two = parse_manifest(manifest_to_dict(one), **told)
    assert one == two
    assert ledger.listed() == ()
