"""All that poems in form are made with, set up from a model; and the poems, one after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from poemgen.composing.composer import compose
from poemgen.composing.judging import Composed, Knowledge
from poemgen.composing.lexicon import lexicon
from poemgen.composing.order import Order, ordered
from poemgen.composing.rhyme_book import RhymeBook
from poemgen.composing.studio import HANDS, Rngs, Studio
from poemgen.errors import UsageError
from poemgen.model import Network
from poemgen.sampling.choice import Choice
from poemgen.sampling.poems import poem_rng
from poemgen.sampling.voice import Voice
from poemgen.storage import PoemModel
from poemgen.text.copies import Copies
from poemgen.text.corpus import read_poems
from poemgen.text.word_lists import listed
from poemgen.verse.forms import LineForm
from poemgen.verse.language import guess, sounds_for
from poemgen.verse.words import last_word, words
from poemgen.workers import Map

CANDIDATES = 64  # lines drawn at a time


@dataclass(frozen=True)
class Workshop:
    """What is needed for poems of some form: networks, words, the form with a seed and a keyword, and a function that
    finds the longest passage that a text shares with what must not be copied, if there is anything."""

    studio: Studio
    knowledge: Knowledge
    forms: Sequence[LineForm]
    seed: str
    keyword: str
    longest_copy: Callable[[str], str] | None


def open_workshop(
    model: PoemModel,
    forms: Sequence[LineForm],
    *,
    seed: str = "",
    keyword: str | None = None,
    choice: Choice | None = None,
    candidates: int = CANDIDATES,
    language: str | None = None,
    novel: Sequence[str | Path] = (),
    map: Map = map,
) -> Workshop:
    """Sets up what the model has for poems of these forms. `novel` names poems that none shares 30 characters with.

    Raises UsageError if the model cannot do what is asked, or the language is not known.
    """
    if keyword is not None and not words(keyword):
        raise UsageError(f"the keyword {keyword!r} holds no word; give one")
    keyword = keyword or ""
    _check(model, forms, seed, keyword)
    all_words = listed(model.word_lists.words)
    sounds = sounds_for(language or guess(all_words))
    copies = Copies(read_poems(novel)) if novel else None
    is_word = lexicon(all_words, [*words(seed), *words(keyword)], sounds.language)
    book = RhymeBook(sounds, filter(is_word, listed(model.word_lists.line_ends)))
    knowledge = Knowledge(sounds, is_word, book, copies.contains_copy if copies else None)
    studio = Studio(
        forward=Voice(Network(model.config, model.parameters)),
        backward=Voice(model.backward) if model.backward else None,
        vocabulary=model.vocabulary,
        choice=choice or Choice(reject_unk=True),
        candidates=candidates,
        map=map,
    )
    return Workshop(studio, knowledge, forms, seed, keyword, copies.longest if copies else None)


def poems_in_form(shop: Workshop, rng_seed: int, count: int) -> Iterator[Composed]:
    """The poems of a seed of random numbers, in order. Raises UsageError where seed or keyword contradict the form."""
    for index in range(count):
        rng = poem_rng(rng_seed, index)
        order = ordered(shop.forms, shop.seed, shop.keyword, shop.knowledge.sounds, rng)
        _check_given(order, shop.knowledge)
        seeds = rng.integers(2**63, size=2).tolist()

        def rngs(round: int, seeds: list[int] = seeds) -> Rngs:
            return [np.random.Generator(np.random.SFC64([*seeds, round, hand])) for hand in range(HANDS)]

        yield compose(shop.studio, shop.knowledge, order, rngs)


def _check_given(order: Order, knowledge: Knowledge) -> None:
    """Raises UsageError for a line of the seed that nothing rhymes with, though something must, or that is a copy."""
    for index, (line, form) in enumerate(zip(order.given, order.forms, strict=False)):
        end, later = last_word(line), order.forms[len(order.given) :]
        if form.rhyme and any(other.rhyme == form.rhyme for other in later) and not knowledge.book.partners([end]):
            raise UsageError(f"nothing is known to rhyme with {end!r}, the last word of line {index + 1} of the seed")
        if knowledge.is_copy and knowledge.is_copy(line):
            raise UsageError(f"line {index + 1} of the seed stands in the poems that --novel keeps out")


def _check(model: PoemModel, forms: Sequence[LineForm], seed: str, keyword: str) -> None:
    if not model.word_lists.words:
        raise UsageError("this model does not tell the words of its corpus, which forms want: train it anew")
    if model.vocabulary.unknown(" "):
        raise UsageError("forms want words with spaces between them, and this model knows no space")
    if model.backward is None and any(form.rhyme for form in forms):
        raise UsageError("rhyme wants a network that writes from right to left: train a model with --both")
    acrostic = "".join(form.letter for form in forms)
    asked = {"the keyword": keyword, "the acrostic": acrostic, "the last line of the seed": seed.split("\n")[-1]}
    for name, text in asked.items():
        for unknown in model.vocabulary.unknown(text)[:1]:
            raise UsageError(f"{name} holds {unknown!r}, which the model cannot write; leave it out")
