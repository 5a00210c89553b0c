"""Meter: what fits, what does not, and that an ending of a line that fits is never given up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.verse.elision import elided
from poemgen.verse.language import sounds_for
from poemgen.verse.meter import (
    Meter,
    beatings,
    fits,
    fits_from_end,
    fits_from_start,
    lengths,
    said,
    stresses,
    syllables,
)
from poemgen.verse.weights import weights
from poemgen.verse.words import words

ENGLISH = sounds_for("en")

IAMBIC = [
    "The silver moon goes down behind the hill",
    "And every boat is sleeping in the bay",
    "A lantern burns, and all the town is still",
    "Under the wall the winter roses stay",  # the first foot is inverted
    "And no one hears the water on the stones",
]
TROCHAIC = ["Silver moon above the meadow", "Never shall the winter find us", "Golden was the road before him"]
ANAPESTIC = ["And the sound of the sea in the hollow below", "There was an old man with a boat"]
VOCABULARY = ["the", "a", "of", "and", "moon", "silver", "lantern", "water", "above", "remember", "is", "we", "fire"]


@pytest.mark.parametrize("line", IAMBIC)
def test_lines_in_iambic_pentameter(line: str) -> None:
    assert fits(ENGLISH, line, Meter.IAMBIC, syllables=10)
    assert fits(ENGLISH, line, Meter.IAMBIC, feet=5)
    assert fits(ENGLISH, line, Meter.IAMBIC)
    assert not fits(ENGLISH, line, Meter.IAMBIC, syllables=9)
    assert not fits(ENGLISH, line, Meter.TROCHAIC)


@pytest.mark.parametrize(
    "line",
    [
        "Silver the moon goes behind the dark mountain",
        "We remember the lantern and the window",
        "I saw the boats sleeping in the harbour of",  # ends with a weak word on a strong place
        "Lanterns silver water burning over",
    ],
)
def test_lines_that_do_not_fit_an_iambic_pentameter(line: str) -> None:
    assert not fits(ENGLISH, line, Meter.IAMBIC, syllables=10)


@pytest.mark.parametrize("line", TROCHAIC)
def test_trochaic_lines(line: str) -> None:
    assert fits(ENGLISH, line, Meter.TROCHAIC, syllables=8)
    assert not fits(ENGLISH, line, Meter.IAMBIC)


@pytest.mark.parametrize("line", ANAPESTIC)
def test_anapestic_lines(line: str) -> None:
    assert fits(ENGLISH, line, Meter.ANAPESTIC)


def test_lines_may_end_a_syllable_late_or_early() -> None:
    assert fits(ENGLISH, "The silver moon goes down behind the mountain", Meter.IAMBIC, feet=5)
    assert fits(ENGLISH, "Silver moon above the hill", Meter.TROCHAIC, feet=4)
    assert not fits(ENGLISH, "Silver moon above the hill", Meter.TROCHAIC, feet=3)
    assert not fits(ENGLISH, "", Meter.IAMBIC)


def test_a_word_is_said_as_the_line_needs_it() -> None:
    assert fits(ENGLISH, "The fire is low beside the harbour wall", Meter.IAMBIC, syllables=10)
    assert fits(ENGLISH, "The fire is low beside the wall", Meter.IAMBIC, syllables=8)
    assert fits(ENGLISH, "The glorious water of the harbour wall", Meter.IAMBIC, syllables=10)
    saying = said(ENGLISH, "The glorious water of the harbour wall", Meter.IAMBIC, syllables=10)
    assert saying is not None
    assert saying.weights[1] == "10"
    assert saying.feet == 5


def test_syllables_and_stresses_as_usual() -> None:
    assert syllables(ENGLISH, "The silver moon, the wine-dark sea!") == 8
    assert syllables(ENGLISH, "* * *") == 0
    assert stresses(ENGLISH, words("The silver moon above")) == ["0", "10", "1", "01"]
    assert stresses(ENGLISH, []) == []


@given(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=8), st.sampled_from(list(Meter)))
def test_every_ending_of_a_line_that_fits_can_be_its_end(line: list[str], meter: Meter) -> None:
    saying = said(ENGLISH, " ".join(line), meter)
    if saying is None:
        return
    assert sum(map(len, saying.weights)) == len(saying.places)
    assert all(each in weights(ENGLISH, word) for each, word in zip(saying.weights, line, strict=True))
    for start in range(len(line) + 1):
        assert fits_from_end(ENGLISH, " ".join(line[start:]), meter, len(saying.places))
        assert fits_from_start(ENGLISH, " ".join(line[:start]), meter, len(saying.places))


@given(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=8), st.integers(1, 12), st.sampled_from(list(Meter)))
def test_a_longer_ending_is_no_easier(line: list[str], count: int, meter: Meter) -> None:
    if fits_from_end(ENGLISH, " ".join(line), meter, count):
        assert fits_from_end(ENGLISH, " ".join(line[1:]), meter, count)


def test_hopeless_endings_are_given_up() -> None:
    assert not fits_from_end(ENGLISH, "beside the silver", Meter.IAMBIC, 10)
    assert fits_from_end(ENGLISH, "beside the silver", Meter.IAMBIC, 11)
    assert not fits_from_end(ENGLISH, "the silver moon", Meter.IAMBIC, 3)
    assert not fits_from_end(ENGLISH, "and of the", Meter.IAMBIC, 8)
    assert not fits_from_start(ENGLISH, "silver silver beside the silver", Meter.IAMBIC, 9)
    assert fits_from_start(ENGLISH, "beside the silver", Meter.IAMBIC, 8)
    assert not fits_from_start(ENGLISH, "beside the silver", Meter.IAMBIC, 4)


@given(st.sampled_from(list(Meter)), st.integers(1, 8))
def test_all_beatings_of_so_many_feet_have_them(meter: Meter, feet: int) -> None:
    for count in lengths(meter, feet):
        places = [beats.places for beats in beatings(meter, count)]
        assert all(len(each) == count for each in places)
        assert feet in [count - each.count("w") for each in places]


@pytest.mark.parametrize(
    ("word", "stresses", "left"),
    [("watery", "100", "10"), ("glorious", "100", "10"), ("melody", "100", ""), ("moon", "1", ""), ("seven", "10", "")],
)
def test_syllables_that_can_be_swallowed(word: str, stresses: str, left: str) -> None:
    assert elided(word, stresses) == left


def test_small_words_are_weak_whatever_a_dictionary_says() -> None:
    assert weights(ENGLISH, "the") == ("f",)
    assert weights(ENGLISH, "we") == ("n",)
    assert weights(ENGLISH, "moon") == ("c",)
    assert weights(ENGLISH, "above") == ("01",)
    assert weights(ENGLISH, "upon") == ("02",)
