"""Writing a corpus as shards while it streams by: see `shards` for what they are.

The alphabet is known only at the end. Until then characters have provisional numbers; then every file gets its final
ids in place. The index is written last, so that a folder that has one is complete.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from poemgen.durable import explained, write_atomically
from poemgen.errors import PoemgenError
from poemgen.text.duplicates import Repeat
from poemgen.text.encoded import EncodedCorpus
from poemgen.text.intake import Intake
from poemgen.text.reading import PoemStream
from poemgen.text.shards import DTYPE, FORMAT, INDEX, path_of, read_shards
from poemgen.text.sources import quoted
from poemgen.text.tokenizer import UNK, Ids, Vocabulary

SIZE = 1 << 27  # ids of a shard, at least: 256 MB
CHUNK = 1 << 22  # bytes in memory at once while ids get their final numbers
MOST = np.iinfo(DTYPE).max


class ShardFiles:
    """Takes ids of a provisional alphabet, in which 0 ends a poem, and puts them into files of whole poems."""

    def __init__(self, folder: Path, size: int) -> None:
        self.lengths = [0]
        self.folder = folder
        self._size = size

    def append(self, ids: Ids) -> None:
        """Puts ids at the end. Raises PoemgenError if there are more different characters than 16 bits can tell."""
        if ids.max(initial=0) > MOST:
            raise PoemgenError("the text holds more than 65,535 different characters, too many for shards; split it")
        ends = np.flatnonzero(ids == 0) + 1
        while len(ids):
            far_enough = ends[ends >= self._size - self.lengths[-1]]
            cut = int(far_enough[0]) if len(far_enough) else len(ids)
            with path_of(self.folder, len(self.lengths) - 1).open("ab") as file:
                file.write(ids[:cut].astype(DTYPE).tobytes())
            self.lengths[-1] += cut
            if len(far_enough):
                self.lengths.append(0)
            ids, ends = ids[cut:], ends[ends > cut] - cut

    def remove(self) -> None:
        """Removes the files that there are."""
        for number in range(len(self.lengths)):
            path_of(self.folder, number).unlink(missing_ok=True)

    def renumber(self, new_ids: Ids) -> int:
        """Gives all ids their final numbers; returns how many of them are <UNK>."""
        return sum(_renumber(path_of(self.folder, number), new_ids) for number, n in enumerate(self.lengths) if n)


def _renumber(path: Path, new_ids: Ids) -> int:
    unknown, place = 0, 0
    with path.open("r+b") as file:  # a memory map would have the whole file in memory
        while data := file.read(CHUNK):
            piece = new_ids[np.frombuffer(data, DTYPE)]
            unknown += int(np.count_nonzero(piece == UNK))
            file.seek(place)
            file.write(piece.astype(DTYPE).tobytes())
            place += len(data)
    return unknown


def write_shards(
    poems: PoemStream, folder: Path, *, min_count: int = 1, vocabulary: Vocabulary | None = None, size: int = SIZE
) -> EncodedCorpus:
    """Writes the poems, without those that repeat an earlier one, as shards of at least `size` ids; returns them as
    they are read again.

    Memory does not grow with the characters, only by a few hundred bytes a poem. Raises PoemgenError if the folder
    holds something, the poems hold no text, or the vocabulary is too large for 16 bits.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise PoemgenError(f"the folder {quoted(folder)} is not empty; name a new one for the shards")
    files = ShardFiles(folder, size)
    try:
        with explained(folder):
            return _write(files, poems, min_count, vocabulary)
    except BaseException:
        files.remove()
        raise


def _write(files: ShardFiles, poems: PoemStream, min_count: int, vocabulary: Vocabulary | None) -> EncodedCorpus:
    intake = Intake(poems, drop_duplicates=True, buffer=files)
    counts = intake.counts()
    vocabulary = vocabulary or Vocabulary.from_counts(counts, min_count)
    if len(vocabulary) > MOST:
        raise PoemgenError(f"a vocabulary of {len(vocabulary):,} is too large for shards; raise --min-count")
    index = {
        "format": FORMAT,
        "split": str(poems.split),
        "vocabulary": vocabulary.characters,
        "unknown": files.renumber(intake.new_ids(vocabulary)),
        "exact_duplicates": intake.repeats[Repeat.EXACT],
        "near_duplicates": intake.repeats[Repeat.NEAR],
        "sha256": intake.hash.hexdigest(),
        "shards": _entries(files.lengths, np.array(intake.lengths).cumsum()),
    }
    write_atomically(files.folder / INDEX, json.dumps(index).encode())
    return read_shards(files.folder)[0]


def _entries(lengths: list[int], ends: Ids) -> list[dict[str, Any]]:
    """For each shard its number of ids and where its poems start, from the ends of all poems."""
    starts = np.append(0, ends)
    entries, begin = [], 0
    for length in filter(None, lengths):
        first, last = np.searchsorted(starts, [begin, begin + length])
        entries.append({"ids": length, "starts": (starts[first:last] - begin).tolist()})
        begin += length
    return entries
