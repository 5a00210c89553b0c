"""What a line may begin with, where that is not free: a letter, a given text, or words that lead to a keyword."""

from collections.abc import Sequence

from poemgen.composing.lanes import Head, Leftward, Rightward
from poemgen.composing.rules import Rules
from poemgen.composing.studio import Place, Rngs, Studio, Wanted, begins_with_capital, capitalized
from poemgen.verse.words import words

MOST_WORDS_BEFORE = 4  # a keyword that must be reached from the left


def heads(studio: Studio, place: Place, wanted: Wanted, rngs: Rngs) -> list[Head] | None:
    """The beginnings that the line may have, some of them drawn; None if any will do."""
    letter = wanted.rules.form.letter
    if wanted.keyword and (wanted.start or letter or studio.backward is None):
        return _up_to_keyword(studio, place, wanted, rngs)
    if wanted.keyword:
        return _before_keyword(studio, place, wanted, rngs)
    if wanted.start and wanted.open_end and wanted.rhymes:  # its last word is to be whole before the rest is there
        counts = [len(words(wanted.start))] * studio.candidates
        return _openings(studio, place, wanted.rules, wanted.start, counts, rngs)
    if wanted.start:
        return [_head(wanted.rules, wanted.start)]
    if letter and wanted.rhymes:
        return _openings(studio, place, wanted.rules, letter, [1] * studio.candidates, rngs)
    return [_head(wanted.rules, letter)] if letter else None


def _head(rules: Rules, text: str) -> Head:
    return Head(text, rules.syllables(text))


def _openings(studio: Studio, place: Place, rules: Rules, start: str, counts: Sequence[int], rngs: Rngs) -> list[Head]:
    """Beginnings of so many words that the forward network draws after the start, which may end inside a word."""
    lanes = [
        Rightward(
            rules, studio.vocabulary, rules.form.syllables, studio.ids(start), whole_words=False, words_wanted=count
        )
        for count in counts
    ]
    return [_head(rules, text) for text in studio.draw(studio.forward, place.forward, lanes, rngs)]


def _up_to_keyword(studio: Studio, place: Place, wanted: Wanted, rngs: Rngs) -> list[Head]:
    """Beginnings that the forward network draws, each with the keyword behind it."""
    start = wanted.start or wanted.rules.form.letter
    counts = [1 + index % MOST_WORDS_BEFORE for index in range(studio.candidates)]
    openings: list[str] = [*_openings(studio, place, wanted.rules, start, counts, rngs)]
    if wanted.start and not wanted.open_end:
        openings.append(wanted.start)
    return [_head(wanted.rules, f"{opening} {wanted.keyword}") for opening in openings]


def _before_keyword(studio: Studio, place: Place, wanted: Wanted, rngs: Rngs) -> list[Head]:
    """Beginnings that the backward network writes from the keyword to the line's start, of many lengths."""
    if studio.backward is None or place.backward is None:
        return []
    rules = wanted.rules
    own, total = rules.syllables(wanted.keyword), rules.form.syllables
    lengths: Sequence[int | None] = range(own, max(own + 1, total)) if total is not None else [None]
    # Of the meter only the whole line can tell, since the keyword does not stand at its end.
    loose = Rules(rules.form, rules.sounds, rules.is_word, whole=False)
    forced = studio.ids(wanted.keyword[::-1])
    lanes = [
        Leftward(loose, studio.vocabulary, lengths[index % len(lengths)], forced) for index in range(studio.candidates)
    ]
    found = studio.draw(studio.backward, place.backward, lanes, rngs)
    capital = begins_with_capital(studio, place)
    return [_head(rules, capitalized(text) if capital else text) for text in found]
