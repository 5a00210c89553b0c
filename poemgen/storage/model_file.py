"""The model file: all that it takes to write poems, in one file that explains itself."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import numpy as np

from poemgen.durable import PathName
from poemgen.errors import PoemgenError
from poemgen.model import Config, Parameters, parameter_count
from poemgen.storage.header import damaged
from poemgen.storage.names import GATE_ORDER, from_torch, shapes, to_torch
from poemgen.storage.strict_json import JSON
from poemgen.storage.tensor_file import Tensors, about, read_tensors, write_tensors
from poemgen.text.tokenizer import Vocabulary

MAX_FILE = 512 * 2**20  # bytes
MAX_PARAMETERS = 120_000_000  # leaves room for the header in a file of float32
RANGES = {"layers": range(1, 17), "units": range(1, 8193), "vocabulary": range(2, 0x110000 + 2)}


@dataclass(frozen=True, eq=False)  # == of arrays is no single truth
class PoemModel:
    """A trained network and its characters. `summary` says how it was trained; `sha256` is the hash of the file that it
    came from in hexadecimal, empty if it came from none."""

    config: Config
    parameters: Parameters
    vocabulary: Vocabulary
    summary: dict[str, JSON] = field(default_factory=dict)
    sha256: str = ""


def embedded_path() -> Path:
    """The model that comes with poemgen."""
    return Path(__file__).parents[1] / "embedded.safetensors"


def save_model(path: PathName, model: PoemModel, *, half: bool = False) -> str:
    """Stores a model in float32, or float16 if `half`; returns the SHA-256 of the file.

    Equal models give equal bytes. Raises PoemgenError if the file cannot be written, or could not be loaded again.
    """
    metadata = {"config": asdict(model.config), "vocabulary": model.vocabulary.characters, "summary": model.summary}
    with about(path, "cannot store model"):
        _checked_metadata(metadata)
    with np.errstate(over="ignore"):  # what is too large for float16 becomes infinite, and is refused
        tensors = {
            name: tensor.astype(np.float16 if half else np.float32)
            for name, tensor in to_torch(model.config, model.parameters).items()
        }
    return write_tensors(path, tensors, metadata, kind="model", limit=MAX_FILE)


def load_model(path: PathName) -> PoemModel:
    """Loads a model, its parameters in float32. Raises PoemgenError for anything that `save_model` did not write."""
    tensors, metadata, sha256 = read_tensors(path, kind="model", limit=MAX_FILE)
    with about(path, "cannot read model"):
        config, vocabulary = _checked_metadata(metadata)
        _check_tensors(config, tensors)
    return PoemModel(config, from_torch(config, tensors), vocabulary, metadata["summary"], sha256)


def check_config(config: Config) -> None:
    """Raises PoemgenError for an architecture that cannot be stored: unknown, of impossible size, or too large."""
    # A tuple, since a config from a file may hold anything, and a set takes hashable things only.
    if config.cell not in tuple(GATE_ORDER):
        raise PoemgenError(f"the kind of cell is unknown; use {', '.join(GATE_ORDER)}")
    for name, allowed in RANGES.items():
        value = getattr(config, name)
        if type(value) is not int or value not in allowed:
            raise PoemgenError(f"the {name} must be {allowed[0]} to {allowed[-1]:,}; choose other sizes")
    if parameter_count(config) > MAX_PARAMETERS:
        raise PoemgenError(f"the network has more than {MAX_PARAMETERS:,} parameters; use fewer units or layers")


def _checked_metadata(metadata: Mapping[str, JSON]) -> tuple[Config, Vocabulary]:
    match metadata:
        case {"config": dict(sizes), "vocabulary": str(characters), "summary": dict(), **others} if not others:
            pass
        case _:
            raise damaged("it must hold a config, a vocabulary and a summary")
    if sizes.keys() != {size.name for size in fields(Config)}:
        raise damaged("its config is not that of a network")
    config, vocabulary = Config(**sizes), Vocabulary(characters)
    check_config(config)
    if len(vocabulary) != config.vocabulary:
        raise damaged("its vocabulary is not as large as its config says")
    return config, vocabulary


def _check_tensors(config: Config, tensors: Tensors) -> None:
    if {name: tensor.shape for name, tensor in tensors.items()} != shapes(config):
        raise damaged("its tensors are not those of its config")
    if {tensor.dtype.name for tensor in tensors.values()} not in ({"float16"}, {"float32"}):
        raise damaged("its tensors are neither all float16 nor all float32")
    if any(tensors[f"bias_hh_l{depth}"].any() for depth in range(config.layers)):
        raise damaged("a bias_hh is not zero, though bias_ih is the whole bias")
