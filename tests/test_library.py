"""The names that `import poemgen` offers, used as a program would use them."""

import doctest
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import poemgen
from poemgen import library, model
from poemgen.errors import PoemgenError, UsageError
from poemgen.storage import PoemModel, embedded_path
from poemgen.text.tokenizer import Vocabulary

needs_embedded = pytest.mark.skipif(not embedded_path().exists(), reason="there is no embedded model in this checkout")


@pytest.fixture(scope="module")
def tiny() -> PoemModel:
    vocabulary = Vocabulary("\n abcdefghijklmnopqrstuvwxyz")
    config = model.Config("lstm", 1, 8, len(vocabulary))
    return PoemModel(config, model.initial(config, np.random.default_rng(3)), vocabulary, {})


def test_all_names_are_there() -> None:
    for name in poemgen.__all__:
        assert getattr(poemgen, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = poemgen.nothing


def test_importing_poemgen_costs_nothing() -> None:
    code = "import poemgen, sys; print(sorted({'numpy', 'rich', 'typer', 'safetensors'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_generate_begins_with_the_seed_and_repeats(tiny: PoemModel) -> None:
    def three() -> list[str]:
        return list(poemgen.generate(tiny, seed="the sea", count=3, max_length=20, rng_seed=5, reject_unk=True))

    poems = three()
    assert len(poems) == len(set(poems)) == 3
    assert all(poem.startswith("the sea") and len(poem) <= 27 for poem in poems)
    assert three() == poems


@pytest.mark.parametrize(
    ("name", "said"), [("rng_seed", "random seed"), ("count", "count"), ("max_length", "greatest length")]
)
def test_negative_numbers_are_refused(tiny: PoemModel, name: str, said: str) -> None:
    numbers: dict[str, Any] = {name: -1}
    with pytest.raises(UsageError, match=f"the {said} is -1"):
        poemgen.generate(tiny, **numbers)


def test_generate_without_an_rng_seed_varies(tiny: PoemModel) -> None:
    first, second = (next(iter(poemgen.generate(tiny, max_length=40))) for _ in range(2))
    assert first != second


def test_bits_per_character_of_a_uniform_model(tiny: PoemModel) -> None:
    uniform = PoemModel(tiny.config, model.zeros(tiny.config), tiny.vocabulary, {})
    assert poemgen.bits_per_character(uniform, ["abc", "a\r\nb"]) == pytest.approx(np.log2(len(tiny.vocabulary)))


def test_scoring_nothing_is_an_error(tiny: PoemModel) -> None:
    with pytest.raises(PoemgenError, match="no poems"):
        poemgen.bits_per_character(tiny, [])


def test_a_model_survives_the_file(tiny: PoemModel, tmp_path: Path) -> None:
    poemgen.save_model(tmp_path / "m.safetensors", tiny)
    again = poemgen.load_model(str(tmp_path / "m.safetensors"))
    np.testing.assert_array_equal(again.parameters.flat, tiny.parameters.flat)


@needs_embedded
def test_the_examples_in_the_docstrings_run() -> None:
    result = doctest.testmod(library)
    assert result.attempted >= 4 and result.failed == 0
