"""What stands in a card: figures with their intervals, in rows of a column each for people, an 8-gram and the model."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

HUMANS, EIGHT_GRAM, MODEL = "humans", "8-gram", "model"
BITS_HELD_OUT, BITS_OF_CORPUS = "bits per character, held-out poems", "bits per character, the corpus"


class Figure(NamedTuple):
    """A figure and its 95% interval, NaN where it has none. The value is NaN if there is nothing to measure."""

    value: float
    low: float = math.nan
    high: float = math.nan


NOTHING = Figure(math.nan)


@dataclass(frozen=True)
class Row:
    """A row: what is measured; whether in percent, and the digits after the point; on which `sides` of the people's
    figure a model's one is worse; the figures by column. One that was not measured is not there."""

    name: str
    figures: Mapping[str, Figure]
    sides: frozenset[str]
    percent: bool = True
    digits: int = 1

    def shown(self, column: str, *, interval: bool = False) -> str:
        """The figure of a column as people read it: `98.0%`, or `98.0% (97.1 to 98.8)`; empty if it was not measured,
        `nothing` if there was nothing to measure."""
        figure = self.figures.get(column)
        if figure is None:
            return ""
        if math.isnan(figure.value):
            return "nothing"
        value, low, high = (f"{number:,.{self.digits}f}" for number in figure)
        ends = f" ({low} to {high})" if interval and not math.isnan(figure.low) else ""
        return value + "%" * self.percent + ends


MORE, LESS = frozenset({"more"}), frozenset({"less"})
EITHER = MORE | LESS
