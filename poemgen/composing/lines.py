"""Candidates for one line: drawn from its beginning, or from a rhyme at its end."""

from collections.abc import Sequence

import numpy as np

from poemgen.composing.beginnings import heads
from poemgen.composing.lanes import CLOSING, Head, Leftward, Rightward
from poemgen.composing.studio import Place, Rngs, Studio, Wanted, begins_with_capital, capitalized
from poemgen.network.arrays import Floats
from poemgen.network.loss import log_softmax
from poemgen.sampling.voice import Context, Voice
from poemgen.text.tokenizer import FIRST_CHARACTER

FINAL = ".!?"  # what closes a poem
MOST_WORDS = 64  # rhyme words that the backward network is asked about
COLDEST = 0.05  # temperature at which rhyme words are drawn; below it, as a character is: the likeliest


def candidates(studio: Studio, place: Place, wanted: Wanted, rngs: Rngs) -> list[str]:
    """Lines that begin, and end, as they must, each once; the rules have yet to accept them."""
    beginnings = heads(studio, place, wanted, rngs)
    if beginnings == []:
        return []
    if not wanted.rhymes:
        return _from_beginning(studio, place, wanted, beginnings or [], rngs)
    if studio.backward is None or place.backward is None:
        return []
    return _from_end(studio, studio.backward, place, place.backward, wanted, beginnings or [], rngs)


def _from_beginning(studio: Studio, place: Place, wanted: Wanted, heads: Sequence[Head], rngs: Rngs) -> list[str]:
    target = wanted.rules.form.syllables
    starts = [head for head in heads or [Head("", 0)] if target is None or head.syllables <= target]
    if not starts:
        return []
    whole_words = bool(wanted.keyword or (wanted.start and not wanted.open_end))
    lanes = [
        Rightward(
            wanted.rules,
            studio.vocabulary,
            target,
            studio.ids(starts[index % len(starts)]),
            wanted.natural,
            whole_words,
        )
        for index in range(studio.candidates)
    ]
    return studio.draw(studio.forward, place.forward, lanes, rngs)


def _from_end(
    studio: Studio, voice: Voice, place: Place, context: Context, wanted: Wanted, heads: Sequence[Head], rngs: Rngs
) -> list[str]:
    rng, target = rngs[0], wanted.rules.form.syllables
    endings = _endings(studio, voice, context, wanted.rhymes[:MOST_WORDS], place.last, rng)
    lanes = [
        Leftward(wanted.rules, studio.vocabulary, target, studio.ids(ending[::-1]), wanted.natural, heads=heads)
        for ending in endings
    ]
    lines = studio.draw(voice, context, lanes, rngs)
    if heads:  # of which many may fit one line
        rng.shuffle(lines)
        return lines[: 2 * studio.candidates]
    capital = begins_with_capital(studio, place)
    return [capitalized(line) if capital else line for line in lines]


def _endings(
    studio: Studio, voice: Voice, context: Context, words: Sequence[str], last: bool, rng: np.random.Generator
) -> list[str]:
    """A last word for every lane, with what closes the line, drawn as the backward network finds them likely."""
    log_p = voice.log_probabilities(context, [studio.ids(word[::-1]) for word in words])
    chosen = _sampled(studio, log_p, rng)
    closings = _closings(studio, voice.next_logits(context), last, rng)
    return [words[word] + closing for word, closing in zip(chosen, closings, strict=True)]


def _closings(studio: Studio, logits: Floats, last: bool, rng: np.random.Generator) -> list[str]:
    """What stands after the last word, for every lane: a mark, or (unless it is the poem's last word) nothing."""
    log_p = log_softmax(logits[None].copy())[0]
    marks = [mark for mark in (FINAL if last else CLOSING) if mark in studio.vocabulary.characters]
    letters = [id for id, c in enumerate(studio.vocabulary.characters, start=FIRST_CHARACTER) if c.isalpha()]
    nothing = -np.inf if last and marks else float(np.logaddexp.reduce(log_p[letters]))
    chances = np.array([nothing, *(log_p[studio.ids(mark)[0]] for mark in marks)])
    options = ["", *marks]
    return [options[index] for index in _sampled(studio, chances, rng)]


def _sampled(studio: Studio, log_p: Floats, rng: np.random.Generator) -> list[int]:
    """An index for every lane, drawn at the temperature of the characters."""
    weights = np.exp((log_p - log_p.max()) / max(studio.choice.temperature, COLDEST), dtype=np.float64)
    chosen: list[int] = rng.choice(len(log_p), size=studio.candidates, p=weights / weights.sum()).tolist()
    return chosen
