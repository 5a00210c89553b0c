"""How heavy the syllables of a word are in a line: what the meter has to put on its strong places, and what not.

A weight is a letter a syllable. Of a word with several syllables `1` is the main stress, `2` a lesser one and `0` none.
A word of one syllable takes its weight from what it does: `c` (a noun, a verb, an adjective) would be strong, `f`
(an article, a possessive, `and`, `of`) would be weak, and `n` (pronouns, auxiliaries, other prepositions) is as the
line needs it.
"""

from functools import lru_cache
from typing import Any

from poemgen.verse.elision import elided
from poemgen.verse.small_words import faint, plain
from poemgen.verse.sounds import Sounds


def weights(sounds: Sounds, word: str) -> tuple[str, ...]:
    """The ways a word can weigh in a line, the usual one first: its pronunciations, and these with a syllable
    swallowed."""
    key: Any = sounds
    return _weights(key, word)


@lru_cache(maxsize=1 << 16)
def _weights(sounds: Any, word: str) -> tuple[str, ...]:
    ways = [each.stresses for each in sounds.pronunciations(word) if each.stresses]
    if sounds.language == "en":
        ways += filter(None, [elided(word, way) for way in ways])
    return tuple(dict.fromkeys(weighed(sounds.language, word, way) for way in ways))


def weighed(language: str, word: str, stresses: str) -> str:
    """The weight of a word that is stressed so: a small word may be weak whatever a dictionary says."""
    if len(stresses) == 1:
        return "f" if word in faint(language) else "n" if word in plain(language) else "c"
    return stresses.replace("1", "2") if word in plain(language) else stresses
