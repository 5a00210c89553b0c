"""A network and how far it has read: where lines are drawn from, and by which they are judged."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from poemgen.model import Network, Window, log_probabilities, next_logits, reader, zero_states
from poemgen.network.arrays import Floats
from poemgen.network.scratch import Scratch
from poemgen.network.stack import State
from poemgen.network.time import copied, repeated


class Context(NamedTuple):
    """How far a network has read: its states before the last character, one row each, and that character's id."""

    states: list[State]
    last: int


class Voice:
    """A network that reads one text and judges what may come next."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._reader = reader(*network, 1)

    def start(self) -> Context:
        """Before the first character."""
        config, parameters = self.network
        return Context(zero_states(config, parameters, 1), config.no_character)

    def read(self, context: Context, ids: Sequence[int]) -> Context:
        """After these characters more."""
        states, last = context
        logits = np.empty((1, self.network.config.vocabulary), self.network.parameters.flat.dtype)
        for id in ids:
            states = next_logits(self.network.config, self._reader, np.array([last]), states, logits)
            last = id
        return Context([copied(state) for state in states], last)

    def next_logits(self, context: Context) -> Floats:
        """The logits of the next character, (V,)."""
        states, last = context
        logits = np.empty((1, self.network.config.vocabulary), self.network.parameters.flat.dtype)
        next_logits(self.network.config, self._reader, np.array([last]), states, logits)
        row: Floats = logits[0]
        return row

    def log_probabilities(self, context: Context, texts: Sequence[Sequence[int]]) -> Floats:
        """The sum of log ŷ<t> of each of some texts, all read from here: (texts,), in nats."""
        if not texts:
            return np.zeros(0, np.float32)
        lengths = np.array([len(ids) for ids in texts])
        y = np.zeros((lengths.max(), len(texts)), np.int64)
        for column, ids in enumerate(texts):
            y[: len(ids), column] = ids
        x = np.concatenate([np.full((1, len(texts)), context.last), y[:-1]])
        keep = np.ones((*y.shape, 1), self.network.parameters.flat.dtype)
        states = [repeated(state, len(texts)) for state in context.states]
        log_p, _ = log_probabilities(*self.network, Window(x, y, keep), states, Scratch())
        sums: Floats = np.where(np.arange(len(y))[:, None] < lengths, log_p, 0).sum(axis=0)
        return sums
