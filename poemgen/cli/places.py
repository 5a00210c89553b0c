"""What a training run will write: checked before any time is spent."""

from pathlib import Path

from poemgen.cli.output import check_kept
from poemgen.durable import check_writable, remove_leftovers
from poemgen.errors import PoemgenError, UsageError
from poemgen.text.sources import STANDARD_INPUT
from poemgen.training.checkpoint import checkpoint_path
from poemgen.training.job import Corpora


def check_apart(output: Path, log: Path | None, corpora: Corpora) -> None:
    """Raises UsageError if two of a run's files would be written over each other, or one over or among the poems."""
    named = [output, log] if log else [output]
    if any(path.name in ("", "-") for path in named):
        raise UsageError("--output and --log must name files, and standard output is none")
    if STANDARD_INPUT in corpora.sources and STANDARD_INPUT in corpora.validation:
        raise UsageError("standard input can be read once: to learn from, or for --validation")
    check_kept([*named, checkpoint_path(output)], (*corpora.sources, *corpora.validation))


def check_places(output: Path, log: Path | None, *, force: bool, resume: bool) -> None:
    """Raises PoemgenError, before any time is spent, if something is in the way of what will be written."""
    checkpoint = checkpoint_path(output)
    for path in (output, checkpoint, *([log] if log else [])):
        check_writable(path)
        if path.is_file() and not (force or resume):
            hint = "--resume goes on with its run, " if checkpoint.exists() else ""
            another = "--log names another" if path == log else "-o names another model"
            raise PoemgenError(f"{str(path)!r} exists: {hint}--force replaces it, {another}")
        remove_leftovers(path)
