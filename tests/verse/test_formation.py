"""Word formation: endings, prefixes, compounds, apostrophes, and the likeness of what stands in no table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.verse.analogy import by_analogy
from poemgen.verse.apostrophes import with_apostrophe
from poemgen.verse.endings import compound, with_ending, with_prefix
from poemgen.verse.english import English, without_accents
from poemgen.verse.letters import letters_said
from poemgen.verse.phones import pronunciation
from poemgen.verse.table import look_up

SOUNDS = English()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("kisses", "ki1si0z"),
        ("books", "bU1ks"),
        ("skies", "skY1z"),
        ("waded", "wE1di0d"),
        ("hoped", "hO1pt"),
        ("hopping", "ha1pi0N"),
        ("hoping", "hO1pi0N"),
        ("happiest", "hA1pI0V0st"),
        ("goeth", "gO1i0T"),
        ("nobler", "nO1blR0"),
        ("moonless", "mu1nlV0s"),
        ("brillow", None),
        ("es", None),
    ],
)
def test_endings(word: str, said: str | None) -> None:
    assert (with_ending(word, look_up) or [None])[0] == said


def test_prefixes_leave_the_stress_where_it_is() -> None:
    assert with_prefix("unmoon", look_up) == ("V0nmu1n",)
    assert with_prefix("outsing", look_up) == ("W2tsi1N",)
    assert with_prefix("moon", look_up) == ()


def test_compounds_are_stressed_on_their_first_word() -> None:
    assert compound("moonrise") == ("mu1nrY2z",)
    assert compound("wavecrest") == ("wE1vkre2st",)
    assert compound("moon") == ()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("moon's", "mu1nz"),
        ("rose's", "rO1zi0z"),
        ("lov'd", "lV1vd"),
        ("know'st", "nO1st"),
        ("heav'n", "he1vn"),
        ("wand'ring", "wa1ndri0N"),
        ("mem'ry", "me1mrI0"),
        ("'twill", "twi1l"),
        ("th'eternal", "Di0tR1nV0l"),
        ("o'ershine", "o2rSY1n"),
        ("walkin'", "wo1ki0n"),
        ("'moon'", "mu1n"),
        ("br'llow", None),
    ],
)
def test_apostrophes(word: str, said: str | None) -> None:
    assert (with_apostrophe(word, look_up) or [None])[0] == said


@pytest.mark.parametrize(("word", "like"), [("brillow", "pillow"), ("strenation", "nation"), ("vorbling", "warbling")])
def test_an_unknown_word_ends_like_its_likes(word: str, like: str) -> None:
    ended = pronunciation(by_analogy(word))
    assert len(ended.stresses) == len(SOUNDS.pronunciations(word)[0].stresses)
    assert ended.rhyme[-3:] == SOUNDS.pronunciations(like)[0].rhyme[-3:]


def test_hidden_words_are_not_asked() -> None:
    assert by_analogy("colonel") != by_analogy("colonel", frozenset({"colonel"}))


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_letters_make_sounds_for_any_word(word: str) -> None:
    assert letters_said(word) or set(word) <= set("gh")
    assert not any(sound.isdigit() for sound in letters_said(word))


@given(st.text("abdeghilmnorstwyèéñ'\u0300", min_size=1, max_size=10))
def test_every_word_can_be_said(word: str) -> None:
    ways = SOUNDS.pronunciations(word)
    assert ways
    assert all(set(way.stresses) <= set("012") for way in ways)
    if any(letter in "aeio" for letter in without_accents(word)):
        assert any(way.stresses for way in ways)
