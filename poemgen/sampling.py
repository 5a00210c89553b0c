"""Poems out of a model, one character after another, each drawn from softmax(logits / temperature).

A draw adds Gumbel noise to the logits and takes the largest: that is an exact draw from the softmax (Gumbel 1954), and
as the temperature goes to zero it becomes the greedy choice. Where <UNK> is not wanted it is removed from the logits
first, before temperature, top-k and top-p. Untruncated and above temperature 0 that is the same distribution as drawing
again until something else comes, and it always ends.

Poem k of a seed has a random stream of its own. Several poems are drawn in blocks of a fixed width, each block a matrix
product of its own, so that poem k does not depend on how many are asked for; a single poem takes the same random
numbers through a product with one row.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import Any

import numpy as np

from poemgen.errors import UsageError
from poemgen.model import Config, Parameters, next_logits, reader, zero_states
from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import log_softmax
from poemgen.network.stack import State
from poemgen.text.tokenizer import EOS, UNK

Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]

BLOCK = 16  # poems of a block
BLOCKS = 16  # blocks that are drawn side by side at most
WORTH_A_HAND = 4  # blocks from which on two hands, and so two workers, share them
TOGETHER = 16  # characters that each of two hands draws before they wait for each other
COLDEST = 1e-30  # up to this temperature the choice is greedy: float32 holds no logits divided by less
NOISE = 64  # characters for which noise is drawn, and log ŷ looked up, at a time


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


def poem_rng(seed: int, index: int) -> np.random.Generator:
    """The random stream of poem `index` (0, 1, ...) of a seed."""
    # NumPy reads the list as 32-bit words: a long seed must not run into the index.
    return np.random.Generator(np.random.SFC64([seed % 2**32, index, seed >> 32]))


def poems(
    config: Config,
    model: Parameters,
    seed_ids: Ids,
    choice: Choice,
    *,
    max_length: int,
    rng_seed: int,
    count: int,
    map: Map = map,
) -> Iterator[Poem]:
    """`count` poems in order, each as soon as it and those before it have ended. See `stream`."""
    pieces = stream(config, model, seed_ids, choice, max_length=max_length, rng_seed=rng_seed, count=count, map=map)
    return (piece for piece in pieces if isinstance(piece, Poem))


def stream(
    config: Config,
    model: Parameters,
    seed_ids: Ids,
    choice: Choice,
    *,
    max_length: int,
    rng_seed: int,
    count: int,
    map: Map = map,
) -> Iterator[int | Poem]:
    """The same poems as they grow: each character's id as soon as it is drawn, and the Poem when it has ended.

    `map` may share the work on many poems between workers; the poems stay the same.
    """
    start = after_seed(config, model, seed_ids)
    rows = 1 if count == 1 else BLOCK
    for begin in range(0, count, rows * BLOCKS):
        wanted = min(count - begin, rows * BLOCKS)
        hands = [
            Hand(config, model, start, choice, [poem_rng(rng_seed, begin + lane) for lane in lanes], rows)
            for lanes in shares(-(-wanted // rows), rows)
        ]
        yield from in_order(hands, wanted, max_length, map)


def hands_for(count: int) -> int:
    """How many hands write so many poems, and so how many workers are of use."""
    return len(shares(-(-min(count, BLOCK * BLOCKS) // BLOCK), BLOCK))


def shares(blocks: int, rows: int) -> list[range]:
    """The lanes of each hand: one hand for a few blocks, two for many."""
    cuts = [0, blocks] if blocks < WORTH_A_HAND else [0, blocks // 2, blocks]
    return [range(rows * begin, rows * end) for begin, end in pairwise(cuts)]


def after_seed(config: Config, model: Parameters, seed_ids: Ids) -> tuple[Floats, list[State]]:
    """The logits (1, V) of the first character after the seed, and the states there; the seed may be empty."""
    reading, states = reader(config, model, 1), zero_states(config, model, 1)
    logits = np.empty((1, config.vocabulary), model.flat.dtype)
    for id in [config.no_character, *np.asarray(seed_ids).tolist()]:
        states = next_logits(config, reading, np.array([id]), states, logits)
    return logits, states


class Hand:
    """Writes poems side by side, one a lane, each with a random stream of its own, in blocks of so many rows."""

    def __init__(
        self,
        config: Config,
        model: Parameters,
        start: tuple[Floats, list[State]],
        choice: Choice,
        rngs: Sequence[np.random.Generator],
        rows: int,
    ) -> None:
        logits, states = start
        B, V = len(rngs), config.vocabulary
        self.lanes = B
        self._config, self._choice, self._rngs = config, choice, rngs
        self._reader = reader(config, model, rows, B // rows)
        self._states = [type(state)(*(np.repeat(part, B, axis=0) for part in state)) for state in states]
        self._time = 0
        self._noise = np.empty((NOISE, B, V), np.float32)
        self._logits = np.empty((NOISE, B, V), logits.dtype)
        self._logits[0] = logits
        self._ids = np.zeros((NOISE, B), np.int64)
        self._log_y_hat: list[Floats] = []  # of the characters drawn, (steps, B) each
        self._looked_up = 0

    def draw(self, steps: int) -> list[list[int]]:
        """The next so many characters of every lane: for each step a list of ids, one a lane."""
        return [self._draw() for _ in range(steps)]

    def _draw(self) -> list[int]:
        t = self._time % NOISE
        if t == 0:
            self._look_up()
            self._noise = np.stack([gumbel(rng, self._noise[:, 0].shape) for rng in self._rngs], axis=1)
        if self._time:
            self._states = next_logits(self._config, self._reader, self._ids[t - 1], self._states, self._logits[t])
        self._ids[t] = ids = choose(self._logits[t], self._choice, self._noise[t])
        self._time += 1
        drawn: list[int] = ids.tolist()
        return drawn

    def log_probability(self, lane: int, characters: int) -> float:
        """The sum of log ŷ<t> of the first so many characters of a lane."""
        self._look_up()
        parts = (part[:, lane].tolist() for part in self._log_y_hat)
        return math.fsum(islice(chain.from_iterable(parts), characters))

    def _look_up(self) -> None:
        steps = slice(self._looked_up % NOISE, self._looked_up % NOISE + self._time - self._looked_up)
        self._looked_up = self._time
        log_y_hat = log_softmax(self._logits[steps].reshape(-1, self._config.vocabulary))
        chosen = log_y_hat[np.arange(len(log_y_hat)), self._ids[steps].ravel()]
        self._log_y_hat.append(chosen.reshape(-1, self._ids.shape[1]))


def in_order(hands: Sequence[Hand], count: int, max_length: int, map: Map = map) -> Iterator[int | Poem]:
    """The first `count` poems of the hands one after the other: what comes out of turn waits."""
    steps: list[list[int]] = []  # the ids of all lanes
    ends = [max_length] * count  # characters before each poem's <EOS>
    turn, passed_on = 0, 0
    while turn < count:
        if len(steps) < ends[turn]:
            for step in next_steps(hands, map):
                if EOS in step:
                    for lane, id in enumerate(step[:count]):
                        ends[lane] = min(ends[lane], len(steps)) if id == EOS else ends[lane]
                steps.append(step)
        for step in steps[passed_on : ends[turn]]:
            yield step[turn]
        passed_on = min(len(steps), ends[turn])
        if passed_on == ends[turn]:
            yield _poem(hands, steps, turn, ends[turn])
            turn, passed_on = turn + 1, 0


def next_steps(hands: Sequence[Hand], map: Map = map) -> Iterator[list[int]]:
    """The ids of all lanes, step by step: one step of a single hand, and several of two, which wait for each other."""
    if len(hands) == 1:
        yield from hands[0].draw(1)
    else:
        for parts in zip(*map(lambda hand: hand.draw(TOGETHER), hands), strict=True):
            yield list(chain.from_iterable(parts))


def _poem(hands: Sequence[Hand], steps: list[list[int]], lane: int, length: int) -> Poem:
    ended = length < len(steps) and steps[length][lane] == EOS
    ids = np.array([step[lane] for step in steps[:length]], np.int64)
    own = lane
    for hand in hands:
        if own < hand.lanes:
            return Poem(ids, "eos" if ended else "max-length", hand.log_probability(own, length + ended))
        own -= hand.lanes
    raise IndexError(lane)


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
