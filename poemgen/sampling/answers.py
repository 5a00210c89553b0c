"""Gaps filled a character at a time, from left to right.

The backward direction reads the text once: what it knows at a place does not depend on what is filled in before it. The
forward direction reads on in every answer. So an answer's log-probability is the sum of log ŷ of its characters, each
given all that stands in the text, and what was filled in before.

Answers of one length are compared by that sum. Where a gap may have any length, the sum favours short answers simply
for being short, and the mean over the characters long ones that are easily foretold once they have begun. Between the
two lies the sum over the number of characters to the power 0.7 (as Wu et al. 2016 rank translations).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from poemgen.model import Config, Parameters
from poemgen.network import bidirectional, stack
from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import log_softmax
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Layer, State, Stepping
from poemgen.network.time import repeated
from poemgen.sampling import beam
from poemgen.sampling.beam import Beam
from poemgen.sampling.choice import COLDEST
from poemgen.sampling.template import Layout, filled, layouts
from poemgen.text.tokenizer import EOS, UNK, Vocabulary

WIDTH = 64  # answers that are followed side by side
LENGTH_POWER = 0.7  # 0: the sum, 1: the mean


@dataclass(frozen=True)
class Answer:
    """A text without gaps; what was filled into each; the sum of log ŷ of what was filled in, in nats, and its number
    of characters."""

    text: str
    gaps: tuple[str, ...]
    log_probability: float
    characters: int

    @property
    def mean_log_probability(self) -> float:
        """Nats a character."""
        return self.log_probability / self.characters

    @property
    def rank(self) -> float:
        """The higher, the better the answer, whatever its length."""
        return self.log_probability / math.pow(self.characters, LENGTH_POWER)


class Sides(NamedTuple):
    """What both directions know at a gap: the forward output (1, H) at its first place and the state there, and the
    backward direction's part of the logits (places, V) at every missing place of the text."""

    output: Floats
    states: list[State]
    logits: Floats


def fill(
    config: Config,
    model: Parameters,
    vocabulary: Vocabulary,
    text: str,
    count: int = 1,
    *,
    temperature: float = 0.0,
    rng: np.random.Generator,
    prefer: Callable[[str], bool] = lambda text: True,
) -> list[Answer]:
    """The best answers, at most `count`, to a text with gaps (see `template`), the best first; those that `prefer` says
    yes to come before the others.

    At temperature 0 they are the likeliest that a beam search finds, above it they are drawn without replacement; of
    several lengths of a gap each is then as likely as its best answer ranks. Nothing is filled in that ends a line. The
    text begins a poem and must hold a gap; of what comes after it nothing is known but that its last line ends.
    """
    barred = np.array(sorted({EOS, UNK, line_end := int(vocabulary.encode("\n")[0])}))
    chances: dict[Answer, float] = {}
    for layout in layouts(text, vocabulary, rng):
        after = config.no_character if text.endswith("\n") or line_end == UNK else line_end
        sides = at_gap(config, model, layout.ids, layout.missing, after)
        ways = _ways(config, model, layout, sides, max(WIDTH, count), barred, temperature, rng)
        found = [
            _answer(text, vocabulary.decode(ids), layout, log_p)
            for ids, log_p in zip(ways.ids, ways.log_p.tolist(), strict=True)
        ]
        best = max((answer.rank for answer in found), default=0.0)
        drawn = (ways.rank + best / temperature).tolist() if temperature > COLDEST else [a.rank for a in found]
        for answer, chance in zip(found, drawn, strict=True):
            chances[answer] = max(chance, chances.get(answer, -math.inf))
    chosen = sorted(chances, key=lambda answer: -chances[answer])
    unlike = {answer.text: answer for answer in reversed(chosen)}  # two lengths may come to the same text
    liked = {text: prefer(text) for text in unlike}
    kept = sorted(unlike.values(), key=lambda answer: (not liked[answer.text], -chances[answer]))[:count]
    return sorted(kept, key=lambda answer: (not liked[answer.text], -answer.rank))


