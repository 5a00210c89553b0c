"""How well a model foretells poems: the surprisal -log ŷ<t> of every character, summed over a poem, in nats.

Every poem starts from a zero state, and its <EOS> counts as one character. A character outside the vocabulary costs the
surprisal of <UNK> and that of picking one among all the characters of Unicode that the vocabulary does not hold.

The poems are read side by side in lanes. The longest first, each goes to the lane that has least to read, so that the
lanes end at about the same time; a lane that has ended is left out of the matrix products.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from poemgen.model import Config, Parameters, Window, log_probabilities, zero_states
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.network.stack import State
from poemgen.text.tokenizer import UNK
from poemgen.workers import Map

UNICODE = 1_112_064  # code points that are no surrogates
LANES = 64
STEPS = 128  # characters a pass
GROUP = 1_000_000  # characters laid out in memory at once


Read = Callable[..., tuple[Floats, list[State]]]  # what `model.log_probabilities` does


class Passage(NamedTuple):
    """Ids to foretell from a zero state, the first of them after the id `before`; the first `warm_up` do not count."""

    ids: Ids
    before: int
    warm_up: int


class Score(NamedTuple):
    """The surprisal in nats of each passage, and the characters (each <EOS> included) that it is the sum over."""

    nats: Floats
    characters: Ids

    @property
    def bits_per_character(self) -> float:
        """Of all passages together."""
        return float(self.nats.sum() / math.log(2) / self.characters.sum())


def whole(config: Config, poems: Iterable[Ids]) -> list[Passage]:
    """Each poem, its <EOS> at its end, as one passage."""
    return [Passage(ids, config.no_character, 0) for ids in poems]


def excerpts(config: Config, poems: Iterable[Ids], characters: int, length: int, warm_up: int) -> list[Passage]:
    """About so many characters of the poems, long poems cut into passages of `length`, for a quick look at a model.

    Every passage but a poem's first begins with a warm-up, which brings the state close to what it would be after the
    whole poem so far. If the poems hold more than `characters`, passages are taken evenly from all over them.
    """
    passages = [
        Passage(ids[(lead := max(0, cut - warm_up)) : cut + length], int(ids[lead - 1]) if lead else -1, cut - lead)
        for ids in poems
        for cut in range(0, len(ids), length)
    ]
    passages = [p._replace(before=config.no_character) if p.before < 0 else p for p in passages]
    total = sum(len(p.ids) - p.warm_up for p in passages)
    if total <= characters:
        return passages
    wanted = max(1, math.ceil(len(passages) * characters / total))
    return [passages[i * len(passages) // wanted] for i in range(wanted)]


def score(
    config: Config, model: Parameters, passages: Sequence[Passage], map: Map = map, read: Read = log_probabilities
) -> Score:
    """The surprisal of each passage. `map` may share the work between workers; the figures stay the same. `read` stands
    in for NumPy's network."""
    unlisted = math.log(UNICODE - (config.vocabulary - 2))
    nats = np.zeros(len(passages))
    for group in _groups(passages):
        nats[group] = _score_group(config, model, passages[group], map, read)
    for index, passage in enumerate(passages):
        nats[index] += unlisted * np.count_nonzero(passage.ids[passage.warm_up :] == UNK)
    return Score(nats, np.array([len(p.ids) - p.warm_up for p in passages], np.int64))


def _groups(passages: Sequence[Passage]) -> Iterator[slice]:
    """The passages in runs of about `GROUP` characters."""
    begin, size = 0, 0
    for index, passage in enumerate(passages):
        size += len(passage.ids)
        if size >= GROUP:
            yield slice(begin, index + 1)
            begin, size = index + 1, 0
    yield slice(begin, len(passages))


def _score_group(config: Config, model: Parameters, passages: Sequence[Passage], map: Map, read: Read) -> Floats:
    """The nats of each passage, half of the lanes a job."""
    lanes = _lanes(passages)
    sums = map(lambda half: _read(config, model, passages, half, read), (lanes[0::2], lanes[1::2]))
    return sum(sums, start=np.zeros(len(passages)))


def _lanes(passages: Sequence[Passage]) -> list[list[int]]:
    """Passages (by index) dealt to lanes, the fullest lane first."""
    lanes: list[tuple[int, int, list[int]]] = [(0, lane, []) for lane in range(min(LANES, len(passages)))]
    for index in sorted(range(len(passages)), key=lambda index: -len(passages[index].ids)):
        filled, lane, members = lanes[0]
        members.append(index)
        heapq.heapreplace(lanes, (filled + len(passages[index].ids), lane, members))
    return [members for _, _, members in sorted(lanes, key=lambda lane: (-lane[0], lane[1]))]


def _read(
    config: Config, model: Parameters, passages: Sequence[Passage], lanes: Sequence[list[int]], read: Read
) -> Floats:
    """The nats of the passages in these lanes, as one array over all passages."""
    lengths = [sum(len(passages[i].ids) for i in lane) for lane in lanes]
    nats = np.zeros(len(passages) + 1)  # the last entry takes what does not count
    states, scratch = zero_states(config, model, len(lanes)), Scratch()
    layout = [_lay_out(config, passages, lane, length) for lane, length in zip(lanes, lengths, strict=True)]
    longest = max(lengths, default=0)
    for begin in range(0, longest, STEPS):
        end = min(begin + STEPS, longest)
        active = sum(length > begin for length in lengths)
        states = [type(state)(*(part[:active] for part in state)) for state in states]
        x, y, keep, owner = (
            np.stack(rows, axis=1) for rows in zip(*(lane[:, begin:end] for lane in layout[:active]), strict=True)
        )
        window = Window(x, y, keep[:, :, None].astype(model.flat.dtype))
        log_p, states = read(config, model, window, states, scratch)
        nats += np.bincount(owner.ravel(), weights=-log_p.ravel(), minlength=len(nats))
    return nats[:-1]


def _lay_out(config: Config, passages: Sequence[Passage], lane: Sequence[int], length: int) -> Ids:
    """A lane's x, y, keep and owner of every character, (4, length and a little more, to fill the last pass)."""
    laid = np.zeros((4, -(-length // STEPS) * STEPS), np.int64)
    laid[3] = len(passages)
    begin = 0
    for index in lane:
        ids, before, warm_up = passages[index]
        end = begin + len(ids)
        laid[0, begin:end] = np.append(before, ids[:-1])
        laid[1, begin:end] = ids
        laid[2, begin + 1 : end] = 1
        laid[3, begin + warm_up : end] = index
        begin = end
    return laid
