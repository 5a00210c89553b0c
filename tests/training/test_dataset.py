"""What a run learns from, and what it is tested on: read and split in a way that can be repeated."""

from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from poemgen.errors import PoemgenError, UsageError
from poemgen.storage import BACKWARD, FORWARD
from poemgen.text.corpus import read_poems
from poemgen.text.encoded import poems_of
from poemgen.text.shard_writing import write_shards
from poemgen.text.tokenizer import Vocabulary
from poemgen.training.dataset import MOST_HELD_OUT, Dataset, Reading, read_dataset, reading_from
from poemgen.training.job import Corpora, prepared
from poemgen.training.plan import Wishes

POEMS = [f"{number:b}".replace("0", "reed ").replace("1", "moon ") + f"\n{number} lamps" for number in range(40, 80)]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    file = tmp_path / "poems.txt"
    file.write_text("\n%\n".join(POEMS) + "\n")
    return file


def texts(dataset: Dataset) -> tuple[set[str], set[str]]:
    """The poems of the two parts."""
    train, held_out = (
        {part.vocabulary.decode(ids[:-1]) for ids in poems_of(part)} if part else set()
        for part in (dataset.train, dataset.validation)
    )
    return train, held_out


def test_poems_are_split_whole_and_the_same_way_again(corpus: Path) -> None:
    dataset, again, other = (read_dataset([corpus], Reading(min_count=1, rng_seed=seed)) for seed in (1, 1, 2))
    train, held_out = texts(dataset)
    assert train | held_out == set(POEMS)
    assert not train & held_out
    share = sum(map(len, held_out)) / sum(map(len, POEMS))
    assert share == pytest.approx(0.1, abs=0.03)
    assert texts(again) == (train, held_out)
    assert texts(other) != (train, held_out)
    assert dataset.reading == Reading("percent", "utf-8", 1, 0.1, 1)
    assert dataset.train.sha256 == other.train.sha256
    assert not dataset.own_validation


def test_what_was_chosen_can_be_read_again_from_its_reading(corpus: Path) -> None:
    first = read_dataset([corpus], Reading(rng_seed=3))
    again = read_dataset([corpus], first.reading, vocabulary=first.train.vocabulary)
    assert texts(again) == texts(first)
    assert again.reading == first.reading
    assert np.array_equal(again.train.ids, first.train.ids)


