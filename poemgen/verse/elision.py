"""Syllables that English verse can swallow: `watery`, `glorious` and `neighbouring` in two syllables, not three."""

import re

# A weak vowel before another one, or before r, l or n and a vowel.
_SWALLOWED = re.compile("[aeiouy](?:[aeiouy]|[rln][aeiouy])")


def elided(word: str, stresses: str) -> str:
    """The stresses of a word less one of two weak syllables in a row; empty if it keeps all of them.

    >>> elided("watery", "100"), elided("wanderer", "100"), elided("beautiful", "100"), elided("moonlight", "12")
    ('10', '10', '', '')
    """
    place = stresses.find("00", 1)
    if place < 0 or not _SWALLOWED.search(_after_stress(word)):
        return ""
    return stresses[:place] + stresses[place + 1 :]


def _after_stress(word: str) -> str:
    """The letters after the consonants that follow the first vowel: where weak vowels stand."""
    first = re.search("[aeiouy]+[^aeiouy]+", word)
    return word[first.end() :] if first else ""
