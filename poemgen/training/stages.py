"""The networks of a model, trained one after the other, and how they come together in one model."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from poemgen import filling
from poemgen import model as language
from poemgen.errors import PoemgenError
from poemgen.model import Config, Network, Parameters
from poemgen.storage import BACKWARD, FILL, FORWARD, MAX_PARAMETERS, PoemModel
from poemgen.text.encoded import EncodedCorpus
from poemgen.text.reversal import reverse_lines
from poemgen.text.tokenizer import EOS, UNK, Vocabulary
from poemgen.text.word_lists import WordLists
from poemgen.training.dataset import Dataset
from poemgen.training.gaps import Filling
from poemgen.training.rounding import as_stored
from poemgen.training.task import FORETELLING, Task
from poemgen.training.transfer import with_more_characters


def stages(*, both: bool, fill: bool) -> tuple[str, ...]:
    """The networks that are trained, in their order."""
    return (FORWARD, *([BACKWARD] if both else []), *([FILL] if fill else []))


def task_of(stage: str, vocabulary: Vocabulary) -> Task:
    """What the network of a stage learns to do."""
    return Filling.of(vocabulary) if stage == FILL else FORETELLING


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
    return replace(corpus, ids=reverse_lines(corpus.ids, [EOS] if newline == UNK else [EOS, newline]))


def in_vocabulary(base: PoemModel, dataset: Dataset, lists: WordLists, *, half: bool = False) -> PoemModel:
    """A model to go on from, in the dataset's vocabulary, which holds all of its own; the dataset's words go first.

    With `half` the networks besides the first are as they come back from a file in float16.
    """
    vocabulary = dataset.train.vocabulary
    new_ids = base.vocabulary.extended(vocabulary.characters).new_ids

    def larger(config: Config, parameters: Parameters) -> Network:
        return Network(*with_more_characters(config, parameters, new_ids, len(vocabulary)))

    def stored(stage: str, network: Network) -> Network:
        flat = as_stored(network.parameters.flat, half)
        return network._replace(parameters=task_of(stage, vocabulary).parameters(network.config, flat))

    config, parameters = larger(base.config, base.parameters)
    return replace(
        base,
        config=config,
        parameters=parameters,
        vocabulary=vocabulary,
        backward=base.backward and stored(BACKWARD, larger(*base.backward)),
        fill=base.fill and stored(FILL, larger(*base.fill)),
        word_lists=lists.followed_by(base.word_lists),
    )


def network_of(stage: str, model: PoemModel | None) -> Network | None:
    """The network of a stage, if there is a model and it has one."""
    if model is None:
        return None
    return {FORWARD: Network(model.config, model.parameters), BACKWARD: model.backward, FILL: model.fill}[stage]


def start_of(stage: str, model: PoemModel) -> Network | None:
    """What a network begins as, if not as random numbers: as it is in the model, or where that has none that fills
    gaps, as the language models there, which know half of it already."""
    network = network_of(stage, model)
    if network or stage != FILL:
        return network
    backward = model.backward.parameters if model.backward and model.backward.config == model.config else None
    return Network(model.config, filling.from_language_models(model.config, model.parameters, backward))


def joined(stage: str, trained: PoemModel, rest: PoemModel | None, lists: WordLists) -> PoemModel:
    """The whole model: the network of a stage with its summary, and what `rest` holds besides."""
    if stage == FORWARD:
        kept = {name: rest.summary[name] for name in (BACKWARD, FILL) if rest and name in rest.summary}
        return replace(
            trained,
            backward=network_of(BACKWARD, rest),
            fill=network_of(FILL, rest),
            word_lists=lists,
            summary=trained.summary | kept,
        )
    if rest is None:
        raise ValueError(f"the {stage} network comes after another one")
    network = Network(trained.config, trained.parameters)
    summary = rest.summary | {stage: trained.summary}
    if stage == BACKWARD:
        return replace(rest, backward=network, summary=summary)
    return replace(rest, fill=network, summary=summary)


def check_size(config: Config, stages: Sequence[str]) -> None:
    """Raises PoemgenError if the networks together are larger than a model may be."""
    total = sum((filling if stage == FILL else language).parameter_count(config) for stage in stages)
    if total > MAX_PARAMETERS:
        raise PoemgenError(f"the networks have {total:,} parameters, more than {MAX_PARAMETERS:,}; use fewer units")


def summary_of(stage: str, model: PoemModel) -> dict[str, Any]:
    """What a model tells of the training of one of its networks."""
    summary: dict[str, Any] = model.summary if stage == FORWARD else model.summary[stage]
    return summary
