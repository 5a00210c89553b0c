"""All that a card is made from: the model, the texts of its columns, and how much is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from poemgen.evaluation import drawing, eight_gram
from poemgen.evaluation.asking import Asker
from poemgen.evaluation.drawing import Drawn
from poemgen.evaluation.eight_gram import Counted
from poemgen.evaluation.figures import EIGHT_GRAM, HUMANS, MODEL
from poemgen.evaluation.real_words import real_words
from poemgen.storage import PoemModel
from poemgen.text.copies import Copies
from poemgen.verse.language import guess, sounds_for
from poemgen.verse.sounds import Sounds
from poemgen.verse.words import words
from poemgen.workers import Map

COOL, PLAIN = 0.8, 1.0  # temperatures: of what is read, and of lengths and ends


@dataclass(frozen=True)
class Settings:
    """How many poems are drawn freely, how many are asked for in each way, and the seed of all random numbers."""

    poems: int = 200
    asked: int = 40
    rng_seed: int = 0


class Study:
    """The texts of all columns, each made when it is first asked for; `tell` is told what takes long.

    `corpus` are the poems that the model learned from, none if they are not at hand.
    """

    def __init__(
        self,
        model: PoemModel,
        held_out: Sequence[str],
        corpus: Sequence[str],
        settings: Settings,
        *,
        tell: Callable[[str], object] = lambda _: None,
        map: Map = map,
    ) -> None:
        self.model, self.held_out, self.corpus, self.settings = model, held_out, corpus, settings
        self.tell, self.map = tell, map

    @property
    def columns(self) -> list[str]:
        """The columns that there are: without a corpus there is no 8-gram."""
        return [HUMANS, *([EIGHT_GRAM] if self.corpus else []), MODEL]

    def rng(self) -> np.random.Generator:
        """The random numbers of a figure, the same for each."""
        return np.random.default_rng(self.settings.rng_seed)

    @cached_property
    def sounds(self) -> Sounds:
        """How words sound, in the language of the held-out poems."""
        return sounds_for(guess(word for poem in self.held_out for word in words(poem)))

    @cached_property
    def is_real(self) -> Callable[[str], bool]:
        """Which words are real."""
        return real_words(self.corpus, self.sounds.language)

    @cached_property
    def copies(self) -> Copies:
        """What stands in the corpus."""
        self.tell("indexing the corpus, to find copies")
        return Copies(self.corpus)

    @cached_property
    def counted(self) -> Counted:
        """The 8-gram."""
        self.tell(f"fitting the 8-gram on {sum(map(len, self.corpus)):,} characters")
        return eight_gram.fit(self.corpus)

    @cached_property
    def people(self) -> list[str]:
        """The held-out poems that are compared with as many drawn ones: some of them, if there are more."""
        return some(self.held_out, self.settings.poems, self.rng())

    @cached_property
    def asker(self) -> Asker:
        """The model, to be asked for poems in form."""
        return Asker(self.model, self.sounds.language, self.settings.rng_seed, self.map)

    @cached_property
    def cool(self) -> dict[str, list[str]]:
        """Free poems of every column, drawn at temperature 0.8."""
        return {column: [poem.text for poem in drawn] for column, drawn in self._drawn(COOL).items()}

    @cached_property
    def plain(self) -> dict[str, list[Drawn]]:
        """Free poems of every column, drawn at temperature 1."""
        return self._drawn(PLAIN)

    def _drawn(self, temperature: float) -> dict[str, list[Drawn]]:
        count, seed = self.settings.poems, self.settings.rng_seed
        found = {HUMANS: drawing.of_people(self.people)}
        if self.corpus:
            self.tell(f"drawing {count:,} poems from the 8-gram, temperature {temperature:g}")
            found[EIGHT_GRAM] = drawing.by_eight_gram(self.counted, temperature, count, seed)
        self.tell(f"drawing {count:,} poems from the model, temperature {temperature:g}")
        found[MODEL] = drawing.by_model(self.model, temperature, count, seed, self.map)
        return found


def some(poems: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    """So many of the poems at random, in their order; all if there are no more."""
    if len(poems) <= count:
        return list(poems)
    return [poems[place] for place in sorted(rng.choice(len(poems), count, replace=False).tolist())]
