"""Files that last: models, and the named arrays under models and checkpoints, in the safetensors format."""

from poemgen.storage.model_file import (
    BACKWARD,
    FILL,
    FORWARD,
    MAX_PARAMETERS,
    PoemModel,
    check_config,
    embedded_path,
    load_model,
    save_model,
)
from poemgen.storage.tensor_file import TensorFile, read_tensors, write_tensors

__all__ = [
    "BACKWARD",
    "FILL",
    "FORWARD",
    "MAX_PARAMETERS",
    "PoemModel",
    "TensorFile",
    "check_config",
    "embedded_path",
    "load_model",
    "read_tensors",
    "save_model",
    "write_tensors",
]
