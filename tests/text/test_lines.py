"""Lines: the same whatever the blocks, ended by a newline and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from poemgen.text.lines import lines_of


@given(st.lists(st.text("a\n\u2028\x0b\x85")))
def test_lines_are_those_of_the_joined_text(blocks: list[str]) -> None:
    text = "".join(blocks)
    lines = list(lines_of(blocks))
    assert "\n".join(lines) == text.removesuffix("\n")
    assert not any("\n" in line for line in lines)
    assert len(lines) == text.count("\n") + (text != "" and not text.endswith("\n"))
