"""Poems that were asked for, and how they are judged."""

import pytest
from iid import LETTERS, model

from poemgen.errors import UsageError
from poemgen.evaluation.asking import (
    LINES,
    Asker,
    couplets,
    in_pentameter,
    initials,
    keywords,
    of_ten_syllables,
    rhyming,
)
from poemgen.evaluation.told_forms import Formed
from poemgen.verse.language import sounds_for

ENGLISH = sounds_for("en")


def test_pairs_that_rhyme_and_lines_that_did_not_come() -> None:
    lines = ["before the night", "it bore a light", "the wind", "the rain", "alone", "", "", ""]
    assert rhyming(ENGLISH, Formed(lines, "AABBCCDD")) == (1, 4)
    assert of_ten_syllables(ENGLISH, ["the boat came in before the end of day", ""]) == (1, 2)
    assert in_pentameter(ENGLISH, ["the boat came in before the end of day", ""]) == (1, 2)


def test_initials() -> None:
    assert initials("many\n\n'our\n  owls\nnest\n--") == "MOON"


def test_a_model_without_a_second_network_is_asked_for_lines_that_do_not_rhyme() -> None:
    writer = model({"\n": 0.04, " ": 0.3, "a": 0.22, "b": 0.22, "e": 0.22}, end=0.0, words="a\nb\nab\nbe\nbea\nabe")
    [poem] = couplets(Asker(writer, "en", 0), 1)
    assert (len(poem.lines), poem.scheme) == (LINES, "")
    assert of_ten_syllables(ENGLISH, poem.lines)[0] >= 6


def test_what_a_model_cannot_write_is_an_error() -> None:
    with pytest.raises(UsageError, match="does not tell the words"):
        couplets(Asker(LETTERS, "en", 0), 1)
    short = model({" ": 0.5, "a": 0.4}, end=0.1, words="a")
    with pytest.raises(UsageError, match="cannot write"):
        keywords(Asker(short, "en", 0), 1)
