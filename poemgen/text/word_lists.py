"""The words of a corpus: all of them, and those that lines end with, the most frequent first."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from poemgen.errors import PoemgenError
from poemgen.text.encoded import EncodedCorpus
from poemgen.text.tokenizer import SPECIAL_TOKENS, Ids
from poemgen.verse.words import WORD, words

MOST_WORDS, MOST_LINE_ENDS = 50_000, 20_000
MOST_JOINED = 100_000  # words of a corpus and of the models it goes on from
LONGEST = 100  # characters; what is longer is no word
MOST_READ = 10_000_000  # ids of a corpus that are looked at; more would hardly change which words are frequent
PIECE = 1_000_000  # ids that are text at a time, which takes many bytes each; a longer poem is cut somewhere

_LIST = re.compile(rf"(?:{WORD}\n)*{WORD}|")


class WordLists(NamedTuple):
    """Words in lower case as UTF-8, one a line, the most frequent first: of the whole text, and at the ends of lines.

    They stay bytes until somebody asks (`listed`), since most who load a model never do.
    """

    words: bytes = b""
    line_ends: bytes = b""

    def followed_by(self, others: "WordLists") -> "WordLists":
        """These words, then those of the others, each once and no more than `MOST_JOINED`.

        Raises PoemgenError if a list holds anything else.
        """
        return WordLists(*(_joined(own, other) for own, other in zip(self, others, strict=True)))


def word_lists(corpus: EncodedCorpus) -> WordLists:
    """The most frequent words of the corpus, and those that its lines end with."""
    everywhere: Counter[str] = Counter()
    at_line_ends: Counter[str] = Counter()
    for text in _texts(corpus):
        for line in text.split("\n"):
            found = [word for word in words(line) if len(word) <= LONGEST]
            everywhere.update(found)
            at_line_ends.update(found[-1:])
    return WordLists(_frequent(everywhere, MOST_WORDS), _frequent(at_line_ends, MOST_LINE_ENDS))


def listed(data: bytes) -> list[str]:
    """The words of one list. Raises PoemgenError if it holds anything but words."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PoemgenError("the model's list of words is not UTF-8 text; train it anew") from error
    if not _LIST.fullmatch(text):
        raise PoemgenError("the model's list of words holds something else; train it anew")
    return text.split("\n") if text else []


def _joined(first: bytes, second: bytes) -> bytes:
    return "\n".join(list(dict.fromkeys(listed(first) + listed(second)))[:MOST_JOINED]).encode()


def _frequent(counts: Counter[str], most: int) -> bytes:
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return "\n".join(word for word, _ in ranked[:most]).encode()


def _texts(corpus: EncodedCorpus) -> Iterator[str]:
    """Poems from all over the corpus, up to the limit, every one on lines of its own."""
    chosen = range(0, corpus.poems, -(-len(corpus.ids) // MOST_READ) or 1)
    for piece in _pieces(corpus.ids[corpus.starts[i] : corpus.starts[i + 1]] for i in chosen):
        text = corpus.vocabulary.decode(piece)
        for token in SPECIAL_TOKENS:
            text = text.replace(token, "\n")
        yield text


def _pieces(poems: Iterable[Ids]) -> Iterator[Ids]:
    """The poems' ids, many short ones together, of a very long one the beginning in pieces."""
    waiting: list[Ids] = []
    count = 0
    for poem in poems:
        for begin in range(0, min(len(poem), MOST_READ), PIECE):
            waiting.append(poem[begin : begin + PIECE])
            count += len(waiting[-1])
            if count >= PIECE:
                yield np.concatenate(waiting)
                waiting, count = [], 0
    if waiting:
        yield np.concatenate(waiting)
