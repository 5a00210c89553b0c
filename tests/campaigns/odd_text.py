"""Odd text: a defined result or one line; what is tokenized comes back as it was; memory keeps to its bounds."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

from commands import Result, environment, run

from campaigns.case import Case, complaints, count_of, is_root, new_folder, some
from campaigns.processes import is_error_line
from campaigns.unwritable import as_nobody
from poemgen.text.cleaning import clean

MEMORY = Path(__file__).parents[1] / "benchmarks" / "memory.py"
FULL = 200  # texts of random characters
LARGE, LONG_LINE = 1_000_000_000, 100_000_000  # characters
FEWEST = 75_000_000  # below, the memory that any corpus takes weighs too much
BYTES, WIDE_BYTES = 2.2, 3.2  # a character
BEYOND_LATIN = [0x301, 0x200D, 0x2028, 0x202E, 0x5D0, 0xFE0F, 0xFFFF, 0x1F468]
ANY = [*range(0x23), *range(0x61, 0x65), *range(0x7F, 0x100), *BEYOND_LATIN]
TEXTS = {
    "NUL": "moon\0moon",
    "byte order mark": "\ufeffmoon",
    "CRLF": "moon\r\nsea\r\n",
    "CR": "moon\rsea",
    "combining marks": "e\u0301te\u0301 a\u0308\u0323 Z\u0351\u036b\u0343",
    "emoji with joiners": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
    "right to left": "שלום עולם\nسلام دنیا\n\u200fא\u200e",
    "embeddings and overrides": "moon \u202e\u202dnoom\u202c \u2066x\u2069",
    "escapes": "\x1b[31mred\x1b]0;title\x07 \x9b2J",
    "separators of lines": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "beyond the first plane": "𝔪𝔬𝔬𝔫 𓂀 \U0010ffff",
    "not characters": "\ufffe\uffff moon",
    "tabs and spaces": "\tmoon  \n \u00a0\u3000moon",
    "percent lines": "moon\n%\nsea\n%\n",
    "two characters": "ab",
    "one character many times and another": "a" * 5000 + "b",
    "one long line": "moon " * 20_000,
    "many lines": "moon\n" * 20_000,
}
REFUSED = {
    "nothing": (b"", "holds no text"),
    "blank": (b" \n\n\t", "no text"),
    "one character": (b"aaaa", "fewer than two different characters"),
    "not UTF-8": (b"moon \xff\xfe", "bad byte at offset 5"),
    "cut UTF-8": ("moon é".encode()[:-1], "bad byte at offset 5"),
    "overlong UTF-8": (b"moon \xc0\xaf", "bad byte at offset 5"),
    "surrogate in UTF-8": (b"moon \xed\xa0\x80", "bad byte at offset 5"),
    "UTF-16": ("moon sea".encode("utf-16"), "bad byte at offset 0"),
    "control characters": (b"\x00\x01\x1b\x07", "no text"),
}


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Known troubles at every scale; random texts, large ones and those of other users by scale."""
    for name in some(list(TEXTS), min(1, 10 * scale), rng):
        yield Case(name, round_trip(new_folder(folder), TEXTS[name]))
    for name in some(list(REFUSED), min(1, 10 * scale), rng):
        yield Case(name, refused(new_folder(folder), *REFUSED[name]))
    for _ in range(count_of(FULL, scale)):
        text = "ab" + "".join(map(chr, rng.choices(ANY, k=rng.randint(1, 300))))
        yield Case("random characters", round_trip(new_folder(folder), text))
    yield from odd_places(new_folder(folder), scale)
    if scale > 0.02:
        yield from large(scale)


def round_trip(folder: Path, text: str) -> str:
    """What is wrong with a text that goes to ids and back."""
    (folder / "text.txt").write_bytes(text.encode())
    ids = run("tokenize", "text.txt", "--split", "none", "--vocab", "v", "-o", "ids", "-q", cwd=folder)
    back = run("tokenize", "ids", "--decode", "--vocab", "v", "-q", cwd=folder)
    return complaints(done=ids == (0, "", ""), the_same_text=back == (0, clean(text.removeprefix("\ufeff")).text, ""))


def refused(folder: Path, data: bytes, message: str) -> str:
    """What is wrong with how a text without sense is refused."""
    (folder / "text.txt").write_bytes(data)
    result = run("train", "text.txt", "--min-count", "1", "--steps", "1", "-q", cwd=folder)
    wrong = complaints(exit_1=result.code == 1, a_line=is_error_line(result.err), says_why=message in result.err)
    return wrong and f"{wrong} {result}"


def odd_places(folder: Path, scale: float) -> Iterator[Case]:
    """Text that is not in a plain file, and names that are none."""
    (folder / "text.txt").write_text("the moon\nthe sea\n")
    expected = run("tokenize", "text.txt", "--split", "none", "-q", cwd=folder).out
    yield Case("named pipe", complaints(the_same_ids=from_pipe(folder) == (0, expected, "")))
    empty = run("tokenize", "/dev/null", "-q", cwd=folder)
    yield Case("/dev/null", complaints(a_line=empty.code == 1 and is_error_line(empty.err)))
    name = os.fsdecode(b"half \xed\xa0\x80 \xff")
    lone = run("tokenize", name, "-q", cwd=folder)
    yield Case("lone surrogates in a name", complaints(a_line=lone.code == 1 and is_error_line(lone.err)))
    (folder / name).write_text("the moon\nthe sea\n")
    yield Case("a name that is no text", complaints(read=run("tokenize", name, "-q", cwd=folder).code == 0))
    if not is_root():
        yield Case("an unreadable file among many (needs root)", skipped=True)
    elif scale > 0.02:
        yield Case("an unreadable file among many", unreadable(folder))


def from_pipe(folder: Path) -> Result:
    """Tokenizes a named pipe."""
    os.mkfifo(folder / "pipe")
    data = (folder / "text.txt").read_bytes()
    writer = threading.Thread(target=lambda: (folder / "pipe").write_bytes(data))
    writer.start()
    result = run("tokenize", "pipe", "--split", "none", "-q", cwd=folder)
    writer.join()
    return result


def unreadable(folder: Path) -> str:
    """What is wrong when another user's file lies in a folder of poems."""
    many = folder / "many"
    many.mkdir()
    for path in (folder, *folder.parents[:2]):
        path.chmod(0o755)
    for index in range(20):
        (many / f"{index}.txt").write_text("the moon\n")
    (many / "7.txt").chmod(0)
    result = as_nobody(["tokenize", "many", "-q"], folder)
    return complaints(exit_1=result.code == 1, a_line=is_error_line(result.err), names_it="7.txt" in result.err)


def large(scale: float) -> Iterator[Case]:
    """Large corpora, in memory."""
    sizes: list[tuple[str, int, list[str], float]] = [
        ("large", LARGE, [], BYTES),
        ("large, uint16 ids", LARGE // 4, ["--wide"], WIDE_BYTES),
        ("one line", LONG_LINE, ["--one-line"], BYTES),
    ]
    for kind, characters, options, bound in sizes:
        size = max(FEWEST, round(characters * scale))
        found = bytes_per_character(size, options)
        wrong = "" if found <= bound else f"{found:.2f} bytes a character, more than {bound}"
        yield Case(kind, wrong, {f"bytes a character ({kind}, {size:,})": found})


def bytes_per_character(characters: int, options: list[str]) -> float:
    """What a benchmark says of the memory of `train`."""
    command = [sys.executable, str(MEMORY), "--characters", str(characters), *options]
    done = subprocess.run(command, env=environment(), capture_output=True, check=True, text=True)
    return float(done.stdout.split()[0])
