"""A poem in form, line by line.

For each line candidates are drawn; those that are not what the form asks for are dropped, the others are ranked by the
forward network, and one of the best is taken. Where none is left, the line before is taken back and written anew. When
the tries are used up, the meter and then the count of syllables are given up for a line, which is noted.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from poemgen.composing.judging import (
    PARTNERS_A_LINE,
    Composed,
    Knowledge,
    closed,
    later_lines,
    one_of_the_best,
    suits,
)
from poemgen.composing.lines import candidates
from poemgen.composing.order import Order
from poemgen.composing.rules import Rules
from poemgen.composing.studio import Place, Rngs, Studio, Wanted
from poemgen.sampling.voice import Context
from poemgen.verse.forms import LineForm
from poemgen.verse.words import last_word

ROUNDS = 3  # of candidates for a line before the line above is taken back
TRIES_A_LINE = 10  # rounds that a poem may take, times its lines


@dataclass(frozen=True)
class Desk:
    """A poem's order and all that it is written with. `rng_of` gives the random numbers of each round (0, 1, ...)."""

    studio: Studio
    knowledge: Knowledge
    order: Order
    rng_of: Callable[[int], Rngs]


@dataclass(frozen=True)
class Verse:
    """A line that is written, and what was read before it."""

    text: str
    place: Place


def compose(studio: Studio, knowledge: Knowledge, order: Order, rng_of: Callable[[int], Rngs]) -> Composed:
    """Writes the poem. `rng_of` gives the random numbers of each round (0, 1, ...)."""
    desk, poem = Desk(studio, knowledge, order, rng_of), Composed(order.forms)
    written: list[Verse] = []
    failures: Counter[int] = Counter()
    most = TRIES_A_LINE * len(order.forms)
    while (index := len(written)) < len(order.forms):
        place = _place_after(desk, written)
        line = order.given[index] if index < len(order.given) else _attempt(desk, written, place, poem)
        if line is None and poem.tries < most:
            failures[index] += 1
            del written[max(len(order.given), index - failures[index]) :]
            continue
        if line is None:
            line = _loosely(desk, written, place, poem)
            poem.failed.append(index)
        if line is None:
            break
        written.append(Verse(line, place))
    poem.lines = [verse.text for verse in written]
    return poem


def _place_after(desk: Desk, written: Sequence[Verse]) -> Place:
    """What both networks have read when the next line begins."""
    studio, forms, index = desk.studio, desk.order.forms, len(written)
    last = index + 1 == len(forms)
    if not written:
        return Place(studio.forward.start(), studio.backward.start() if studio.backward else None, last)
    before, gap = written[-1], "\n\n" if forms[index].apart else "\n"
    forward = studio.forward.read(before.place.forward, studio.ids(before.text + gap))
    backward: Context | None = None
    if studio.backward and before.place.backward:
        backward = studio.backward.read(before.place.backward, studio.ids(before.text[::-1] + gap))
    return Place(forward, backward, last)


def _attempt(
    desk: Desk, written: Sequence[Verse], place: Place, poem: Composed, form: LineForm | None = None
) -> str | None:
    """A line for the place, in some rounds of candidates; None if none is found."""
    lines = [verse.text for verse in written]
    for round in range(ROUNDS):
        rngs = desk.rng_of(poem.tries)
        poem.tries += 1
        wanted = _wanted(desk, lines, form or desk.order.forms[len(written)], again=round > 0)
        if wanted is None:
            return None
        found = [
            line
            for line in closed(desk.studio, place, candidates(desk.studio, place, wanted, rngs))
            if wanted.rules.accept(line) and suits(desk.knowledge, desk.order, lines, line)
        ]
        if found:
            opening = not lines and not wanted.start
            return one_of_the_best(desk.studio, place, found, rngs[0], opening=opening)
    return None


def _loosely(desk: Desk, written: Sequence[Verse], place: Place, poem: Composed) -> str | None:
    """A line without the meter, or else without the count of syllables too."""
    form = desk.order.forms[len(written)]
    for looser in (replace(form, meter=None), replace(form, meter=None, syllables=None)):
        line = _attempt(desk, written, place, poem, looser) if looser != form else None
        if line is not None:
            return line
    return None


def _wanted(desk: Desk, written: Sequence[str], form: LineForm, *, again: bool) -> Wanted | None:
    """What the next line must hold; None if no word rhymes with the lines that it is to rhyme with.

    Where the first candidates were not good enough, `again` lowers what is asked: lines may be cut at their length, and
    the first line of a rhyme need not find its last word itself, but gets one that much rhymes with.
    """
    order, knowledge, index = desk.order, desk.knowledge, len(written)
    ends = [
        last_word(line)
        for line, other in zip(written, order.forms, strict=False)
        if form.rhyme and other.rhyme == form.rhyme
    ]
    rhymes = knowledge.book.partners(ends)
    if form.rhyme and not ends and again:
        rhymes = knowledge.book.rich(PARTNERS_A_LINE * later_lines(order, form, index))
    used = {last_word(line) for line in written}
    rhymes = [word for word in rhymes if word not in used]
    if ends and not rhymes:
        return None
    first = index == len(order.given)
    return Wanted(
        Rules(form, knowledge.sounds, knowledge.is_word),
        start=order.start if first else "",
        open_end=order.open_end and first,
        keyword=order.keyword if index == order.keyword_line else "",
        rhymes=rhymes,
        natural=not again,
    )
