"""Lines that grow from their beginning or from their end, and stop where their syllables are complete."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from poemgen.composing.rules import Rules
from poemgen.text.tokenizer import EOS, UNK, Vocabulary
from poemgen.verse.words import words

CLOSING = ",.;:!?—"  # what may stand after a line's last word
LONGEST_WORD = 24  # letters
FEWEST_WORDS = 2  # of a line whose length is not asked for


class Head(str):
    """A beginning for lines that are written from their end, with the number of its syllables."""

    syllables: int

    def __new__(cls, text: str, syllables: int) -> Self:
        """The text, which does not end in a space."""
        head = super().__new__(cls, text)
        head.syllables = syllables
        return head


@dataclass
class Growing:
    """What lanes of both directions share: characters in the order of writing, the word that is being written, and the
    syllables of those that are complete. `target` is how many there are to be; None: where a newline is drawn. A line
    that is `natural` must have its syllables just where the network would end it; else it is cut there."""

    rules: Rules
    vocabulary: Vocabulary
    target: int | None
    forced: Sequence[int] = ()
    natural: bool = False
    whole_words: bool = True  # whether what is forced ends with its last word, or that may go on
    text: list[str] = field(default_factory=list)
    word: list[str] = field(default_factory=list)
    count: int = 0
    complete: int = 0  # words
    lines: list[str] = field(default_factory=list)
    lost: bool = False

    def copy(self) -> Self:
        """A lane that goes on from here on its own."""
        parts = {"text": [*self.text], "word": [*self.word], "lines": []}
        return type(self)(**(vars(self) | parts))

    def take(self, id: int) -> int | None:
        """The id to write for the one that was drawn; None if the line is complete, or is lost."""
        character = "\n" if id == EOS else self.vocabulary.token(id)
        if id == UNK:
            return self._lose()
        if self.whole_words and self.forced and len(self.text) == len(self.forced) and belongs_to_word(character):
            character, id = " ", self._space()
        if belongs_to_word(character):
            self.word.append(character)
            return self._write(character, id) if len(self.word) <= LONGEST_WORD else self._lose()
        if self.word and not self._word_is_complete():
            return self._lose()
        return self._boundary(character, id)

    def written(self) -> str:
        """The text so far, in the order of reading."""
        return "".join(self.text)

    def _word_is_complete(self) -> bool:
        word = "".join(self.word) if self.reads_as_written else "".join(reversed(self.word))
        self.word = []
        if not all(map(self.rules.is_word, words(word))):
            return False
        self.count += self.rules.syllables(word)
        self.complete += 1
        return (self.target is None or self.count <= self.target) and self._can_go_on()

    reads_as_written = True

    def _can_go_on(self) -> bool:
        return self.rules.can_begin(self.written())

    def _boundary(self, character: str, id: int) -> int | None:
        raise NotImplementedError

    def _write(self, character: str, id: int) -> int | None:
        if not self.text and character == " ":
            return self._lose()
        self.text.append(character)
        return id

    def _space(self) -> int:
        return int(self.vocabulary.encode(" ")[0])

    def _end(self, line: str) -> int | None:
        self.lines.append(line)
        return None

    def _lose(self) -> int | None:
        self.lost = not self.lines  # with several heads some may have found a place before
        return None

    def _in_place_of_newline(self) -> int | None:
        """A line that is too short goes on after a space, once."""
        return self._lose() if not self.text or self.text[-1] == " " else self._write(" ", self._space())


@dataclass
class Rightward(Growing):
    """A line from its beginning. `words_wanted` ends it after so many words: a beginning for other lines."""

    words_wanted: int | None = None

    def _boundary(self, character: str, id: int) -> int | None:
        if self.complete == self.words_wanted:
            return self._end(self.written())
        if self.target is None:
            if character == "\n":
                return self._end(self.written()) if self.complete >= FEWEST_WORDS else self._lose()
            return self._write(character, id)
        if self.count == self.target:
            if self.natural and character not in CLOSING + "\n":
                return self._lose()
            return self._end(self.written() + (character if character in CLOSING else ""))
        return self._in_place_of_newline() if character == "\n" else self._write(character, id)


@dataclass
class Leftward(Growing):
    """A line from its end. With `heads` it must begin with one of them."""

    heads: Sequence[Head] = ()
    reads_as_written = False

    def written(self) -> str:
        """The text so far, in the order of reading."""
        return "".join(reversed(self.text))

    def _can_go_on(self) -> bool:
        return self.rules.can_end(self.written())

    def _boundary(self, character: str, id: int) -> int | None:
        if self.heads:
            return self._with_heads(character, id)
        if self.target is None:
            if character == "\n":
                return self._end(self.written()) if self.complete >= FEWEST_WORDS else self._lose()
            return self._write(character, id)
        if self.count == self.target:
            return self._lose() if self.natural and character != "\n" else self._end(self.written())
        return self._in_place_of_newline() if character == "\n" else self._write(character, id)

    def _with_heads(self, character: str, id: int) -> int | None:
        """Puts heads before what is written wherever they fit; without a target, where a line would begin."""
        tail = self.written()
        if self.target is None:
            if character != "\n":
                return self._write(character, id)
            self.lines += [f"{head} {in_the_middle(tail)}" for head in self.heads if self.complete]
            return self._lose()
        if self.complete:
            left = self.target - self.count
            tail = in_the_middle(tail) if character == "\n" else tail
            self.lines += [f"{head} {tail}" for head in self.heads if head.syllables == left]
            if left <= min(head.syllables for head in self.heads):
                return self._lose()
        return self._in_place_of_newline() if character == "\n" else self._write(character, id)


def belongs_to_word(character: str) -> bool:
    """Whether a character is part of a word: a letter, a mark on one, an apostrophe."""
    return character in "'’" or unicodedata.category(character)[0] in "LM"


def in_the_middle(text: str) -> str:
    """A text that began a line, as it is written inside one: without a capital, but for `I`."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return text if first == "I" or first.startswith(("I'", "I’")) else text[:1].lower() + text[1:]
