"""Sound models and their parts, for what changes them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from poemgen import filling
from poemgen.filling import Filler
from poemgen.model import Config, Network, initial
from poemgen.storage import PoemModel, save_model
from poemgen.text.tokenizer import Vocabulary
from poemgen.text.word_lists import WordLists

VOCABULARY = Vocabulary("\n abcdeimnor🌙")
SUMMARY = {"poems": 12, "curve": [[100, 2.5, None]], "command": "poemgen train poems.txt", "finished": True}


def models() -> list[PoemModel]:
    """A model of every cell, and one that holds all that a model may hold."""
    plain = [model_of(cell, layers) for cell, layers in (("lstm", 1), ("gru", 2), ("rnn", 1))]
    rng = np.random.default_rng(1)
    config = plain[0].config
    backward = Network(config, initial(config, rng))
    fill = Filler(config, filling.initial(config, 5, rng))
    lists = WordLists(b"moon\nmare", b"moon")
    return [*plain, replace(plain[0], backward=backward, fill=fill, word_lists=lists)]


def model_of(cell: str, layers: int) -> PoemModel:
    """A small model of random weights."""
    config = Config(cell, layers, 4, len(VOCABULARY))
    return PoemModel(config, initial(config, np.random.default_rng(layers)), VOCABULARY, SUMMARY)


def stored(model: PoemModel, folder: Path, *, half: bool = False) -> bytes:
    """The bytes of a model's file."""
    save_model(folder / "sound", model, half=half)
    return (folder / "sound").read_bytes()


def parts(data: bytes) -> tuple[dict[str, Any], bytes]:
    """A file's header, as JSON, and the bytes behind it."""
    end = 8 + int.from_bytes(data[:8], "little")
    return json.loads(data[8:end]), data[end:]


def joined(header: Any, rest: bytes) -> bytes:
    """The file of a header, as JSON or as bytes, and what comes behind it."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode("utf-8", "surrogatepass")
    return len(text).to_bytes(8, "little") + text + rest
