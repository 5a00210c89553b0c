"""The card of a model, from its texts to its sentences."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from poemgen.errors import UsageError
from poemgen.evaluation import rows
from poemgen.evaluation.figures import Row
from poemgen.evaluation.remarks import notes, remarks
from poemgen.evaluation.study import Study

Group = Callable[[Study], Iterator[Row]]
GROUPS: Sequence[Group] = (
    rows.surprise,
    rows.text,
    rows.sound,
    rows.form,
    rows.varied,
    rows.asked,
    rows.keywords,
    rows.acrostics,
)


@dataclass(frozen=True)
class Card:
    """The rows; `remarks` say where the model does what people do not, `notes` what was left out and why."""

    columns: Sequence[str]
    rows: Sequence[Row]
    remarks: Sequence[str]
    notes: Sequence[str]


def card(study: Study) -> Card:
    """Measures everything. What the model cannot be asked for is noted."""
    found: list[Row] = []
    refused: list[str] = []
    for group in GROUPS:
        try:
            found += group(study)
        except UsageError as error:
            refused.append(f"not asked: {error}")
    known = frozenset(study.model.vocabulary.characters)
    unknown = sum(character not in known for poem in study.held_out for character in poem)
    said = [*notes(study.held_out, study.corpus, unknown), *dict.fromkeys(refused)]
    return Card(study.columns, found, remarks(found), said)
