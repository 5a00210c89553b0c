"""The networks of a model, trained one after the other, and how they come together in one model."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from poemgen import filling
from poemgen import model as language
from poemgen.errors import PoemgenError
from poemgen.filling import Filler
from poemgen.model import Config, Network
from poemgen.network.arrays import Floats
from poemgen.storage import BACKWARD, FILL, FORWARD, MAX_PARAMETERS, PoemModel
from poemgen.text.encoded import EncodedCorpus
from poemgen.text.reversal import ends_of_lines, reverse_lines
from poemgen.text.tokenizer import Vocabulary
from poemgen.text.word_lists import WordLists
from poemgen.training.dataset import Dataset
from poemgen.training.gaps import Filling
from poemgen.training.rounding import as_stored
from poemgen.training.task import FORETELLING, Task
from poemgen.training.transfer import filler_with_more_characters, with_more_characters
from poemgen.training.widening import widened

EARLIER, MOST_EARLIER = "earlier", 8  # what a summary calls the runs before; so many are told of, for files grow


def stages(*, both: bool, fill: bool, only: str | None = None) -> tuple[str, ...]:
    """What is trained, in order; `only` is the one stage there is to be."""
    if only:
        return (only,)
    return (FORWARD, *([BACKWARD] if both or fill else []), *([FILL] if fill else []))


def task_of(stage: str, vocabulary: Vocabulary, right: int = 0) -> Task:
    """What is learned in a stage; the network that fills gaps has so many units on its right."""
    return Filling.of(vocabulary, right) if stage == FILL else FORETELLING


def right_units(stage: str, parameters: Any) -> int:
    """How many units the network of a stage has on its right, if it has two sides, and these are its parameters."""
    return len(parameters.joint.W_v) if stage == FILL else 0


def views_of(stage: str, config: Config, flat: Floats) -> Any:
    """The parameters of a stage, which are views of a flat vector."""
    return (filling if stage == FILL else language).parameters(config, flat)


def dataset_of(stage: str, dataset: Dataset, now: str = FORWARD) -> Dataset:
    """What the network of a stage learns from, when `dataset` is what that of stage `now` does: for the backward one
    every line is reversed, in the memory of the given dataset."""
    if (stage == BACKWARD) == (now == BACKWARD):
        return dataset
    return replace(
        dataset, train=_reversed(dataset.train), validation=dataset.validation and _reversed(dataset.validation)
    )


def _reversed(corpus: EncodedCorpus) -> EncodedCorpus:
    newline = int(corpus.vocabulary.encode("\n")[0])
    return replace(corpus, ids=reverse_lines(corpus.ids, ends_of_lines(newline)))


def in_vocabulary(base: PoemModel, dataset: Dataset, lists: WordLists) -> PoemModel:
    """A model to go on from, in the dataset's vocabulary, which holds all of its own; the dataset's words go first."""
    vocabulary = dataset.train.vocabulary
    new_ids = base.vocabulary.extended(vocabulary.characters).new_ids
    config, parameters = with_more_characters(base.config, base.parameters, new_ids, len(vocabulary))
    return replace(
        base,
        config=config,
        parameters=parameters,
        vocabulary=vocabulary,
        backward=base.backward and Network(*with_more_characters(*base.backward, new_ids, len(vocabulary))),
        fill=base.fill and filler_with_more_characters(base.fill, new_ids, len(vocabulary)),
        word_lists=lists.followed_by(base.word_lists),
    )


def as_kept(model: PoemModel, stage: str, half: bool) -> PoemModel:
    """The model as it comes back from a file (of float16, if `half`), but for what a stage is about to train: so a run
    that is resumed from its files finds the same."""

    def stored(kept: str, config: Config, parameters: Any) -> Any:
        return parameters if kept == stage else views_of(kept, config, as_stored(parameters.flat, half))

    backward = model.backward
    return replace(
        model,
        parameters=stored(FORWARD, model.config, model.parameters),
        backward=backward and backward._replace(parameters=stored(BACKWARD, *backward)),
        fill=model.fill and model.fill._replace(parameters=stored(FILL, *model.fill)),
    )


def config_of(stage: str, model: PoemModel | None, config: Config) -> Config:
    """The architecture of a stage's network in a model, or `config` if it is not there. What is to fill gaps begins as
    the two language models."""
    if stage == FILL and model and model.fill:
        return model.fill.config
    known = network_of(FORWARD if stage == FILL else stage, model)
    return known.config if known else config


def network_of(stage: str, model: PoemModel | None) -> Network | None:
    """The language model of a stage, if there is a model and it has one."""
    if model is None:
        return None
    return Network(model.config, model.parameters) if stage == FORWARD else model.backward


def start_of(stage: str, model: PoemModel, rng: np.random.Generator) -> Any:
    """The parameters that a stage begins with, if the model has them, else None. Those of the network that fills gaps
    are the model's own, or are made from its two language models. Raises PoemgenError if these are unlike."""
    if stage != FILL:
        network = network_of(stage, model)
        return network and network.parameters
    if model.fill:
        return model.fill.parameters
    left, right = network_of(FORWARD, model), network_of(BACKWARD, model)
    if not left or not right:
        return None
    if replace(left.config, units=0) != replace(right.config, units=0):
        raise PoemgenError("the two networks are of unlike cells or depths, and cannot be joined to fill gaps")
    return filling.between(left, right, rng)


