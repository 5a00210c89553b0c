"""How words sound in languages whose spelling tells it, more or less: rules that respell a word, then its vowels."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from poemgen.verse.sounds import Pronunciation
from poemgen.verse.spelling import PLAIN, Spelling
from poemgen.verse.spellings import SPELLINGS

_MARKS = re.compile("['-]")


class BySpelling:
    """How the words of a language sound as far as their spelling tells; plain groups of vowels for an unknown one."""

    def __init__(self, language: str) -> None:
        self.language = language

    def pronunciations(self, word: str) -> tuple[Pronunciation, ...]:
        """The ways to say a word (as `words` gives it), the usual one first; at least one for a word with letters."""
        return _pronunciations(self.language, word)


@lru_cache(maxsize=50_000)
def _pronunciations(language: str, word: str) -> tuple[Pronunciation, ...]:
    spelling = SPELLINGS.get(language, PLAIN)
    bare = unicodedata.normalize("NFC", word.lower()).replace("'", "")
    return tuple(dict.fromkeys(_pronunciation(said, spelling) for said in respelled(bare, spelling)))


def respelled(word: str, spelling: Spelling) -> Iterator[str]:
    """A word in letters that stand for its sounds: first the usual way to say it, then another if there is one.

    A `'` after a vowel marks the stress, a `-` parts two vowels.
    """
    usual = replaced(word, spelling.sounds)
    yield usual
    if (other := replaced(usual, spelling.otherwise)) != usual:
        yield other


def replaced(word: str, rules: tuple[tuple[str, str], ...]) -> str:
    """A word after rules of a regular expression and its replacement, one after the other.

    >>> replaced("llave", (("ll", "y"), ("v", "b")))
    'yabe'
    """
    for letters, sounds in rules:
        word = re.sub(letters, sounds, word)
    return word


def _pronunciation(said: str, spelling: Spelling) -> Pronunciation:
    nuclei = list(re.finditer(spelling.nucleus, said))
    if not nuclei:
        return Pronunciation("1", said, "")
    main = _stressed(said, nuclei, spelling)
    start = nuclei[main].start() + len(_glide(nuclei[main][0], spelling))
    before = nuclei[main - 1].end() if main else 0
    if spelling.open_with_onset and re.fullmatch(spelling.nucleus, said[start:]):
        start = max(before, start - 1)
    digits = "".join("1" if i == main else "0" for i in range(len(nuclei)))
    return Pronunciation(digits, _MARKS.sub("", said[start:]), _MARKS.sub("", said[before:start]))


def _glide(nucleus: str, spelling: Spelling) -> str:
    found = re.match(spelling.glide, nucleus)
    return found[0] if found else ""


def _stressed(said: str, nuclei: list[re.Match[str]], spelling: Spelling) -> int:
    """Which of the vowels has the stress: the marked one, or the last before an ending without stress."""
    for i, nucleus in enumerate(nuclei):
        if "'" in nucleus[0]:
            return i
    ending = re.search(spelling.unstressed, said)
    before = [i for i, nucleus in enumerate(nuclei) if ending and nucleus.start() < ending.start()]
    return before[-1] if before else (len(nuclei) - 1 if not ending else 0)
