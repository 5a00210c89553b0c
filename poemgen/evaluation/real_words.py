"""Which words are real: those that come at least twice in the corpus, and in English those of the table of
pronunciations. In another language, without a corpus, nobody can tell."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

from poemgen.verse.table import look_up
from poemgen.verse.words import words

FEWEST = 2  # times that a word comes in the corpus; once may be a slip


def plain_words(text: str) -> list[str]:
    """The words, without the apostrophes around them."""
    return [plain for word in words(text) if (plain := word.strip("'"))]


def real_words(corpus: Iterable[str], language: str) -> Callable[[str], bool]:
    """Whether a word is real, by the poems of a corpus (none: by the table alone)."""
    counts = Counter(word for poem in corpus for word in plain_words(poem))
    known = {word for word, count in counts.items() if count >= FEWEST}
    if language != "en":
        return known.__contains__
    return lru_cache(maxsize=1 << 16)(lambda word: word in known or bool(look_up(word)))


def count(poem: str, is_real: Callable[[str], bool]) -> tuple[int, int]:
    """The real words of a poem, and all."""
    found = plain_words(poem)
    return sum(map(is_real, found)), len(found)
