"""The header: whatever stands there that poemgen does not write is refused in words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import PoemgenError
from poemgen.storage.header import FORMAT, MAX_HEADER, read_header
from poemgen.storage.strict_json import JSON

DOCUMENT: dict[str, JSON] = {"format": FORMAT, "kind": "model", "a": 1}


def tensor(begin: Any, end: Any, shape: Any, dtype: Any = "F32") -> dict[str, JSON]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def file(header: JSON | bytes, size: int = 24) -> bytes:
    """A safetensors file with this header and `size` bytes of numbers."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + bytes(size)


def header(document: JSON = DOCUMENT, **tensors: JSON) -> dict[str, JSON]:
    return {"__metadata__": {"poemgen": json.dumps(document)}, **tensors}


W, B = tensor(0, 16, [2, 2]), tensor(16, 24, [4], "F16")
GOOD = header(W=W, b=B)


def test_a_sound_header_is_understood() -> None:
    entries, document, start = read_header(file(GOOD), "model")
    assert [(name, *entry[1:]) for name, entry in entries.items()] == [("W", (2, 2), 0, 16), ("b", (4,), 16, 24)]
    assert [entry.dtype.str for entry in entries.values()] == ["<f4", "<f2"]
    assert document == DOCUMENT
    assert start == len(file(GOOD)) - 24


@pytest.mark.parametrize("scalar", [tensor(24, 28, []), tensor(0, 0, [0, 3])])
def test_scalars_and_empty_tensors_are_sound(scalar: JSON) -> None:
    entries = read_header(file(header(W=W, b=B, c=scalar), max(24, scalar["data_offsets"][1])), "model").entries
    assert list(entries["c"].shape) == scalar["shape"]


DEEP = b'{"a":' * 9_000
TWICE = json.dumps(GOOD).replace('"b"', '"W"').encode()
DOCUMENT_TWICE = {"__metadata__": {"poemgen": '{"format":1,"format":1,"kind":"model"}'}}

BAD: dict[str, tuple[bytes, str]] = {
    "no bytes": (b"", "no.* safetensors file"),
    "a text": (b"Shall I compare thee to a summer's day?", "not a safetensors file"),
    "cut in the header": (file(GOOD)[:60], "cut short"),
    "cut in the data": (file(GOOD)[:-1], "from end to end"),
    "more data": (file(GOOD) + b"\0", "from end to end"),
    "large header": (file(b" " * (MAX_HEADER + 1)), "larger than 1 MB"),
    "not UTF-8": (file(b'{"\xff":1}'), "not UTF-8"),
    "not JSON": (file(b'{"a":}'), "not sound JSON"),
    "not an object": (file([]), "not an object"),
    "deep JSON": (file(DEEP), "nested"),
    "a tensor twice": (file(TWICE), "occurs twice"),
    "a document key twice": (file(DOCUMENT_TWICE), "occurs twice"),
    "no metadata": (file({"W": W, "b": B}), "none of poemgen's"),
    "foreign metadata": (file({"__metadata__": {"format": "pt"}, "W": W, "b": B}), "none of poemgen's"),
    "metadata no object": (file({"__metadata__": ["poemgen"]}), "none of poemgen's"),
    "more metadata": (file({"__metadata__": {"poemgen": "{}", "x": ""}}), "more than"),
    "document no text": (file({"__metadata__": {"poemgen": {}}}), "more than"),
    "document no object": (file({"__metadata__": {"poemgen": "[]"}}), "not an object"),
    "many values": (file(b'{"a":[' + b"1," * 20_000 + b"1]}"), "more than 20,000 brackets, colons and commas"),
    "many tensors": (file(header(**{str(i): tensor(0, 0, [0]) for i in range(1001)}), 0), "more than 1,000 tensors"),
    "document deep": (file({"__metadata__": {"poemgen": DEEP.decode()}}), "nested"),
    "newer": (file(header({**DOCUMENT, "format": FORMAT + 1}, strange=0)), "upgrade"),
    "format true": (file(header({**DOCUMENT, "format": True})), "version is unknown"),
    "format text": (file(header({**DOCUMENT, "format": "1"})), "version is unknown"),
    "no format": (file(header({})), "version is unknown"),
    "other kind": (file(header({**DOCUMENT, "kind": "checkpoint"})), "no model"),
    "kind a list": (file(header({**DOCUMENT, "kind": []})), "no model"),
    "hole": (file(header(W=W, b=tensor(18, 24, [3], "F16"))), "from end to end"),
    "overlap": (file(header(W=W, b=tensor(14, 24, [5], "F16"))), "from end to end"),
    "same place": (file(header(W=W, b=W), 16), "from end to end"),
    "shape too small": (file(header(W=tensor(0, 24, [2, 2]))), "fit its bytes"),
    "negative shape": (file(header(W=tensor(0, 24, [-2, -3]))), "impossible"),
    "shape of floats": (file(header(W=tensor(0, 24, [2.0, 3.0]))), "impossible"),
    "shape of booleans": (file(header(W=tensor(0, 4, [True]), b=tensor(4, 24, [5]))), "impossible"),
    "huge shape": (file(header(W=tensor(0, 24, [10**400, 0]))), "impossible"),
    "many axes": (file(header(W=tensor(0, 24, [6] + [1] * 40))), "impossible"),
    "shape a number": (file(header(W=tensor(0, 24, 6))), "where each tensor lies"),
    "backwards": (file(header(W=tensor(24, 0, [6]))), "fit its bytes"),
    "offset a text": (file(header(W=tensor("0", 24, [6]))), "impossible"),
    "strange type": (file(header(W=tensor(0, 24, [12], "BF16"))), "impossible"),
    "type a list": (file(header(W=tensor(0, 24, [6], ["F32"]))), "where each tensor lies"),
    "three offsets": (file(header(W={**W, "data_offsets": [0, 8, 16]})), "where each tensor lies"),
    "more in an entry": (file(header(W={**W, "x": 1}, b=B)), "where each tensor lies"),
    "an entry no object": (file(header(W=None)), "where each tensor lies"),
}


@pytest.mark.parametrize("name", BAD)
def test_everything_else_is_refused_in_one_line(name: str) -> None:
    data, message = BAD[name]
    with pytest.raises(PoemgenError, match=message) as caught:
        read_header(data, "model")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250


@given(st.binary(), st.binary(max_size=50))
def test_any_bytes_are_refused(text: bytes, rest: bytes) -> None:
    for data in (text, file(text) + rest):
        with pytest.raises(PoemgenError):
            read_header(data, "model")
