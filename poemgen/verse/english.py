"""How English words sound: a table, what verse says otherwise, and rules for the words that stand in neither."""

import re
import unicodedata
from functools import lru_cache

from poemgen.verse.analogy import by_analogy
from poemgen.verse.apostrophes import with_apostrophe
from poemgen.verse.endings import compound, stems, with_ending, with_prefix
from poemgen.verse.phones import VOWELS, pronunciation
from poemgen.verse.sounds import Pronunciation
from poemgen.verse.table import look_up
from poemgen.verse.variants import otherwise_spelled, with_variants
from poemgen.verse.verse_words import verse_words

LONGEST = 40  # letters of a word that are looked at, its last ones; the rules for parts of words recurse
MOST_APOSTROPHES = 2  # of a word that has lost letters; the rules would try them all in every way
_GRAVE_ENDING = re.compile("(.+)[èé](d|st)$")
_WEAK = re.compile(f"(V0|i0)(?=[^{VOWELS}0-9]+$)")


class English:
    """How English words sound."""

    language = "en"

    def pronunciations(self, word: str) -> tuple[Pronunciation, ...]:
        """The ways to say a word (as `words` gives it), the usual one first; at least one for any word."""
        return _pronunciations(word)


@lru_cache(maxsize=50_000)
def _pronunciations(word: str) -> tuple[Pronunciation, ...]:
    word = unicodedata.normalize("NFC", word.lower())[-LONGEST:]
    ways = known(word) or _accented(word) or known(without_accents(word)) or guessed(without_accents(word))
    return tuple(dict.fromkeys(pronunciation(way) for way in ways))


@lru_cache(maxsize=50_000)
def known(word: str) -> tuple[str, ...]:
    """The ways to say a word that the table or the rules of word formation know, in the code of phones."""
    if ways := verse_words().get(word) or with_variants(word, look_up(word)):
        return ways
    if word.count("'") > MOST_APOSTROPHES:
        return known(word.replace("'", ""))
    if "'" in word:
        return with_apostrophe(word, known)
    made_of_words = with_ending(word, known) or with_prefix(word, known) or compound(word)
    return with_variants(word, made_of_words or otherwise_spelled(word, look_up))


def guessed(word: str) -> tuple[str, ...]:
    """How a word that nothing knows may be said; its letters do not tell in which way a weak vowel is weak."""
    letters = re.sub("[^a-z]", "", word)
    if not letters:
        return ("",)
    said = by_analogy(letters)
    return (said, _WEAK.sub(lambda vowel: "i0" if vowel[0] == "V0" else "V0", said))


def without_accents(word: str) -> str:
    """The word in plain letters, as far as its letters have plain ones.

    >>> without_accents("café")
    'cafe'
    """
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def _accented(word: str) -> tuple[str, ...]:
    """`crownèd`, a syllable more than crowned."""
    found = _GRAVE_ENDING.fullmatch(word)
    for stem in stems(found[1]) if found else ():
        if found and (ways := known(stem)):
            return tuple(way + {"d": "i0d", "st": "V0st"}[found[2]] for way in ways)
    return ()
