"""Characters to ids and back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from poemgen.errors import PoemgenError
from poemgen.text.cleaning import FORBIDDEN
from poemgen.text.code_points import code_points

EOS = 0
UNK = 1
SPECIAL_TOKENS = ("<EOS>", "<UNK>")
FIRST_CHARACTER = len(SPECIAL_TOKENS)
PIECE = 1 << 16  # characters whose code points lie in a processor's cache; three times as fast as all at once

Ids = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class Vocabulary:
    """The characters a model knows, by code point: id 0 ends a poem, 1 is any other character, 2 is `characters[0]`.

    Raises `PoemgenError` if `characters` are not sorted and unique, or hold one that never enters a poem.
    """

    characters: str

    def __post_init__(self) -> None:
        if "".join(sorted(set(self.characters))) != self.characters:
            raise PoemgenError("a vocabulary's characters must be unique and sorted by code point; make it anew")
        if match := FORBIDDEN.search(self.characters):
            raise PoemgenError(f"a vocabulary may not hold the control character {match[0]!a}; make it anew")

    @classmethod
    def from_counts(cls, counts: Mapping[str, int], min_count: int) -> Self:
        """The characters counted at least `min_count` times; raises `PoemgenError` if there are fewer than two."""
        characters = sorted(character for character, count in counts.items() if count >= min_count)
        if len(characters) < 2:
            if min_count <= 1:
                raise PoemgenError("the text holds fewer than two different characters; give more text")
            raise PoemgenError(
                f"fewer than two different characters reach the count {min_count}; give more text, or lower --min-count"
            )
        return cls("".join(characters))

    def __len__(self) -> int:
        return FIRST_CHARACTER + len(self.characters)

    @property
    def dtype(self) -> np.dtype[np.unsignedinteger[Any]]:
        """The narrowest type for ids, and for `len(vocabulary)`, the model's id for `no character yet`."""
        return np.min_scalar_type(len(self))

    def encode(self, text: str) -> Ids:
        """The ids of a text's characters: (len(text),), `UNK` for those it does not hold, lone surrogates too."""
        if text.isascii() and self.dtype == np.uint8:
            return np.frombuffer(bytearray(text, "ascii").translate(self._ascii_table), np.uint8)
        ids = np.empty(len(text), self.dtype)
        for begin in range(0, len(text), PIECE):
            piece = slice(begin, begin + PIECE)
            self._table.take(code_points(text[piece]), mode="clip", out=ids[piece])
        return ids

    def encode_poem(self, poem: str) -> Ids:
        """The ids of a whole poem, with the `EOS` that ends it: (len(poem) + 1,)."""
        return np.append(self.encode(poem), self.dtype.type(EOS))

    def decode(self, ids: NDArray[np.integer[Any]] | Sequence[int]) -> str:
        """The text of ids, `<UNK>` and `<EOS>` written out; raises `PoemgenError` for an id out of range."""
        return "".join(map(self.token, np.asarray(ids).ravel().tolist()))

    def token(self, number: int) -> str:
        """What an id stands for: a character, `<EOS>` or `<UNK>`; raises `PoemgenError` for an id out of range."""
        if not 0 <= number < len(self):
            raise PoemgenError(f"{number} is no id of this vocabulary; its ids go from 0 to {len(self) - 1}")
        return self._tokens[number]

    def unknown(self, text: str) -> str:
        """The characters of a text that the vocabulary does not hold, each once, sorted."""
        return "".join(sorted(set(text).difference(self.characters)))

    def extended(self, characters: str) -> "Extension":
        """A vocabulary that holds these characters as well, and the new ids of the old ones."""
        larger = Vocabulary("".join(sorted({*self.characters, *characters})))
        return Extension(larger, self.ids_in(larger))

    def ids_in(self, other: "Vocabulary") -> Ids:
        """For each id of this vocabulary its id in another: (len(self),), `UNK` for what the other does not hold."""
        return np.concatenate([np.array([EOS, UNK], other.dtype), other.encode(self.characters)])

    def to_json(self) -> str:
        """A JSON object for people to read: each token and its id, one a line."""
        ids = {token: number for number, token in enumerate(self._tokens)}
        return json.dumps(ids, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The vocabulary that `to_json` wrote; raises `PoemgenError` for anything else."""
        try:
            # As pairs, since a dict would hide a token that comes twice.
            tokens, ids = zip(*json.loads(text, object_pairs_hook=list), strict=True)
        except (ValueError, TypeError, RecursionError) as error:
            raise PoemgenError("the vocabulary is not a JSON object of tokens and ids; make it anew") from error
        if tokens[:FIRST_CHARACTER] != SPECIAL_TOKENS or list(ids) != list(range(len(ids))):
            raise PoemgenError("the vocabulary's tokens must be <EOS>, <UNK> and characters, numbered from 0 on")
        characters = tokens[FIRST_CHARACTER:]
        if not all(isinstance(character, str) and len(character) == 1 for character in characters):
            raise PoemgenError("the vocabulary holds a token that is not one character; make it anew")
        return cls("".join(characters))

    @cached_property
    def _tokens(self) -> tuple[str, ...]:
        return SPECIAL_TOKENS + tuple(self.characters)

    @cached_property
    def _table(self) -> Ids:
        """Ids by code point; its last entry is `UNK`, and stands for all code points beyond."""
        table = np.full(max([127, *map(ord, self.characters)]) + 2, UNK, self.dtype)
        table[code_points(self.characters)] = np.arange(FIRST_CHARACTER, len(self))
        return table

    @cached_property
    def _ascii_table(self) -> bytes:
        return self._table[:128].tobytes().ljust(256, b"\0")


class Extension(NamedTuple):
    """A larger vocabulary, and for each id of the smaller one its id there: (len(smaller),)."""

    vocabulary: Vocabulary
    new_ids: Ids
