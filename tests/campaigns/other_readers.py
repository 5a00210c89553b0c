"""The safetensors library beside poemgen: what poemgen accepts it accepts, with equal arrays, and PyTorch too."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from campaigns.case import Case, count_of
from campaigns.mutations import KINDS
from campaigns.sound_files import joined, models, parts, stored
from poemgen.errors import PoemgenError
from poemgen.storage import load_model, read_tensors, write_tensors
from poemgen.storage.names import to_torch

FULL = 10_000
DTYPES = [np.float16, np.float32, np.float64, np.int64, np.uint8]
LIMIT = 10**6


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Half of the files are as poemgen writes them or set in another way, half are changed."""
    for index in range(count_of(FULL, scale)):
        data = written(rng, folder / "file")
        if index % 2:
            data = rng.choice([relaid, *KINDS.values()])(data, rng)
        yield compared(data, folder / "file", untouched=index % 2 == 0)
    yield from in_torch(folder)


def written(rng: Random, path: Path) -> bytes:
    """A file of kind `model` with arrays of any name, type and shape."""
    tensors = {"some": np.arange(1, 5)}
    for _ in range(rng.randrange(5)):
        shape = [rng.randrange(4) for _ in range(rng.randrange(4))]
        numbers = np.random.default_rng(rng.getrandbits(32)).integers(0, 200, shape)
        tensors[rng.choice(["a", "weight_hh_l0", "mûre", "🌙", "", 'q"\\']) + str(rng.randrange(9))] = numbers
    typed: dict[str, NDArray[Any]] = {name: array.astype(rng.choice(DTYPES)) for name, array in tensors.items()}
    write_tensors(path, typed, {"poems": rng.choice([1, "\n", [None], "🌙"])}, kind="model", limit=LIMIT)
    return path.read_bytes()


def relaid(data: bytes, rng: Random) -> bytes:
    """The same content with spaces, or the names in another order, in the header."""
    header, rest = parts(data)
    names = list(header)
    rng.shuffle(names)
    text = joined({name: header[name] for name in names}, b"")[8:]
    return joined(text + b" " * rng.randrange(20), rest)


def compared(data: bytes, path: Path, *, untouched: bool) -> Case:
    """Both readers on one file."""
    path.write_bytes(data)
    try:
        ours = read_tensors(path, kind="model", limit=LIMIT).tensors
    except PoemgenError as error:
        return Case("refused", f"a file just written: {error}" if untouched else "")
    try:
        theirs = safetensors.numpy.load(data)
    except Exception as error:  # it has many kinds
        return Case("accepted", f"the library refuses: {error}")
    equal = ours.keys() == theirs.keys() and all(
        ours[name].dtype == theirs[name].dtype and np.array_equal(ours[name], theirs[name]) for name in ours
    )
    return Case("accepted", "" if equal else "the arrays differ")


def in_torch(folder: Path) -> Iterator[Case]:
    """Models in PyTorch: the same tensors, and a layer that takes them."""
    if importlib.util.find_spec("torch") is None:
        yield Case("in PyTorch (not installed)", skipped=True)
        return
    import safetensors.torch
    import torch

    for model in models():
        stored(model, folder)
        found = safetensors.torch.load_file(folder / "sound")
        expected = to_torch(model.config, load_model(folder / "sound").parameters)
        equal = all(np.array_equal(found[name].numpy(), tensor) for name, tensor in expected.items())
        kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[model.config.cell]
        layers = kind(model.config.vocabulary, model.config.units, model.config.layers)
        layers.load_state_dict({name: found[name] for name in layers.state_dict()})
        yield Case("in PyTorch", "" if equal else "the arrays differ")
