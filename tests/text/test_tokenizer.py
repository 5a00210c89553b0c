"""The vocabulary: ids there and back, the widths of ids, and its file."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import PoemgenError
from poemgen.text.cleaning import FORBIDDEN
from poemgen.text.tokenizer import EOS, FIRST_CHARACTER, PIECE, UNK, Vocabulary

CHARACTERS = st.characters(codec="utf-8").filter(lambda character: not FORBIDDEN.match(character))
VOCABULARIES = st.sets(CHARACTERS).map(lambda found: Vocabulary("".join(sorted(found))))


def of_size(characters: int) -> Vocabulary:
    return Vocabulary("".join(map(chr, range(0x4E00, 0x4E00 + characters))))


@given(st.text(CHARACTERS), st.text(CHARACTERS))
def test_decoding_undoes_encoding(text: str, more: str) -> None:
    vocabulary = Vocabulary("".join(sorted(set(text + more))))
    ids = vocabulary.encode(text)
    assert vocabulary.decode(ids) == text
    assert (ids.shape, ids.dtype) == ((len(text),), vocabulary.dtype)


@given(VOCABULARIES, st.text(st.characters(codec=None)))
def test_ids_are_places_among_the_sorted_characters(vocabulary: Vocabulary, text: str) -> None:
    places = {character: FIRST_CHARACTER + place for place, character in enumerate(vocabulary.characters)}
    assert vocabulary.encode(text).tolist() == [places.get(character, UNK) for character in text]


@pytest.mark.parametrize("characters", [1, 300])
def test_ascii_text_has_the_same_ids_by_either_way(characters: int) -> None:
    vocabulary = Vocabulary("\n amo" + of_size(characters).characters)
    assert (
        vocabulary.encode("a moon\n").tolist() == vocabulary.encode("a moon\né").tolist()[:-1] == [4, 3, 5, 6, 6, 1, 2]
    )


@pytest.mark.parametrize(("characters", "dtype"), [(0, "u1"), (253, "u1"), (254, "u2"), (65533, "u2"), (65534, "u4")])
def test_ids_are_as_narrow_as_the_id_for_no_character_allows(characters: int, dtype: str) -> None:
    vocabulary = Vocabulary("".join(map(chr, range(0x10000, 0x10000 + characters))))
    assert vocabulary.dtype == np.dtype(dtype)
    assert vocabulary.dtype.type(len(vocabulary)) == len(vocabulary) == characters + 2
    assert vocabulary.encode(vocabulary.characters[-1:]).tolist() == [characters + 1][: characters > 0]


@pytest.mark.parametrize("characters", [3, 300])
def test_a_whole_poem_has_its_end(characters: int) -> None:
    vocabulary = of_size(characters)
    ids = vocabulary.encode_poem(vocabulary.characters[:2])
    assert (ids.tolist(), ids.dtype) == ([2, 3, EOS], vocabulary.dtype)


def test_what_the_vocabulary_does_not_hold_is_unknown() -> None:
    vocabulary = Vocabulary("amno")
    assert vocabulary.encode("m🌙n\ud800~o").tolist() == [3, UNK, 4, UNK, UNK, 5]
    assert vocabulary.unknown("mo🌙 no\ud800🌙") == " \ud800🌙"


def test_a_long_text_is_encoded_piece_by_piece() -> None:
    text = "ж" * (PIECE - 1) + "mo" + "жn" * PIECE + "?"
    ids = Vocabulary("mnoж").encode(text)
    assert len(ids) == len(text)
    assert ids[PIECE - 2 : PIECE + 2].tolist() == [5, 2, 4, 5]
    assert (np.bincount(ids).tolist(), ids[-1]) == ([0, 1, 1, PIECE, 1, 2 * PIECE - 1], UNK)


def test_special_tokens_are_written_out() -> None:
    vocabulary = Vocabulary("mno")
    assert vocabulary.decode([2, 4, 4, 3, EOS, UNK]) == "moon<EOS><UNK>"
    assert [vocabulary.token(number) for number in range(3)] == ["<EOS>", "<UNK>", "m"]


@pytest.mark.parametrize("number", [-1, 5, 2**40])
def test_an_id_outside_the_vocabulary_is_an_error(number: int) -> None:
    with pytest.raises(PoemgenError, match=f"^{number} is no id .* from 0 to 4$"):
        Vocabulary("mno").decode([2, number])


def test_characters_are_kept_from_a_count_on() -> None:
    counts = {"n": 3, "a": 2, "🌙": 1, "é": 2}
    assert Vocabulary.from_counts(counts, 2) == Vocabulary("anés".replace("s", ""))
    assert Vocabulary.from_counts(counts, 1).characters == "ané🌙"
    with pytest.raises(PoemgenError, match="fewer than two different characters reach the count 3;"):
        Vocabulary.from_counts(counts, 3)


@given(VOCABULARIES, st.text(CHARACTERS))
def test_an_extended_vocabulary_holds_both_and_translates_ids(vocabulary: Vocabulary, more: str) -> None:
    larger, new_ids = vocabulary.extended(more)
    assert set(larger.characters) == {*vocabulary.characters, *more}
    assert [larger.token(number) for number in new_ids] == [
        vocabulary.token(number) for number in range(len(vocabulary))
    ]


@pytest.mark.parametrize("characters", ["ba", "aa", "a\x00"[::-1], "\r", "a\u202e", "a\ud800", "a\x85"])
def test_characters_must_be_sorted_unique_and_fit_for_a_poem(characters: str) -> None:
    with pytest.raises(PoemgenError) as caught:
        Vocabulary(characters)
    assert str(caught.value).isprintable()


@given(VOCABULARIES)
def test_the_file_gives_the_vocabulary_back(vocabulary: Vocabulary) -> None:
    assert Vocabulary.from_json(vocabulary.to_json()) == vocabulary


def test_the_file_is_for_people_to_read() -> None:
    assert Vocabulary("\n月").to_json() == '{\n "<EOS>": 0,\n "<UNK>": 1,\n "\\n": 2,\n "月": 3\n}\n'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "moon",
        "{}",
        "[1, 2]",
        "3",
        "[" * 100_000,
        '{"<EOS>": 0, "a": 1}',
        '{"<EOS>": 0, "<UNK>": 1, "a": 3}',
        '{"<EOS>": 0, "<UNK>": 1, "a": 2, "a": 3}',
        '{"<EOS>": 0, "<UNK>": 1, "ab": 2}',
        '{"<EOS>": 0, "<UNK>": 1, "": 2}',
        '{"<EOS>": 0, "<UNK>": 1, "b": 2, "a": 3}',
        r'{"<EOS>": 0, "<UNK>": 1, "\ud800": 2}',
        r'{"<EOS>": 0, "<UNK>": 1, "\r": 2}',
        '{"<EOS>": 0, "<UNK>": 1, "a": {"b": 2}}',
        '[["<EOS>", 0], ["<UNK>", 1], [7, 2]]',
    ],
)
def test_a_damaged_file_is_an_error_of_one_line(text: str) -> None:
    with pytest.raises(PoemgenError) as caught:
        Vocabulary.from_json(text)
    assert "\n" not in str(caught.value)


def test_the_file_is_json_for_others_too() -> None:
    assert json.loads(Vocabulary("ab").to_json()) == {"<EOS>": 0, "<UNK>": 1, "a": 2, "b": 3}
