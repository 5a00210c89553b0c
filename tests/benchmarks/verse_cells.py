"""What stands in the table of verse: shares with their counts, numbers with their units."""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

HUMAN, EIGHT_GRAM, MODEL = "humans", "8-gram", "model"
COLUMNS = (HUMAN, EIGHT_GRAM, MODEL)


class Cell(NamedTuple):
    """A figure: a share with its counts, or a number with its unit."""

    value: float
    hits: int = 0
    of: int = 0
    unit: str = "%"


Found = Iterator[tuple[str, Cell]]  # the name of a row, and its figure in one column


def share(hits: int, of: int) -> Cell:
    """So many of so many."""
    return Cell(100 * hits / of if of else math.nan, hits, of)


def together(parts: Iterable[tuple[int, int]]) -> Cell:
    """The shares of all poems together."""
    listed = list(parts)
    return share(sum(hits for hits, _ in listed), sum(of for _, of in listed))


def share_of(found: Iterable[bool]) -> Cell:
    """How many are true."""
    listed = list(found)
    return share(sum(listed), len(listed))
