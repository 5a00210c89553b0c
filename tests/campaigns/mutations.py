"""Model files with random damage, and with random changes under a checksum that fits: loaded or refused, at once."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from campaigns.case import Case, count_of
from campaigns.loading import load
from campaigns.sound_files import joined, models, parts, stored
from poemgen.storage import PoemModel, load_model
from poemgen.storage.header import KEY, read_header
from poemgen.storage.tensor_file import sealed

FULL = 100_000
FORGED = "change under a checksum that fits"
NUMBERS = [-1, 0, 1, 2, 7, 2**31, 2**48, 2**63, 2**64, 10**30, -(10**30), 1.5, 1e308, True]
TEXTS = ["", "F32", "I64", "lstm", "gru", "\x1b[31m", "\ud800", "\x00", "🌙", "é" * 300]
NASTY: list[Any] = [*NUMBERS, *TEXTS, None, [], [0], [[]], [-1, 2], [2**62, 2], {}, {"a": 1}, {"": {"": []}}]


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Each kind of change as often as any other."""
    sound = [stored(model, folder, half=half) for model in models() for half in (False, True)]
    contents = {data: content_of(loaded(data, folder / "sound")) for data in sound}
    kinds = list(KINDS)
    for index in range(count_of(FULL, scale)):
        data = rng.choice(sound)
        kind = kinds[index % len(kinds)]
        path = folder / "mutant"
        path.write_bytes(KINDS[kind](data, rng))
        yield Case(kind, *judged(path, None if kind == FORGED else contents[data]))


def judged(path: Path, content: object) -> tuple[str, dict[str, float]]:
    """What is wrong with how a file is met, and what meeting it takes. If the file is accepted, its model must hold
    `content`, unless that is None."""
    try:
        found = load(path)
    except Exception as error:  # whatever it is, it should not be
        return f"{type(error).__name__}: {error}", {}
    if found.model and content is not None and content_of(found.model) != content:
        return "the change was not noticed", {}
    return found.wrong(), found.figures()


def loaded(data: bytes, path: Path) -> PoemModel:
    """The model of a sound file."""
    path.write_bytes(data)
    return load_model(path)


def content_of(model: PoemModel) -> object:
    """All that a model holds, to compare."""
    others = [network and network.parameters.flat.tobytes() for network in (model.backward, model.fill)]
    weights = [model.parameters.flat.tobytes(), *others]
    return weights, model.word_lists, model.vocabulary, model.summary


def bits(data: bytes, rng: Random) -> bytes:
    """Up to eight bits turned, anywhere."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def weight_bit(data: bytes, rng: Random) -> bytes:
    """One bit turned behind the header."""
    changed = bytearray(data)
    changed[rng.randrange(read_header(data, "model").start, len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def size(data: bytes, rng: Random) -> bytes:
    """Cut, longer, or with a piece missing or twice."""
    begin, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return rng.choice([data[:begin], data + rng.randbytes(9), data[:begin] + data[end:], data[:end] + data[begin:]])


def header_length(data: bytes, rng: Random) -> bytes:
    """Another length of the header."""
    true = int.from_bytes(data[:8], "little")
    length = rng.choice([true + rng.randint(-20, 20), rng.getrandbits(64), 1 << rng.randrange(64), 0, len(data)])
    return (length % 2**64).to_bytes(8, "little") + data[8:]


def header_text(data: bytes, rng: Random) -> bytes:
    """Bytes of the header replaced, put in or taken out."""
    end = read_header(data, "model").start
    text = bytearray(data[8:end])
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(text))
        text[place : place + rng.randrange(3)] = rng.choice([b"", rng.randbytes(1), *b'"[]{},:\\0'.split(b"0"), b"9"])
    return joined(bytes(text), data[end:])


def header_field(data: bytes, rng: Random) -> bytes:
    """A value of the header replaced, taken out or put in."""
    header, rest = parts(data)
    disturb(header, rng)
    return joined(header, rest)


def document_field(data: bytes, rng: Random) -> bytes:
    """A value of the document replaced, taken out or put in."""
    header, rest = parts(data)
    document = json.loads(header["__metadata__"][KEY])
    disturb(document, rng)
    header["__metadata__"][KEY] = json.dumps(document)
    return joined(header, rest)


def under_a_checksum(data: bytes, rng: Random) -> bytes:
    """A value of the document or the tensors' part changed, with a checksum that fits."""
    header, rest = parts(data)
    document = json.loads(header["__metadata__"][KEY])
    del document["checksum"], document["digests"]
    if rng.random() < 0.8:
        disturb(document, rng)
    else:
        rest = bits(rest, rng)
    try:
        entries = read_header(data, "model").entries
        tensors = {name: np.ndarray(entry.shape, entry.dtype, rest, entry.begin) for name, entry in entries.items()}
        document = sealed(document, tensors)
    except (UnicodeEncodeError, ValueError):
        pass
    header["__metadata__"][KEY] = json.dumps(document)
    return joined(header, rest)


def disturb(value: Any, rng: Random) -> None:
    """Changes one thing somewhere in a value of JSON."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = rng.choice(keys) if keys else None
    inside = value[key] if key is not None else None
    if isinstance(inside, dict | list) and inside and rng.random() < 0.8:
        disturb(inside, rng)
    elif isinstance(value, dict):
        change_of_object(value, key, rng)
    elif key is not None:
        value[key] = rng.choice(NASTY)


def change_of_object(value: dict[str, Any], key: Any, rng: Random) -> None:
    """Replaces, takes out, renames or puts in one key."""
    match rng.randrange(4):
        case 0 if key is not None:
            del value[key]
        case 1 if key is not None:
            value[rng.choice(["", "\x1b", "format", "W", "weight_hh_l1"])] = value.pop(key)
        case 2:
            value[rng.choice(["more", "", "networks", "\ud800"])] = rng.choice(NASTY)
        case _:
            value[key or "a"] = rng.choice(NASTY)


KINDS: dict[str, Callable[[bytes, Random], bytes]] = {
    "bits": bits,
    "a bit of a weight": weight_bit,
    "size": size,
    "length of the header": header_length,
    "text of the header": header_text,
    "field of the header": header_field,
    "field of the document": document_field,
    FORGED: under_a_checksum,
}
