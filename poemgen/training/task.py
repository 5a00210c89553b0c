"""What a network learns from a corpus: the seam between the training loop and the kinds of network.

The loop knows a flat vector of parameters, halves of a batch, and a figure on held-out text. A `Task` knows the rest:
how a batch is cut from the corpus, what its loss is, and what of the held-out text is looked at.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from poemgen import model as language
from poemgen.model import Config, Parameters
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Masks, State
from poemgen.scoring import Passage, excerpts, score, whole
from poemgen.text.encoded import EncodedCorpus, poems_of
from poemgen.training import batches
from poemgen.training.batches import Corpus
from poemgen.training.recipe import Recipe
from poemgen.workers import Map

GLANCE, PASSAGE, LEAD = 40_000, 2_000, 256  # characters of a validation, of one of its passages, of a warm-up
JUMPS = 1  # what random numbers are for; see `half` for those of dropout


class Batch(NamedTuple):
    """The windows of a step, one for each half (or the one of some streams); how many characters of the whole batch
    count in its loss; where the streams go on."""

    halves: Sequence[Any]
    characters: int
    places: Ids


class Task(Protocol):
    """What to learn. Parameters, a task's own kind, have a `flat` vector and the `layers` that are recurrent."""

    def parameters(self, config: Config, flat: Floats) -> Any:
        """The views of a flat vector."""

    def initial(self, config: Config, rng: np.random.Generator) -> Any:
        """Parameters to start from."""

    def begin(self, config: Config, recipe: Recipe, corpus: Corpus, model: Any) -> tuple[Ids, list[list[State]]]:
        """Where the streams begin, and the states of each half; nothing where windows do not follow each other."""

    def batch(self, corpus: Corpus, recipe: Recipe, step: int, places: Ids, streams: slice | None = None) -> Batch:
        """What a step reads, the streams being at these places: a function of these arguments alone. With `streams` the
        window of those alone, of the same batch."""

    def loss_and_gradients(
        self,
        config: Config,
        model: Any,
        part: Any,
        states: Sequence[State],
        masks: Masks,
        gradients: Any,
        scratch: Scratch,
    ) -> tuple[float, list[State]]:
        """The loss of a half, summed over its characters in nats, and the states after it; writes the gradients."""

    def glance(self, config: Config, validation: EncodedCorpus) -> Any:
        """The part of the held-out poems that a validation looks at."""

    def held_out_bits(self, config: Config, model: Any, held_out: Any, map: Map = map, read: Any = None) -> float:
        """Bits a character on what `glance` gave. `map` may share the work; the figure stays the same. `read`, if there
        is one, stands in for the `log_probabilities` of NumPy's network."""

    def figures(self, config: Config, model: Any, validation: EncodedCorpus, map: Map = map) -> dict[str, Any]:
        """What a summary tells of a finished network and the held-out poems."""


class Foretelling:
    """The task of the language model: each character from all before it, in streams that carry their states."""

    def parameters(self, config: Config, flat: Floats) -> Parameters:
        """The views of a flat vector."""
        return language.parameters(config, flat)

    def initial(self, config: Config, rng: np.random.Generator) -> Parameters:
        """Parameters to start from."""
        return language.initial(config, rng)

    def begin(self, config: Config, recipe: Recipe, corpus: Corpus, model: Parameters) -> tuple[Ids, list[list[State]]]:
        """Evenly spaced places, and zero states."""
        states = [language.zero_states(config, model, width) for width in batches.widths(recipe.batch)]
        return batches.even_places(corpus, recipe.batch), states

    def batch(self, corpus: Corpus, recipe: Recipe, step: int, places: Ids, streams: slice | None = None) -> Batch:
        """The next window of every stream; some jump before."""
        places, jumped = batches.jump(corpus, places, recipe.jump, recipe.random(step, JUMPS))
        cut = streams or slice(None)
        window = batches.window(corpus, places[cut], jumped[cut], recipe.window)
        parts = [window] if streams else batches.halves(window)
        return Batch(parts, len(places) * recipe.window, (places + recipe.window) % corpus.size)

    def loss_and_gradients(
        self,
        config: Config,
        model: Parameters,
        part: language.Window,
        states: Sequence[State],
        masks: Masks,
        gradients: Parameters,
        scratch: Scratch,
    ) -> tuple[float, list[State]]:
        """See `model.loss_and_gradients`."""
        loss, ends, _ = language.loss_and_gradients(config, model, part, states, masks, gradients, scratch)
        return loss, ends

    def glance(self, config: Config, validation: EncodedCorpus) -> list[Passage]:
        """Passages from all over the poems."""
        return excerpts(config, poems_of(validation), GLANCE, PASSAGE, LEAD)

    def held_out_bits(
        self, config: Config, model: Parameters, held_out: Any, map: Map = map, read: Any = None
    ) -> float:
        """Of passages: see `scoring`."""
        return score(config, model, held_out, map, read or language.log_probabilities).bits_per_character

    def figures(self, config: Config, model: Parameters, validation: EncodedCorpus, map: Map = map) -> dict[str, Any]:
        """Bits a character of all poems, whole, and how many characters (each <EOS> included) and poems they are."""
        result = score(config, model, whole(config, poems_of(validation)), map)
        return {
            "bits_per_character": round(result.bits_per_character, 4),
            "characters": int(result.characters.sum()),
            "poems": len(result.characters),
        }


FORETELLING = Foretelling()
