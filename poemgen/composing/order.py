"""What a poem is to be, all of it: checked, so that nothing is asked that no poem can be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from poemgen.errors import UsageError
from poemgen.verse.forms import LineForm
from poemgen.verse.meter import syllables
from poemgen.verse.rhyme import rhymes
from poemgen.verse.sounds import Sounds
from poemgen.verse.words import last_word, words


@dataclass(frozen=True)
class Order:
    """The lines' forms; the whole lines that the poem begins with, and the beginning of the line after them (`open_end`
    if its last word may go on); a keyword, and the line (from 0) that is to hold it."""

    forms: Sequence[LineForm]
    given: Sequence[str] = ()
    start: str = ""
    open_end: bool = False
    keyword: str = ""
    keyword_line: int | None = None


def ordered(forms: Sequence[LineForm], seed: str, keyword: str, sounds: Sounds, rng: np.random.Generator) -> Order:
    """The order for a poem that begins with the seed and holds the keyword in a line that `rng` chooses.

    Raises UsageError where the seed or the keyword contradicts the form.
    """
    *whole, start = seed.split("\n")
    given = [line for line in whole if line.strip()]  # blank lines come from the form
    start, open_end = start.strip(), start[-1:].isalpha()
    _check_seed(forms, given, start, sounds)
    _check_rhymes(forms, given, sounds)
    keyword = " ".join(keyword.split())
    if not keyword or holds(seed, keyword):
        return Order(forms, given, start, open_end)
    return Order(forms, given, start, open_end, keyword, _keyword_line(forms, given, start, keyword, sounds, rng))


def _check_seed(forms: Sequence[LineForm], given: Sequence[str], start: str, sounds: Sounds) -> None:
    if len(given) + bool(start.strip()) > len(forms):
        raise UsageError(
            f"the seed has more lines than the poem, which has {len(forms)}; shorten it, or give more --lines"
        )
    for number, (line, form) in enumerate(zip([*given, start], forms, strict=False), start=1):
        first = next(filter(str.isalpha, line), "")
        if first and form.letter and first.upper() != form.letter.upper():
            raise UsageError(
                f"line {number} of the seed begins with {first!r}, and the acrostic asks for {form.letter!r}"
            )
    if len(given) < len(forms):
        most, count = forms[len(given)].syllables, syllables(sounds, start)
        if most is not None and count > most:
            raise UsageError(f"the seed's last line has {count} syllables, and the form's has {most}; shorten the seed")


def _check_rhymes(forms: Sequence[LineForm], given: Sequence[str], sounds: Sounds) -> None:
    ends: dict[str, str] = {}
    for line, form in zip(given, forms, strict=False):
        if form.rhyme is None:
            continue
        first = ends.setdefault(form.rhyme, last_word(line))
        if last_word(line) != first and not rhymes(sounds, first, last_word(line)):
            raise UsageError(
                f"the seed's lines end in {first!r} and {last_word(line)!r}, which are to rhyme and do not"
            )


def holds(text: str, keyword: str) -> bool:
    """Whether the words of the keyword stand in the text."""
    found, wanted = words(text), words(keyword)
    return any(found[begin : begin + len(wanted)] == wanted for begin in range(len(found)))


def _keyword_line(
    forms: Sequence[LineForm],
    given: Sequence[str],
    start: str,
    keyword: str,
    sounds: Sounds,
    rng: np.random.Generator,
) -> int:
    """A line that is free to hold the keyword: if possible one that rhymes with none before it, and nothing else."""
    own = syllables(sounds, keyword)
    rooms = [
        index
        for index, form in enumerate(forms)
        if index >= len(given) and (form.syllables is None or form.syllables >= own + (form.rhyme is not None))
    ]
    if not rooms:
        raise UsageError(
            f"no line has room for the keyword {keyword!r}, which has {own} syllables; choose a shorter one"
        )

    def burden(index: int) -> int:
        form = forms[index]
        bound = form.rhyme is not None and form.rhyme in {other.rhyme for other in forms[:index]}
        return bound + 2 * bool(form.letter) + 2 * (index == len(given) and bool(start))

    least = min(map(burden, rooms))
    best = [index for index in rooms if burden(index) == least]
    return best[int(rng.integers(len(best)))]
