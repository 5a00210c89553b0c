"""Which words there are."""

from collections.abc import Callable, Iterable, Sequence

from poemgen.verse.table import look_up

SHORT, FREQUENT = 2, 500  # a word of so few letters is one, and no slip, if it has one of the first ranks


def lexicon(words: Sequence[str], given: Iterable[str], language: str) -> Callable[[str], bool]:
    """Whether a word exists: among the words of a corpus, the most frequent first, among those that were given, or in
    English in the table of pronunciations."""
    known = {word for rank, word in enumerate(words) if len(word) > SHORT or rank < FREQUENT} | {*given}
    if language != "en":
        return known.__contains__
    return lambda word: word in known or (len(word) > SHORT and bool(look_up(word)))
