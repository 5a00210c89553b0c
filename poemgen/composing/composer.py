"""A poem in form, line by line.

For each line candidates are drawn; those that are not what the form asks for are dropped, the others are ranked by the
forward network, and one of the best is taken. Where none is left, the line before is taken back and written anew. When
the tries are used up, the meter and then the count of syllables are given up for a line, which is noted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from poemgen.composing.lanes import CLOSING
from poemgen.composing.lines import FINAL, candidates
from poemgen.composing.order import Order, holds
from poemgen.composing.rhyme_book import RhymeBook
from poemgen.composing.rules import Rules
from poemgen.composing.studio import Place, Rngs, Studio, Wanted, ranked
from poemgen.composing.voice import Context
from poemgen.verse.forms import LineForm
from poemgen.verse.small_words import faint
from poemgen.verse.sounds import Sounds
from poemgen.verse.words import last_word

BEST = 8  # candidates among which one is drawn
EAGERNESS = 0.04  # nats a character: how much better a candidate must be to be e times as likely
ROUNDS = 3  # of candidates for a line before the line above is taken back
TRIES_A_LINE = 10  # rounds that a poem may take, times its lines
PARTNERS_A_LINE = 3  # words that must rhyme with a line's last word for each line that is to rhyme with it
FULL_STOP = "."
PAIRS = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"))
OVERLAP = 29  # characters of the text above that are looked at with a line for copies


@dataclass(frozen=True)
class Knowledge:
    """What is known of words: how they sound, which there are, which lines end with; and what must not be copied."""

    sounds: Sounds
    is_word: Callable[[str], bool]
    book: RhymeBook
    is_copy: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Verse:
    """A line that is written, what was read before it, and the rounds that it took."""

    text: str
    place: Place
    given: bool = False


@dataclass
class Composed:
    """A poem: its lines, the rounds of candidates that it took, and the lines (from 0) whose form was given up."""

    forms: Sequence[LineForm]
    lines: list[str] = field(default_factory=list)
    tries: int = 0
    failed: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The poem, a blank line between stanzas."""
        pairs = zip(self.lines, self.forms, strict=False)
        return "\n".join(f"\n{line}" if form.apart else line for line, form in pairs)


def compose(studio: Studio, knowledge: Knowledge, order: Order, rng_of: Callable[[int], Rngs]) -> Composed:
    """Writes the poem. `rng_of` gives the random numbers of each round (0, 1, ...)."""
    given = order.given
    poem = Composed(order.forms)
    written: list[Verse] = []
    failures: dict[int, int] = {}
    most = TRIES_A_LINE * len(order.forms)
    while len(written) < len(order.forms):
        index = len(written)
        place = _place_after(studio, order, written)
        if index < len(given):
            written.append(Verse(given[index], place, given=True))
            continue
        opening = order.start if index == len(given) else ""
        line = _attempt(studio, knowledge, order, written, place, opening, poem, rng_of)
        if line is None and poem.tries < most:
            failures[index] = failures.get(index, 0) + 1
            _take_back(written, min(failures[index], index))
            continue
        if line is None:
            line = _loosely(studio, knowledge, order, written, place, opening, poem, rng_of)
            poem.failed.append(index)
        if line is None:
            break
        written.append(Verse(line, place))
    poem.lines = [verse.text for verse in written]
    return poem


def _take_back(written: list[Verse], lines: int) -> None:
    for _ in range(lines):
        if written and not written[-1].given:
            written.pop()


def _place_after(studio: Studio, order: Order, written: Sequence[Verse]) -> Place:
    """What both networks have read when the next line begins."""
    index = len(written)
    last = index + 1 == len(order.forms)
    if not written:
        return Place(studio.forward.start(), studio.backward.start() if studio.backward else None, last)
    before, gap = written[-1], "\n\n" if order.forms[index].apart else "\n"
    forward = studio.forward.read(before.place.forward, studio.ids(before.text + gap))
    backward: Context | None = None
    if studio.backward and before.place.backward:
        backward = studio.backward.read(before.place.backward, studio.ids(before.text[::-1] + gap))
    return Place(forward, backward, last)


