"""What a card says in plain sentences: where the model does what people do not, and what the figures cannot tell."""

import math
from collections.abc import Iterable, Iterator, Sequence

from poemgen.evaluation.figures import BITS_HELD_OUT, BITS_OF_CORPUS, EIGHT_GRAM, HUMANS, MODEL, NOTHING, Figure, Row

FEW = 20  # held-out poems


BY_HEART = (
    "bits per character: fewer than the 8-gram's in the corpus, more in held-out poems: "
    "the model knows the corpus by heart, and little besides"
)


def remarks(rows: Sequence[Row]) -> list[str]:
    """A sentence for each row whose model is on a worse side of people, where there are none of the 8-gram: their
    intervals do not meet."""
    sentences = [sentence for row in rows if (sentence := remark(row))]
    return [BY_HEART, *sentences] if is_by_heart(rows) else sentences


def is_by_heart(rows: Iterable[Row]) -> bool:
    """Whether the model foretells the corpus better than the 8-gram does, and held-out poems worse."""
    sides = {row.name: apart(*(row.figures.get(column, NOTHING) for column in (MODEL, EIGHT_GRAM))) for row in rows}
    return (sides.get(BITS_OF_CORPUS), sides.get(BITS_HELD_OUT)) == ("less", "more")


def remark(row: Row) -> str:
    """The sentence for a row; empty if there is nothing to say."""
    others = next((column for column in (HUMANS, EIGHT_GRAM) if column in row.figures), None)
    if others is None or MODEL not in row.figures:
        return ""
    model, other = row.figures[MODEL], row.figures[others]
    name = "the 8-gram" if others == EIGHT_GRAM else others
    if math.isnan(model.value) and not math.isnan(other.value):
        return f"{row.name}: the model wrote nothing to measure; {name} {row.shown(others)}"
    side = apart(model, other)
    return f"{row.name}: {row.shown(MODEL)}, {side} than {name}: {row.shown(others)}" if side in row.sides else ""


def apart(model: Figure, other: Figure) -> str:
    """`more` or `less` if the model's interval lies wholly on that side of the other one; else nothing, and nothing of
    a figure without an interval."""
    if model.low > other.high:
        return "more"
    return "less" if model.high < other.low else ""


def notes(held_out: Sequence[str], corpus: Sequence[str], unknown: int) -> Iterator[str]:
    """What the reader of a card must know of the texts; `unknown` characters are outside of the model's vocabulary."""
    if not corpus:
        yield "without a corpus there is no 8-gram, and nobody can tell copies; --corpus names it"
    known = {*corpus}
    if both := sum(poem in known for poem in held_out):
        yield f"{both:,} of {len(held_out):,} held-out poems stand in the corpus too: the figures flatter the model"
    if len(held_out) < FEW:
        yield f"held-out poems: {len(held_out):,}, too few for their intervals to mean much"
    if unknown:
        yield f"characters of the held-out poems that the model does not know: {unknown:,}; each costs many bits"
