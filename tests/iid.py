"""Models whose characters do not depend on those before them, so that all they do is known beforehand."""

import math
from collections.abc import Mapping
from string import ascii_letters

import numpy as np

from poemgen.evaluation.study import Settings, Study
from poemgen.model import Config, zeros
from poemgen.storage import PoemModel
from poemgen.text.tokenizer import EOS, FIRST_CHARACTER, Vocabulary
from poemgen.text.word_lists import WordLists

NEVER = -100.0  # a logit


def model(chances: Mapping[str, float], end: float, words: str = "") -> PoemModel:
    """A model that writes each character with its chance, and the end of the poem with another; these add up to 1."""
    vocabulary = Vocabulary("".join(sorted(chances)))
    config = Config("rnn", 1, 2, len(vocabulary))
    parameters = zeros(config)
    parameters.b_y[:] = NEVER
    parameters.b_y[EOS] = math.log(end) if end else NEVER
    parameters.b_y[FIRST_CHARACTER:] = np.log([chances[character] for character in vocabulary.characters])
    return PoemModel(config, parameters, vocabulary, word_lists=WordLists(words.encode(), words.encode()))


NEWLINES = model({"\n": 1.0}, end=0.0)
LETTERS = model({"\n": 0.125, " ": 0.125, "a": 0.25, "m": 0.125, "n": 0.125, "o": 0.125}, end=0.125)

WRITER = model(dict.fromkeys("\n " + ascii_letters, 0.01), end=0.46, words="moon\nnight")


def study(of: PoemModel, held_out: list[str], corpus: list[str], *, poems: int = 6, asked: int = 0) -> Study:
    """What a small card is made from."""
    return Study(of, held_out, corpus, Settings(poems, asked))