def test_no_more_is_held_out_than_a_good_figure_needs() -> None:
    text = "abcdefghi\n" * (MOST_HELD_OUT * 3 // 2)
    dataset = read_dataset(["-"], Reading(split="none"), stdin=BytesIO(text.encode()))
    assert dataset.validation is not None
    assert dataset.validation.characters == pytest.approx(MOST_HELD_OUT, rel=0.01)


def test_only_the_training_part_decides_what_is_rare(corpus: Path) -> None:
    dataset = read_dataset([corpus], Reading(fraction=0.5, min_count=3))
    train, _ = texts(dataset)
    counts = {character: sum(poem.count(character) for poem in train) for character in set("".join(train))}
    frequent = {character for character, count in dataset.train.counts.items() if count >= 3}
    assert set(dataset.train.vocabulary.characters) == frequent
    assert all(counts[character] == dataset.train.counts[character] for character in frequent)
    assert dataset.validation is not None
    assert dataset.validation.vocabulary is dataset.train.vocabulary


def test_nothing_is_held_out_if_nothing_should_be(corpus: Path) -> None:
    dataset = read_dataset([corpus], Reading(fraction=0.0))
    assert dataset.validation is None
    assert dataset.train.poems == len(POEMS)


def test_held_out_poems_of_their_own_leave_the_corpus_whole(corpus: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("reed ☃\n%\nreed ☃\n")
    dataset = read_dataset([corpus], Reading(), validation_sources=[own])
    assert dataset.own_validation
    assert dataset.train.poems == len(POEMS)
    assert dataset.validation is not None
    assert dataset.validation.poems == 2  # as they are, copies and all
    assert dataset.validation.unknown == 2
    assert "☃" not in dataset.train.vocabulary.characters


def test_a_given_vocabulary_stays_or_is_extended_by_what_is_frequent(corpus: Path) -> None:
    given = Vocabulary("moxz")
    kept = read_dataset([corpus], Reading(), vocabulary=given)
    assert kept.train.vocabulary is given
    extended = read_dataset([corpus], Reading(min_count=2), vocabulary=given, extend=True)
    frequent = {character for character, count in extended.train.counts.items() if count >= 2}
    assert set(extended.train.vocabulary.characters) == frequent | set("moxz")
    assert extended.validation is not None
    assert extended.validation.vocabulary == extended.train.vocabulary


def test_copies_and_control_characters_are_left_out_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "poems.txt"
    file.write_text("\n%\n".join([*POEMS, POEMS[3], "the \x07 bell"]))
    dataset = read_dataset([file], Reading(fraction=0.0))
    assert dataset.train.exact_duplicates == 1
    assert dataset.train.poems == len(POEMS) + 1
    assert dataset.dropped == {"\x07": 1}


def test_a_corpus_without_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(PoemgenError, match="holds no text"):
        read_dataset([tmp_path / "empty.txt"], Reading())


@pytest.mark.parametrize(
    "fields",
    [None, [], {"moon": 1}, {"encoding": 5}, {"fraction": "x"}, {"rng_seed": -1}, {"min_count": 1.5}, {"split": None}],
    ids=str,
)
def test_a_reading_that_is_none_is_refused(fields: Any) -> None:
    with pytest.raises(PoemgenError, match="does not tell how its corpus was read"):
        reading_from(fields)


def test_a_reading_survives_json() -> None:
    reading = Reading("percent", "utf-8", 2, 0.125, 3, "none")
    assert reading_from(asdict(reading)) == reading


# ---- shards


@pytest.fixture
def shards(corpus: Path, tmp_path: Path) -> Path:
    write_shards(read_poems([corpus]), tmp_path / "shards", size=500)
    return tmp_path / "shards"


@pytest.mark.parametrize("fraction", [None, 0.0, 0.3])
def test_shards_are_split_as_their_text_is(corpus: Path, shards: Path, fraction: float | None) -> None:
    reading = Reading(min_count=1, fraction=fraction, rng_seed=5)
    expected, found = (read_dataset([source], reading) for source in (corpus, shards))
    assert (found.reading, found.own_validation, found.dropped) == (expected.reading, False, {})
    assert bool(found.validation) == bool(expected.validation) == (fraction != 0)
    for part, same in ((found.train, expected.train), (found.validation, expected.validation)):
        if part and same:
            np.testing.assert_array_equal(part.ids[:], same.ids)
            np.testing.assert_array_equal(part.starts, same.starts)
            for name in ("vocabulary", "unknown", "characters", "poems", "sha256"):
                assert getattr(part, name) == getattr(same, name)


def test_shards_take_the_held_out_poems_of_another_file(corpus: Path, shards: Path) -> None:
    dataset = read_dataset([shards], Reading(), validation_sources=[corpus])
    assert dataset.validation and dataset.own_validation
    assert dataset.train.poems == dataset.validation.poems == len(POEMS)


def test_what_was_settled_with_the_shards_cannot_be_asked_for_again(shards: Path, corpus: Path) -> None:
    with pytest.raises(UsageError, match="leave out --split"):
        read_dataset([shards], Reading(split="line"))
    with pytest.raises(UsageError, match="name it alone"):
        read_dataset([shards, corpus], Reading())
    own = read_dataset([shards], Reading()).train.vocabulary
    assert read_dataset([shards], Reading(), vocabulary=own).train.vocabulary == own
    smaller, larger = Vocabulary(own.characters[1:]), own.extended("ß").vocabulary
    assert read_dataset([shards], Reading(), vocabulary=smaller, extend=True).train.vocabulary == own
    for vocabulary, extend in ((smaller, False), (larger, False), (larger, True)):
        with pytest.raises(PoemgenError, match="another vocabulary than the model; make them with `tokenize --model`"):
            read_dataset([shards], Reading(), vocabulary=vocabulary, extend=extend)


def test_lines_of_shards_are_not_reversed(shards: Path) -> None:
    with pytest.raises(UsageError, match="a second network reads every line reversed, from memory"):
        prepared(Corpora((str(shards),), ()), Reading(), Wishes(), None, half=False, stages=(FORWARD, BACKWARD))
