"""Words that stand in no table: they end as the words do that are spelled most like them."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from poemgen.verse.letters import letters_said
from poemgen.verse.phones import VOWELS, rhyme_start
from poemgen.verse.table import words_ending_in

_VOWEL_LETTERS = re.compile("(?<!q)[aeiou](?:[aeiou]|y(?![aeiou]))*|y(?![aeiou])")
_VOWEL = re.compile(f"[{VOWELS}]")
_CONTEXT = 4  # letters before a vowel that may be compared
_ENOUGH = 6  # votes


def by_analogy(word: str, hidden: frozenset[str] = frozenset()) -> str:
    """How a word that no table knows may be said; `hidden` words of the table are passed over, to measure this.

    The end from one of the word's vowels on is said as in words that are spelled the same from there, the longest such
    end first; what comes before it follows the rules of letters, and its stress falls where those words have theirs.
    """
    for number, vowel in enumerate(_VOWEL_LETTERS.finditer(word)):
        if votes := _votes(word, vowel.start(), number, hidden):
            (tail, back), _ = votes.most_common(1)[0]
            return _stressed(letters_said(word[: vowel.start()]), back) + tail
    return _stressed(letters_said(word), 2)


def _votes(word: str, start: int, number: int, hidden: frozenset[str]) -> Counter[tuple[str, int]]:
    """How words that end like this one from `start`, its vowel of that number, sound from there, and their stress.

    That is how many vowels before `start` the last stress is, 0 for after it. Words with more letters in common, to the
    left of `start`, are asked first.
    """
    votes: Counter[tuple[str, int]] = Counter()
    for first in range(max(start - _CONTEXT, 0), start + 1):
        for other, said in _ending_in(word[first:]):
            place = len(other) - len(word) + start
            if other not in hidden and (place == 0 or other[place - 1] not in "aeiou"):
                votes.update(_vote(said, len(_VOWEL_LETTERS.findall(other[:place])), number))
        if votes.total() >= _ENOUGH:
            break
    return votes


def _ending_in(letters: str) -> list[tuple[str, str]]:
    """The words of the table that end so, each with its first pronunciation."""
    return [found for found in _kin(letters[-3:]) if found[0].endswith(letters)]


@lru_cache(maxsize=64)
def _kin(letters: str) -> tuple[tuple[str, str], ...]:
    return tuple(words_ending_in(letters))


def _vote(said: str, before: int, most: int) -> Iterator[tuple[str, int]]:
    """The sounds after that many vowels, and how many vowels back the last stress is, unless more than `most`."""
    vowels = [match.start() for match in _VOWEL.finditer(said)]
    back = max(before - sum(vowel < rhyme_start(said) for vowel in vowels), 0)
    if before < len(vowels) and back <= most:
        yield said[vowels[before] :], back


def _stressed(sounds: str, back: int) -> str:
    """Sounds without stress marks, the vowel `back` from the end stressed, and every second one before it."""
    count = len(_VOWEL.findall(sounds))
    main = count - min(back, count)
    digits = ["1" if i == main else "2" if i < main and (main - i) % 2 == 0 else "0" for i in range(count)]
    marks = iter(digits)
    return "".join(sound + next(marks) if sound in VOWELS else sound for sound in sounds)
