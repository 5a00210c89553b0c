"""Poems out of a model, one character after another, each drawn from softmax(logits / temperature).

A draw adds Gumbel noise to the logits and takes the largest: that is an exact draw from the softmax (Gumbel 1954), and
as the temperature goes to zero it becomes the greedy choice. Where <UNK> is not wanted it is removed from the logits
first, before temperature, top-k and top-p. Untruncated and above temperature 0 that is the same distribution as drawing
again until something else comes, and it always ends.

Poem k of a seed has a random stream of its own. Several poems are drawn in blocks of a fixed width, so that poem k does
not depend on how many are asked for; a single poem takes the same random numbers through a block of width one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from poemgen.errors import UsageError
from poemgen.model import Config, Parameters, next_logits, reader, zero_states
from poemgen.network import stack
from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import log_softmax
from poemgen.network.scratch import Scratch
from poemgen.network.stack import State
from poemgen.text.tokenizer import EOS, UNK

BLOCK = 16
COLDEST = 1e-30  # up to this temperature the choice is greedy: float32 holds no logits divided by less
NOISE = 64  # characters for which noise is drawn at a time
STEPS = 256  # characters of a seed read at a time


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


@dataclass(frozen=True)
class Poem:
    """One poem: its ids after the seed, without <EOS>; why it ended; the sum of log ŷ<t> at temperature 1, in nats."""

    ids: Ids
    stop: str  # "eos" or "max-length"
    log_probability: float


@dataclass(frozen=True)
class Draw:
    """What came at one step of a block, all (B,): ids, their log ŷ<t>, and whether each poem was still open before."""

    ids: Ids
    log_probability: Floats
    open: Ids


def poem_rng(seed: int, index: int) -> np.random.Generator:
    """The random stream of poem `index` (0, 1, ...) of a seed."""
    # NumPy reads the list as 32-bit words: a long seed must not run into the index.
    return np.random.Generator(np.random.SFC64([seed % 2**32, index, seed >> 32]))


def poems(
    config: Config, model: Parameters, seed_ids: Ids, choice: Choice, *, max_length: int, rng_seed: int, count: int
) -> Iterator[Poem]:
    """`count` poems in order, each as soon as it and those before it have ended."""
    pieces = stream(config, model, seed_ids, choice, max_length=max_length, rng_seed=rng_seed, count=count)
    return (piece for piece in pieces if isinstance(piece, Poem))


def stream(
    config: Config, model: Parameters, seed_ids: Ids, choice: Choice, *, max_length: int, rng_seed: int, count: int
) -> Iterator[int | Poem]:
    """The same poems as they grow: each character's id as soon as it is drawn, and the Poem when it has ended."""
    start = after_seed(config, model, seed_ids)
    width = 1 if count == 1 else BLOCK
    for begin in range(0, count, width):
        rngs = [poem_rng(rng_seed, begin + lane) for lane in range(width)]
        draws = characters(config, model, start, choice, max_length=max_length, rngs=rngs)
        yield from _in_order(draws, min(width, count - begin))


def after_seed(config: Config, model: Parameters, seed_ids: Ids) -> tuple[Floats, list[State]]:
    """The logits (1, V) of the first character after the seed, and the states there; the seed may be empty."""
    x = np.concatenate([[config.no_character], seed_ids]).astype(np.int64)[:, None]
    states, scratch = zero_states(config, model, 1), Scratch()
    for begin in range(0, len(x), STEPS):
        part = x[begin : begin + STEPS]
        keep = np.ones((len(part), 1, 1), model.flat.dtype)
        output, states, _ = stack.forward(
            config.cell, model.layers, part, states, keep, [None] * config.layers, scratch
        )
    return output[-1] @ model.W_y + model.b_y, states


def characters(
    config: Config,
    model: Parameters,
    start: tuple[Floats, list[State]],
    choice: Choice,
    *,
    max_length: int,
    rngs: Sequence[np.random.Generator],
) -> Iterator[Draw]:
    """Draws one character for each of B poems at a time, one random stream a poem, until all have ended."""
    B = len(rngs)
    reading = reader(config, model, B)
    logits = np.repeat(start[0], B, axis=0)
    states = [type(state)(*(np.repeat(part, B, axis=0) for part in state)) for state in start[1]]
    still_open = np.ones(B, bool)
    for t in range(max_length):
        if t % NOISE == 0:
            noise = np.stack([gumbel(rng, (NOISE, config.vocabulary)) for rng in rngs], axis=1)
        ids = choose(logits, choice, noise[t % NOISE])
        yield Draw(ids, log_softmax(logits)[np.arange(B), ids], still_open)
        still_open = still_open & (ids != EOS)
        if not still_open.any():
            return
        logits, states = next_logits(config, reading, ids, states)


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


@dataclass
class _Lane:
    """A poem that grows beside others: the ids so far, how many of them were passed on, and its sum of log ŷ<t>."""

    ids: list[int]
    passed_on: int = 0
    log_probability: float = 0.0
    stop: str = ""

    def add(self, id: int, log_probability: float) -> None:
        self.log_probability += log_probability
        if id == EOS:
            self.stop = "eos"
        else:
            self.ids.append(id)

    def news(self) -> Iterator[int | Poem]:
        yield from self.ids[self.passed_on :]
        self.passed_on = len(self.ids)
        if self.stop:
            yield Poem(np.array(self.ids, np.int64), self.stop, self.log_probability)


def _in_order(draws: Iterator[Draw], count: int) -> Iterator[int | Poem]:
    """The first `count` poems of a block one after the other: what comes out of turn waits."""
    lanes = [_Lane([]) for _ in range(count)]
    turn = 0
    for draw in draws:
        for index, lane in enumerate(lanes):
            if draw.open[index]:
                lane.add(int(draw.ids[index]), float(draw.log_probability[index]))
        yield from lanes[turn].news()
        while lanes[turn].stop:
            turn += 1
            if turn == count:
                return
            yield from lanes[turn].news()
    for lane in lanes[turn:]:
        lane.stop = lane.stop or "max-length"
        yield from lane.news()
