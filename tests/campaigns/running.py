"""The campaigns by name, and the command that runs them."""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from campaigns import (
    dead_workers,
    determinism,
    full_disks,
    hostile_headers,
    injection,
    interrupts,
    kills,
    mutations,
    numeric_options,
    odd_text,
    other_readers,
    pipes,
    two_trainers,
    unwritable,
)
from campaigns.case import Campaign, Case

CAMPAIGNS: dict[str, Campaign] = {
    "kills": kills.campaign,
    "interrupts": interrupts.campaign,
    "dead-workers": dead_workers.campaign,
    "full-disks": full_disks.campaign,
    "unwritable": unwritable.campaign,
    "two-trainers": two_trainers.campaign,
    "mutations": mutations.campaign,
    "hostile-headers": hostile_headers.campaign,
    "other-readers": other_readers.campaign,
    "odd-text": odd_text.campaign,
    "injection": injection.campaign,
    "pipes": pipes.campaign,
    "numeric-options": numeric_options.campaign,
    "determinism": determinism.campaign,
}
HEADING = "| campaign | scale | as promised | of these |\n|---|---|---|---|"
MOST_KINDS = 14  # that are named in a line


class Outcome(NamedTuple):
    """What came of a campaign."""

    cases: int
    kinds: Counter[str]
    wrong: list[str]
    skipped: list[str]
    figures: dict[str, float]


def outcome_of(cases: Iterable[Case]) -> Outcome:
    """Counts the cases."""
    outcome = Outcome(0, Counter(), [], [], {})
    for case in cases:
        if case.skipped:
            outcome.skipped.append(case.kind)
            continue
        outcome.kinds[case.kind] += 1
        if case.wrong:
            outcome.wrong.append(f"{case.kind}: {case.wrong}")
        for name, value in case.figures.items():
            outcome.figures[name] = max(value, outcome.figures.get(name, value))
    return outcome._replace(cases=outcome.kinds.total())


def run(name: str, seed: int, scale: float) -> Outcome:
    """Runs a campaign in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix=f"poemgen-{name}-") as folder:
        return outcome_of(CAMPAIGNS[name](Random(f"{name} {seed}"), scale, Path(folder)))


def described(outcome: Outcome) -> str:
    """The kinds of cases and the largest figures, in half a line."""
    kinds = f"{len(outcome.kinds)} kinds"
    if len(outcome.kinds) <= MOST_KINDS:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in outcome.kinds.items())
    figures = ", ".join(f"{name} {value:,.3g}" for name, value in outcome.figures.items())
    skipped = f"NOT TRIED HERE: {', '.join(outcome.skipped)}" if outcome.skipped else ""
    return "; ".join(filter(None, [kinds, figures and f"at most {figures}", skipped]))


def line(name: str, outcome: Outcome, seconds: float, scale: float, *, markdown: bool) -> str:
    """A campaign's line of counts, or its row of the table in docs/reliability.md."""
    right, details = outcome.cases - len(outcome.wrong), described(outcome)
    if markdown:
        return f"| `{name}` | {scale:g} | {right:,} of {outcome.cases:,} | {details} |"
    return f"{name}: {right:,} of {outcome.cases:,} as promised ({details}; {seconds:.0f} seconds)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what the command line names; returns 1 if anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns", description="Campaigns of faults.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(CAMPAIGNS)}; all of them if none is named"
    )
    parser.add_argument("--seed", type=int, default=1, help="of all that is random [1]")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full number of cases [1]")
    parser.add_argument("--markdown", action="store_true", help="print rows of a table")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(CAMPAIGNS):
        parser.error(f"no campaign is named {', '.join(sorted(unknown))}")
    failed = False
    if given.markdown:
        print(HEADING)
    for name in given.names or CAMPAIGNS:
        began = time.monotonic()
        outcome = run(name, given.seed, given.scale)
        print(line(name, outcome, time.monotonic() - began, given.scale, markdown=given.markdown), flush=True)
        for wrong in outcome.wrong:
            print(f"  WRONG: {wrong}", flush=True)
        failed = failed or bool(outcome.wrong)
    return int(failed)
