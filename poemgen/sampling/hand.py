"""A hand that writes poems side by side, a character of each at a time."""

import math
from collections.abc import Sequence
from itertools import chain, islice

import numpy as np

from poemgen.model import Config, Parameters, next_logits, reader, zero_states
from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import log_softmax
from poemgen.network.stack import State
from poemgen.network.time import repeated
from poemgen.sampling.choice import Choice, choose, gumbel
from poemgen.text.tokenizer import EOS

STEPS = 64  # characters of a lane for which noise is drawn, and log ŷ looked up, at a time
MOST = 1 << 21  # numbers of noise at a time: a large vocabulary gets fewer steps


def after_seed(config: Config, model: Parameters, seed_ids: Ids) -> tuple[Floats, list[State]]:
    """The logits (1, V) of the first character after the seed, and the states there; the seed may be empty."""
    reading, states = reader(config, model, 1), zero_states(config, model, 1)
    logits = np.empty((1, config.vocabulary), model.flat.dtype)
    for id in [config.no_character, *np.asarray(seed_ids).tolist()]:
        states = next_logits(config, reading, np.array([id]), states, logits)
    return logits, states


class Hand:
    """Writes poems side by side, one a lane, each with a random stream of its own, in blocks of so many rows.

    A block whose poems have all ended can be retired: it takes no more time, and the others do not notice.
    """

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
        self._config, self._model, self._choice, self._rngs, self._rows = config, model, choice, rngs, rows
        self._reader = reader(config, model, rows, B // rows)
        self._writing = np.arange(B)  # the lanes of blocks that are not retired; the arrays below hold these alone
        self._states: list[State] = [repeated(state, B) for state in states]
        self._time = 0
        self._steps = max(1, min(STEPS, MOST // (B * V)))
        self._noise = np.empty((self._steps, B, V), np.float32)
        self._logits = np.empty((self._steps, B, V), logits.dtype)
        self._logits[0] = logits
        self._ids = np.zeros((self._steps, B), np.int64)
        self._log_y_hat: list[Floats] = []  # of the characters drawn, (steps, lanes) each
        self._looked_up = 0

    def draw(self, steps: int) -> list[list[int]]:
        """The next so many characters of every lane: for each step a list of ids, one a lane; `EOS` where retired."""
        if len(self._writing) == 0:
            return [[EOS] * self.lanes] * steps
        return [self._draw() for _ in range(steps)]

    def retire(self, ended: Sequence[bool]) -> None:
        """Stops to write the blocks whose lanes have all ended."""
        goes_on = ~np.array(ended)[self._writing].reshape(-1, self._rows).all(axis=1)
        if goes_on.all():
            return
        self._look_up()
        kept = np.repeat(goes_on, self._rows)
        self._writing = self._writing[kept]
        self._noise, self._logits, self._ids = (
            np.ascontiguousarray(array[:, kept]) for array in (self._noise, self._logits, self._ids)
        )
        self._states = [type(state)(*(part[kept] for part in state)) for state in self._states]
        if goes_on.any():
            self._reader = reader(self._config, self._model, self._rows, int(goes_on.sum()))

    def _draw(self) -> list[int]:
        t = self._time % self._steps
        if t == 0:
            self._look_up()
            for column, lane in enumerate(self._writing.tolist()):
                self._noise[:, column] = gumbel(self._rngs[lane], (self._steps, self._config.vocabulary))
        if self._time:
            self._states = next_logits(self._config, self._reader, self._ids[t - 1], self._states, self._logits[t])
        self._ids[t] = ids = choose(self._logits[t], self._choice, self._noise[t])
        self._time += 1
        drawn: list[int] = self._in_lanes(ids).tolist()
        return drawn

    def _in_lanes(self, values: Floats | Ids) -> Floats | Ids:
        """An array over the lanes that write as one over all lanes, zero (which is `EOS`) where retired."""
        if len(self._writing) == self.lanes:
            return values
        result = np.zeros((*values.shape[:-1], self.lanes), values.dtype)
        result[..., self._writing] = values
        return result

    def log_probability(self, lane: int, characters: int) -> float:
        """The sum of log ŷ<t> of the first so many characters of a lane."""
        self._look_up()
        parts = (part[:, lane].tolist() for part in self._log_y_hat)
        return math.fsum(islice(chain.from_iterable(parts), characters))

    def _look_up(self) -> None:
        """log ŷ of what was drawn since the last time, from logits that are not needed any more."""
        if len(self._writing) == 0:
            return
        first = self._looked_up % self._steps
        steps = slice(first, first + self._time - self._looked_up)
        self._looked_up = self._time
        log_y_hat = log_softmax(self._logits[steps].reshape(-1, self._config.vocabulary))
        chosen = log_y_hat[np.arange(len(log_y_hat)), self._ids[steps].ravel()]
        self._log_y_hat.append(self._in_lanes(chosen.reshape(-1, len(self._writing))))
