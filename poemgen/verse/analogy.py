"""Words that stand in no table: they end as the words do that are spelled most like them."""

import re
from collections import Counter

from poemgen.verse.letters import letters_said
from poemgen.verse.phones import VOWELS, rhyme_start, stresses
from poemgen.verse.table import words_ending_in

_VOWEL_LETTERS = re.compile("(?<!q)[aeiou](?:[aeiou]|y(?![aeiou]))*|y(?![aeiou])")
_VOWEL = re.compile(f"[{VOWELS}]")
_STRESSED = re.compile("[12]")


def by_analogy(word: str, hidden: frozenset[str] = frozenset()) -> str:
    """How a word that no table knows may be said; `hidden` words of the table are passed over, to measure this.

    The end from one of the word's vowels on is taken from words that are spelled the same from there, the longest such
    end first, where they have a stress in it; what comes before it follows the rules of letters.
    """
    for vowel in _VOWEL_LETTERS.finditer(word):
        tails = _tails(word, vowel.start(), hidden)
        if tails:
            return _before(letters_said(word[: vowel.start()]), tails.most_common(1)[0][0])
    return stressed_by_default(letters_said(word))


def _tails(word: str, start: int, hidden: frozenset[str]) -> Counter[str]:
    """The sounds of words that are spelled like this one from `start` on; more letters in common count for more."""
    votes: Counter[str] = Counter()
    for other, said in words_ending_in(word[start:]):
        place = len(other) - len(word) + start
        if other in hidden or other[max(place - 1, 0) : place] in tuple("aeiou"):
            continue
        tail = _from_vowel(said, len(_VOWEL_LETTERS.findall(other[:place])))
        if _STRESSED.search(tail) and rhyme_start(said) >= len(said) - len(tail):
            votes[tail] += 4 ** _common(word[:start], other[:place])
    return votes


def _from_vowel(said: str, number: int) -> str:
    """What sounds from the vowel of that number (from 0) on."""
    vowels = [match.start() for match in _VOWEL.finditer(said)]
    return said[vowels[number] :] if number < len(vowels) else ""


def _common(a: str, b: str) -> int:
    """How many letters the two have in common at their ends."""
    count = 0
    while count < min(len(a), len(b), 4) and a[-1 - count] == b[-1 - count]:
        count += 1
    return count


def _before(sounds: str, tail: str) -> str:
    """The sounds without stress marks before a tail that has a stress: every second vowel is stressed, backwards."""
    weak = stresses(tail)[0] == "0"
    marked = ""
    for sound in reversed(sounds):
        if sound in VOWELS:
            sound += "2" if weak else "0"
            weak = not weak
        marked = sound + marked
    return marked + tail


def stressed_by_default(sounds: str) -> str:
    """Sounds without stress marks, stressed on the last vowel but one."""
    places = [match.start() for match in _VOWEL.finditer(sounds)]
    main = places[-2] if len(places) > 1 else (places or [0])[0]
    return "".join(s + ("1" if i == main else "0") if s in VOWELS else s for i, s in enumerate(sounds))
