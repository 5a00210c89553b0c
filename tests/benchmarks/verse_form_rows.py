"""Figures about what was asked of poems: rhymes, syllables, meter, acrostics, keywords."""

from functools import cache

from verse_cells import EIGHT_GRAM, HUMAN, MODEL, Found, share_of
from verse_columns import ACROSTICS, KEYWORDS, MODES, Columns

from poemgen.evaluation import told_forms as forms
from poemgen.evaluation.asking import initials
from poemgen.evaluation.hearing import iambic_pentameter
from poemgen.evaluation.real_words import plain_words
from poemgen.verse.meter import Meter, fits, syllables
from poemgen.verse.rhyme_by_spelling import rhymes_by_spelling
from poemgen.verse.sounds import Sounds
from poemgen.verse.words import words

RHYMED = ("sonnet", "couplets", "ballad", "quatrain")
METERS = {"iambic": 5, "trochaic": 4, "anapestic": 4}  # and the feet of a line


def rhyme(columns: Columns, column: str) -> Found:
    """Pairs of lines that are to rhyme; those of lines that did not come count as failed. People's poems are told by
    the ear that does not judge them."""
    for form in RHYMED:
        pairs = asked_pairs(columns, column, form, rhymes_by_spelling)
        strict = (all(pair) and columns.by_sound(*pair) for pair in pairs)
        yield f"{form}: pairs that rhyme strictly", share_of(strict)
        pairs = asked_pairs(columns, column, form, columns.by_sound)
        yield f"{form}: pairs that rhyme by spelling", share_of(all(p) and rhymes_by_spelling(*p) for p in pairs)


def asked_pairs(columns: Columns, column: str, form: str, ear: forms.Ear) -> list[tuple[str, str]]:
    """The last words of lines that are to rhyme; poems of people are told by this ear. The 8-gram is asked nothing: its
    lines stand where a form's would."""
    scheme = MODES[form].scheme
    if column == MODEL:
        return [pair for poem in columns.by_model(form) for pair in forms.end_words(forms.lines_of(poem), scheme)]
    if column == HUMAN:
        return [pair for poem in human_poems(columns, form, ear) for pair in forms.end_words(*poem)]
    pairs = (pair for poem in columns.by_8_gram for pair in forms.end_words(forms.lines_of(poem), scheme))
    return [pair for pair in pairs if all(pair)]


@cache
def human_poems(columns: Columns, form: str, ear: forms.Ear) -> list[forms.Formed]:
    """The held-out poems of a form."""
    match form:
        case "sonnet":
            return list(forms.sonnets(columns.humans, columns.sounds, ear))
        case "couplets":
            return list(forms.couplets(columns.humans, ear))
        case "ballad":
            return list(forms.quatrains(columns.humans, "ABCB", ear))
        case _:
            return list(forms.quatrains(columns.humans, "ABAB", ear))


# ---- syllables and meter


def counts_of(columns: Columns, column: str) -> Found:
    """Lines with exactly the syllables that were asked for; of people and the 8-gram, ten."""
    if column == MODEL:
        for mode in ("sonnet", "syllables 8", "syllables 10", "haiku"):
            asked = asked_lines(columns, mode)
            name = f"{mode}: lines of exactly so many syllables"
            yield name, share_of(syllables(columns.sounds, line) == count for line, count in asked)
            some = (count in possible_counts(columns.sounds, line) for line, count in asked)
            yield f"{name}, said in some listed way", share_of(some)
        return
    kinds = {"syllables 10": pentameter(columns) if column == HUMAN else lines_by_8_gram(columns)}
    if column == HUMAN:
        kinds["sonnet"] = sonnet_lines(columns)
    for kind, lines in kinds.items():
        name = f"{kind}: lines of exactly so many syllables"
        yield name, share_of(syllables(columns.sounds, line) == 10 for line in lines)
        some = (10 in possible_counts(columns.sounds, line) for line in lines)
        yield f"{name}, said in some listed way", share_of(some)


def meters(columns: Columns, column: str) -> Found:
    """Lines in the meter that was asked for: sonnets of people, all lines of the 8-gram."""
    if column != EIGHT_GRAM:
        sonnets = sonnet_lines(columns) if column == HUMAN else [line for line, _ in asked_lines(columns, "sonnet")]
        yield "sonnet: lines in five iambic feet", share_of(iambic_pentameter(columns.sounds, line) for line in sonnets)
    for meter, feet in METERS.items():
        name = f"{meter}: lines in {feet} feet of that meter"
        kind = Meter(meter)
        if column == MODEL:
            asked = asked_lines(columns, meter)
            yield name, share_of(fits(columns.sounds, line, kind, syllables=count) for line, count in asked)
        elif column == EIGHT_GRAM:
            yield name, share_of(fits(columns.sounds, line, kind, feet=feet) for line in lines_by_8_gram(columns))
        elif meter == "iambic":
            yield name, share_of(iambic_pentameter(columns.sounds, line) for line in pentameter(columns))


def asked_lines(columns: Columns, mode: str) -> list[tuple[str, int]]:
    """The lines of a mode, each with its syllables as they were asked for; empty ones where lines did not come."""
    asked = MODES[mode].syllables
    poems = (forms.lines_of(poem) for poem in columns.by_model(mode))
    return [pair for lines in poems for pair in zip([*lines, *[""] * len(asked)], asked, strict=False)]


def pentameter(columns: Columns) -> list[str]:
    """The lines of the held-out sonnets and blank verse."""
    blank = (line for lines in forms.blank_verse(columns.humans, columns.sounds) for line in lines)
    return [*sonnet_lines(columns), *blank]


def sonnet_lines(columns: Columns) -> list[str]:
    """The lines of the held-out sonnets."""
    return [line for poem in human_poems(columns, "sonnet", rhymes_by_spelling) for line in poem.lines]


def lines_by_8_gram(columns: Columns) -> list[str]:
    """All lines of its poems, but for the last ones, which the greatest length may have cut."""
    return [line for poem in columns.by_8_gram for line in forms.lines_of(poem)[:-1]]


def possible_counts(sounds: Sounds, line: str) -> set[int]:
    """The numbers of syllables that a line has, its words said in all listed ways."""
    counts = {0}
    for word in words(line):
        lengths = {len(way.stresses) for way in sounds.pronunciations(word)}
        counts = {count + length for count in counts for length in lengths}
    return counts


def demands(columns: Columns, column: str) -> Found:
    """Acrostics and keywords; only the model is asked for them."""
    if column == MODEL:
        each = columns.count // len(ACROSTICS)
        acrostics = [(word, poem) for word in ACROSTICS for poem in columns.by_model(f"acrostic {word}", each)]
        keywords = [(word, poem) for word in KEYWORDS for poem in columns.by_model(f"keyword {word}", each)]
        yield "acrostic: poems that spell it", share_of(initials(poem) == word for word, poem in acrostics)
        yield "keyword: poems that hold it", share_of(word in plain_words(poem) for word, poem in keywords)
