"""Gaps filled a character at a time, from left to right.

The network on the right reads the text once: what it knows at a gap does not depend on what is filled in before. The
one on the left reads on in every answer. So an answer's log-probability is the sum of log ŷ of its characters, each
given all that stands in the text, and what was filled in before.

Answers of one length are compared by that sum. Where a gap may have any length, the sum favours short answers simply
for being short, and the mean over the characters long ones that are easily foretold once they have begun. Between the
two lies the sum over the number of characters to the power 0.7 (as Wu et al. 2016 rank translations). To it comes what
language models say of the whole text, if there are any: see `rereading`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from poemgen import filling
from poemgen.filling import Filler
from poemgen.model import Config
from poemgen.network import stack
from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import log_softmax
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Layer, State, Stepping
from poemgen.network.time import repeated
from poemgen.sampling import beam
from poemgen.sampling.beam import Beam
from poemgen.sampling.choice import COLDEST
from poemgen.sampling.rereading import Rereader, reread
from poemgen.sampling.template import GAP, Layout, filled, layouts
from poemgen.text.reversal import ends_of_lines, from_the_end
from poemgen.text.tokenizer import EOS, UNK, Vocabulary

WIDTH = 64  # answers that are followed side by side
LENGTH_POWER = 0.7  # 0: the sum, 1: the mean
REREAD = 256  # answers that are read anew, as many of each layout; twice as many as are asked for, if those are more


@dataclass(frozen=True)
class Answer:
    """A text without gaps; what was filled into each; the sum of log ŷ of what was filled in, in nats, and its number
    of characters; what language models say of the text, see `reread`."""

    text: str
    gaps: tuple[str, ...]
    log_probability: float
    characters: int
    reread: float = 0.0

    @property
    def mean_log_probability(self) -> float:
        """Nats a character."""
        return self.log_probability / self.characters

    @property
    def rank(self) -> float:
        """The higher, the better the answer, whatever its length; beside answers that were found with it."""
        return self.log_probability / math.pow(self.characters, LENGTH_POWER) + self.reread


class Known(NamedTuple):
    """What is known at the gaps of a text: the left side's output (1, H) at the first missing place and the states
    there, and v<t> at every missing place (places, H)."""

    output: Floats
    states: list[State]
    v: Floats


def fill(
    filler: Filler,
    vocabulary: Vocabulary,
    text: str,
    count: int = 1,
    *,
    temperature: float = 0.0,
    rng: np.random.Generator,
    prefer: Callable[[str], bool] = lambda text: True,
    rereaders: Sequence[Rereader] = (),
) -> list[Answer]:
    """The best answers, at most `count`, to a text with gaps (see `template`), the best first; those that `prefer` says
    yes to come before the others.

    At temperature 0 they are the likeliest that a beam search finds, above it they are drawn without replacement; of
    several lengths of a gap each is then as likely as its best answer ranks. What `rereaders` say of an answer's text
    counts in its rank; of the answers of one length it does not change which are drawn. Nothing is filled in that ends
    a line. The text begins a poem and must hold a gap; its last line ends where it does.
    """
    chosen = layouts(text, vocabulary, rng)
    line_end = int(vocabulary.encode("\n")[0])
    barred = np.array(sorted({EOS, UNK, line_end}))
    if len(barred) == len(vocabulary):
        return []
    most = -(-max(REREAD, 2 * count) // len(chosen))
    found: list[_Found] = []
    for number, layout in enumerate(chosen):
        ways = _ways(filler, layout, line_end, max(WIDTH, count), barred, temperature, rng)
        answers = (
            _answer(text, vocabulary.decode(ids), layout, log_p)
            for ids, log_p in zip(ways.ids, ways.log_p.tolist(), strict=True)
        )
        here = [_Found(each, noisy, number, prefer(each.text)) for each, noisy in zip(answers, ways.rank, strict=True)]
        found += sorted(here, key=lambda way: (not way.liked, -way.noisy))[:most]
    if rereaders and found:
        found = _reread(rereaders, vocabulary, text, found)
    chances = _chances(found, temperature)
    order = sorted(found, key=lambda way: (not way.liked, -chances[way]))
    unlike: dict[str, _Found] = {}
    for way in order:
        unlike.setdefault(way.answer.text, way)  # two lengths may come to the same text
    kept = list(unlike.values())[:count]
    return [way.answer for way in sorted(kept, key=lambda way: (not way.liked, -way.answer.rank))]


class _Found(NamedTuple):
    """An answer; its log-probability at the temperature, with the noise that it was drawn by; the number of its layout;
    whether it is preferred."""

    answer: Answer
    noisy: float
    layout: int
    liked: bool


def _answer(text: str, characters: str, layout: Layout, log_p: float) -> Answer:
    cuts = np.cumsum((0, *layout.lengths)).tolist()
    gaps = tuple(characters[begin:end] for begin, end in pairwise(cuts))
    return Answer(filled(text, gaps), gaps, log_p, len(characters))


def _reread(rereaders: Sequence[Rereader], vocabulary: Vocabulary, text: str, found: Sequence[_Found]) -> list[_Found]:
    """The answers with what language models say of their texts, to the end of the last line that has a gap."""
    _, *later_lines = GAP.split(text)[-1].split("\n")
    cut, line_end = sum(len(line) + 1 for line in later_lines), int(vocabulary.encode("\n")[0])
    end = EOS if line_end == UNK else line_end  # where no line ends, the poem does
    lines = (vocabulary.encode(way.answer.text[: len(way.answer.text) - cut]) for way in found)
    heard = reread(rereaders, [np.append(ids, end) for ids in lines], line_end)
    return [
        way._replace(answer=replace(way.answer, reread=figure))
        for way, figure in zip(found, heard.tolist(), strict=True)
    ]


def _chances(found: Sequence[_Found], temperature: float) -> dict[_Found, float]:
    """By what the answers are chosen: their rank, or what was drawn for them beside the best rank of their layout."""
    if temperature <= COLDEST:
        return {way: way.answer.rank for way in found}
    best: dict[int, float] = {}
    for way in found:
        best[way.layout] = max(way.answer.rank, best.get(way.layout, -math.inf))
    return {way: way.noisy + best[way.layout] / temperature for way in found}


def score_candidates(filler: Filler, vocabulary: Vocabulary, before: Ids, after: Ids, candidates: Ids) -> Floats:
    """The log-probability of each candidate, ids (C, L), in the gap between two texts, (C,) in nats. `before` begins a
    poem; of `after` the end of the line, or of the poem, is the last that matters."""
    C, L = candidates.shape
    text = np.concatenate([before, candidates[0], after]).astype(np.int64)
    missing = np.zeros(len(text), bool)
    missing[len(before) : len(before) + L] = True
    known = at_gaps(filler, text, missing, int(vocabulary.encode("\n")[0]))
    reader, states = _reader(filler, known, C)
    output, log_p = np.repeat(known.output, C, axis=0), np.zeros(C)
    for place in range(L):
        log_y_hat = log_softmax(filling.logits(filler.parameters.joint, output, known.v[place : place + 1]))
        log_p += log_y_hat[np.arange(C), candidates[:, place]]
        if place < L - 1:
            output, states = stack.step(filler.config.cell, reader, candidates[:, place], states)
    return log_p


def at_gaps(filler: Filler, text: Ids, missing: Ids, line_end: int) -> Known:
    """What is known at the gaps of a text that begins a poem: text (N,), any ids where it is missing, and missing (N,),
    of which there is at least one; the ends of lines are not missing. The network on the right skips what is."""
    places = missing.nonzero()[0]
    none, first, parameters = filler.config.no_character, int(places[0]), filler.parameters
    output, states = _read(filler.config, parameters.left, np.append(none, text[:first]))
    ends: Ids = np.isin(text, ends_of_lines(line_end)) & ~missing  # whatever stands for what is missing
    turned = from_the_end(ends[:, None])[:, 0]
    there = ~missing[turned]
    heard, _ = _read(filler.right, parameters.right, np.append(none, text[turned][there]))
    last = np.diff(places, append=-1) != 1  # of its gap
    edges = turned[places[last]]
    right = heard[np.cumsum(there)[edges]]
    gap = np.cumsum(last) - last
    n = places[last][gap] - places + 1
    return Known(output[-1:], states, filling.from_right(parameters.joint, right, gap, n))


def _ways(
    filler: Filler,
    layout: Layout,
    line_end: int,
    width: int,
    barred: Ids,
    temperature: float,
    rng: np.random.Generator,
) -> Beam:
    """The best ways to fill a layout."""
    ways, known = beam.empty(width), at_gaps(filler, layout.ids, layout.missing, line_end)
    reader, states = _reader(filler, known, width)
    output = np.repeat(known.output, width, axis=0)
    places = layout.missing.nonzero()[0]
    first, last = int(places[0]), int(places[-1])
    for place in range(first, last + 1):
        ids = np.full(width, layout.ids[place])
        if layout.missing[place]:
            here = ways.ids.shape[1]
            logits = filling.logits(filler.parameters.joint, output, known.v[here : here + 1])
            ways, source = beam.extended(ways, logits, barred, temperature, rng)
            ids, states = ways.ids[:, -1], [type(state)(*(part[source] for part in state)) for state in states]
        if place < last:
            output, states = stack.step(filler.config.cell, reader, ids, states)
    there = np.isfinite(ways.rank)
    return Beam(*(part[there] for part in ways))


def _read(config: Config, layers: Sequence[Layer], ids: Ids) -> tuple[Floats, list[State]]:
    """The outputs (N, H) of a side after each of the ids (N,), and the states after the last."""
    start = stack.zero_state(config.cell, layers, 1)
    keep, masks = np.ones((len(ids), 1, 1), layers[0].b.dtype), [None] * config.layers
    output, ends, _ = stack.forward(config.cell, layers, ids[:, None], start, keep, masks, Scratch())
    return output[:, 0], ends


def _reader(filler: Filler, known: Known, rows: int) -> tuple[list[Stepping], list[State]]:
    """The left side ready to read so many answers a step at a time, and the states they begin from."""
    layers = filler.parameters.left
    return stack.stepping(filler.config.cell, layers, rows), [repeated(state, rows) for state in known.states]
