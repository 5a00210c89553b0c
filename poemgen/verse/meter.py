"""Meter: whether a line can be said to a beat.

A meter gives each syllable of a line a strong or a weak place. What stands against its nature there costs something: a
main stress on a weak place much, a noun there or an article on a strong place less. A line fits if some way to say its
words costs no more than poets spend. The prices were set on sonnets and couplets in pentameter.

Lines are looked at from their end, which is also how they can be written: an ending that costs too much cannot become a
line that fits.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from poemgen.verse.sounds import Sounds
from poemgen.verse.weights import weights
from poemgen.verse.words import words


class Meter(StrEnum):
    """The feet of a line: weak strong, strong weak, or weak weak strong."""

    IAMBIC = "iambic"
    TROCHAIC = "trochaic"
    ANAPESTIC = "anapestic"


class Beats(NamedTuple):
    """One way to beat a line: `places` has a letter a syllable, `w` weak, `s` strong, `e` strong and the last strong
    one; `cost` is what this way costs before a word is said."""

    places: str
    cost: int


# Chosen on lines of ten syllables by two poets and of eight by a third, against their own words shuffled and free verse
# cut as long: of the verse about nine lines in ten pass, of the rest two in ten.
WEAK_COST = {"1": 6, "2": 2, "c": 3, "n": 0, "f": 0, "0": 0}
STRONG_COST = {"1": 0, "2": 1, "c": 0, "n": 1, "f": 3, "0": 2}
END_COST = {"1": 0, "2": 1, "c": 0, "n": 3, "f": 12, "0": 2}
INVERSION = 2
MOST_WORDS = 64  # of a line that has a meter
BUDGET = 0.8  # a syllable

Said = tuple[int, tuple[str, ...]]  # what it costs, and the weights of the words


class Saying(NamedTuple):
    """A way to say a line to a beat: the weights of its words (see `weights`), and their places (see `Beats`)."""

    weights: tuple[str, ...]
    places: str

    @property
    def feet(self) -> int:
        """How many strong places there are."""
        return len(self.places) - self.places.count("w")


def syllables(sounds: Sounds, line: str) -> int:
    """How many syllables a line has, each word said as usual."""
    usual = (weights(sounds, word)[:1] for word in words(line))
    return sum(len(each) for option in usual for each in option)


def stresses(sounds: Sounds, line: Iterable[str]) -> list[str]:
    """The stresses of words as they usually are in a line, a digit a syllable; small words of one syllable have 0."""
    usual = (weights(sounds, word)[:1] for word in line)
    return [as_stresses(each[0]) if each else "" for each in usual]


def as_stresses(weight: str) -> str:
    """Weights as digits: only a content word of one syllable is stressed by itself."""
    return weight.translate({ord("c"): "1", ord("n"): "0", ord("f"): "0"})


def fits(sounds: Sounds, line: str, meter: Meter, *, syllables: int | None = None, feet: int | None = None) -> bool:
    """Whether a line can be said in that meter, with exactly so many syllables, or so many feet, or any number.

    An iambic line may begin with its first foot inverted, an iambic or anapestic one end with a weak syllable more, a
    trochaic one lack its last weak syllable, and an anapestic one the first or the first two.
    """
    return said(sounds, line, meter, syllables=syllables, feet=feet) is not None


def said(
    sounds: Sounds, line: str, meter: Meter, *, syllables: int | None = None, feet: int | None = None
) -> Saying | None:
    """The way to say a line that fits the meter best; None if it cannot be said so (see `fits`)."""
    ways = [weights(sounds, word) for word in words(line)]
    tried = ((beats, endings(ways, beats).get(0)) for beats in _beatings(ways, meter, syllables, feet))
    fitting = [(found, beats) for beats, found in tried if found]
    if not fitting:
        return None
    (_, chosen), beats = min(fitting, key=lambda each: each[0][0])
    return Saying(chosen, beats.places)


def fits_from_end(sounds: Sounds, ending: str, meter: Meter, syllables: int) -> bool:
    """Whether a line of so many syllables in that meter can end with these words; true of all endings of a line that
    fits."""
    ways = [weights(sounds, word) for word in words(ending)]
    return any(endings(ways, beats) for beats in beatings(meter, syllables))


def fits_from_start(sounds: Sounds, beginning: str, meter: Meter, syllables: int) -> bool:
    """Whether a line of so many syllables in that meter can begin with these words; true of all beginnings of a line
    that fits."""
    ways = [weights(sounds, word) for word in words(beginning)]
    return any(_can_begin(ways, beats) for beats in beatings(meter, syllables))


def _can_begin(ways: Sequence[tuple[str, ...]], beats: Beats) -> bool:
    budget = BUDGET * len(beats.places)
    found = {0: beats.cost}
    for options in ways:
        longer: dict[int, int] = {}
        for start, cost in found.items():
            for option in options:
                end = start + len(option)
                if end > len(beats.places):
                    continue
                total = cost + word_cost(option, beats.places[start:end])
                if total <= budget and total < longer.get(end, total + 1):
                    longer[end] = total
        found = longer
    return bool(found)


def endings(ways: Sequence[tuple[str, ...]], beats: Beats) -> dict[int, Said]:
    """By the place where the words begin if they end with the line: the cheapest way to say them. Empty if none is
    cheap enough."""
    budget = BUDGET * len(beats.places)
    found: dict[int, Said] = {len(beats.places): (beats.cost, ())}
    for options in reversed(ways):
        longer: dict[int, Said] = {}
        for end, (cost, after) in found.items():
            for option in options:
                start = end - len(option)
                if start < 0:
                    continue
                total = cost + word_cost(option, beats.places[start:end])
                if total <= budget and (start not in longer or total < longer[start][0]):
                    longer[start] = (total, (option, *after))
        found = longer
    return found


@lru_cache(maxsize=1 << 14)
def word_cost(weight: str, places: str) -> int:
    """What a word of that weight costs on these places."""
    prices = {"w": WEAK_COST, "s": STRONG_COST, "e": END_COST}
    return sum(prices[place][each] for each, place in zip(weight, places, strict=True))


@lru_cache(maxsize=1 << 10)
def beatings(meter: Meter, count: int) -> tuple[Beats, ...]:
    """All ways to beat a line of so many syllables."""
    match meter:
        case Meter.IAMBIC:
            plain = _ended(("ws" * count)[:count])
            inverted = [Beats("sw" + plain[2:], INVERSION)] if count > 3 else []
            return (Beats(plain, 0), *inverted)
        case Meter.TROCHAIC:
            return (Beats(_ended(("sw" * count)[:count]), 0),)
        case Meter.ANAPESTIC:
            whole = "wws" * count
            return (Beats(_ended(whole[-count:]), 0), Beats(_ended((whole + "w")[-count:]), 0))


def _ended(places: str) -> str:
    last = places.rfind("s")
    return places[:last] + "e" + places[last + 1 :] if last >= 0 else places


def _beatings(
    ways: Sequence[tuple[str, ...]], meter: Meter, syllables: int | None, feet: int | None
) -> Iterator[Beats]:
    """The beats that a line of such words may have."""
    if len(ways) > MOST_WORDS:
        return
    fewest = sum(min(map(len, options), default=0) for options in ways)
    most = sum(max(map(len, options), default=0) for options in ways)
    for count in range(max(1, fewest), most + 1):
        if syllables in (None, count) and (feet is None or count in lengths(meter, feet)):
            yield from beatings(meter, count)


def lengths(meter: Meter, feet: int) -> range:
    """The numbers of syllables that a line of so many feet may have."""
    match meter:
        case Meter.IAMBIC:
            return range(2 * feet, 2 * feet + 2)
        case Meter.TROCHAIC:
            return range(2 * feet - 1, 2 * feet + 1)
        case Meter.ANAPESTIC:
            return range(3 * feet - 2, 3 * feet + 2)
