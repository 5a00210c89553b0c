"""What lines are made with, and the few things that all who make them ask for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from poemgen.composing.drawing import draw
from poemgen.composing.lanes import Growing
from poemgen.composing.rules import Rules
from poemgen.network.arrays import Floats
from poemgen.network.loss import log_softmax
from poemgen.sampling.choice import Choice
from poemgen.sampling.voice import Context, Voice
from poemgen.text.tokenizer import EOS, FIRST_CHARACTER, Vocabulary
from poemgen.workers import Map

Rngs = Sequence[np.random.Generator]  # one for each hand

HANDS = 2  # halves of what is done at a time, for two workers


@dataclass(frozen=True)
class Studio:
    """Both networks, their vocabulary, how a character is chosen, how many candidates are drawn at a time, and what
    shares the work between workers."""

    forward: Voice
    backward: Voice | None
    vocabulary: Vocabulary
    choice: Choice
    candidates: int
    map: Map

    def ids(self, text: str) -> list[int]:
        """The ids of a text."""
        ids: list[int] = self.vocabulary.encode(text).tolist()
        return ids

    def draw(self, voice: Voice, context: Context, lanes: Sequence[Growing], rngs: Rngs) -> list[str]:
        """The lines of the lanes, each once, drawn in two halves, each with random numbers of its own."""
        jobs = [(lanes[hand::HANDS], rngs[hand]) for hand in range(HANDS) if lanes[hand::HANDS]]
        halves = self.map(lambda job: draw(voice.network, context, job[0], self.choice, job[1]), jobs)
        return list(dict.fromkeys(line for half in halves for lane in half for line in lane.lines))


@dataclass(frozen=True)
class Place:
    """Where a line begins: what both networks have read before it, and whether it is the last one."""

    forward: Context
    backward: Context | None
    last: bool


@dataclass(frozen=True)
class Wanted:
    """What a line must hold besides what its rules say: a beginning (`start`; `open_end` if that may end inside a
    word), a keyword, and one of the `rhymes` at its end, if there are any. See `lanes` for `natural`."""

    rules: Rules
    start: str = ""
    open_end: bool = False
    keyword: str = ""
    rhymes: Sequence[str] = ()
    natural: bool = False


def ranked(studio: Studio, place: Place, lines: Sequence[str]) -> Floats:
    """log ŷ a character of each line and of its end, by the forward network: (lines,), in nats."""
    end = [EOS] if place.last else studio.ids("\n")
    texts = [studio.ids(line) + end for line in lines]
    found = studio.map(
        lambda half: studio.forward.log_probabilities(place.forward, half),
        [texts[hand::HANDS] for hand in range(HANDS)],
    )
    sums = np.empty(len(lines))
    for hand, part in enumerate(found):
        sums[hand::HANDS] = part
    means: Floats = sums / np.array([len(ids) for ids in texts])
    return means


def begins_with_capital(studio: Studio, place: Place) -> bool:
    """Whether the forward network would rather begin the line with a capital letter than with a small one."""
    log_p = log_softmax(studio.forward.next_logits(place.forward)[None])[0]
    letters = list(enumerate(studio.vocabulary.characters, start=FIRST_CHARACTER))
    small, capital = (
        float(np.exp(log_p[[id for id, letter in letters if is_case(letter)]]).sum())
        for is_case in (str.islower, str.isupper)
    )
    return capital > small


def capitalized(line: str) -> str:
    """The line with its first letter in upper case, if that is one letter."""
    place = next((index for index, character in enumerate(line) if character.isalpha()), None)
    if place is None or len(line[place].upper()) != 1:
        return line
    return line[:place] + line[place].upper() + line[place + 1 :]
