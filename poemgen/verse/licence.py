"""The rhymes that poets allow themselves beside strict ones: by eye (love, move), and with an unstressed last syllable
that the meter lifts (memory, thee; excellence, thence). English verse is full of both; other languages are heard
strictly."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from poemgen.verse.rhyme import rhyme_parts, same_word
from poemgen.verse.sounds import Sounds

_VOWELS = re.compile("[aeiouy]+")
_SILENT_U = re.compile("(?<=[gq])u(?=[aeiy])")
_MUTE = re.compile("[^aeiouy]e[ds]?$")
LIKE_Y = ("me", "my")  # melody has rhymed with both


class Ending(NamedTuple):
    """What the last word of a line brings to a rhyme: itself, its strict rhymes, its spelling from the stressed vowel
    on, and if its last syllable can be lifted the spelling and the rhymes of that."""

    word: str
    strict: frozenset[str]
    eye: str = ""
    lifted_eye: str = ""
    lifted: frozenset[str] = frozenset()


def ending(sounds: Sounds, word: str) -> Ending:
    """How a line ends with that word."""
    key: Any = sounds
    return _ending(key, word)


@lru_cache(maxsize=1 << 14)
def _ending(sounds: Any, word: str) -> Ending:
    strict = frozenset(rhyme_parts(sounds, word))
    ways = sounds.pronunciations(word)
    if sounds.language != "en" or not ways:
        return Ending(word, strict)
    letters, stresses = _SILENT_U.sub("", word.strip("'")), ways[0].stresses
    eye = spelling(letters, stresses, max(stresses.rfind("1"), stresses.rfind("2"), 0))
    if len(stresses) < 3 or stresses[-2:] not in ("00", "20"):
        return Ending(word, strict, eye)
    like_y = LIKE_Y if letters.endswith("y") else ()
    lifted = frozenset(part for each in like_y for part in rhyme_parts(sounds, each))
    return Ending(word, strict, eye, spelling(letters, stresses, len(stresses) - 1), lifted)


def spelling(letters: str, stresses: str, syllable: int) -> str:
    """How a word is written from the vowel of a syllable (from 0) on; empty if its letters have no such vowel.

    >>> spelling("remove", "01", 1), spelling("moving", "10", 0), spelling("excellence", "100", 2)
    ('ove', 'oving', 'ence')
    """
    vowels = [match.start() for match in _VOWELS.finditer(letters)]
    mute = len(vowels) > len(stresses) and bool(_MUTE.search(letters))
    place = len(vowels) - mute - (len(stresses) - syllable)
    return letters[vowels[place] :] if 0 <= place < len(vowels) else ""


def rhyme_strictly(a: Ending, b: Ending) -> bool:
    """Whether two lines end in the same sounds; in the same word counts, as in a refrain."""
    return same_word(a.word, b.word) or not a.strict.isdisjoint(b.strict)


def rhyme_loosely(a: Ending, b: Ending) -> bool:
    """Whether two lines rhyme by eye or by a lifted syllable."""
    by_eye = {a.eye, a.lifted_eye} & {b.eye, b.lifted_eye} - {""}
    return bool(by_eye) or not (a.lifted.isdisjoint(b.strict) and b.lifted.isdisjoint(a.strict))
