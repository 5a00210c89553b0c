"""Poems in their order, one character after another.

Poem k of a seed has a random stream of its own. Several poems are drawn in blocks of a fixed width, each block a matrix
product of its own, so that poem k does not depend on how many are asked for; a single poem takes the same random
numbers through a product with one row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from poemgen.model import Config, Parameters
from poemgen.network.arrays import Ids
from poemgen.sampling.choice import Choice
from poemgen.sampling.hand import Hand, after_seed
from poemgen.text.tokenizer import EOS
from poemgen.workers import Map

BLOCK = 16  # poems of a block
BLOCKS = 16  # blocks that are drawn side by side at most
WORTH_A_HAND = 4  # blocks from which on two hands, and so two workers, share them
TOGETHER = 16  # characters that each of two hands draws before they wait for each other


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
    """The same poems as they grow: each character's id as soon as it is drawn (of many poems, a few at a time), and the
    Poem when it has ended.

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
    """The lanes of each hand: one hand for a few blocks, two for many, with as many lanes each."""
    if blocks < WORTH_A_HAND:
        return [range(rows * blocks)]
    half = rows * -(-blocks // 2)
    return [range(half), range(half, 2 * half)]


def in_order(hands: Sequence[Hand], count: int, max_length: int, map: Map = map) -> Iterator[int | Poem]:
    """The first `count` poems of the hands, which have equally many lanes, one after the other: what comes out of turn
    waits."""
    steps: list[list[int]] = []  # the ids of all lanes
    ends = [max_length] * count  # characters before each poem's <EOS>
    turn, passed_on = 0, 0
    while turn < count:
        if len(steps) < ends[turn]:
            some_ended = False
            for step in next_steps(hands, map):
                if EOS in step:
                    some_ended |= note_ends(step, len(steps), ends)
                steps.append(step)
            if some_ended:
                retire_blocks(hands, [end < max_length for end in ends])
        length = ends[turn]
        for step in steps[passed_on:length]:
            yield step[turn]
        passed_on = min(len(steps), length)
        if passed_on == length:
            ids = np.array([step[turn] for step in steps[:length]], np.int64)
            hand, lane = divmod(turn, hands[0].lanes)
            ended = length < max_length
            log_probability = hands[hand].log_probability(lane, length + ended)
            yield Poem(ids, "eos" if ended else "max-length", log_probability)
            turn, passed_on = turn + 1, 0


def next_steps(hands: Sequence[Hand], map: Map = map) -> Iterator[list[int]]:
    """The ids of all lanes, step by step: one step of a single hand, and several of two, which wait for each other."""
    if len(hands) == 1:
        yield from hands[0].draw(1)
    else:
        for parts in zip(*map(lambda hand: hand.draw(TOGETHER), hands), strict=True):
            yield list(chain.from_iterable(parts))


def note_ends(step: Sequence[int], length: int, ends: list[int]) -> bool:
    """Writes to `ends` the length of the poems that end at this step, and says whether any did."""
    ended = [lane for lane, id in enumerate(step[: len(ends)]) if id == EOS and length < ends[lane]]
    for lane in ended:
        ends[lane] = length
    return bool(ended)


def retire_blocks(hands: Sequence[Hand], ended: list[bool]) -> None:
    """Tells the hands which lanes have ended; what lies beyond them is not wanted at all."""
    for index, hand in enumerate(hands):
        own = ended[index * hand.lanes : (index + 1) * hand.lanes]
        hand.retire(own + [True] * (hand.lanes - len(own)))
