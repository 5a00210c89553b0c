"""When a run is going nowhere: its loss is no number any more, or says that the model knows less than nothing."""

import math
from collections.abc import Sequence

from poemgen.errors import PoemgenError

LOST = 2.0  # times the bits that a guess among all characters takes


class DivergenceError(PoemgenError):
    """The loss has run away, and whoever does the same again comes to the same end."""


def check_number(bits: float, step: int, rate: float) -> None:
    """Raises DivergenceError for a loss that is no finite number."""
    if not math.isfinite(bits):
        raise DivergenceError(f"the loss is no longer a number after step {step:,}: {_advice(rate)}")


def check_losses(losses: Sequence[float], vocabulary: int, step: int, rate: float) -> None:
    """Raises DivergenceError if the last of a run's mean losses between validations, in bits a character, shows that it
    has run away. The first one does not count, since a model that goes on may begin with what it has never seen."""
    if len(losses) > 1 and losses[-1] > LOST * math.log2(vocabulary):
        bits = f"{losses[-1]:,.1f} bits/character"
        raise DivergenceError(f"the loss has run away to {bits} after step {step:,}: {_advice(rate)}")


def _advice(rate: float) -> str:
    return f"try a lower --learning-rate than {rate:g}"
