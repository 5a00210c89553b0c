"""Rhymes: by sound, and by the letters alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.verse.english import English
from poemgen.verse.rhyme import rhyme_parts, rhymes
from poemgen.verse.rhyme_by_spelling import rhymes_by_spelling

SOUNDS = English()
WORDS = [
    "moon",
    "june",
    "sea",
    "see",
    "wind",
    "kind",
    "sinned",
    "hour",
    "flower",
    "again",
    "rain",
    "men",
    "th'",
    "love",
]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("moon", "june"),
        ("sea", "see"),
        ("wind", "kind"),
        ("wind", "sinned"),
        ("again", "rain"),
        ("again", "men"),
        ("flow'r", "hour"),
        ("flower", "power"),
        ("sighing", "dying"),
        ("grounded", "sounded"),
        ("light", "moonlight"),
    ],
)
def test_words_that_rhyme(a: str, b: str) -> None:
    assert rhymes(SOUNDS, a, b) and rhymes(SOUNDS, b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [("moon", "moon"), ("moon", "moon'"), ("love", "move"), ("moon", "moons"), ("th'", "th"), ("sea", "sky")],
)
def test_words_that_do_not(a: str, b: str) -> None:
    assert not rhymes(SOUNDS, a, b)


def test_the_parts_of_every_way_to_say_a_word() -> None:
    assert rhyme_parts(SOUNDS, "again") == {"en", "En"}
    assert rhyme_parts(SOUNDS, "th'") == set()


@given(st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_rhyming_is_mutual(a: str, b: str) -> None:
    assert rhymes(SOUNDS, a, b) == rhymes(SOUNDS, b, a)


@pytest.mark.parametrize(
    ("a", "b", "rhyming"),
    [
        ("moon", "soon", True),
        ("stone", "moan", True),
        ("bright", "write", True),
        ("fair", "care", True),
        ("love", "move", True),
        ("crown'd", "drownd", True),
        ("moon", "june", False),
        ("moon", "moon", False),
        ("stone", "stones", False),
        ("hm", "hmm", False),
    ],
)
def test_rhymes_by_their_letters(a: str, b: str, rhyming: bool) -> None:
    assert rhymes_by_spelling(a, b) is rhyming
    assert rhymes_by_spelling(b, a) is rhyming
