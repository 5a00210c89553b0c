"""The task of the network that fills gaps: windows from anywhere in the corpus, with spans of characters missing.

About half of the gaps are whole words, the others begin and end anywhere. The ends of poems are never missing, and the
ends of lines seldom. Windows do not follow each other, so no states are carried.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from poemgen import filling
from poemgen.filling import Window, log_probabilities
from poemgen.model import Config, Parameters
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Masks, State
from poemgen.text.encoded import EncodedCorpus
from poemgen.text.tokenizer import EOS, FIRST_CHARACTER, UNK, Vocabulary
from poemgen.training.batches import Corpus
from poemgen.training.recipe import Recipe
from poemgen.training.task import GLANCE, Batch
from poemgen.workers import Map

GAPS = 1  # what random numbers are for; see `half` for those of dropout

SHARE = 0.25  # of the characters, if no gap lay over another
LONGEST = 12  # characters of a gap that is no word
USUAL = 6  # characters of a gap on the average
WORDS = 0.5  # chance that a gap in a word is that word
ACROSS = 0.1  # chance that the end of a line in a gap is missing as well

EXCERPT, SIDE_BY_SIDE = 256, 32  # characters of a held-out window, windows in one pass


@dataclass(frozen=True)
class Filling:
    """Learns to fill gaps. It knows which ids are letters, and which one ends a line."""

    letters: tuple[int, ...]
    line_end: int

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Self:
        """The task in the ids of a vocabulary; a word is a run of letters and apostrophes."""
        numbered = list(enumerate(vocabulary.characters, FIRST_CHARACTER))
        letters = tuple(id for id, character in numbered if character.isalpha() or character in "'\u2019")
        return cls(letters, next((id for id, character in numbered if character == "\n"), UNK))

    def parameters(self, config: Config, flat: Floats) -> Parameters:
        """The views of a flat vector."""
        return filling.parameters(config, flat)

    def initial(self, config: Config, rng: np.random.Generator) -> Parameters:
        """Parameters to start from."""
        return filling.initial(config, rng)

    def begin(self, config: Config, recipe: Recipe, corpus: Corpus, model: Parameters) -> tuple[Ids, list[list[State]]]:
        """No places and no states."""
        return np.zeros(0, np.int64), [[] for _ in range(min(2, recipe.batch))]

    def batch(self, corpus: Corpus, recipe: Recipe, step: int, places: Ids, streams: slice | None = None) -> Batch:
        """Windows from random places with random gaps; `places` stay as they are."""
        rng = recipe.random(step, GAPS)
        begins = rng.integers(len(corpus.ids), size=recipe.batch)
        window = self.window(corpus, begins, recipe.window, rng)
        parts = [_columns(window, streams)] if streams else halves(window)
        return Batch(parts, max(1, int(window.missing.sum())), places)

    def window(self, corpus: Corpus, begins: Ids, steps: int, rng: np.random.Generator) -> Window:
        """The windows of so many steps that begin at these places of the ring, one a column, with random gaps."""
        index = (begins + np.arange(-1, steps + 1)[:, None]) % len(corpus.ids)
        text = corpus.ids[index]
        starts = (index[1:] == 0) | (text[:-1] == corpus.end)
        missing = draw_gaps(text[1:-1], np.array(self.letters), self.line_end, rng)
        return filling.window(text, missing, starts, corpus.no_character)

    def loss_and_gradients(
        self,
        config: Config,
        model: Parameters,
        part: Window,
        states: Sequence[State],
        masks: Masks,
        gradients: Parameters,
        scratch: Scratch,
    ) -> tuple[float, list[State]]:
        """See `filling.loss_and_gradients`."""
        return filling.loss_and_gradients(config, model, part, masks, gradients, scratch), []

    def held_out(self, corpus: Corpus, characters: int) -> list[Window]:
        """About so many characters of held-out poems, from evenly spaced places, with gaps that are always the same."""
        count = max(1, min(characters, len(corpus.ids)) // EXCERPT)
        begins, rng = np.arange(count) * len(corpus.ids) // count, np.random.default_rng(0)
        window = self.window(corpus, begins, EXCERPT, rng)
        return [_columns(window, slice(begin, begin + SIDE_BY_SIDE)) for begin in range(0, count, SIDE_BY_SIDE)]

    def glance(self, config: Config, validation: EncodedCorpus) -> list[Window]:
        """Windows from all over the poems."""
        return self.held_out(Corpus(validation.ids, EOS, config.no_character), GLANCE)

    def held_out_bits(
        self, config: Config, model: Parameters, held_out: Iterable[Window], map: Map = map, read: Any = None
    ) -> float:
        """Bits a missing character in the windows of `held_out`."""

        def nats(window: Window) -> tuple[float, int]:
            log_p = (read or log_probabilities)(config, model, window, Scratch())
            return -float(log_p.sum(dtype=np.float64)), len(log_p)

        found: list[tuple[float, int]] = list(map(nats, held_out))
        return sum(sum_ for sum_, _ in found) / max(1, sum(count for _, count in found)) / math.log(2)

    def figures(self, config: Config, model: Parameters, validation: EncodedCorpus, map: Map = map) -> dict[str, Any]:
        """Bits a missing character, in the gaps of the validations."""
        bits = self.held_out_bits(config, model, self.glance(config, validation), map)
        return {"bits_per_missing_character": round(bits, 4)}


def draw_gaps(text: Ids, letters: Ids, line_end: int, rng: np.random.Generator) -> Ids:
    """Which characters of text (T, B) are missing, (T, B) boolean."""
    T, B = text.shape
    shape = max(1, round(SHARE * T / USUAL)), B
    begins, lengths = rng.integers(T, size=shape), rng.integers(1, LONGEST + 1, size=shape)
    columns = np.arange(B)
    word_begins, word_ends = words(np.isin(text, letters))
    whole = (word_ends > word_begins)[begins, columns] & (rng.random(shape) < WORDS)
    first = np.where(whole, word_begins[begins, columns], begins)
    last = np.where(whole, word_ends[begins, columns], np.minimum(begins + lengths, T))
    depth = np.zeros((T + 1, B), np.int64)  # how many gaps begin less those that end
    np.add.at(depth, (first, columns), 1)
    np.add.at(depth, (last, columns), -1)
    missing = depth[:-1].cumsum(axis=0) > 0
    missing &= (text >= FIRST_CHARACTER) & ((text != line_end) | (rng.random((T, B)) < ACROSS))
    return missing


def words(letter: Ids) -> tuple[Ids, Ids]:
    """Where the word at each place begins and ends, given which places hold a letter, all (T, B). Where there is none,
    it ends before it begins."""
    T = len(letter)
    places = np.broadcast_to(np.arange(T)[:, None], letter.shape)
    begins = np.maximum.accumulate(np.where(letter, 0, places + 1), axis=0)
    ends = np.minimum.accumulate(np.where(letter, T, places)[::-1], axis=0)[::-1]
    return begins, ends


def halves(window: Window) -> list[Window]:
    """The window's passages in two halves (one, if there is but one passage), for two workers."""
    B = window.y.shape[1]
    cuts = [slice(0, B // 2), slice(B // 2, B)] if B > 1 else [slice(0, 1)]
    return [_columns(window, cut) for cut in cuts]


def _columns(window: Window, cut: slice) -> Window:
    x, y, missing, keep = window
    parts = (x[:, :, cut], y[:, cut], missing[:, cut], keep[:, cut])
    return Window(*map(np.ascontiguousarray, parts))
