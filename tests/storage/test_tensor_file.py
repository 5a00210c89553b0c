"""Tensor files: arrays come back bit for bit, and no flipped bit goes unnoticed."""

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from poemgen.errors import PoemgenError
from poemgen.storage import TensorFile, read_tensors, write_tensors
from poemgen.storage.header import KEY, OF_THE_FILE, read_header
from poemgen.storage.strict_json import JSON
from poemgen.storage.tensor_file import PIECE

KIND, LIMIT = "checkpoint", 10**6
GRID = np.arange(12.0).reshape(3, 4)
TENSORS: dict[str, NDArray[Any]] = {
    "half": np.linspace(-1, 1, 5, dtype=np.float16),
    "single": GRID.astype(np.float32)[:, ::2],
    "double": GRID.T,
    "counts": np.array([[-1, 2**62]]),
    "word list": np.frombuffer("moon\nmûre".encode(), np.uint8),
    "scalar": np.array(2.5),
    "empty": np.zeros((0, 3), np.float32),
    "swapped": GRID.astype(">f8"),
}
METADATA = {"poems": 3, "title": "Mûre \udcff", "curve": [[100, 2.5, None]]}


def write(path: Path, tensors: dict[str, NDArray[Any]] = TENSORS, metadata: dict[str, JSON] = METADATA) -> str:
    return write_tensors(path, tensors, metadata, kind=KIND, limit=LIMIT)


def read(path: Path) -> TensorFile:
    return read_tensors(path, kind=KIND, limit=LIMIT)


def assert_equal(found: dict[str, NDArray[Any]], expected: dict[str, NDArray[Any]]) -> None:
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert found[name].dtype == tensor.dtype.newbyteorder("<")
        np.testing.assert_array_equal(found[name], tensor)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "file"
    sha256 = write(file)
    tensors, metadata, read_sha256 = read(file)
    assert_equal(tensors, TENSORS)
    assert metadata == METADATA
    assert sha256 == read_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_safetensors_reads_the_same(tmp_path: Path) -> None:
    write(tmp_path / "file")
    assert_equal(load_file(tmp_path / "file"), TENSORS)