def _answer(text: str, characters: str, layout: Layout, log_p: float) -> Answer:
    cuts = np.cumsum((0, *layout.lengths)).tolist()
    gaps = tuple(characters[begin:end] for begin, end in pairwise(cuts))
    return Answer(filled(text, gaps), gaps, log_p, len(characters))


def score_candidates(
    config: Config, model: Parameters, before: Ids, after: Ids, candidates: Ids, following: int | None = None
) -> Floats:
    """The log-probability of each candidate, ids (C, L), in the gap between two texts, (C,) in nats.

    `before` begins a poem. After `after` comes the character `following`, which may be <EOS>; without it nothing is
    known of what comes there.
    """
    C, L = candidates.shape
    text = np.concatenate([before, candidates[0], after]).astype(np.int64)
    missing = np.zeros(len(text), bool)
    missing[len(before) : len(before) + L] = True
    sides = at_gap(config, model, text, missing, config.no_character if following is None else following)
    reader, states = _readers(config, model, sides, C)
    output, log_p = np.repeat(sides.output, C, axis=0), np.zeros(C)
    for place in range(L):
        log_y_hat = log_softmax(output @ model.W_y[: config.units] + sides.logits[place])
        log_p += log_y_hat[np.arange(C), candidates[:, place]]
        if place < L - 1:
            output, states = stack.step(config.cell, reader, candidates[:, place], states)
    return log_p


def at_gap(config: Config, model: Parameters, text: Ids, missing: Ids, after: int) -> Sides:
    """What is known at the gaps of a text that begins a poem: text (N,) and missing (N,), of which there is at least
    one. `after` is the id of the character after the text, or V if nothing is known of it."""
    places = missing.nonzero()[0]
    first = int(places[0])
    none, H = config.no_character, config.units
    forward, backward = (bidirectional.of(model.layers, way) for way in bidirectional.WAYS)
    output, states = _read(config, forward, np.concatenate([[none], text[:first]]))
    following = np.append(np.where(missing, none, text), after)[:first:-1]
    heard, _ = _read(config, backward, following)
    return Sides(output[-1:], states, heard[::-1][places - first] @ model.W_y[H:] + model.b_y)


def _ways(
    config: Config,
    model: Parameters,
    layout: Layout,
    sides: Sides,
    width: int,
    barred: Ids,
    temperature: float,
    rng: np.random.Generator,
) -> Beam:
    """The best ways to fill a layout."""
    ways = beam.empty(width)
    reader, states = _readers(config, model, sides, width)
    output = np.repeat(sides.output, width, axis=0)
    places = layout.missing.nonzero()[0]
    first, last = int(places[0]), int(places[-1])
    for place in range(first, last + 1):
        ids = np.full(width, layout.ids[place])
        if layout.missing[place]:
            logits = output @ model.W_y[: config.units] + sides.logits[ways.ids.shape[1]]
            ways, source = beam.extended(ways, logits, barred, temperature, rng)
            ids, states = ways.ids[:, -1], [type(state)(*(part[source] for part in state)) for state in states]
        if place < last:
            output, states = stack.step(config.cell, reader, ids, states)
    there = np.isfinite(ways.rank)
    return Beam(*(part[there] for part in ways))


def _read(config: Config, layers: Sequence[Layer], ids: Ids) -> tuple[Floats, list[State]]:
    """One direction's outputs (N, H) after each of the ids (N,), and the state after the last."""
    start = stack.zero_state(config.cell, layers, 1)
    keep = np.ones((len(ids), 1, 1), layers[0].b.dtype)
    output, ends, _ = stack.forward(config.cell, layers, ids[:, None], start, keep, [None] * len(layers), Scratch())
    return output[:, 0], ends


def _readers(config: Config, model: Parameters, sides: Sides, rows: int) -> tuple[list[Stepping], list[State]]:
    """The forward direction ready to read so many answers a step at a time, and the states they begin from."""
    forward = bidirectional.of(model.layers, bidirectional.FORWARD)
    states = [repeated(state, rows) for state in sides.states]
    return stack.stepping(config.cell, forward, rows), states
