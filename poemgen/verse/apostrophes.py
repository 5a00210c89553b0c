"""Words with apostrophes: possessives, what verse leaves out, and quotation marks that look the same."""

import re
from collections.abc import Iterator

from poemgen.verse.endings import Say, add_d, add_s, stems, with_prefix
from poemgen.verse.phones import VOWELS, stresses
from poemgen.verse.table import look_up

_CLIPPED = {
    "'s": "",
    "'d": "",
    "'ll": "l",
    "'ve": "v",
    "'re": "r",
    "'m": "m",
    "n't": "V0nt",
    "'st": "st",
    "'rt": "rt",
    "'t": "t",
}
_VOWELLESS = re.compile(f"[{VOWELS}][012]")
_WEAK = "VieIU"
_MOST = 2  # apostrophes; each makes ten words to be looked for
_LOST = ("e", "o", "i", "u", "a", "v", "ve", "th", "k", "y")


def with_apostrophe(word: str, say: Say) -> tuple[str, ...]:
    """A word with an apostrophe said by the words in it; `say` says those, or nothing."""
    for rule in (_over, _elided_the, _it, _ending, _in_for_ing, _cut_short, _unquoted):
        if ways := rule(word, say):
            return ways
    return ()


def _over(word: str, say: Say) -> tuple[str, ...]:
    """`o'erflow`."""
    return with_prefix(word, say) if word.startswith("o'er") else ()


def _elided_the(word: str, say: Say) -> tuple[str, ...]:
    """`th'eternal`, in as many syllables as the word without it."""
    return tuple("D" + way for way in say(word[3:])) if re.match("th'[aeiou]", word) else ()


def _it(word: str, say: Say) -> tuple[str, ...]:
    """`'twas`, `'twill`, `'tis`."""
    return tuple("t" + way for way in say(word[2:])) if re.match("'t[aeiouw]", word) else ()


def _ending(word: str, say: Say) -> tuple[str, ...]:
    for ending, sound in _CLIPPED.items():
        base = word.removesuffix(ending)
        if base != word and base:
            if ending == "'s":
                return tuple(map(add_s, say(base)))
            for stem in stems(base) if ending in ("'d", "'st") else (base,):
                if ways := say(stem):
                    return tuple(add_d(way) if ending == "'d" else way + sound for way in ways)
    return ()


def _in_for_ing(word: str, say: Say) -> tuple[str, ...]:
    """`walkin'` for walking."""
    return tuple(re.sub("N$", "n", way) for way in say(word[:-1] + "g")) if word.endswith("in'") else ()


def _cut_short(word: str, say: Say) -> tuple[str, ...]:
    """`heav'n` for heaven: where the letters that the apostrophe stands for make a word, less their vowel."""
    place = word.find("'", 1)
    if not 0 < place < len(word) - 1 or word.count("'") > _MOST:
        return ()
    before, after = word[:place], word[place + 1 :]
    for find in (look_up, say):
        for lost in _LOST:
            if ways := find(before + lost + after):
                return tuple(_shortened(ways, len(re.findall("[aeiouy]+", before))))
    return ()


def _shortened(ways: tuple[str, ...], vowel: int) -> Iterator[str]:
    """The ways less the weak vowel of that number, each in a syllable less than the longest way."""
    longest = max(len(stresses(way)) for way in ways)
    shorter = {way: len(stresses(way)) < longest for way in ways}
    if any(shorter.values()):
        yield from (way for way in ways if shorter[way])
        return
    for way in ways:
        yield without_vowel(way, vowel)


def without_vowel(said: str, number: int) -> str:
    """A pronunciation less one of its vowels (from 0) if that is weak, or else as it is; `ER0` leaves its `R`.

    >>> without_vowel("he1vV0n", 1), without_vowel("pW1R0", 1), without_vowel("mu1n", 0)
    ('he1vn', 'pW1r', 'mu1n')
    """
    found = list(_VOWELLESS.finditer(said))
    if number >= len(found) or found[number][0][1] != "0" or found[number][0][0] not in _WEAK + "R":
        return said
    return said[: found[number].start()] + ("r" if found[number][0][0] == "R" else "") + said[found[number].end() :]


def _unquoted(word: str, say: Say) -> tuple[str, ...]:
    """`moon'` for moon, or a word that has lost its last letter: `tol'`."""
    bare = word.strip("'")
    plain = bare.replace("'", "")
    for candidate in (bare, plain, plain + "d") if word.endswith("'") else (bare, plain):
        if candidate != word and (ways := say(candidate)):
            return ways
    return ()
