"""The free poems that are measured: of the model, of the 8-gram, and of people, all cut at the same length."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from poemgen import ngram, sampling
from poemgen.evaluation.eight_gram import Counted
from poemgen.storage import PoemModel
from poemgen.workers import Map

CUT = 3000  # characters


class Drawn(NamedTuple):
    """A poem, and whether it ended before it was cut."""

    text: str
    ended: bool


def of_people(poems: Sequence[str]) -> list[Drawn]:
    """The poems, cut."""
    return [Drawn(poem[:CUT], len(poem) < CUT) for poem in poems]


def by_model(model: PoemModel, temperature: float, count: int, rng_seed: int, map: Map = map) -> list[Drawn]:
    """What the model writes; <UNK>, the unknown character, is never drawn."""
    drawn = sampling.poems(
        model.config,
        model.parameters,
        np.array([], np.int64),
        sampling.Choice(temperature, reject_unk=True),
        max_length=CUT,
        rng_seed=rng_seed,
        count=count,
        map=map,
    )
    return [Drawn(model.vocabulary.decode(poem.ids), poem.stop == "eos") for poem in drawn]


def by_eight_gram(counted: Counted, temperature: float, count: int, rng_seed: int) -> list[Drawn]:
    """What the 8-gram writes, drawn in the same way."""
    rng = np.random.default_rng(rng_seed)
    drawn = ngram.sample(counted.ngram, rng, count=count, max_length=CUT, temperature=temperature)
    return [Drawn(counted.vocabulary.decode(poem), len(poem) < CUT) for poem in drawn]
