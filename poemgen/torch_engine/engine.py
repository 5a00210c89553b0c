"""The engine: takes the steps of a run as NumPy's does, from the same batches with the same dropout.

While at work the parameters, Adam's moments and the states live on the device; `fetch` brings them home. On the CPU
the first two share the memory of the progress and are always there.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch.optim import AdamW

from poemgen.model import Parameters
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Masks
from poemgen.torch_engine.devices import autocast, chosen, description
from poemgen.torch_engine.networks import network_of, views
from poemgen.torch_engine.processes import Processes, processes, world
from poemgen.torch_engine.reading import reader
from poemgen.torch_engine.shares import cuts, halved_states, streams_of, whole_states
from poemgen.torch_engine.stack import Tensor
from poemgen.training.batches import widths
from poemgen.training.dropout import output_masks, weight_masks
from poemgen.training.engine import check_streams
from poemgen.training.half import DROPOUT, WEIGHT_DROPOUT
from poemgen.training.optimizer import EPSILON, clipping_scale
from poemgen.training.progress import Progress, Run
from poemgen.workers import Workers


class TorchEngine:
    """See `training.engine.Engine`."""

    exact = False

    def __init__(self, device: torch.device, processes: Processes) -> None:
        self.device = device
        self.processes = processes
        together = f", {processes.count} processes" if processes.count > 1 else ""
        self.name = f"PyTorch {torch.__version__} on {description(device)}{together}"
        self._work: Work | None = None

    @contextmanager
    def at_work(self, run: Run, progress: Progress, workers: Workers) -> Iterator[Callable[[], float]]:
        """See `Work.update`."""
        threads = torch.get_num_threads()
        torch.set_num_threads(workers.count if self.processes.count == 1 else 1)
        self._work = Work(run, progress, self.device, self.processes)
        try:
            yield self._work.update
        finally:
            if self.processes.count == 1:  # else all would have to come here together, and one may have failed
                self.fetch()
            self._work = None
            torch.set_num_threads(threads)

    def held_out_bits(self, run: Run, progress: Progress, workers: Workers) -> float:
        """The figure of a validation, read on the device in full precision."""
        if self._work is None:
            raise RuntimeError("a validation comes while at work")
        return self._work.held_out_bits()

    def fetch(self) -> None:
        """Brings everything into the arrays of the progress."""
        if self._work:
            self._work.fetch()


@contextmanager
def engine(device: str) -> Iterator[TorchEngine]:
    """The engine on a device (`auto`, `cpu`, `cuda` or `mps`), joined with the other processes of torchrun, if any."""
    place = chosen(device, world()[1])
    with processes(place) as together:
        yield TorchEngine(place, together)


class Work:
    """A run on a device. Raises UsageError if there are more processes than streams."""

    def __init__(self, run: Run, progress: Progress, device: torch.device, processes: Processes) -> None:
        recipe = run.recipe
        check_streams(recipe.batch, processes.count)
        self._run, self._progress, self._device, self._processes = run, progress, device, processes
        self._streams = streams_of(recipe.batch, processes.rank, processes.count)
        self._flat, m, v = (torch.from_numpy(array).to(device) for array in (progress.model.flat, *progress.moments))
        self._flat.requires_grad_()
        self._states = [
            [torch.from_numpy(part[self._streams]).to(device) for part in layer]
            for layer in whole_states(progress.states)
        ]
        betas = recipe.beta1, recipe.beta2
        self._adam = AdamW([self._flat], betas=betas, eps=EPSILON, weight_decay=recipe.weight_decay, fused=True)
        steps = torch.tensor(float(progress.step), device=device)
        self._adam.state[self._flat] = {"step": steps, "exp_avg": m, "exp_avg_sq": v}
        self._scratch = Scratch()

    def update(self) -> float:
        """One step, all in the progress but its count and what `fetch` brings home. Returns the window's loss in bits
        a character, or NaN, when the parameters stay as they were."""
        run, progress = self._run, self._progress
        batch = run.task.batch(run.corpus, run.recipe, progress.step, progress.places, self._streams)
        loss, states = self._differentiate(batch.halves[0])
        gradient = self._flat.grad
        self._processes.sum(gradient, loss)
        nats, squares = torch.stack([loss, gradient.dot(gradient)]).tolist()
        squared_norm = squares / batch.characters**2
        if not math.isfinite(squared_norm):
            return math.nan
        gradient.mul_(clipping_scale(squared_norm, run.recipe.clip) / batch.characters)
        self._adam.param_groups[0]["lr"] = run.recipe.rate(progress.step)
        self._adam.step()
        progress.places, self._states = batch.places, states
        return float(nats) / batch.characters / math.log(2)

    def held_out_bits(self) -> float:
        """See `TorchEngine.held_out_bits`."""
        run, model = self._run, self._progress.model
        read = reader(run.config, run.task, views(model, self._flat.detach()))
        return run.task.held_out_bits(run.config, model, run.held_out, read=read)

    def fetch(self) -> None:
        """Brings everything into the arrays of the progress, from all processes."""
        progress, adam = self._progress, self._adam.state[self._flat]
        arrays = progress.model.flat, *progress.moments
        for array, tensor in zip(arrays, (self._flat.detach(), adam["exp_avg"], adam["exp_avg_sq"]), strict=True):
            torch.from_numpy(array).copy_(tensor)
        whole = [[self._gathered(part) for part in layer] for layer in self._states]
        progress.states = halved_states(whole, progress.states)

    def _differentiate(self, window: Any) -> tuple[Tensor, list[list[Tensor]]]:
        """The loss of this process's window, with its gradient left at the flat vector, and the states after it."""
        run = self._run
        parameters, masks = self._thinned(views(self._progress.model, self._flat)), self._masks(len(window.y))
        self._flat.grad = None
        with autocast(self._device, run.config.cell):
            nats, states = network_of(run.task)(run.config, parameters, window, self._states, masks)
            loss = nats.sum()
        loss.backward()
        return loss.detach(), states

    def _masks(self, steps: int) -> list[Tensor | None]:
        """The dropout of each layer's output, (T, B, H), for this process's streams."""
        recipe, model, step = self._run.recipe, self._progress.model, self._progress.step
        drawn: list[Masks] = []
        for half, width, cut in cuts(widths(recipe.batch), self._streams):
            rng, scratch = recipe.random(step, DROPOUT + half), self._scratch.part(half)
            masks = output_masks(model, recipe, (steps, width), rng, scratch)
            drawn.append([mask if mask is None else mask[:, cut] for mask in masks])
        return [
            None if parts[0] is None else self._tensor(np.concatenate(parts, axis=1))
            for parts in zip(*drawn, strict=True)
        ]

    def _thinned(self, parameters: Parameters) -> Parameters:
        """The parameters with some of the recurrent weights left out, the same in all processes."""
        recipe, step = self._run.recipe, self._progress.step
        masks = weight_masks(self._progress.model, recipe, recipe.random(step, WEIGHT_DROPOUT), self._scratch)
        if not masks:
            return parameters
        layers = zip(parameters.layers, masks, strict=True)
        return parameters._replace(
            layers=tuple(layer._replace(U=layer.U * self._tensor(mask)) for layer, mask in layers)
        )

    def _tensor(self, array: Any) -> Tensor:
        return torch.from_numpy(array).to(self._device, self._flat.dtype)

    def _gathered(self, part: Tensor) -> Any:
        """The rows of all processes, from this one's."""
        whole = part.new_zeros(self._run.recipe.batch, *part.shape[1:])
        whole[self._streams] = part
        self._processes.sum(whole)
        return whole.cpu().numpy()