def test_equal_content_gives_equal_bytes_in_every_process(tmp_path: Path) -> None:
    code = """
import numpy, sys
from poemgen.storage import write_tensors
tensors = {name: numpy.arange(3.0) for name in sys.argv[1]}
print(write_tensors("file", tensors, {name: 1 for name in sys.argv[1]}, kind="k", limit=10**4))
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}

    def run(names: str) -> str:
        command = [sys.executable, "-c", code, names]
        return subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout

    assert run("abcd") == run("dbca")


def test_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    file, damaged = tmp_path / "file", tmp_path / "damaged"
    write(file, {"W": np.ones((2, 2), np.float32), "b": np.zeros(3, np.float16)}, {"poems": 3})
    data = file.read_bytes()
    rng = random.Random(0)
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << rng.randrange(8)
        damaged.write_bytes(changed)
        with pytest.raises(PoemgenError) as caught:
            read(damaged)
        assert str(caught.value).isprintable()


def test_every_shortened_file_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write(file, {"b": np.zeros(3, np.float16)}, {})
    data = file.read_bytes()
    for length in range(len(data)):
        file.write_bytes(data[:length])
        with pytest.raises(PoemgenError, match=r"^cannot read checkpoint '.*file': .*; "):
            read(file)


def test_another_layout_of_the_same_content_is_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    sha256 = write(file)
    data = file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    file.write_bytes((length + 8).to_bytes(8, "little") + data[8 : 8 + length] + b" " * 8 + data[8 + length :])
    tensors, metadata, other_sha256 = read(file)
    assert_equal(tensors, TENSORS)
    assert metadata == METADATA
    assert other_sha256 != sha256


def test_what_is_wanted_is_read_alone_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write(file)
    sound = file.read_bytes()

    def read_some(*names: str, hashed: bool = False) -> TensorFile:
        return read_tensors(file, kind=KIND, limit=LIMIT, hashed=hashed, wanted=lambda name: name in names)

    place = sound.index("mûre".encode(), read_header(sound, KIND).start)
    file.write_bytes(sound[:place] + b"M" + sound[place + 1 :])
    some = read_some("single", "half", "empty")
    assert_equal(some.tensors, {name: TENSORS[name] for name in ("half", "single", "empty")})
    assert (some.metadata, some.sha256) == (METADATA, "")
    for names, hashed in ((("word list",), False), (("half",), True)):
        with pytest.raises(PoemgenError, match="its checksum does not fit its content"):
            read_some(*names, hashed=hashed)
    file.write_bytes(sound)
    assert read_some("half", hashed=True).tensors.keys() == {"half"}
    assert read_some("half", hashed=True).sha256 == hashlib.sha256(sound).hexdigest()


def older(tensors: dict[str, NDArray[Any]], metadata: dict[str, JSON], format: int = 2) -> bytes:
    """A file as it was before arrays had digests."""
    document = {**metadata, "format": format, "kind": KIND}
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    checksum = hashlib.sha256(text.encode())
    for name, tensor in sorted(tensors.items()):
        checksum.update(f'["{name}","{tensor.dtype.str}",[{",".join(map(str, tensor.shape))}]]'.encode())
        checksum.update(tensor.tobytes())
    return save(tensors, {KEY: json.dumps({**document, "checksum": checksum.hexdigest()})})


def test_older_files_are_read_whole_and_checked(tmp_path: Path) -> None:
    file, tensors = tmp_path / "file", {"a": np.arange(3.0), "b": np.ones((2, 1), np.float32)}
    data = older(tensors, {"poems": 3})
    file.write_bytes(data)
    assert_equal(read(file).tensors, tensors)
    [(name, tensor)] = read_tensors(
        file, kind=KIND, limit=LIMIT, hashed=False, wanted=lambda name: name == "b"
    ).tensors.items()
    assert_equal({name: tensor}, {"b": tensors["b"]})
    for damaged in (data[:-1] + b"\x01", older(tensors, {"poems": 3}, format=3)):
        file.write_bytes(damaged)
        with pytest.raises(PoemgenError, match="its checksum does not fit its content"):
            read_tensors(file, kind=KIND, limit=LIMIT, hashed=False, wanted=lambda name: name == "a")


@pytest.mark.parametrize("key", OF_THE_FILE)
def test_metadata_cannot_say_what_the_file_says_itself(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="cannot have the keys"):
        write(tmp_path / "file", metadata={key: 1})


def test_what_would_be_read_as_damaged_is_not_stored(tmp_path: Path) -> None:
    with pytest.raises(PoemgenError, match="cannot store"):
        write(tmp_path / "file", metadata={"m": {9: 1, 10: 2}})
    assert not (tmp_path / "file").exists()


def test_every_finite_number_of_half_precision_is_stored(tmp_path: Path) -> None:
    numbers = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = {"W": numbers[np.isfinite(numbers)]}
    write(tmp_path / "file", finite)
    assert_equal(read(tmp_path / "file").tensors, finite)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_what_is_not_finite_is_not_stored(tmp_path: Path, number: float, dtype: Any) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")
    with pytest.raises(PoemgenError, match=r"^cannot store checkpoint '.*file': 'W' holds a number that is not finite"):
        write(file, {"W": np.array([0, number], dtype)})
    assert file.read_bytes() == b"old"


@pytest.mark.parametrize("place", [0, PIECE - 1, PIECE, 2 * PIECE + 2])
def test_one_number_that_is_not_finite_is_found_among_many(tmp_path: Path, place: int) -> None:
    numbers = np.zeros((2 * PIECE + 3, 1), np.float16)
    write(tmp_path / "file", {"W": numbers})
    numbers[place] = np.inf
    with pytest.raises(PoemgenError, match="not finite"):
        write(tmp_path / "file", {"W": numbers})


def test_what_is_too_large_is_neither_stored_nor_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write(file)
    size = file.stat().st_size
    read_tensors(file, kind=KIND, limit=size)
    with pytest.raises(PoemgenError, match=r"cannot read .* is larger than"):
        read_tensors(file, kind=KIND, limit=size - 1)
    with pytest.raises(PoemgenError, match=r"cannot store .* is larger than"):
        write_tensors(file, TENSORS, METADATA, kind=KIND, limit=size - 1)
    with pytest.raises(PoemgenError, match=r"cannot store .* header is larger than 1 MB"):
        write_tensors(file, TENSORS, {"a": "x" * 2**20}, kind=KIND, limit=2**22)
    assert file.stat().st_size == size


def test_the_wrong_kind_of_file_is_named(tmp_path: Path) -> None:
    write(tmp_path / "file")
    with pytest.raises(PoemgenError, match=r"cannot read model .* of poemgen's, but no model"):
        read_tensors(tmp_path / "file", kind="model", limit=LIMIT)


UNREADABLE = {
    "missing": "there is no such file",
    "missing/file": "there is no such file",
    "empty/file": "not a directory",
    "folder": "it is a folder",
    "pipe": "it is a device or a pipe",
    "empty": "it is empty",
    "nul\0": "that cannot be the name of a file",
    "half\ud800": "that cannot be the name of a file",
    "x" * 300: "file name too long",
}


@pytest.mark.skipif(os.name != "posix", reason="makes a named pipe")
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_readable_file_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PoemgenError, match=f"^cannot read checkpoint '.*': {UNREADABLE[name]}[,;]") as caught:
        read(tmp_path / name)
    assert str(caught.value).isprintable()
