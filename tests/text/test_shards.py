"""Shards: the same corpus as in memory, left in files, and an index that lies is found out in one line."""

import json
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import PoemgenError
from poemgen.text import shard_writing
from poemgen.text.corpus import EncodedCorpus, encode_corpus, read_poems
from poemgen.text.shard_writing import ShardFiles, write_shards
from poemgen.text.shards import LARGEST_INDEX, are_shards, path_of, read_shards, split_shards
from poemgen.text.tokenizer import Vocabulary

POEMS = [f"the tide of {word}\nis {word[::-1]}\n月" for word in ("reeds", "herons", "lanterns", "moons", "doors")]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "poems.txt"
    path.write_text("\n%\n".join([*POEMS, POEMS[0]]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(text: Path, tmp_path: Path) -> Path:
    write_shards(read_poems([text]), tmp_path / "shards", size=50)
    return tmp_path / "shards"


@pytest.mark.parametrize("size", [1, 50, 10**6])
@pytest.mark.parametrize("min_count", [1, 2, 5])
def test_shards_hold_the_corpus_that_memory_would(text: Path, tmp_path: Path, size: int, min_count: int) -> None:
    expected = encode_corpus(read_poems([text]), min_count=min_count, drop_duplicates=True)
    written = write_shards(read_poems([text]), tmp_path / "shards", min_count=min_count, size=size)
    found, split = read_shards(tmp_path / "shards")
    assert split == "percent"
    for corpus in (written, found):
        np.testing.assert_array_equal(corpus.ids[:], expected.ids)
        np.testing.assert_array_equal(corpus.starts, expected.starts)
        for name in ("vocabulary", "unknown", "exact_duplicates", "near_duplicates", "sha256", "poems", "characters"):
            assert getattr(corpus, name) == getattr(expected, name)
    assert found.exact_duplicates == 1
    files = sorted(path.name for path in (tmp_path / "shards").iterdir())
    assert files[-1] == "shards.json"
    assert len(files) - 1 == {1: 5, 50: 3, 10**6: 1}[size]
    for number in range(len(files) - 1):
        assert np.fromfile(path_of(tmp_path / "shards", number), "<u2")[-1] == 0  # whole poems


def test_a_given_vocabulary_is_used(text: Path, tmp_path: Path) -> None:
    corpus = write_shards(read_poems([text]), tmp_path / "shards", vocabulary=Vocabulary("\n aehimnorst"))
    expected = encode_corpus(read_poems([text]), vocabulary=corpus.vocabulary, drop_duplicates=True)
    np.testing.assert_array_equal(corpus.ids[:], expected.ids)
    assert corpus.unknown == expected.unknown > 0


def test_numbers_are_final_whatever_the_pieces(text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard_writing, "CHUNK", 14)
    corpus = write_shards(read_poems([text]), tmp_path / "shards")
    np.testing.assert_array_equal(corpus.ids[:], encode_corpus(read_poems([text]), drop_duplicates=True).ids)


@given(st.lists(st.lists(st.integers(0, 3), max_size=12), max_size=6), st.integers(1, 9))
def test_files_end_with_poems_wherever_batches_do(batches: list[list[int]], size: int) -> None:
    with TemporaryDirectory() as name:
        files = ShardFiles(Path(name), size)
        for batch in batches:
            files.append(np.array(batch, np.uint8))
        given_ids = [number for batch in batches for number in batch]
        read = [np.fromfile(path, "<u2").tolist() for path in sorted(Path(name).iterdir())]
    assert [number for ids in read for number in ids] == given_ids
    assert [len(ids) for ids in read] == [length for length in files.lengths if length]
    for ids in read[:-1]:
        assert ids[-1] == 0
        assert len(ids) >= size
        assert 0 not in ids[size - 1 : -1]


def test_what_could_not_be_written_is_told_and_leaves_nothing(tmp_path: Path, text: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PoemgenError, match=r"cannot write .*file"):
        write_shards(read_poems([text]), tmp_path / "file")
    with pytest.raises(PoemgenError, match="too large for shards"):
        write_shards(
            read_poems([text]), tmp_path / "new", vocabulary=Vocabulary("".join(map(chr, range(0x20000, 0x30000))))
        )
    assert list((tmp_path / "new").iterdir()) == []


def test_too_many_characters_and_full_folders_are_refused(tmp_path: Path, text: Path) -> None:
    with pytest.raises(PoemgenError, match="more than 65,535 different characters"):
        ShardFiles(tmp_path, 9).append(np.array([65536], np.uint32))
    with pytest.raises(PoemgenError, match="is not empty; name a new one"):
        write_shards(read_poems([text]), tmp_path)


def test_only_a_folder_with_an_index_is_one_of_shards(folder: Path, text: Path) -> None:
    assert are_shards(folder)
    for other in (text, folder.parent, "-", "", "a\0b", "long" * 100):
        assert not are_shards(other)


# ---- a corpus that is split


def test_held_out_poems_are_in_memory_and_not_in_the_training_part(folder: Path) -> None:
    corpus = write_more(folder)
    train, validation = split_shards(corpus, 0.4, rng=np.random.default_rng(0))
    assert validation is not None
    trained, held_out = texts(train), texts(validation)
    assert trained and held_out
    assert sorted(trained + held_out) == sorted(texts(corpus))
    assert isinstance(validation.ids, np.ndarray)
    assert train.unknown + validation.unknown == corpus.unknown


def texts(corpus: EncodedCorpus) -> list[str]:
    return [corpus.vocabulary.decode(corpus.ids[begin:end]) for begin, end in pairwise(corpus.starts)]


def write_more(folder: Path) -> EncodedCorpus:
    """Fifty poems in several shards, next to a folder."""
    text = folder.parent / "more.txt"
    text.write_text("\n%\n".join(f"line {number} of all\nand {number * number}" for number in range(50)) + "\n")
    return write_shards(read_poems([text]), folder.parent / "more", size=300)


def test_too_little_is_not_held_out(folder: Path) -> None:
    corpus, _ = read_shards(folder)
    train, validation = split_shards(corpus, 0.2, rng=np.random.default_rng(0))
    assert validation is None
    assert train is corpus


# ---- what is not as it was written


def damages() -> dict[str, Any]:
    """What is done to an index that then must be refused."""
    return {
        "no JSON": lambda index: "{",
        "a list": lambda index: [],
        "deep": lambda index: "[" * 100_000,
        "another format": lambda index: index | {"format": "poemgen shards 0"},
        "no shards": lambda index: index | {"shards": []},
        "no vocabulary": lambda index: {name: value for name, value in index.items() if name != "vocabulary"},
        "a vocabulary of numbers": lambda index: index | {"vocabulary": [1, 2]},
        "half a character": lambda index: index | {"vocabulary": "ab\ud800"},
        "a vocabulary that is not sorted": lambda index: index | {"vocabulary": "ba"},
        "a negative number": lambda index: index | {"unknown": -1},
        "a number that is none": lambda index: index | {"unknown": True},
        "a longer shard": lambda index: index | {"shards": [{"ids": 9999, "starts": [0]}]},
        "an empty shard": lambda index: index | {"shards": [{"ids": 0, "starts": []}, *index["shards"]]},
        "a huge shard": lambda index: index | {"shards": [{"ids": 1 << 80, "starts": [0]}]},
        "a shard too many": lambda index: index | {"shards": [*index["shards"], {"ids": 4, "starts": [0]}]},
        "no starts": lambda index: index | {"shards": [index["shards"][0] | {"starts": []}]},
        "a start twice": lambda index: index | {"shards": [index["shards"][0] | {"starts": [0, 3, 3]}]},
        "a start beyond": lambda index: index | {"shards": [index["shards"][0] | {"starts": [0, 1 << 40]}]},
        "starts of words": lambda index: index | {"shards": [index["shards"][0] | {"starts": ["0"]}]},
        "starts within starts": lambda index: index | {"shards": [index["shards"][0] | {"starts": [[0]]}]},
    }


@pytest.mark.parametrize("damage", damages().values(), ids=damages())
def test_a_damaged_index_is_refused_in_one_line(folder: Path, damage: Any) -> None:
    path = folder / "shards.json"
    damaged = damage(json.loads(path.read_text()))
    path.write_text(damaged if isinstance(damaged, str) else json.dumps(damaged))
    with pytest.raises(PoemgenError) as caught:
        read_shards(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("length", [0, 1, 7])
def test_every_truncated_index_is_refused(folder: Path, length: int) -> None:
    path = folder / "shards.json"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(PoemgenError, match="is damaged; make the shards anew"):
        read_shards(folder)


def test_a_shard_that_is_cut_or_gone_is_noticed(folder: Path) -> None:
    shard = path_of(folder, 1)
    shard.write_bytes(shard.read_bytes()[:-1])
    with pytest.raises(PoemgenError, match="has not the size that its index tells"):
        read_shards(folder)
    shard.unlink()
    with pytest.raises(PoemgenError, match=r"cannot read the shards .* make them anew"):
        read_shards(folder)


def test_an_id_outside_the_vocabulary_is_noticed_when_it_is_read(folder: Path) -> None:
    shard = path_of(folder, 0)
    shard.write_bytes(b"\xff\xff" + shard.read_bytes()[2:])
    corpus, _ = read_shards(folder)
    assert corpus.ids[np.array([1, 2])].shape == (2,)
    for index in (np.array([[2, 0]]), slice(0, 3)):
        with pytest.raises(PoemgenError, match="an id that their vocabulary does not"):
            corpus.ids[index]


def test_a_corpus_without_text_leaves_no_shards(tmp_path: Path) -> None:
    blank = tmp_path / "blank.txt"
    blank.write_text(" \n\n \n", encoding="utf-8")
    with pytest.raises(PoemgenError, match="no text"):
        write_shards(read_poems([blank]), tmp_path / "shards")
    assert not list((tmp_path / "shards").iterdir())


def test_an_index_larger_than_any_is_refused_unread(folder: Path) -> None:
    with (folder / "shards.json").open("ab") as index:
        index.truncate(LARGEST_INDEX + 1)
    with pytest.raises(PoemgenError, match="damaged"):
        read_shards(folder)
