"""JSON with one meaning only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.storage.strict_json import JSON, MAX_DEPTH, compact, parse_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(st.characters(codec=None)), VALUES))
def test_what_is_written_can_be_read(value: dict[str, JSON]) -> None:
    text = compact(value)
    assert text.isascii()
    assert parse_object(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a":1,"a":2}', "occurs twice"),
        ('[{"a":1,"\\u0061":2}]', "occurs twice"),
        ('{"a":NaN}', "not finite"),
        ('{"a":-Infinity}', "not finite"),
        ('{"a":1e999}', "not finite"),
        ("[]", "not an object"),
        ("", "Expecting value"),
        ('{"a":1}{', "Extra data"),
        ('{"a":' + "9" * 5000 + "}", "limit"),
        ('{"a":' + "[" * 1_000_000, "more than 20,000 brackets"),
        ('{"a":[' + "1," * 20_000 + "1]}", "more than 20,000 brackets"),
        ('{"a":' + "[" * 10_000, "nested"),
        ('{"a":' * MAX_DEPTH + "{}" + "}" * MAX_DEPTH, "nested"),
        ('{"' + '\\"' * 500_000, "Unterminated"),
    ],
)
def test_anything_else_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_object(text)


def test_only_brackets_outside_of_strings_count_as_nesting() -> None:
    value = {"a": '[{\\"' * 100}
    assert parse_object(compact(value)) == value
    deepest = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert compact(parse_object('{"a":' + deepest + "}")["a"]) == deepest


def test_equal_objects_give_equal_text() -> None:
    assert compact({"b": 1, "a": [1.5, None]}) == compact({"a": [1.5, None], "b": 1}) == '{"a":[1.5,null],"b":1}'


def test_what_is_not_finite_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        compact({"a": float("nan")})
