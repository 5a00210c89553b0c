"""The table of pronunciations: found by bisection in the bytes of the file, so that no word costs more than its own."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("pronunciations.txt")


@lru_cache(maxsize=1)
def table() -> bytes:
    """The file as it is: lines of a word and the ways to say it, sorted by the words' bytes."""
    return TABLE.read_bytes()


def find(word: str, lines: bytes) -> tuple[str, ...]:
    """The ways to say a word that the sorted lines hold for it, in their order; none if it is not there.

    >>> find("moon", b"mood mu1d\\nmoon mu1n\\nmoor mU1r\\n")
    ('mu1n',)
    """
    if not word.isascii():
        return ()
    key = word.encode("ascii") + b" "
    low, high = 0, len(lines)
    while low < high:
        start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = lines.find(b"\n", start, high) + 1 or high
        if lines.startswith(key, start):
            return tuple(lines[start + len(key) : end].decode("ascii").split())
        if lines[start:end] < key:
            low = end
        else:
            high = start
    return ()


def look_up(word: str) -> tuple[str, ...]:
    """The ways to say a word that stands in the table, the usual one first; none if it does not."""
    return find(word, table())


def words_ending_in(letters: str) -> Iterator[tuple[str, str]]:
    """The words of the table that end in these letters, each with its first pronunciation, in the table's order."""
    lines, key = table(), letters.encode("ascii", "ignore") + b" "
    place = lines.find(key)
    while place >= 0:
        start, end = lines.rfind(b"\n", 0, place) + 1, lines.find(b"\n", place)
        ways = lines[place + len(key) : end].decode("ascii").split()
        yield lines[start : place + len(letters)].decode("ascii"), ways[0]
        place = lines.find(key, end)
