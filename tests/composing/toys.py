"""A language of made-up words, networks that have learned nothing, and all that composing wants of them."""

import re
from collections.abc import Callable

import numpy as np

from poemgen.composing.judging import Knowledge
from poemgen.composing.rhyme_book import RhymeBook
from poemgen.composing.rules import Rules
from poemgen.composing.studio import Rngs, Studio
from poemgen.model import Config, Network, initial
from poemgen.sampling.choice import Choice
from poemgen.sampling.voice import Voice
from poemgen.text.tokenizer import Vocabulary
from poemgen.verse.forms import LineForm
from poemgen.verse.sounds import Pronunciation

VOCABULARY = Vocabulary("\n ,.ELMOSTabeilmorst")
CONFIG = Config("lstm", 1, 12, len(VOCABULARY))
ENDS = ["mole", "sole", "role", "moral", "mat", "bat", "sat", "rat", "lab", "see", "be", "tree", "alto", "motto"]


class Toy:
    """Every group of vowels is a syllable, stressed in turn from the first on; words rhyme from the last one on."""

    language = "toy"

    def pronunciations(self, word: str) -> tuple[Pronunciation, ...]:
        groups = list(re.finditer("[aeio]+", word))
        if not groups:
            return (Pronunciation("", "", ""),)
        last = groups[-1].start()
        return (Pronunciation("10" * (len(groups) // 2) + "1" * (len(groups) % 2), word[last:], word[:last]),)


TOY = Toy()


def network(seed: int) -> Network:
    """A network that has learned nothing."""
    return Network(CONFIG, initial(CONFIG, np.random.default_rng(seed)))


def studio(candidates: int = 32, *, backward: bool = True) -> Studio:
    """A studio of such networks."""
    voices = Voice(network(1)), Voice(network(2)) if backward else None
    return Studio(*voices, VOCABULARY, Choice(1.0, reject_unk=True), candidates, map)


def knowledge(is_word: Callable[[str], bool] = lambda _: True) -> Knowledge:
    """Every word is one."""
    return Knowledge(TOY, is_word, RhymeBook(TOY, ENDS))


def rules(is_word: Callable[[str], bool] = lambda _: True, **form: object) -> Rules:
    """The rules of a line."""
    return Rules(LineForm(**form), TOY, is_word)  # type: ignore[arg-type]


def rngs(seed: int) -> Callable[[int], Rngs]:
    """Random numbers for each round."""
    return lambda round: [np.random.default_rng([seed, round, hand]) for hand in range(2)]
