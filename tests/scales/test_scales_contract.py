"""What is public in the room says what a reader needs, and takes options by keyword."""

from __future__ import annotations

import inspect

import pytest

from netcollab import scales

FUNCTIONS = [
    name for name in scales.__all__ if inspect.isfunction(getattr(scales, name))
]
OF_STUDIES = {
    *("aggregation_table", "construct_bounds", "construct_scores"),
    *("coded_statements", "coder_ratings", "document_scores"),
    *("dimension_profile", "interviewed", "item_table", "items_of"),
    "statement_answers",
    *("perception_gaps", "pool_small", "pooled_ties", "relational_capacity"),
    *("score", "span_of"),
}
STATISTICS = [name for name in FUNCTIONS if name not in OF_STUDIES]
# Data, and what no answer can be read without.
DATA = {
    *("items", "values", "groups", "ratings", "a", "b", "respondent", "ties"),
    *("concepts", "people"),
    *("scale", "n", "options", "level", "weights", "study"),
    *("name", "names", "construct", "item", "manifest", "site", "wave"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_options_are_keywords(name: str) -> None:
    for option in inspect.signature(getattr(scales, name)).parameters.values():
        assert option.kind is option.KEYWORD_ONLY or option.name in DATA


@pytest.mark.parametrize("name", STATISTICS)
def test_the_docstring_says_what_the_reader_needs(name: str) -> None:
    text = inspect.getdoc(getattr(scales, name)) or ""
    assert text.split("\n")[0].endswith((".", ":"))
    for heading in ("References\n----------", "Examples\n--------"):
        assert heading in text
    assert ">>>" in text


@pytest.mark.parametrize(
    "name", [name for name in STATISTICS if name not in {"null_variance"}]
)
def test_the_docstring_says_when_a_number_is_missing(name: str) -> None:
    text = inspect.getdoc(getattr(scales, name)) or ""
    words = ("NaN", "Undefined", "Not testable", "reason")
    assert any(word in text for word in words)
