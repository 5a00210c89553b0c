"""The model file: models come back as they were, and nothing that is no model gets in."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from poemgen import filling
from poemgen.errors import PoemgenError
from poemgen.filling import Filler
from poemgen.model import Config, Network, parameter_count, parameters
from poemgen.network.stack import CELLS
from poemgen.storage import PoemModel, check_config, embedded_path, load_model, read_tensors, save_model, write_tensors
from poemgen.storage.header import read_header
from poemgen.storage.model_file import MAX_FILE, MAX_LIST
from poemgen.storage.names import to_torch
from poemgen.storage.strict_json import JSON
from poemgen.text.tokenizer import Vocabulary
from poemgen.text.word_lists import WordLists

VOCABULARY = Vocabulary("\t\n amno🌙")
LIMIT = 10**6

Tensors: TypeAlias = dict[str, NDArray[Any]]
Write: TypeAlias = Callable[[Tensors, dict[str, JSON]], Path]


def make(cell: str = "lstm", layers: int = 1, units: int = 5) -> PoemModel:
    config = Config(cell, layers, units, len(VOCABULARY))
    flat = np.random.default_rng(0).normal(size=parameter_count(config)).astype(np.float32)
    return PoemModel(config, parameters(config, flat), VOCABULARY, {"poems": 12, "curve": [[100, 2.5]]})


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_a_model_comes_back(tmp_path: Path, cell: str, layers: int, half: bool) -> None:
    model, file = make(cell, layers), tmp_path / "model.safetensors"
    sha256 = save_model(file, model, half=half)
    loaded = load_model(file)
    kept = model.parameters.flat.astype(np.float16 if half else np.float32)
    assert loaded.parameters.flat.dtype == np.float32
    np.testing.assert_array_equal(loaded.parameters.flat, kept)
    assert (loaded.config, loaded.vocabulary, loaded.summary) == (model.config, model.vocabulary, model.summary)
    assert loaded.sha256 == sha256
    assert save_model(file, loaded, half=half) == sha256


def with_others(model: PoemModel) -> PoemModel:
    config, rng = model.config, np.random.default_rng(1)
    other = replace(config, units=config.units + 1)
    backward = parameters(other, rng.normal(size=parameter_count(other)).astype(np.float32))
    count = filling.parameter_count(config, other.units)
    fill = Filler(config, filling.parameters(config, rng.normal(size=count).astype(np.float32)))
    lists = WordLists(b"moon\na", b"moon")
    return replace(model, backward=Network(other, backward), fill=fill, word_lists=lists)


@pytest.mark.parametrize("half", [False, True])
def test_several_networks_and_lists_of_words_come_back(tmp_path: Path, half: bool) -> None:
    model, file = with_others(make()), tmp_path / "model"
    sha256 = save_model(file, model, half=half)
    loaded = load_model(file)
    assert loaded.backward is not None and model.backward is not None
    assert loaded.backward.config == model.backward.config
    kept = model.backward.parameters.flat.astype(np.float16 if half else np.float32)
    np.testing.assert_array_equal(loaded.backward.parameters.flat, kept)
    assert loaded.fill is not None and model.fill is not None
    kept = model.fill.parameters.flat.astype(np.float16 if half else np.float32)
    assert loaded.fill.parameters.flat.dtype == np.float32
    np.testing.assert_array_equal(loaded.fill.parameters.flat, kept)
    assert (loaded.fill.config, loaded.fill.right) == (model.fill.config, model.fill.right)
    assert load_file(file)["fill.output.weight"].shape == (len(VOCABULARY), 2 * model.config.units)
    np.testing.assert_array_equal(loaded.parameters.W_y, load_file(file)["output.weight"].T)
    assert loaded.word_lists == model.word_lists
    assert save_model(file, loaded, half=half) == sha256


@pytest.mark.parametrize("without", [("backward", "fill"), ("backward",), ("fill",)])
def test_networks_that_are_not_needed_are_left_out(tmp_path: Path, without: tuple[str, ...]) -> None:
    model, file = with_others(make()), tmp_path / "model"
    sha256 = save_model(file, model)
    loaded = load_model(file, without=without)
    assert (loaded.backward is not None, loaded.fill is not None) == ("backward" not in without, "fill" not in without)
    np.testing.assert_array_equal(loaded.parameters.flat, model.parameters.flat)
    assert (loaded.summary, loaded.sha256, loaded.word_lists) == (model.summary, sha256, model.word_lists)


def without(name: str) -> Callable[[Tensors, dict[str, JSON]], object]:
    return lambda tensors, _: tensors.pop(name)


def with_tensor(name: str, tensor: NDArray[Any]) -> Callable[[Tensors, dict[str, JSON]], object]:
    return lambda tensors, _: tensors.update({name: tensor})


def another_fill(**changes: JSON) -> Callable[[Tensors, dict[str, JSON]], object]:
    return lambda _, metadata: metadata["networks"]["fill"].update(changes)


def without_network(name: str) -> Callable[[Tensors, dict[str, JSON]], object]:
    return lambda _, metadata: metadata["networks"].pop(name)


def with_networks(networks: JSON) -> Callable[[Tensors, dict[str, JSON]], object]:
    return lambda _, metadata: metadata.update({"networks": networks})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without("fill.joint.weight"), "tensors are not those of its config"),
        (with_tensor("fill.weight_hh_l0", np.ones(3, np.float32)), "tensors are not those of its config"),
        (with_tensor("fill.distance.weight", np.ones((15, 5), np.float32)), "tensors are not those of its config"),
        (with_tensor("fill.right.weight", np.ones((5, 5), np.float32)), "tensors are not those of its config"),
        (with_tensor("fill.left.bias", np.ones(5, np.float16)), "neither all float16"),
        (another_fill(cell="gru"), "must have two sides, of one kind of cell and one depth"),
        (another_fill(layers=2), "must have two sides, of one kind of cell and one depth"),
        (another_fill(units=4), "tensors are not those of its config"),
        (without_network("fill"), "must have two sides, of one kind of cell and one depth"),
        (without_network("fill_reverse"), "must have two sides, of one kind of cell and one depth"),
        (without_network("backward"), "tensors are not those of its config"),
        (without("fill.weight_hh_l0_reverse"), "tensors are not those of its config"),
        (with_tensor("fill.bias_hh_l0_reverse", np.ones(24, np.float32)), "a bias_hh is not zero"),
        (without("backward.output.bias"), "tensors are not those of its config"),
        (with_tensor("backward.more", np.ones(3, np.float32)), "tensors are not those of its config"),
        (with_tensor("sideways.output.bias", np.ones(3, np.float32)), "tensors are not those of its config"),
        (with_tensor("backward.bias_hh_l0", np.ones(24, np.float32)), "a bias_hh is not zero"),
        (with_tensor("backward.output.bias", np.ones(len(VOCABULARY), np.float16)), "neither all float16"),
        (with_tensor("words.words", np.ones(3, np.float32)), "not made of bytes"),
        (with_tensor("words.words", np.ones((1, 3), np.uint8)), "not made of bytes"),
        (with_tensor("words.words", np.ones(MAX_LIST + 1, np.uint8)), "a list of words is larger than"),
        (with_networks({}), "tensors are not those of its config"),
        (with_networks([]), "networks that are known"),
        (with_networks({"sideways": {}}), "networks that are known"),
        (with_networks({"backward": None}), "config is not that of a network"),
        (with_networks({"backward": {"cell": "rnn", "layers": 2, "units": 3, "vocabulary": 4}}), "not as large"),
    ],
)
def test_networks_that_are_not_whole_are_refused(
    tmp_path: Path, change: Callable[[Tensors, dict[str, JSON]], object], message: str
) -> None:
    file = tmp_path / "model"
    save_model(file, with_others(make()))
    stored = read_tensors(file, kind="model", limit=LIMIT)
    tensors, metadata = dict(stored.tensors), dict(stored.metadata)
    change(tensors, metadata)
    write_tensors(file, tensors, metadata, kind="model", limit=MAX_FILE)
    with pytest.raises(PoemgenError, match=message):
        load_model(file)


@pytest.mark.parametrize("missing", ["backward", "fill"])
def test_what_fills_gaps_and_what_reads_backward_need_not_come_together(tmp_path: Path, missing: str) -> None:
    without: dict[str, Any] = {missing: None}
    save_model(tmp_path / "model", replace(with_others(make()), **without))
    loaded = load_model(tmp_path / "model")
    assert [loaded.backward is None, loaded.fill is None] == [missing == "backward", missing == "fill"]


def test_the_hash_of_the_file_is_told_unless_it_is_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "m"
    told = save_model(path, make())
    assert load_model(path).sha256 == told == hashlib.sha256(path.read_bytes()).hexdigest()
    assert load_model(path, without=("sha256",)).sha256 == ""
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(PoemgenError, match="its checksum does not fit its content"):
        load_model(path, without=("sha256",))


def test_a_network_that_is_left_out_is_not_read_where_no_hash_is_wanted(tmp_path: Path) -> None:
    path, model = tmp_path / "model", with_others(make())
    save_model(path, model)
    data = path.read_bytes()
    header = read_header(data, "model")
    place = header.start + header.entries["backward.output.bias"].begin
    path.write_bytes(data[:place] + b"\x01" + data[place + 1 :])
    loaded = load_model(path, without=("backward", "fill", "sha256"))
    np.testing.assert_array_equal(loaded.parameters.flat, model.parameters.flat)
    assert loaded.word_lists == model.word_lists
    for without in [("sha256",), ("fill", "sha256"), ("backward", "fill")]:
        with pytest.raises(PoemgenError, match="its checksum does not fit its content"):
            load_model(path, without=without)


def test_half_takes_half_the_room(tmp_path: Path) -> None:
    single, half = tmp_path / "single", tmp_path / "half"
    save_model(single, make(units=100))
    save_model(half, make(units=100), half=True)
    assert half.stat().st_size < 0.55 * single.stat().st_size


def test_safetensors_reads_the_same(tmp_path: Path) -> None:
    model, file = make("gru", 2), tmp_path / "model"
    save_model(file, model)
    expected = to_torch(model.config, model.parameters)
    found = load_file(file)
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        np.testing.assert_array_equal(found[name], tensor)


def test_a_weight_too_large_for_half_precision_is_refused(tmp_path: Path) -> None:
    model = make()
    model.parameters.W_y[0, 0] = 1e5
    with pytest.raises(PoemgenError, match=r"cannot store model .*: 'output.weight' holds a number that is not finite"):
        save_model(tmp_path / "model", model, half=True)
    save_model(tmp_path / "model", model)


def test_what_could_not_be_loaded_is_not_stored(tmp_path: Path) -> None:
    model = make()
    summary: dict[str, JSON] = {}
    for _ in range(40):
        summary = {"a": summary}
    for wrong in (replace(model, summary=summary), replace(model, vocabulary=Vocabulary("ab"))):
        with pytest.raises(PoemgenError, match=r"cannot store model '.*': "):
            save_model(tmp_path / "model", wrong)
    assert not list(tmp_path.iterdir())


def test_another_safetensors_file_is_named_as_such(tmp_path: Path) -> None:
    save_file({"W": np.ones(3)}, tmp_path / "other")
    with pytest.raises(
        PoemgenError, match=r"cannot read model '.*other': it is a safetensors file, but none of poemgen's"
    ):
        load_model(tmp_path / "other")


def config(**changes: JSON) -> dict[str, JSON]:
    sizes = {"cell": "lstm", "layers": 1, "units": 5, "vocabulary": len(VOCABULARY)}
    return {"config": {**sizes, **changes}}


METADATA: list[tuple[dict[str, JSON], str]] = [
    ({"config": None}, "must hold a config"),
    ({"vocabulary": ["a"]}, "must hold a config"),
    ({"summary": []}, "must hold a config"),
    ({"more": 1}, "must hold a config"),
    ({"config": {"cell": "lstm"}}, "config is not that of a network"),
    (config(more=1), "config is not that of a network"),
    (config(cell="tree"), "use lstm, gru, rnn"),
    (config(cell=["lstm"]), "use lstm, gru, rnn"),
    (config(layers=0), "layers must be 1 to 16"),
    (config(layers=17), "layers must be 1 to 16"),
    (config(layers=True), "layers must be 1 to 16"),
    (config(layers=1.0), "layers must be 1 to 16"),
    (config(layers="1"), "layers must be 1 to 16"),
    (config(units=10**30), "units must be 1 to 8,192"),
    (config(units=8192, layers=16), "more than 120,000,000 parameters"),
    (config(vocabulary=1), "vocabulary must be 2 to"),
    (config(vocabulary=9), "vocabulary is not as large"),
    ({"vocabulary": "\t\n amn🌙o"}, "sorted"),
    ({"vocabulary": "\t\n amnn🌙"}, "unique"),
    ({"vocabulary": "\t\n amn\x7f🌙"}, "control character"),
    ({"vocabulary": "\t\n\x1bamno"}, "control character"),
    ({"vocabulary": "\t\n amno\u202e"}, "control character"),
    ({"vocabulary": "\t\n amno\ud800"}, "control character"),
    (config(cell="gru"), "tensors are not those of its config"),
    (config(layers=2), "tensors are not those of its config"),
    (config(units=4), "tensors are not those of its config"),
]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes any tensors and metadata as a model file whose checksum is right."""

    def write(tensors: Tensors, metadata: dict[str, JSON]) -> Path:
        write_tensors(tmp_path / "model", tensors, metadata, kind="model", limit=LIMIT)
        return tmp_path / "model"

    save_model(tmp_path / "sound", make())
    sound = read_tensors(tmp_path / "sound", kind="model", limit=LIMIT)
    return lambda tensors, metadata: write({**sound.tensors, **tensors}, {**sound.metadata, **metadata})


