"""The task of the network that fills gaps: windows from anywhere in the corpus, and gaps in their lines.

Every word is a gap, one at a time: both sides read whole text, and each gap asks only for what they knew before they
came to it. About a quarter as many gaps begin and end anywhere in a line.
Windows do not follow each other, so no states are carried.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from poemgen import filling
from poemgen.filling import Bidirectional, Window
from poemgen.model import Config
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Masks, State
from poemgen.text.encoded import EncodedCorpus
from poemgen.text.reversal import ends_of_lines, from_the_end, runs
from poemgen.text.tokenizer import EOS, FIRST_CHARACTER, UNK, Vocabulary
from poemgen.training.batches import Corpus, cuts, widths
from poemgen.training.recipe import Recipe
from poemgen.training.task import GLANCE, Batch
from poemgen.workers import Map

GAPS = 1  # what random numbers are for; see `half` for those of dropout

APART = 32  # characters for each gap that is no word
LONGEST = 12  # characters of such a gap

EXCERPT, SIDE_BY_SIDE = 256, 32  # characters of a held-out window, windows in one pass


class Gaps(NamedTuple):
    """Where gaps are, all (G,): their first place, the place after their last, and their column."""

    first: Ids
    stop: Ids
    column: Ids


@dataclass(frozen=True, eq=False)
class Filling:
    """Learns to fill gaps. It knows which ids are letters, which ends a line, which is that of no character, and how
    many units the side has that reads lines from their end."""

    letters: tuple[int, ...]
    line_end: int
    no_character: int
    right: int

    @classmethod
    def of(cls, vocabulary: Vocabulary, right: int) -> Self:
        """The task in the ids of a vocabulary; a word is a run of letters and apostrophes."""
        numbered = list(enumerate(vocabulary.characters, FIRST_CHARACTER))
        letters = tuple(id for id, character in numbered if character.isalpha() or character in "'\u2019")
        return cls(letters, int(vocabulary.encode("\n")[0]), len(vocabulary), right)

    def parameters(self, config: Config, flat: Floats) -> Bidirectional:
        """The views of a flat vector."""
        return filling.parameters(config, flat)

    def initial(self, config: Config, rng: np.random.Generator) -> Bidirectional:
        """Parameters to start from."""
        return filling.initial(config, self.right, rng)

    def begin(
        self, config: Config, recipe: Recipe, corpus: Corpus, model: Bidirectional
    ) -> tuple[Ids, list[list[State]]]:
        """No places and no states."""
        return np.zeros(0, np.int64), [[] for _ in widths(recipe.batch)]

    def batch(self, corpus: Corpus, recipe: Recipe, step: int, places: Ids, streams: slice | None = None) -> Batch:
        """Windows from random places with random gaps; `places` stay as they are. Where but the beginnings of poems are
        read, a window begins there, and may go on past them: its gaps want what follows."""
        rng, B = recipe.random(step, GAPS), recipe.batch
        begins = corpus.among_ids(rng.integers(corpus.size, size=B))
        text, starts = _cut(corpus, begins, recipe.window)
        gaps = self.gaps(text[1:], rng)
        parts = [self._of_columns(text, starts, gaps, cut) for cut in ([streams] if streams else cuts(B))]
        return Batch(parts, max(1, int((gaps.stop - gaps.first).sum())), places)

    def gaps(self, text: Ids, rng: np.random.Generator) -> Gaps:
        """Gaps of text (T, B): all words, and others. None has in it what ends a line or a poem, or <UNK>, or lies in a
        line whose end is not there: what is to its right would not be known."""
        T, B = text.shape
        _, line_ends = runs(~self._ends(text))
        known = (text >= FIRST_CHARACTER) & (text != self.line_end) & (line_ends < T)
        letters = known & np.isin(text, np.array(self.letters))
        begins, ends = runs(letters)
        rows = np.arange(T)[:, None]
        words = Gaps(
            *(part[letters & (begins == rows)] for part in (begins, ends, np.broadcast_to(np.arange(B), (T, B))))
        )
        shape = max(1, T // APART), B
        first, column = rng.integers(T, size=shape), np.broadcast_to(np.arange(B), shape)
        stop = np.minimum(first + rng.integers(1, LONGEST + 1, size=shape), runs(known)[1][first, column])
        others = Gaps(*(part[known[first, column]] for part in (first, stop, column)))
        return Gaps(*map(np.concatenate, zip(words, others, strict=True)))

    def _of_columns(self, text: Ids, starts: Ids, gaps: Gaps, cut: slice) -> Window:
        """The window of some of the columns."""
        columns = np.arange(text.shape[1])[cut]
        here = np.isin(gaps.column, columns)
        first, stop, column = (part[here] for part in gaps)
        return self.window(text[:, cut], starts[:, cut], Gaps(first, stop, column - columns[0]))

    def window(self, text: Ids, starts: Ids, gaps: Gaps) -> Window:
        """The window of T characters of B passages, given with the characters before, text (T+1, B), and where poems
        start (T, B)."""
        before, text = text[:-1], text[1:]
        none, B = self.no_character, text.shape[1]
        places = from_the_end(self._ends(text))
        ahead = np.full((1, B), none if self.line_end == UNK else self.line_end)
        turned = np.concatenate([ahead, np.take_along_axis(text, places, axis=0)[:-1]])
        x = np.where(starts, none, np.stack([before, turned]))
        lengths = gaps.stop - gaps.first
        gap = np.repeat(np.arange(len(lengths)), lengths)
        t = np.arange(len(gap)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + gaps.first[gap]
        column = gaps.column[gap]
        return Window(
            x=x,
            keep=(~starts[:, :, None]).astype(np.float32),
            y=text[t, column],
            left=t * B + column,
            right=places[gaps.stop - 1, gaps.column] * B + gaps.column,
            gap=gap,
            n=gaps.stop[gap] - t,
        )

    def _ends(self, text: Ids) -> Ids:
        """Where lines end."""
        return np.isin(text, ends_of_lines(self.line_end))

    def loss_and_gradients(
        self,
        config: Config,
        model: Bidirectional,
        part: Window,
        states: Sequence[State],
        masks: Masks,
        gradients: Bidirectional,
        scratch: Scratch,
    ) -> tuple[float, list[State]]:
        """See `filling.loss_and_gradients`."""
        return filling.loss_and_gradients(config, model, part, gradients, scratch), []

    def held_out(self, corpus: Corpus, characters: int) -> list[Window]:
        """About so many characters of held-out poems, from evenly spaced places, with gaps that are always the same."""
        count = max(1, min(characters, len(corpus.ids)) // EXCERPT)
        text, starts = _cut(corpus, np.arange(count) * len(corpus.ids) // count, EXCERPT)
        gaps = self.gaps(text[1:], np.random.default_rng(0))
        passes = [slice(begin, begin + SIDE_BY_SIDE) for begin in range(0, count, SIDE_BY_SIDE)]
        return [self._of_columns(text, starts, gaps, cut) for cut in passes]

    def glance(self, config: Config, validation: EncodedCorpus) -> list[Window]:
        """Windows from all over the poems."""
        return self.held_out(Corpus(validation.ids, EOS, config.no_character), GLANCE)

    def held_out_bits(
        self, config: Config, model: Bidirectional, held_out: Iterable[Window], map: Map = map, read: Any = None
    ) -> float:
        """Bits a missing character in the windows of `held_out`."""

        def nats(window: Window) -> tuple[float, int]:
            log_p = read(window) if read else self.log_probabilities(config, model, window)
            return -float(log_p.sum(dtype=np.float64)), len(log_p)

        found: list[tuple[float, int]] = list(map(nats, held_out))
        return sum(sum_ for sum_, _ in found) / max(1, sum(count for _, count in found)) / math.log(2)

    def log_probabilities(self, config: Config, model: Bidirectional, window: Window) -> Floats:
        """log ŷ<t> of the missing characters of a window (N,), in nats."""
        return filling.log_probabilities(model.joint, filling.read(config, model, window, Scratch()), window.y)

    def figures(
        self, config: Config, model: Bidirectional, validation: EncodedCorpus, map: Map = map
    ) -> dict[str, Any]:
        """Bits a missing character, in the gaps of the validations."""
        bits = self.held_out_bits(config, model, self.glance(config, validation), map)
        return {"bits_per_missing_character": round(bits, 4)}


def _cut(corpus: Corpus, begins: Ids, steps: int) -> tuple[Ids, Ids]:
    """Columns of so many characters that begin at these places of the ring, each with the one before, (T+1, B), and
    where poems start in them, (T, B). Where the ring was cut inside a poem, the end that it lacks is put there."""
    size = len(corpus.ids)
    index = (begins + np.arange(-1, steps)[:, None]) % (size + int(corpus.ids[-1] != corpus.end))
    text = np.where(index < size, corpus.ids[np.minimum(index, size - 1)], corpus.end).astype(np.int64)
    return text, text[:-1] == corpus.end
