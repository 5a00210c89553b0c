"""Splitting: each rule's poems, exact to the character, whatever blocks the text comes in."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import UsageError
from poemgen.text.splitting import Split, parse_split, split_poems

RULES = [rule for rule in Split if rule is not Split.AUTO]
TEXTS = st.text("ab%\n \t", max_size=60)


def poems_of(text: str, rule: Split) -> list[str]:
    """The poems of one document that comes as one block, without the empty ones."""
    return [poem for poem in split_poems([[text]], rule) if poem]


@given(st.lists(TEXTS.filter(lambda poem: poem and "%" not in poem.split("\n")), min_size=1))
def test_joined_poems_split_into_the_same_poems(poems: list[str]) -> None:
    assert poems_of("\n%\n".join(poems) + "\n", Split.PERCENT) == poems


@given(st.lists(TEXTS), st.sampled_from(RULES))
def test_poems_do_not_depend_on_the_blocks(blocks: list[str], rule: Split) -> None:
    assert list(split_poems([blocks], rule)) == list(split_poems([["".join(blocks)]], rule))


@given(TEXTS, st.sampled_from([Split.BLANK_LINE, Split.BLANK_LINES]))
def test_no_poem_begins_or_ends_with_a_blank_line_that_separates(text: str, rule: Split) -> None:
    for poem in poems_of(text, rule):
        first, *_, last = [*poem.split("\n"), poem.split("\n")[-1]]
        assert first.strip() and last.strip()
        assert rule is Split.BLANK_LINES or all(line.strip() for line in poem.split("\n"))


@pytest.mark.parametrize(
    ("rule", "text", "poems"),
    [
        (Split.PERCENT, "%\nmoon\n%\nsea\n%\n", ["moon", "sea"]),
        (Split.PERCENT, "moon\n\n%\n\nsea", ["moon\n", "\nsea"]),
        (Split.PERCENT, " %\nmoon %\n%%\n", [" %\nmoon %\n%%"]),
        (Split.PERCENT, "moon\n%\n%\nsea", ["moon", "sea"]),
        (Split.BLANK_LINES, "moon\n\nstar\n\n\nsea\n\n", ["moon\n\nstar", "sea"]),
        (Split.BLANK_LINES, "\nmoon\n \n\t\nsea\n", ["moon", "sea"]),
        (Split.BLANK_LINE, "moon\nstar\n\n\n\nsea\n  \nsand", ["moon\nstar", "sea", "sand"]),
        (Split.BLANK_LINE, "\n\n  moon  \n\n", ["  moon  "]),
        (Split.LINE, "moon\n\n sea \n", ["moon", " sea "]),
        (Split.LINE, "moon\u2028star\x0bsea", ["moon\u2028star\x0bsea"]),
        (Split.FILE, "\nmoon\n\n%\nsea\n\n", ["\nmoon\n\n%\nsea\n"]),
        (Split.NONE, "moon\n\n%\nsea\n", ["moon\n\n%\nsea\n"]),
    ],
)
def test_each_rule(rule: Split, text: str, poems: list[str]) -> None:
    assert poems_of(text, rule) == poems


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule is not Split.NONE])
def test_the_end_of_a_document_ends_a_poem(rule: Split) -> None:
    assert list(split_poems([["mo", "on"], ["sea\n"]], rule)) == ["moon", "sea"]


@pytest.mark.parametrize("ending", ["", "\n"])
def test_one_stream_begins_each_document_on_a_new_line(ending: str) -> None:
    assert list(split_poems([["moon", ending], [], ["", "sea", ""]], Split.NONE)) == ["moon\nsea"]


def test_poems_come_before_the_text_is_read_to_its_end() -> None:
    def blocks() -> Iterable[str]:
        yield "moon\n%\nsea"
        raise AssertionError("read on before the first poem was taken")

    assert next(split_poems([blocks()], Split.PERCENT)) == "moon"


def test_an_unknown_rule_is_a_usage_error() -> None:
    assert parse_split("blank-line") is Split.BLANK_LINE
    with pytest.raises(UsageError, match=r"unknown split 'stanza'.*percent, blank-lines"):
        parse_split("stanza")


def test_a_rule_has_to_be_chosen_first() -> None:
    with pytest.raises(ValueError, match="auto is no rule that splits"):
        list(split_poems([["moon"]], Split.AUTO))