def assert_refused(file: Path, message: str) -> None:
    with pytest.raises(PoemgenError, match=message) as caught:
        load_model(file)
    assert str(caught.value).startswith(f"cannot read model {str(file)!r}: ")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(("metadata", "message"), METADATA)
def test_wrong_metadata_is_refused(write: Write, metadata: dict[str, JSON], message: str) -> None:
    assert_refused(write({}, metadata), message)


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"weight_ih_l1": np.ones((20, 5), np.float32)}, "not those of its config"),
        ({"output.bias": np.ones(len(VOCABULARY) + 1, np.float32)}, "not those of its config"),
        ({"output.bias": np.ones((len(VOCABULARY), 1), np.float32)}, "not those of its config"),
        ({"output.bias": np.ones(len(VOCABULARY), np.float16)}, "neither all float16 nor all float32"),
        ({"bias_hh_l0": np.ones(20, np.float32)}, "bias_hh is not zero"),
    ],
)
def test_wrong_tensors_are_refused(write: Write, tensors: Tensors, message: str) -> None:
    assert_refused(write(tensors, {}), message)


def test_numbers_of_another_type_are_refused(tmp_path: Path) -> None:
    model = make()
    metadata = {**config(), "vocabulary": VOCABULARY.characters, "summary": {}}
    for dtype in (np.float64, np.int64):
        tensors = {name: tensor.astype(dtype) for name, tensor in to_torch(model.config, model.parameters).items()}
        write_tensors(tmp_path / "model", tensors, metadata, kind="model", limit=LIMIT)
        assert_refused(tmp_path / "model", "neither all float16 nor all float32")


@pytest.mark.parametrize("vocabulary", ["", "a", "".join(map(chr, range(0x4E00, 0x4E00 + 5000)))])
def test_vocabularies_of_any_size_are_kept(tmp_path: Path, vocabulary: str) -> None:
    size = Config("rnn", 1, 1, len(vocabulary) + 2)
    flat = np.zeros(parameter_count(size), np.float32)
    save_model(tmp_path / "model", PoemModel(size, parameters(size, flat), Vocabulary(vocabulary)))
    assert load_model(tmp_path / "model").vocabulary == Vocabulary(vocabulary)


def test_sound_configs_pass() -> None:
    check_config(Config("lstm", 16, 1, 2))
    check_config(Config("gru", 1, 4096, 100))


def test_the_embedded_model_lies_in_the_package() -> None:
    assert embedded_path().name == "embedded.safetensors"
    assert (embedded_path().parent / "model.py").is_file()
