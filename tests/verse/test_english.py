"""English: what the table says, what verse says otherwise, and what rules make of the rest."""

import pytest

from poemgen.verse.english import English
from poemgen.verse.sounds import Pronunciation

SOUNDS = English()


def usual(word: str) -> Pronunciation:
    return SOUNDS.pronunciations(word)[0]


def counts(word: str) -> list[int]:
    """The syllables of each way to say a word, without repeats."""
    return list(dict.fromkeys(len(way.stresses) for way in SOUNDS.pronunciations(word)))


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("moon", Pronunciation("1", "un", "m")),
        ("hour", Pronunciation("1", "Wr", "")),
        ("strand", Pronunciation("1", "And", "str")),
        ("the", Pronunciation("0", "V", "D")),
        ("again", Pronunciation("01", "en", "g")),
        ("moonlight", Pronunciation("12", "Yt", "l")),
        ("memory", Pronunciation("100", "emRI", "m")),
        ("th'", Pronunciation("", "", "")),
    ],
)
def test_what_verse_asks_of_a_word(word: str, said: Pronunciation) -> None:
    assert usual(word) == said


@pytest.mark.parametrize(
    ("word", "like"),
    [
        ("o'er", "core"),
        ("whene'er", "hair"),
        ("tho'", "go"),
        ("thro'", "true"),
        ("'tis", "his"),
        ("e'en", "seen"),
        ("ta'en", "rain"),
        ("crown'd", "found"),
        ("lov'd", "loved"),
        ("deck'd", "wrecked"),
        ("breath'd", "breathed"),
        ("hath", "bath"),
        ("moon'", "soon"),
        ("moon's", "moons"),
        ("'neath", "heath"),
        ("walkin'", "talkin'"),
        ("o'erthrown", "bone"),
        ("nighest", "highest"),
        ("moonrise", "cries"),
        ("wavecrest", "breast"),
        ("starless", "starless'"),
    ],
)
def test_what_verse_shortens_or_has_kept_sounds_like_other_words(word: str, like: str) -> None:
    assert usual(word).rhyme == usual(like).rhyme
