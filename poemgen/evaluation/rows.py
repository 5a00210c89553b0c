"""The rows of a card, in groups: what each figure is, is said in docs/card.md."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from poemgen import scoring
from poemgen.evaluation import asking, copying, eight_gram, hearing, lengths, real_words, told_forms, variety
from poemgen.evaluation.bootstrap import share
from poemgen.evaluation.figures import BITS_HELD_OUT, BITS_OF_CORPUS, EIGHT_GRAM, EITHER, HUMANS, LESS, MODEL, MORE, Row
from poemgen.evaluation.study import Study, some
from poemgen.storage import PoemModel
from poemgen.text.copies import WINDOW
from poemgen.workers import Map

Poem = TypeVar("Poem")


def surprise(study: Study) -> Iterator[Row]:
    """Bits per character of the held-out poems, and of as many of the corpus as are drawn."""
    study.tell(f"reading {len(study.held_out):,} held-out poems")
    yield _bits(study, BITS_HELD_OUT, study.held_out, MORE)
    if study.corpus:
        learned = some(study.corpus, study.settings.poems, study.rng())
        yield _bits(study, BITS_OF_CORPUS, learned, frozenset())


def _bits(study: Study, name: str, poems: Sequence[str], sides: frozenset[str]) -> Row:
    figures = {MODEL: share(bits_by_model(study.model, poems, study.map), study.rng(), scale=1)}
    if study.corpus:
        figures[EIGHT_GRAM] = share(eight_gram.bits(study.counted, poems), study.rng(), scale=1)
    return Row(name, figures, sides, percent=False, digits=3)


def bits_by_model(model: PoemModel, poems: Sequence[str], map: Map = map) -> list[tuple[float, int]]:
    """The surprisal of each poem in bits, and its characters, <EOS> included."""
    passages = scoring.whole(model.config, [model.vocabulary.encode_poem(poem) for poem in poems])
    score = scoring.score(model.config, model.parameters, passages, map)
    return list(zip((score.nats / math.log(2)).tolist(), score.characters.tolist(), strict=True))


def text(study: Study) -> Iterator[Row]:
    """Real words and copies."""
    if study.corpus or study.sounds.language == "en":
        yield _free(study, "real words", LESS, lambda poem: real_words.count(poem, study.is_real))
    if study.corpus:
        name = f"copies: windows of {WINDOW} characters that stand in the corpus"
        yield _free(study, name, MORE, lambda poem: copying.windows(study.copies, poem), digits=2)
        study.tell("looking for the longest copies")
        longest = {name: copying.longest_match(study.copies, poems, study.rng()) for name, poems in study.cool.items()}
        yield Row("longest copy, characters", longest, frozenset(), percent=False, digits=0)


def sound(study: Study) -> Iterator[Row]:
    """What is heard in free poems."""
    sounds = study.sounds
    study.tell("hearing the free poems")
    yield _free(study, "free: lines that rhyme", EITHER, lambda poem: hearing.rhymed(sounds, poem))
    name = "free: lines with as many syllables as one of the two above"
    yield _free(study, name, EITHER, lambda poem: hearing.steady(sounds, poem))
    if hearing.has_meter(sounds):
        yield _free(study, "free: lines in their poem's meter", EITHER, lambda poem: hearing.metrical(sounds, poem))


def _free(
    study: Study, name: str, sides: frozenset[str], parts: Callable[[str], tuple[int, int]], digits: int = 1
) -> Row:
    """A share of something in the free poems."""
    figures = {column: share(map(parts, poems), study.rng()) for column, poems in study.cool.items()}
    return Row(name, figures, sides, digits=digits)


def form(study: Study) -> Iterator[Row]:
    """Lengths and ends."""
    lines = {column: [lengths.lines_of(poem.text) for poem in poems] for column, poems in study.plain.items()}
    whole = {column: [[len(poem.text)] for poem in poems] for column, poems in study.plain.items()}
    yield _distances(study, "length of lines, Wasserstein distance to humans", lines)
    yield _distances(study, "length of poems, Wasserstein distance to humans", whole)
    ends = {column: share(((poem.ended, 1) for poem in poems), study.rng()) for column, poems in study.plain.items()}
    yield Row("poems that end by themselves", ends, EITHER)


def _distances(study: Study, name: str, found: dict[str, list[list[int]]]) -> Row:
    poems = min(len(study.people), study.settings.poems)
    humans = found[HUMANS]
    figures = {column: lengths.distance(each, humans, poems, study.rng()) for column, each in found.items()}
    return Row(name, figures, MORE, percent=False)


def varied(study: Study) -> Iterator[Row]:
    """How varied the free poems are."""
    for words in (1_000, 10_000):
        found = {name: variety.distinct_pairs(poems, words, study.rng()) for name, poems in study.cool.items()}
        if figures := {name: figure for name, figure in found.items() if figure}:
            yield Row(f"distinct-2 in {words:,} words", figures, EITHER, percent=False, digits=3)
    alike = {name: variety.likeness(poems, study.rng()) for name, poems in study.cool.items()}
    yield Row("likeness of two poems, pairs of words in common", alike, MORE, digits=2)


def asked(study: Study) -> Iterator[Row]:
    """What came of wishes. Raises UsageError if the model can write nothing of the kind."""
    count, sounds = study.settings.asked, study.sounds
    if not count:
        return
    study.tell(f"asking for {count:,} poems in couplets")
    formed = asking.couplets(study.asker, count)
    by_chance = [told_forms.lines_of(poem)[: asking.LINES] for poem in study.cool.get(EIGHT_GRAM, [])]
    lines = {HUMANS: _pentameter(study), EIGHT_GRAM: by_chance, MODEL: [poem.lines for poem in formed]}
    pairs = {
        HUMANS: list(told_forms.couplets(study.held_out)),
        EIGHT_GRAM: [told_forms.Formed(lines, asking.COUPLETS[: len(lines)]) for lines in by_chance],
        MODEL: [poem for poem in formed if poem.scheme],
    }
    yield _asked(study, "asked: pairs of lines that rhyme", pairs, lambda poem: asking.rhyming(sounds, poem))
    yield _asked(study, "asked: lines of ten syllables", lines, lambda each: asking.of_ten_syllables(sounds, each))
    if hearing.has_meter(sounds):
        yield _asked(study, "asked: lines in five iambic feet", lines, lambda each: asking.in_pentameter(sounds, each))


def _pentameter(study: Study) -> list[list[str]]:
    """The lines of each held-out sonnet and poem of blank verse."""
    sonnets = (poem.lines for poem in told_forms.sonnets(study.held_out, study.sounds))
    return [*sonnets, *told_forms.blank_verse(study.held_out, study.sounds)]


def _asked(
    study: Study, name: str, poems: Mapping[str, Sequence[Poem]], parts: Callable[[Poem], tuple[int, int]]
) -> Row:
    """A share of something in poems of a form; a column without such poems has no figure."""
    found = {column: share(map(parts, each), study.rng()) for column, each in poems.items() if each}
    return Row(name, found, LESS)


def keywords(study: Study) -> Iterator[Row]:
    """Poems that hold a keyword."""
    yield from _demanded(study, "asked: poems that hold the keyword", asking.keywords)


def acrostics(study: Study) -> Iterator[Row]:
    """Poems whose first letters spell a word."""
    yield from _demanded(study, "asked: poems that spell the acrostic", asking.acrostics)


def _demanded(study: Study, name: str, ask: Callable[[asking.Asker, int], list[bool]]) -> Iterator[Row]:
    if count := study.settings.asked:
        study.tell(f"asking for {count:,} poems: {name.removeprefix('asked: poems ')}")
        done = share(((success, 1) for success in ask(study.asker, count)), study.rng())
        yield Row(name, {MODEL: done}, LESS)
