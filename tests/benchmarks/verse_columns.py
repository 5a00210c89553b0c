"""The texts that are compared: held-out poems of people, poems of the 8-gram, and what `poemgen generate` writes."""

import json
import subprocess
import sys
from functools import cache, cached_property, partial
from pathlib import Path
from typing import NamedTuple

import eight_gram
import numpy as np

from poemgen import ngram
from poemgen.evaluation.eight_gram import Counted
from poemgen.evaluation.told_forms import SHAKESPEARE, Ear
from poemgen.text.copies import Copies
from poemgen.verse.language import sounds_for
from poemgen.verse.rhyme import rhymes
from poemgen.verse.sounds import Sounds

TEMPERATURE = 0.8  # the default of `generate`, and so the 8-gram's
MAX_LENGTH = 2000
ACROSTICS = ("MOON", "NIGHT", "ROSES", "WINTER")
KEYWORDS = ("moon", "night", "roses", "winter")


class Mode(NamedTuple):
    """What is asked of `generate`: options, and what they mean for each line that must be there."""

    options: str
    scheme: str = ""
    syllables: tuple[int, ...] = ()


MODES = {
    "free": Mode(""),
    "sonnet": Mode("--form sonnet", scheme=SHAKESPEARE, syllables=(10,) * 14),
    "couplets": Mode("--form couplets --lines 8", scheme="AABBCCDD"),
    "ballad": Mode("--form ballad --lines 8", scheme="ABCBDEFE"),
    "quatrain": Mode("--form quatrain --rhyme ABAB", scheme="ABAB"),
    "syllables 8": Mode("--syllables 8 --lines 8", syllables=(8,) * 8),
    "syllables 10": Mode("--syllables 10 --lines 8", syllables=(10,) * 8),
    "haiku": Mode("--form haiku", syllables=(5, 7, 5)),
    "iambic": Mode("--meter iambic --syllables 10 --lines 8", syllables=(10,) * 8),
    "trochaic": Mode("--meter trochaic --syllables 8 --lines 8", syllables=(8,) * 8),
    "anapestic": Mode("--meter anapestic --syllables 12 --lines 8", syllables=(12,) * 8),
    **{f"acrostic {word}": Mode(f"--acrostic {word}") for word in ACROSTICS},
    **{f"keyword {word}": Mode(f"--keyword {word} --lines 8") for word in KEYWORDS},
}


class Columns:
    """The texts of all columns, each made when it is first asked for.

    What the model writes is kept in `folder`, a file a mode, and not written again: another model wants another folder.
    """

    def __init__(
        self, *, corpus: Path, held_out: list[Path], model: Path | None, cache: Path | None, folder: Path, count: int
    ) -> None:
        self.corpus, self.held_out, self.model, self.cache = corpus, held_out, model, cache
        self.folder, self.count = folder, count

    @cached_property
    def sounds(self) -> Sounds:
        """How the words sound."""
        return sounds_for("en")

    @cached_property
    def by_sound(self) -> Ear:
        """Whether two words rhyme strictly."""
        return cache(partial(rhymes, self.sounds))

    @cached_property
    def humans(self) -> list[str]:
        """The held-out poems."""
        return [poem for path in self.held_out for poem in eight_gram.poems_of(path)]

    @cached_property
    def training(self) -> list[str]:
        """The poems of the training corpus."""
        return eight_gram.poems_of(self.corpus)

    @cached_property
    def copies(self) -> Copies:
        """What stands in the training corpus."""
        return Copies(self.training)

    @cached_property
    def fitted(self) -> Counted:
        """The 8-gram of the training corpus."""
        return eight_gram.eight_gram(self.corpus, self.cache)

    @cached_property
    def by_8_gram(self) -> list[str]:
        """Poems of the 8-gram, as many as the model writes in a mode."""
        fitted, vocabulary = self.fitted
        rng = np.random.default_rng(0)
        poems = ngram.sample(fitted, rng, count=self.count, max_length=MAX_LENGTH, temperature=TEMPERATURE)
        return [vocabulary.decode(poem) for poem in poems]

    def by_model(self, mode: str, count: int | None = None) -> list[str]:
        """The poems of a mode, as many as asked for: an empty one for each that did not come."""
        count = count or self.count
        path = self.folder / f"{mode.replace(' ', '-')}-{count}.jsonl"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(self._written(mode, count), encoding="utf-8")
        records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        poems = [str(record["text"]) for record in records][:count]
        return poems + [""] * (count - len(poems))

    def generate_command(self, mode: str, count: int, rng_seed: int) -> list[str]:
        """The command line that writes poems of a mode."""
        command = [sys.executable, "-m", "poemgen", "generate", *MODES[mode].options.split()]
        command += ["--model", str(self.model)] if self.model else []
        return [*command, "--count", str(count), "--rng-seed", str(rng_seed), "--format", "jsonl", "-q"]

    def _written(self, mode: str, count: int) -> str:
        rng_seed = list(MODES).index(mode)
        done = subprocess.run(self.generate_command(mode, count, rng_seed), capture_output=True, text=True)
        if done.returncode or done.stderr:
            print(f"{mode}: exit {done.returncode}: {done.stderr.strip()}", file=sys.stderr, flush=True)
        if done.returncode and not done.stdout:
            sys.exit("this way of asking gave no poem at all, which says nothing about the poems")
        return done.stdout
