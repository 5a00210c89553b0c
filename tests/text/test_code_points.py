"""Code points: one a character, whatever the character."""

from hypothesis import given
from hypothesis import strategies as st

from poemgen.text.code_points import code_points


@given(st.text(st.characters(codec=None)) | st.text(st.characters(codec="ascii")))
def test_there_is_one_for_each_character(text: str) -> None:
    assert code_points(text).tolist() == list(map(ord, text))
