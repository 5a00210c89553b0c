"""Model files that are made to do harm: refused in one line, at once, in little memory."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from campaigns.case import Case
from campaigns.loading import load
from campaigns.sound_files import SUMMARY, VOCABULARY, joined, model_of, parts, stored
from poemgen.storage import read_tensors
from poemgen.storage.header import FORMAT, KEY, MAX_HEADER
from poemgen.storage.tensor_file import sealed

ENTRY = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'
LARGEST = 512 * 2**20


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """All of them, at every scale."""
    sound = stored(model_of("lstm", 1), folder)
    for name, data in [*headers(sound), *forged(sound, folder)]:
        path = folder / "hostile"
        path.write_bytes(data)
        yield met(name, path)
        path.unlink()
    for name, path in sparse(sound, folder):
        yield met(name, path)
        path.unlink()


def met(name: str, path: Path) -> Case:
    """Whether a file is refused as it should be."""
    try:
        loaded = load(path)
    except Exception as error:  # whatever it is, it should not be
        return Case(name, f"{type(error).__name__}: {error}")
    return Case(name, "it was accepted" if loaded.model else loaded.wrong(), loaded.figures())


def headers(sound: bytes) -> Iterator[tuple[str, bytes]]:
    """Headers that no writer writes."""
    header, rest = parts(sound)
    name = next(name for name in header if name != "__metadata__")

    def full(piece: str, begin: str = "", end: str = "") -> bytes:
        """As much of a piece as a header may hold."""
        return joined((begin + piece * ((MAX_HEADER - len(begin + end)) // len(piece)) + end).encode(), rest)

    def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
        copy = json.loads(json.dumps(header))
        change(copy)
        return joined(copy, rest)

    def entry(**fields: Any) -> bytes:
        return changed(lambda copy: copy[name].update(fields))

    yield "a tensor twice", joined(json.dumps(header)[:-1].encode() + f',"{name}":{ENTRY}}}'.encode(), rest)
    yield "overlap", changed(lambda copy: copy.update({"b": copy[name]}))
    yield "hole", joined(header, rest + bytes(8))
    yield (
        "300,000 tensors",
        joined(b"{" + b",".join(b'"%d":%b' % (i, ENTRY.encode()) for i in range(300_000)) + b"}", b""),
    )
    yield "as many tensors as fit", joined(many_tensors(header), rest)
    yield "4 TiB", entry(shape=[2**20, 2**20], data_offsets=[0, 2**42])
    yield "a shape beyond all bounds", entry(shape=[2**63, 2**63, 0])
    yield "a huge integer", entry(shape=[10**4000])
    yield "a longer integer than Python reads", joined(f'{{"a":1{"0" * 100_000}}}'.encode(), rest)
    yield "many huge integers", full("1" * 4000 + ",", '{"a":[', "1]}")
    yield "a negative size", entry(shape=[-4, -4])
    yield "offsets backwards", entry(data_offsets=[64, 0])
    yield "deep arrays", full("[")
    yield "deep objects", full('{"a":')
    yield "brackets in strings", full('"[",', '{"a":[', "1]}")
    yield "an open string", full("\\\\", '{"')
    yield "spaces", full(" ", "{", "}")
    yield "zeros", full("\x00")
    yield "many numbers", full("1,", '{"a":[', "1]}")
    yield "many floats", full("1e-9,", '{"a":[', "1]}")
    yield "many keys", joined(("{" + ",".join(f'"{i}":0' for i in range(90_000)) + "}").encode(), rest)
    yield "NaN", joined(b'{"a":NaN}', rest)
    yield "a number beyond floats", joined(b'{"a":1e999}', rest)
    yield "half of a surrogate pair as a name", joined(b'{"\\ud800":' + ENTRY.encode() + b"}", rest)
    yield "not UTF-8", joined(b'{"\xff":1}', rest)
    yield "a longer header than the file", (2**63).to_bytes(8, "little") + sound[8:]
    yield "a header of 100 MB", joined(b" " * 100_000_000, b"")


def many_tensors(header: dict[str, Any]) -> bytes:
    """A header with so many empty tensors that it is just short enough."""
    text = json.dumps(header)[:-1]
    room = (MAX_HEADER - len(text) - 1) // (len(ENTRY) + 10)
    return (text + "".join(f',"{index:06}":{ENTRY}' for index in range(room)) + "}").encode()


def forged(sound: bytes, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Models that lie, under a checksum that fits."""
    (folder / "forged").write_bytes(sound)
    tensors, metadata, _ = read_tensors(folder / "forged", kind="model", limit=LARGEST)
    deep: Any = {}
    for _ in range(40):
        deep = {"a": deep}
    for number in (np.nan, np.inf, -np.inf):
        yield (
            f"{number} as a weight",
            signed(sound, {**tensors, "output.bias": tensors["output.bias"] + number}, metadata),
        )
    for name, characters in {
        "ESC in the vocabulary": "\x1b" + VOCABULARY.characters[1:],
        "C1 in the vocabulary": VOCABULARY.characters[:-1] + "\x9b",
        "an override in the vocabulary": VOCABULARY.characters[:-1] + "\u202e",
        "half of a surrogate pair in the vocabulary": VOCABULARY.characters[:-1] + "\ud800",
        "a character twice": VOCABULARY.characters[:-1] + VOCABULARY.characters[-2],
        "all of Unicode as a vocabulary": "".join(map(chr, range(0x100, 0x8000))),
    }.items():
        yield name, signed(sound, tensors, {**metadata, "vocabulary": characters})
    for name, sizes in {"billions of layers": {"layers": 10**9}, "120 million units": {"units": 120_000_000}}.items():
        yield name, signed(sound, tensors, {**metadata, "config": {**metadata["config"], **sizes}})
    yield "a deep summary", signed(sound, tensors, {**metadata, "summary": deep})
    yield "a network that is not there", signed(sound, tensors, {**metadata, "networks": {"fill": metadata["config"]}})


def signed(sound: bytes, tensors: Any, metadata: Any) -> bytes:
    """The file with other numbers and another document, and the checksum of those."""
    header, _ = parts(sound)
    document = {**metadata, "format": FORMAT, "kind": "model"}
    text = json.dumps(sealed(document, tensors))
    places = {name: place for name, place in header.items() if name != "__metadata__"}
    rest = b"".join(tensors[name].tobytes() for name in sorted(places, key=lambda name: places[name]["data_offsets"]))
    return joined({"__metadata__": {KEY: text}, **places}, rest)


def sparse(sound: bytes, folder: Path) -> Iterator[tuple[str, Path]]:
    """Files that are large and take no room on the disk."""
    path = folder / "sparse"
    header, rest = parts(sound)
    for name, size in {"512 MB of nothing behind a model": LARGEST, "4 TiB of nothing behind a model": 2**42}.items():
        path.write_bytes(joined(header, rest))
        try:
            with path.open("r+b") as file:
                file.truncate(size)
        except OSError:
            continue
        yield name, path
    document = {
        "config": {"cell": "rnn", "layers": 1, "units": 1, "vocabulary": 2},
        "vocabulary": "",
        "summary": SUMMARY,
    }
    text = json.dumps({**document, "format": FORMAT, "kind": "model", "checksum": ""})
    length = LARGEST - 4096
    wide = {"dtype": "U8", "shape": [length], "data_offsets": [0, length]}
    path.write_bytes(joined({"__metadata__": {KEY: text}, "words.words": wide}, b""))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + length)
    yield "a list of words of 512 MB", path
