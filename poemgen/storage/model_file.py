"""The model file: all that it takes to write poems, in one file that explains itself.

Its JSON holds the vocabulary, a summary of the training, and the config of the network that writes from left to right;
`networks` holds those of others there may be. The tensors are the networks' weights (see `names`) and, as bytes, two
lists of words (see `text.word_lists`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poemgen.durable import PathName
from poemgen.errors import PoemgenError
from poemgen.filling import Joint
from poemgen.model import Config, Network, Parameters, parameter_count
from poemgen.network.arrays import Floats
from poemgen.storage.header import damaged
from poemgen.storage.names import (
    GATE_ORDER,
    from_torch,
    joint_from_torch,
    joint_shapes,
    joint_to_torch,
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
OTHERS = (BACKWARD, FILL)  # networks that a model may hold besides the first
RANGES = {"layers": range(1, 17), "units": range(1, 8193), "vocabulary": range(2, 0x110000 + 2)}


@dataclass(frozen=True, eq=False)  # == of arrays is no single truth
class PoemModel:
    """A trained network and its characters. `summary` says how it was trained; `sha256` is the hash of the file that it
    came from in hexadecimal, empty if it came from none.

    `backward` is a network that has learned the same text with every line reversed, `fill` what joins the two to fill
    gaps in it (see `filling`); `word_lists` are of that text.
    """

    config: Config
    parameters: Parameters
    vocabulary: Vocabulary
    summary: dict[str, JSON] = field(default_factory=dict)
    sha256: str = ""
    backward: Network | None = None
    fill: Joint | None = None
    word_lists: WordLists = field(default_factory=WordLists)


def embedded_path() -> Path:
    """The model that comes with poemgen."""
    return Path(__file__).parents[1] / "embedded.safetensors"


def save_model(path: PathName, model: PoemModel, *, half: bool = False) -> str:
    """Stores a model in float32, or float16 if `half`; returns the SHA-256 of the file.

    Equal models give equal bytes. Raises PoemgenError if the file cannot be written, or could not be loaded again.
    """
    metadata = {"config": asdict(model.config), "vocabulary": model.vocabulary.characters, "summary": model.summary}
    others = {BACKWARD: model.backward and model.backward.config, FILL: model.fill and model.config}
    if any(others.values()):
        metadata["networks"] = {name: asdict(config) for name, config in others.items() if config}
    with about(path, "cannot store model"):
        _checked_metadata(metadata)
    with np.errstate(over="ignore"):  # what is too large for float16 becomes infinite, and is refused
        weights = {name: tensor.astype(np.float16 if half else np.float32) for name, tensor in _weights(model).items()}
    return write_tensors(path, weights | _list_tensors(model.word_lists), metadata, kind="model", limit=MAX_FILE)


def load_model(path: PathName) -> PoemModel:
    """Loads a model, its parameters in float32. Raises PoemgenError for anything that `save_model` did not write."""
    tensors, metadata, sha256 = read_tensors(path, kind="model", limit=MAX_FILE)
    with about(path, "cannot read model"):
        configs, vocabulary = _checked_metadata(metadata)
        word_lists = _word_lists(tensors)
        _check_tensors(configs, tensors)
    joint = configs.pop(FILL, None)
    networks = {
        name: Network(config, from_torch(config, _of_network(name, tensors))) for name, config in configs.items()
    }
    fill = joint_from_torch(joint, _of_network(FILL, tensors)) if joint else None
    first = networks.pop(FORWARD)
    return PoemModel(*first, vocabulary, metadata["summary"], sha256, networks.get(BACKWARD), fill, word_lists)


def _weights(model: PoemModel) -> dict[str, Floats]:
    named = to_torch(model.config, model.parameters)
    if model.backward:
        named |= {f"{BACKWARD}.{name}": tensor for name, tensor in to_torch(*model.backward).items()}
    if model.fill:
        named |= {f"{FILL}.{name}": tensor for name, tensor in joint_to_torch(model.fill).items()}
    return named


def _of_network(prefix: str, tensors: Tensors) -> dict[str, Floats]:
    """The tensors of one network, without its name in theirs."""
    if prefix == FORWARD:
        return {name: tensor for name, tensor in tensors.items() if name.partition(".")[0] not in OTHERS}
    return {
        name.removeprefix(f"{prefix}."): tensor for name, tensor in tensors.items() if name.startswith(f"{prefix}.")
    }


def _list_tensors(lists: WordLists) -> dict[str, NDArray[np.uint8]]:
    return {f"words.{name}": np.frombuffer(data, np.uint8) for name, data in lists._asdict().items() if data}


def _word_lists(tensors: dict[str, NDArray[Any]]) -> WordLists:
    """The lists of words, taken out of the tensors."""
    found: dict[str, bytes] = {}
    for name in WordLists._fields:
        tensor = tensors.pop(f"words.{name}", None)
        if tensor is None:
            continue
        if tensor.dtype != np.uint8 or tensor.ndim != 1:
            raise damaged("a list of words is not made of bytes")
        found[name] = tensor.tobytes()
    return WordLists(**found)


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
    if FILL in configs and not configs[FILL] == configs[FORWARD] == configs.get(BACKWARD):
        raise damaged("what fills gaps must lie between two networks that are built like it")
    return configs, vocabulary


def _checked_config(sizes: JSON, vocabulary: Vocabulary) -> Config:
    if not isinstance(sizes, dict) or sizes.keys() != {size.name for size in fields(Config)}:
        raise damaged("its config is not that of a network")
    config = Config(**sizes)
    check_config(config)
    if len(vocabulary) != config.vocabulary:
        raise damaged("its vocabulary is not as large as its config says")
    return config


def _check_tensors(configs: Mapping[str, Config], tensors: Tensors) -> None:
    named: dict[str, tuple[int, ...]] = {}
    for network, config in configs.items():
        prefix = "" if network == FORWARD else f"{network}."
        own = joint_shapes(config) if network == FILL else shapes(config)
        named |= {prefix + name: shape for name, shape in own.items()}
    if {name: tensor.shape for name, tensor in tensors.items()} != named:
        raise damaged("its tensors are not those of its config")
    whole = [tensors[name] for name in named if "bias_hh" in name]
    if any(tensor.any() for tensor in whole):
        raise damaged("a bias_hh is not zero, though bias_ih is the whole bias")
    if {tensor.dtype.name for tensor in tensors.values()} not in ({"float16"}, {"float32"}):
        raise damaged("its tensors are neither all float16 nor all float32")
