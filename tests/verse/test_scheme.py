"""Rhyme schemes: strict rhymes first, then what poets allow themselves, and never far afield."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.verse.language import sounds_for
from poemgen.verse.licence import ending, rhyme_loosely, rhyme_strictly, spelling
from poemgen.verse.scheme import ALONE, FAR, joined, letters, scheme

ENGLISH = sounds_for("en")
ENDS = ["moon", "soon", "tide", "wide", "tree", "move", "love", "memory", "thee", "stone", "/"]


def ending_in(words: str) -> list[str]:
    """Lines that end so; `/` is a blank line."""
    return ["" if word == "/" else f"and then the {word}," for word in words.split()]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ("moon tide soon wide", "ABAB"),
        ("moon soon tide wide", "AABB"),
        ("moon tide wide soon", "ABBA"),
        ("tree moon stone soon", "xAxA"),
        ("moon tide soon wide / hill stone still bone", "ABAB CDCD"),
        ("boat coat tree sea boat", "AABBA"),  # the same word again, as in a refrain
        ("tree moon stone", "xxx"),
        ("move tide love wide", "ABAB"),  # by eye
        ("memory tide thee wide", "ABAB"),  # a lifted syllable
        ("tree moon hill wall dark lamp sand bread star far crow tune", "xxxxxxxxAAxx"),  # moon and tune are far apart
        ("moon tide soon wide hill stone still bone tune dark", "ABABCDCDAx"),  # but seven lines are not too far
        ("", ""),
    ],
)
def test_schemes(ends: str, expected: str) -> None:
    assert scheme(ENGLISH, ending_in(ends)) == expected


def test_a_better_rhyme_keeps_a_looser_one_away() -> None:
    assert scheme(ENGLISH, ending_in("love above move prove")) == "AABB"
    assert scheme(ENGLISH, ending_in("love tide move wide")) == "ABAB"


def test_lines_without_words_have_no_letter() -> None:
    assert letters(ENGLISH, ["the moon", "* * *", "so soon"]) == ["A", "", "A"]
    assert joined(["A", "", "A"]) == "A A"


def test_letters_begin_again_after_the_last() -> None:
    pairs = [(f"{sound}it", f"{sound}it") for sound in "bfhklps"] * 4
    lines = [f"line {number} {word}" for number, pair in enumerate(pairs) for word in pair]
    assert set(letters(ENGLISH, lines)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@given(
    st.lists(
        st.sampled_from(["moon", "soon", "tide", "wide", "tree", "move", "love", "memory", "thee", "/", "stone"]),
        max_size=24,
    )
)
def test_no_letter_stands_alone_and_equal_ends_nearby_are_equal(ends: list[str]) -> None:
    found = letters(ENGLISH, ending_in(" ".join(ends)))
    assert [not letter for letter in found] == [end == "/" for end in ends]
    for letter in set(found) - {ALONE, ""}:
        assert found.count(letter) > 1
    spoken = [(end, letter) for end, letter in zip(ends, found, strict=True) if letter]
    for place, (end, letter) in enumerate(spoken):
        near = [other for other in spoken[max(place - FAR, 0) : place] if other[0] == end]
        assert letter != ALONE or not near


def test_licence() -> None:
    def loosely(a: str, b: str) -> bool:
        return rhyme_loosely(ending(ENGLISH, a), ending(ENGLISH, b))

    assert loosely("love", "move") and loosely("moving", "loving") and loosely("have", "grave")
    assert loosely("memory", "thee") and loosely("majesty", "die") and loosely("argument", "spent")
    assert not loosely("moon", "man") and not loosely("city", "duty") and not loosely("silver", "water")
    assert rhyme_strictly(ending(ENGLISH, "moon"), ending(ENGLISH, "'moon'"))


@pytest.mark.parametrize(
    ("letters", "stresses", "syllable", "expected"),
    [
        ("move", "1", 0, "ove"),
        ("moved", "1", 0, "oved"),
        ("guard", "1", 0, "uard"),
        ("memory", "100", 2, "y"),
        ("tsk", "1", 0, ""),
    ],
)
def test_spelling_from_a_vowel(letters: str, stresses: str, syllable: int, expected: str) -> None:
    assert spelling(letters, stresses, syllable) == expected
