"""A corpus in files of ids, for text that is larger than memory: read where it lies.

A folder of shards holds files of 16-bit ids in little-endian order, `00000.u16` and so on, each of whole poems with
their <EOS>, and `shards.json`, the index: the vocabulary, what is known of the whole, and for each file how many ids it
has and where its poems start. See `shard_writing` for how they come to be.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from poemgen.errors import PoemgenError
from poemgen.text.encoded import EncodedCorpus, with_ids
from poemgen.text.joined import Joined
from poemgen.text.sources import quoted
from poemgen.text.tokenizer import Ids, Vocabulary
from poemgen.text.validation import FEWEST_CHARACTERS, draw_poems

INDEX = "shards.json"
FORMAT = "poemgen shards 1"
DTYPE = np.dtype("<u2")
COUNTS = ("unknown", "exact_duplicates", "near_duplicates")
LARGEST_INDEX = 1 << 30  # bytes


def path_of(folder: Path, number: int) -> Path:
    """Where a shard lies."""
    return folder / f"{number:05d}.u16"


def are_shards(path: str | Path) -> bool:
    """Whether a source is a folder of shards."""
    try:
        return Path(path, INDEX).is_file()
    except (OSError, ValueError):  # of which whoever reads it will complain
        return False


def read_shards(folder: str | Path) -> tuple[EncodedCorpus, str]:
    """The corpus of a folder, its ids left in their files, and the rule by which its text was split.

    `counts` are left empty. Raises PoemgenError, in one line, for an index or files that are not as they were written.
    """
    path = Path(folder, INDEX)
    try:
        if path.stat().st_size > LARGEST_INDEX:
            raise ValueError("it is too large")
        return _corpus(Path(folder), json.loads(path.read_bytes()))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PoemgenError(f"cannot read the shards in {quoted(folder)}: {reason}; make them anew") from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise PoemgenError(f"the index {quoted(path)} is damaged; make the shards anew") from error


def _corpus(folder: Path, index: Any) -> tuple[EncodedCorpus, str]:
    if index["format"] != FORMAT:
        raise ValueError(index["format"])
    index["vocabulary"].encode()  # halves of surrogate pairs are no characters
    vocabulary = Vocabulary(index["vocabulary"])
    counts = {name: index[name] for name in COUNTS}
    sizes = [entry["ids"] for entry in index["shards"]]
    if not sizes or any(type(number) is not int or number < 0 for number in (*counts.values(), *sizes)):
        raise ValueError("numbers")
    starts = [_starts(entry["starts"], size) for entry, size in zip(index["shards"], sizes, strict=True)]
    joined: Any = Joined([_mapped(path_of(folder, number), size) for number, size in enumerate(sizes)], len(vocabulary))
    before = np.cumsum([0, *sizes])
    corpus = EncodedCorpus(
        ids=joined,  # which has what a corpus is asked for
        starts=np.concatenate([*map(np.add, starts, before), before[-1:]]),
        vocabulary=vocabulary,
        counts={},
        sha256=str(index["sha256"]),
        **counts,
    )
    return corpus, str(index["split"])


def _starts(numbers: Any, size: int) -> Ids:
    """Where the poems of a shard start, which has so many ids."""
    starts = np.array(numbers)
    if starts.dtype.kind != "i" or starts.ndim != 1 or starts[0] != 0 or not (np.diff(starts, append=size) > 0).all():
        raise ValueError("starts")
    return starts


def _mapped(path: Path, size: int) -> Ids:
    if path.stat().st_size != size * DTYPE.itemsize:
        raise PoemgenError(f"the shard {quoted(path)} has not the size that its index tells; make the shards anew")
    return np.memmap(path, DTYPE, "r")


def split_shards(
    corpus: EncodedCorpus, fraction: float, *, rng: np.random.Generator
) -> tuple[EncodedCorpus, EncodedCorpus | None]:
    """A training part that stays in its files, and a validation part in memory: whole poems, drawn as
    `validation.split_validation` draws them. There is none where no poem is short enough, or they would be too few."""
    starts, ids = corpus.starts, corpus.ids
    drawn = draw_poems(np.diff(starts), fraction, rng=rng)
    held_out = [(int(starts[poem]), int(starts[poem + 1])) for poem in np.flatnonzero(drawn)]
    lengths = [end - begin for begin, end in held_out]
    if sum(lengths) - len(lengths) < FEWEST_CHARACTERS:
        return corpus, None
    validation = with_ids(corpus, np.concatenate([ids[begin:end] for begin, end in held_out]), np.cumsum([0, *lengths]))
    begins, ends = [0, *(end for _, end in held_out)], [*(begin for begin, _ in held_out), len(ids)]
    joined: Any = ids
    train = replace(
        corpus,
        ids=joined.kept(list(zip(begins, ends, strict=True))),
        starts=np.cumsum(np.append(0, np.diff(starts)[~drawn])),
        unknown=corpus.unknown - validation.unknown,
    )
    return train, validation
