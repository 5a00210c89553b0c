"""JSON Lines: the `text` field of each record, or the number of the line that has none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import PoemgenError
from poemgen.text.json_lines import records


@given(st.lists(st.text()))
def test_each_record_is_one_poem_whatever_it_holds(poems: list[str]) -> None:
    lines = [json.dumps({"title": "x", "text": poem}, ensure_ascii=False) + "\n" for poem in poems]
    assert list(records(lines, name="x")) == poems


def test_blank_lines_are_no_records() -> None:
    assert list(records(['\n{"text": "moon"}\n', " \n\n", '{"text": "sea"}'], name="x")) == ["moon", "sea"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("moon", "not JSON"),
        ('{"text": "moon"', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("1" * 10_000, "not JSON"),
        ('{"poem": "moon"}', "no object with a field named text"),
        ('["text"]', "no object with a field named text"),
        ('{"text": 1}', "not a string"),
        ('{"text": null}', "not a string"),
        (r'{"text": "moon \ud83c"}', "half of a surrogate pair"),
    ],
)
def test_a_bad_line_is_named_by_number(line: str, message: str) -> None:
    with pytest.raises(PoemgenError, match=f"^'x', line 3: .*{message}") as caught:
        list(records(['{"text": "moon"}\n\n', line], name="'x'"))
    assert "\n" not in str(caught.value)


def test_both_halves_of_a_surrogate_pair_are_a_character() -> None:
    assert list(records([r'{"text": "\ud83c\udf19"}'], name="x")) == ["🌙"]