def joined(stage: str, trained: PoemModel, rest: PoemModel | None, lists: WordLists) -> PoemModel:
    """The whole model: the network of a stage with its summary, and what `rest` holds besides."""
    if stage == FORWARD:
        kept = {name: rest.summary[name] for name in (BACKWARD, FILL) if rest and name in rest.summary}
        return replace(
            trained,
            backward=network_of(BACKWARD, rest),
            fill=rest.fill if rest else None,
            word_lists=lists,
            summary=trained.summary | kept,
        )
    if rest is None:
        raise ValueError(f"the {stage} network comes after another one")
    summary = rest.summary | {stage: trained.summary}
    if stage == FILL:
        learned: Any = trained.parameters
        return replace(rest, fill=Filler(trained.config, learned), summary=summary)
    return replace(rest, backward=Network(trained.config, trained.parameters), summary=summary)


def wider(model: PoemModel, units: int, stages: Sequence[str], rng: np.random.Generator) -> PoemModel:
    """The model with so many units in those of its networks that are going to be trained; none gets fewer."""
    networks = {stage: network_of(stage, model) for stage in (FORWARD, BACKWARD)}
    grown = {
        stage: Network(*widened(*network, units, rng))
        for stage, network in networks.items()
        if network and stage in stages and network.config.units < units
    }
    if FORWARD in grown:
        model = replace(model, config=grown[FORWARD].config, parameters=grown[FORWARD].parameters)
    return replace(model, backward=grown.get(BACKWARD, model.backward))


def check_size(config: Config, stages: Sequence[str], rest: PoemModel | None) -> None:
    """Raises PoemgenError if the networks together, those of `rest` that are kept included, are larger than a model may
    be."""
    there = [stage for stage in (FORWARD, BACKWARD) if stage in stages or network_of(stage, rest)]
    total = sum(language.parameter_count(config_of(stage, rest, config)) for stage in there)
    if rest and rest.fill:
        total += len(rest.fill.parameters.flat)
    elif FILL in stages:
        total += filling.parameter_count(config_of(FORWARD, rest, config), config_of(BACKWARD, rest, config).units)
    if total > MAX_PARAMETERS:
        raise PoemgenError(f"the networks have {total:,} parameters, more than {MAX_PARAMETERS:,}; use fewer units")


def earlier_runs(stage: str, base: PoemModel) -> dict[str, Any]:
    """What a summary tells of the runs in which a network was trained before, as their own summaries: the last few, the
    oldest first. Nothing if the model does not tell of this network."""
    summary = base.summary if stage == FORWARD else base.summary.get(stage)
    if not isinstance(summary, dict):
        return {}
    before = summary.get(EARLIER, [])
    own = {name: value for name, value in summary.items() if name not in (EARLIER, BACKWARD, FILL)}
    if not own:
        return {}
    return {EARLIER: [*(before if isinstance(before, list) else []), own][-MOST_EARLIER:]}


def untrained(summary: Mapping[str, Any]) -> dict[str, Any]:
    """What to tell of a run without a step, whose own summary is given: what that holds of the run before, and the
    lengths, with what they were matched to. The figure on held-out text is told anew where this is the same text."""
    if not (runs := summary.get(EARLIER)):
        return dict(summary)
    *before, last = runs
    of_this_run = {name: summary[name] for name in ("from", "corpus", "command", "seconds") if name in summary}
    told: dict[str, Any] = last | {"lengths": summary["lengths"] | of_this_run}
    if before:
        told[EARLIER] = before
    if "held_out" in summary and last.get("corpus") == summary["corpus"]:
        told["held_out"] = summary["held_out"]
    return told


def summary_of(stage: str, model: PoemModel) -> dict[str, Any]:
    """What a model tells of the training of one of its networks."""
    summary: dict[str, Any] = model.summary if stage == FORWARD else model.summary[stage]
    return summary
