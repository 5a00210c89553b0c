"""Held-out text read on the device: what stands in for `model.log_probabilities` and `filling.log_probabilities`."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from poemgen import filling, model
from poemgen.model import Config, Parameters
from poemgen.network.arrays import Floats
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS, State
from poemgen.torch_engine.networks import language_network, network_of
from poemgen.training.gaps import Filling
from poemgen.training.task import Task


def reader(config: Config, task: Task, parameters: Any) -> Callable[..., Any]:
    """The `read` of `Task.held_out_bits`, with these parameters in place of those that it is given."""

    def read_language(
        config: Config, _: Parameters, window: model.Window, states: Sequence[State], scratch: Scratch
    ) -> tuple[Floats, list[State]]:
        with torch.no_grad():
            before = [[torch.from_numpy(part).to(parameters.flat.device) for part in state] for state in states]
            nats, after = language_network(config, parameters, window, before, [None] * config.layers)
        ends = [CELLS[config.cell].State(*(part.cpu().numpy() for part in state)) for state in after]
        return -nats.cpu().numpy().reshape(window.y.shape), ends

    if not isinstance(task, Filling):
        return read_language

    def read_gaps(window: filling.Window) -> Floats:
        with torch.no_grad():
            nats, _after = network_of(task)(config, parameters, window, [], [])
        found: Floats = -nats.cpu().numpy()
        return found

    return read_gaps
