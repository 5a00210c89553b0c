"""The model file: all that it takes to write poems, in one file that explains itself.

Its JSON holds the vocabulary, a summary of the training, and the config of the network that writes from left to right;
`networks` holds those of others there may be. The tensors are the networks' weights (see `names`) and, as bytes, two
lists of words (see `text.word_lists`).
"""

from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from poemgen.durable import PathName
from poemgen.errors import PoemgenError
from poemgen.filling import Filler
from poemgen.model import Config, Network, Parameters, parameter_count
from poemgen.network.arrays import Floats
from poemgen.storage.header import Header, damaged
from poemgen.storage.names import (
    GATE_ORDER,
    filler_from_torch,
    filler_shapes,
    filler_to_torch,
    from_torch,
    shapes,
    to_torch,
)
from poemgen.storage.strict_json import JSON
from poemgen.storage.tensor_file import Tensors, about, read_tensors, write_tensors
from poemgen.text.tokenizer import Vocabulary
from poemgen.text.word_lists import WordLists

MAX_FILE = 512 * 2**20  # bytes
MAX_PARAMETERS = 120_000_000  # leaves room for the header in a file of float32
FORWARD, BACKWARD, FILL = "forward", "backward", "fill"
FILL_REVERSE = "fill_reverse"  # the right side of the network that fills gaps
SHA256 = "sha256"  # what else may be left out
OTHERS = (BACKWARD, FILL, FILL_REVERSE)  # what a model may hold besides the first network
MAX_LIST = 64 * 2**20  # bytes of a list of words, more than `text.word_lists` makes
RANGES = {"layers": range(1, 17), "units": range(1, 8193), "vocabulary": range(2, 0x110000 + 2)}

Value = TypeVar("Value")


@dataclass(frozen=True, eq=False)  # == of arrays is no single truth
class PoemModel:
    """A trained network and its characters. `summary` says how it was trained; `sha256` is the hash of the file that it
    came from in hexadecimal, empty if it came from none.

    `backward` is a network that has learned the same text with every line reversed, `fill` one that fills gaps in it
    (see `filling`); `word_lists` are of that text.
    """

    config: Config
    parameters: Parameters
    vocabulary: Vocabulary
    summary: dict[str, JSON] = field(default_factory=dict)
    sha256: str = ""
    backward: Network | None = None
    fill: Filler | None = None
    word_lists: WordLists = field(default_factory=WordLists)


def embedded_path() -> Path:
    """The model that comes with poemgen."""
    return Path(__file__).parents[1] / "embedded.safetensors"


def save_model(path: PathName, model: PoemModel, *, half: bool = False) -> str:
    """Stores a model in float32, or float16 if `half`; returns the SHA-256 of the file.

    Equal models give equal bytes. Raises PoemgenError if the file cannot be written, or could not be loaded again.
    """
    metadata = {"config": asdict(model.config), "vocabulary": model.vocabulary.characters, "summary": model.summary}
    others = {
        BACKWARD: model.backward and model.backward.config,
        FILL: model.fill and model.fill.config,
        FILL_REVERSE: model.fill and model.fill.right,
    }
    if any(others.values()):
        metadata["networks"] = {name: asdict(config) for name, config in others.items() if config}
    with about(path, "cannot store model"):
        _checked_metadata(metadata)
    with np.errstate(over="ignore"):  # what is too large for float16 becomes infinite, and is refused
        weights = {name: tensor.astype(np.float16 if half else np.float32) for name, tensor in _weights(model).items()}
    return write_tensors(path, weights | _list_tensors(model.word_lists), metadata, kind="model", limit=MAX_FILE)


def load_model(path: PathName, *, without: Container[str] = ()) -> PoemModel:
    """Loads a model, its parameters in float32. A network that is not in it, or is to be left out (`backward`,
    `fill`), is None; the hash (`sha256`), if left out, is empty. All that is read is checked: the whole file where its
    hash is wanted, else what is not left out.

    Raises PoemgenError for anything that `save_model` did not write.
    """
    tensors, metadata, sha256 = read_tensors(
        path,
        kind="model",
        limit=MAX_FILE,
        check=_check_header,
        hashed=SHA256 not in without,
        wanted=lambda name: (network := _network_of(name)) == FORWARD or network not in without,
    )
    with about(path, "cannot read model"):
        configs, vocabulary = _checked_metadata(metadata)
        word_lists = WordLists(**{name: tensors.pop(tensor).tobytes() for name, tensor in _lists_in(tensors).items()})
        _check_zeros(tensors)
    left, right = (configs.pop(name, None) for name in (FILL, FILL_REVERSE))
    networks = {
        name: Network(config, from_torch(config, _of_network(name, tensors)))
        for name, config in configs.items()
        if name == FORWARD or name not in without
    }
    fill = None
    if left and right and FILL not in without:
        fill = filler_from_torch(left, right, _of_network(FILL, tensors))
    first = networks.pop(FORWARD)
    return PoemModel(*first, vocabulary, metadata["summary"], sha256, networks.get(BACKWARD), fill, word_lists)