def _attempt(
    studio: Studio,
    knowledge: Knowledge,
    order: Order,
    written: Sequence[Verse],
    place: Place,
    opening: str,
    poem: Composed,
    rng_of: Callable[[int], Rngs],
    form: LineForm | None = None,
) -> str | None:
    """A line for the place, in some rounds of candidates; None if none is found."""
    index = len(written)
    form = form or order.forms[index]
    for round in range(ROUNDS):
        wanted = _wanted(knowledge, order, written, opening, form, again=round > 0)
        if wanted is None:
            return None
        rngs = rng_of(poem.tries)
        poem.tries += 1
        found = [
            line
            for line in _closed(studio, place, candidates(studio, place, wanted, rngs))
            if wanted.rules.accept(line) and _suits(knowledge, order, written, line, index)
        ]
        if found:
            return _one_of_the_best(studio, place, found, rngs[0])
    return None


def _loosely(
    studio: Studio,
    knowledge: Knowledge,
    order: Order,
    written: Sequence[Verse],
    place: Place,
    opening: str,
    poem: Composed,
    rng_of: Callable[[int], Rngs],
) -> str | None:
    """A line without the meter, or else without the count of syllables too."""
    form = order.forms[len(written)]
    for looser in (replace(form, meter=None), replace(form, meter=None, syllables=None)):
        line = _attempt(studio, knowledge, order, written, place, opening, poem, rng_of, looser)
        if line is not None:
            return line
    return None


def _wanted(
    knowledge: Knowledge, order: Order, written: Sequence[Verse], opening: str, form: LineForm, *, again: bool
) -> Wanted | None:
    """What the next line must hold; None if no word rhymes with the lines that it is to rhyme with.

    Where the first candidates were not good enough, `again` lowers what is asked: lines may be cut at their length, and
    the first line of a rhyme need not find its last word itself, but gets one that much rhymes with.
    """
    index = len(written)
    ends = [
        last_word(verse.text)
        for verse, other in zip(written, order.forms, strict=False)
        if form.rhyme and other.rhyme == form.rhyme
    ]
    rhymes = [word for word in knowledge.book.partners(ends) if word not in _ends(written)]
    if ends and not rhymes:
        return None
    if form.rhyme and not ends and again:
        rich = knowledge.book.rich(PARTNERS_A_LINE * _later(order, form, index))
        rhymes = [word for word in rich if word not in _ends(written)]
    rules = Rules(form, knowledge.sounds, knowledge.is_word)
    keyword = order.keyword if index == order.keyword_line else ""
    return Wanted(rules, opening, bool(opening) and opening[-1:].isalpha(), keyword, rhymes, not again)


def _ends(written: Sequence[Verse]) -> set[str]:
    return {last_word(verse.text) for verse in written}


def _later(order: Order, form: LineForm, index: int) -> int:
    """How many lines after this one are to rhyme with it."""
    return sum(other.rhyme == form.rhyme for other in order.forms[index + 1 :]) if form.rhyme else 0


def _suits(knowledge: Knowledge, order: Order, written: Sequence[Verse], line: str, index: int) -> bool:
    """Whether the line can stand where it is: its end is new, others can rhyme with it, and it is no copy."""
    end, form = last_word(line), order.forms[index]
    if any(line == verse.text for verse in written) or not balanced(line):
        return False
    if form.syllables is not None and end in faint(knowledge.sounds.language):  # it was stopped where it was full
        return False
    if index == order.keyword_line and not holds(line, order.keyword):
        return False
    later = _later(order, form, index)
    if form.rhyme and end in _ends(written):
        return False
    if later:
        partners = set(knowledge.book.partners([end])) - _ends(written)
        if end not in knowledge.book or len(partners) < PARTNERS_A_LINE * later:
            return False
    if knowledge.is_copy is None:
        return True
    above = "\n".join(verse.text for verse in written)[-OVERLAP:]
    return not knowledge.is_copy(f"{above}\n{line}" if written else line)


def _closed(studio: Studio, place: Place, lines: Sequence[str]) -> Sequence[str]:
    """The lines, a poem's last one with a mark that closes it."""
    if not place.last or studio.vocabulary.unknown(FULL_STOP):
        return lines
    return [line if line[-1] in FINAL else line.rstrip(CLOSING + " ") + FULL_STOP for line in lines]


def balanced(line: str) -> bool:
    """Whether what opens in the line closes in it: quotation marks and brackets."""
    return not line.count('"') % 2 and all(line.count(a) == line.count(b) for a, b in PAIRS)


def _one_of_the_best(studio: Studio, place: Place, lines: Sequence[str], rng: np.random.Generator) -> str:
    means = ranked(studio, place, lines)
    best = np.argsort(-means, kind="stable")[:BEST]
    weights = np.exp((means[best] - means[best[0]]) / EAGERNESS)
    return lines[int(rng.choice(best, p=weights / weights.sum()))]
