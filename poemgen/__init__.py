"""poemgen learns to write verse, one character at a time, with recurrent networks in plain NumPy.

The names below are the library; they are imported when first used, so that `import poemgen` costs nothing.

    model = poemgen.load_model("poemgen.safetensors")      # or poemgen.load_model() for the one that comes along
    for poem in poemgen.generate(model, seed="moon", count=3, rng_seed=7):
        print(poem)
    print(poemgen.bits_per_character(model, ["The moon is up,\nthe lamps are out."]))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from poemgen.library import bits_per_character, compose, generate, load_model
    from poemgen.storage import PoemModel, save_model
    from poemgen.text.tokenizer import Vocabulary

__version__ = "0.1.0"

_HOMES = {
    "PoemModel": "poemgen.storage",
    "Vocabulary": "poemgen.text.tokenizer",
    "bits_per_character": "poemgen.library",
    "compose": "poemgen.library",
    "generate": "poemgen.library",
    "load_model": "poemgen.library",
    "save_model": "poemgen.storage",
}

__all__ = ["PoemModel", "Vocabulary", "bits_per_character", "compose", "generate", "load_model", "save_model"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'poemgen' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
