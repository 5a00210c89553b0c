"""One draw from softmax(logits / temperature), truncated as asked.

A draw adds Gumbel noise to the logits and takes the largest: that is an exact draw from the softmax (Gumbel 1954), and
as the temperature goes to zero it becomes the greedy choice. Where <UNK> is not wanted it is removed from the logits
first, before temperature, top-k and top-p. Untruncated and above temperature 0 that is the same distribution as drawing
again until something else comes, and it always ends.
"""

import math
from dataclasses import dataclass

import numpy as np

from poemgen.errors import UsageError
from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import log_softmax
from poemgen.text.tokenizer import UNK

COLDEST = 1e-30  # up to this temperature the choice is greedy: float32 holds no logits divided by less


@dataclass(frozen=True)
class Choice:
    """How a character is chosen: temperature (0 is greedy), the k likeliest (0: all), the likeliest that together have
    probability p (1: all), and whether <UNK> is drawn again. Raises UsageError for values that make no sense."""

    temperature: float = 0.8
    top_k: int = 0
    top_p: float = 1.0
    reject_unk: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.temperature < math.inf:
            raise UsageError(f"the temperature is {self.temperature}; it must be 0 or more, and finite")
        if self.top_k < 0:
            raise UsageError(f"top-k is {self.top_k}; it must be 0 (all characters) or more")
        if not 0 < self.top_p <= 1:
            raise UsageError(f"top-p is {self.top_p}; it must lie above 0 and be at most 1")


def gumbel(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Standard Gumbel noise, float32: -log of exponential noise."""
    exponential = rng.standard_exponential(shape, dtype=np.float32)
    np.maximum(exponential, np.finfo(np.float32).tiny, out=exponential)
    return -np.log(exponential)


def choose(logits: Floats, choice: Choice, noise: Floats) -> Ids:
    """One id a row of logits (B, V), given Gumbel noise (B, V)."""
    if choice.reject_unk:
        logits = logits.copy()
        logits[:, UNK] = -np.inf
    if choice.temperature > COLDEST:
        logits = logits / choice.temperature
        if choice.top_k or choice.top_p < 1:
            logits = truncated(logits, choice.top_k or logits.shape[1], choice.top_p)
        logits = logits + noise
    ids: Ids = logits.argmax(axis=1)
    return ids


def truncated(logits: Floats, k: int, p: float) -> Floats:
    """The logits (B, V) with -inf in place of all but the k likeliest, and of these all but the fewest that together
    have probability p (Holtzman et al. 2020). The likeliest always stays."""
    order = np.argsort(-logits, axis=1, kind="stable")
    ranked = np.take_along_axis(logits, order, axis=1)
    ranked[:, k:] = -np.inf
    probability = np.exp(log_softmax(ranked.copy()))
    ranked[:, 1:][np.cumsum(probability, axis=1)[:, :-1] >= p] = -np.inf
    kept = np.empty_like(logits)
    np.put_along_axis(kept, order, ranked, axis=1)
    return kept