def _weights(model: PoemModel) -> dict[str, Floats]:
    named = to_torch(model.config, model.parameters)
    if model.backward:
        named |= {f"{BACKWARD}.{name}": tensor for name, tensor in to_torch(*model.backward).items()}
    if model.fill:
        named |= {f"{FILL}.{name}": tensor for name, tensor in filler_to_torch(model.fill).items()}
    return named


def _of_network(prefix: str, tensors: Mapping[str, Value]) -> dict[str, Value]:
    """The tensors of one network, without its name in theirs."""
    own = {name: tensor for name, tensor in tensors.items() if _network_of(name) == prefix}
    return {name.removeprefix(f"{prefix}."): tensor for name, tensor in own.items()}


def _network_of(name: str) -> str:
    """To which network a tensor belongs, by its name."""
    network = name.partition(".")[0]
    return network if network in OTHERS else FORWARD


def _list_tensors(lists: WordLists) -> dict[str, NDArray[np.uint8]]:
    return {f"words.{name}": np.frombuffer(data, np.uint8) for name, data in lists._asdict().items() if data}


def _lists_in(tensors: Container[str]) -> dict[str, str]:
    """The lists of words that there are, and the names of their tensors."""
    return {name: f"words.{name}" for name in WordLists._fields if f"words.{name}" in tensors}


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


def _checked_metadata(metadata: Mapping[str, JSON]) -> tuple[dict[str, Config], Vocabulary]:
    """The configs of the networks by name, and the vocabulary that they share."""
    match metadata:
        case {"config": dict(sizes), "vocabulary": str(characters), "summary": dict(), **more}:
            others = more.pop("networks", {})
        case _:
            raise damaged("it must hold a config, a vocabulary and a summary")
    if more or not isinstance(others, dict) or not set(OTHERS).issuperset(others):
        raise damaged("it must hold a config, a vocabulary and a summary, and networks that are known")
    vocabulary = Vocabulary(characters)
    configs = {name: _checked_config(sizes, vocabulary) for name, sizes in {FORWARD: sizes, **others}.items()}
    left, right = configs.get(FILL), configs.get(FILL_REVERSE)
    if (left is None) != (right is None) or (left and right and replace(left, units=right.units) != right):
        raise damaged("the network that fills gaps must have two sides, of one kind of cell and one depth")
    return configs, vocabulary


def _checked_config(sizes: JSON, vocabulary: Vocabulary) -> Config:
    if not isinstance(sizes, dict) or sizes.keys() != {size.name for size in fields(Config)}:
        raise damaged("its config is not that of a network")
    config = Config(**sizes)
    check_config(config)
    if len(vocabulary) != config.vocabulary:
        raise damaged("its vocabulary is not as large as its config says")
    return config


def _check_header(header: Header) -> None:
    """Everything that can be known before the numbers are read."""
    configs, _ = _checked_metadata(header.metadata)
    entries = dict(header.entries)
    for name in _lists_in(entries).values():
        entry = entries.pop(name)
        if entry.dtype != np.uint8 or len(entry.shape) != 1:
            raise damaged("a list of words is not made of bytes")
        if entry.shape[0] > MAX_LIST:
            raise damaged("a list of words is larger than any that poemgen writes")
    if {name: entry.shape for name, entry in entries.items()} != _shapes(configs):
        raise damaged("its tensors are not those of its config")
    if {entry.dtype.name for entry in entries.values()} not in ({"float16"}, {"float32"}):
        raise damaged("its tensors are neither all float16 nor all float32")


def _shapes(configs: Mapping[str, Config]) -> dict[str, tuple[int, ...]]:
    """The name and shape of every tensor of all networks."""
    named: dict[str, tuple[int, ...]] = {}
    for network, config in configs.items():
        if network == FILL_REVERSE:
            continue
        prefix = "" if network == FORWARD else f"{network}."
        own = filler_shapes(config, configs[FILL_REVERSE]) if network == FILL else shapes(config)
        named |= {prefix + name: shape for name, shape in own.items()}
    return named


def _check_zeros(tensors: Tensors) -> None:
    if any(tensor.any() for name, tensor in tensors.items() if "bias_hh" in name):
        raise damaged("a bias_hh is not zero, though bias_ih is the whole bias")
