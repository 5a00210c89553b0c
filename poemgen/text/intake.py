"""Poems on their way into one array of ids, while their alphabet is still being found out."""

from array import array
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from typing import Protocol

from poemgen.text.duplicates import DuplicateFinder, Repeat
from poemgen.text.provisional import TERMINATOR, ProvisionalAlphabet
from poemgen.text.tokenizer import EOS, Ids, Vocabulary

BATCH_CHARACTERS = 1 << 20


class Buffer(Protocol):
    """Where ids go, batch after batch."""

    def append(self, ids: Ids) -> None:
        """Puts ids, a flat array, at the end."""


class Intake:
    """Takes cleaned poems one by one, leaves repeated ones out if asked to, and puts their ids into the buffer, in a
    provisional alphabet; `new_ids` says what those become.

    `lengths` holds the number of ids of each kept poem, its `EOS` included, `repeats` how many poems were new and how
    many repeated another, `hash` is the SHA-256 of the kept poems, each followed by `TERMINATOR`.
    """

    def __init__(self, poems: Iterable[str], *, drop_duplicates: bool, buffer: Buffer) -> None:
        self.lengths = array("q")
        self.repeats: Counter[Repeat] = Counter()
        self.hash = sha256()
        self._finder = DuplicateFinder() if drop_duplicates else None
        self._alphabet = ProvisionalAlphabet()
        self._waiting: list[str] = []
        self._waiting_characters = 0
        self._buffer = buffer
        for poem in poems:
            self._take(poem)
        self._encode_waiting()

    def counts(self) -> dict[str, int]:
        """How often each character came in the kept poems."""
        counted = zip(self._alphabet.characters, self._alphabet.counts.tolist(), strict=True)
        return {character: count for character, count in counted if character != TERMINATOR}

    def new_ids(self, vocabulary: Vocabulary) -> Ids:
        """For each provisional id the one in this vocabulary: (characters met + 1,)."""
        new_ids = vocabulary.encode(self._alphabet.characters)
        new_ids[0] = EOS
        return new_ids

    def _take(self, poem: str) -> None:
        repeat = self._finder.see(poem) if self._finder else Repeat.NONE
        self.repeats[repeat] += 1
        if repeat is Repeat.NONE:
            self.lengths.append(len(poem) + 1)
            # One poem may be as long as the corpus, and encoding takes many bytes a character on the way.
            for start in range(0, len(poem), BATCH_CHARACTERS):
                self._wait(poem[start : start + BATCH_CHARACTERS])
            self._wait(TERMINATOR)

    def _wait(self, text: str) -> None:
        self._waiting.append(text)
        self._waiting_characters += len(text)
        if self._waiting_characters >= BATCH_CHARACTERS:
            self._encode_waiting()

    def _encode_waiting(self) -> None:
        text = "".join(self._waiting)
        self.hash.update(text.encode())
        self._buffer.append(self._alphabet.encode(text))
        self._waiting.clear()
        self._waiting_characters = 0
