"""How to train: every setting of a run that is not the architecture, and what is chosen when the user gives none."""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Recipe:
    """The settings of one run. Together with the corpus, the architecture and the seed they fix its result."""

    steps: int
    batch: int  # parallel streams
    window: int  # characters a stream reads between two updates
    learning_rate: float = 8e-3
    warm_up: float = 0.02  # share of the steps over which the rate rises from zero
    final_rate: float = 0.02  # share of the rate that is left at the last step
    beta1: float = 0.9
    beta2: float = 0.99
    weight_decay: float = 0.01
    clip: float = 1.0  # longest gradient, as its norm over all parameters, that is followed in full
    dropout: float = 0.1  # of each layer's output
    weight_dropout: float = 0.0  # of the recurrent weights
    jump: float = 0.1  # chance a window that a stream goes on at a random place, from a zero state
    poem_limit: int | None = None  # characters of a poem that are read; None: all
    match_lengths: bool = False  # whether lines and poems become as long as the corpus's: see `length_matching`
    validations: int = 12
    validates_start: bool = False  # whether one comes before the first step, so that no run ends worse than it began
    patience: int = 5  # validations in a row without a new best before a run stops early
    seed: int = 0

    def rate(self, step: int) -> float:
        """The learning rate of a step, 0..steps-1: a linear warm-up, half a cosine (Loshchilov and Hutter 2017)."""
        rising = max(1, round(self.steps * self.warm_up))
        if step < rising:
            return self.learning_rate * (step + 1) / rising
        progress = (step - rising) / max(1, self.steps - rising)
        cosine = float(0.5 + 0.5 * np.cos(np.pi * progress))
        return self.learning_rate * (self.final_rate + (1 - self.final_rate) * cosine)

    def validates_after(self, step: int) -> bool:
        """Whether a validation follows this step: they are evenly spaced, the last after the last step."""
        done, before = ((n * self.validations) // self.steps for n in (step + 1, step))
        return done > before

    def random(self, step: int, purpose: int) -> np.random.Generator:
        """The random stream of one purpose at one step: a function of the seed alone, so none of it need be saved."""
        return np.random.Generator(np.random.SFC64([self.seed, step, purpose]))


@dataclass(frozen=True)
class Size:
    """What suits a corpus of some size and the time there is for it."""

    layers: int
    units: int
    batch: int
    window: int
    dropout: float
    weight_dropout: float
    learning_rate: float = 8e-3


MINUTES = 10.0  # of training, unless something else is asked for
SIZES = (  # up to so many characters and minutes; how they were found: tests/benchmarks/NOTES.md
    (30_000, math.inf, Size(1, 128, 8, 32, 0.5, 0.0)),
    (300_000, math.inf, Size(1, 192, 8, 32, 0.5, 0.0)),
    (5_000_000, 5, Size(1, 256, 32, 32, 0.1, 0.1, 1.2e-2)),
    (5_000_000, 30, Size(1, 512, 32, 64, 0.3, 0.3)),
    (5_000_000, math.inf, Size(1, 768, 32, 64, 0.5, 0.4, 6e-3)),
    (math.inf, math.inf, Size(1, 512, 128, 64, 0.0, 0.0)),
)


def size_for(characters: int, minutes: float | None = None) -> Size:
    """The default architecture, batch, window and recipe for a training corpus of so many characters and so many
    minutes of training, `MINUTES` unless they are given."""
    minutes = MINUTES if minutes is None else minutes
    return next(size for most, longest, size in SIZES if characters <= most and minutes <= longest)
