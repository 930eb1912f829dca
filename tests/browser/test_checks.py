"""Each check of a page can fail: a page with every fault, and one with none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SOUND = """<!DOCTYPE html><html lang="da"><head><meta charset="utf-8">
<title>En side</title></head><body><h1>Øvelse</h1><h2 id="a">Ål på æble</h2>
<p>Kort tekst – og ≥ 3 × 4 → 5 − 1.</p><a href="#a">op</a>
<img alt="En prik" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<svg role="img" aria-label="En streg"><path d="M0 0L9 9"/></svg>
<label for="x">Felt</label><input id="x">
<table><tr><th scope="col">navn</th></tr><tr><td>nav</td></tr></table></body></html>"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (' lang="da"', "", "no language"),
        ("En side", " ", "no title"),
        ("<h1>Øvelse</h1>", "<h1>a</h1><h1>b</h1>", "2 headings of the first level"),
        ("h2", "h3", "heading of level 3 after level 1"),
        ("Ål på æble", "", "empty heading"),
        ('id="x"', 'id="a"', "id twice"),
        ('alt="En prik"', "", "picture without words"),
        (' role="img" aria-label="En streg"', "", "drawing without words"),
        ("th", "td", "table without headings"),
        (' scope="col"', "", "table heading without scope"),
        ('<label for="x">Felt</label>', "", "field without label"),
        (">op<", "><", "nothing to read on what can be chosen"),
        ("<p>", '<p style="color:#999">', "contrast 2.85"),
        ("<p>", '<p style="opacity:.4">', "contrast 2.85"),
        ("<p>", '<p style="overflow:auto;width:40px;white-space:pre">', "no key"),
    ],
)
def test_a_fault_is_seen(sight: Any, old: str, new: str, fault: str) -> None:
    sight.page.set_content(SOUND)
    assert sight.faults() == []
    assert old in SOUND
    sight.page.set_content(SOUND.replace(old, new))
    assert any(found.startswith(fault) for found in sight.faults()), sight.faults()


def test_a_letter_that_no_type_has_is_seen(sight: Any) -> None:
    sight.page.set_content(SOUND)
    assert sight.missing_glyphs() == []
    sight.page.set_content(SOUND.replace("Kort", "Kort\u0379\ufdd0"))
    assert sight.missing_glyphs() == ["U+0379", "U+FDD0"]


def test_requests_and_errors_are_seen(sight: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    bad = '<script src="https://example.org/x.js"></script><script>nix()</script>'
    page.write_text(SOUND.replace("</body>", f"{bad}</body>"), encoding="utf-8")
    sight.page.goto(page.as_uri())
    assert sight.asked == ["https://example.org/x.js"]
    assert any("nix is not defined" in error for error in sight.errors)
