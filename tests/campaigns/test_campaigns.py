"""A little of every campaign, without its limits of time: that they find nothing, and that they would."""

import sys
from pathlib import Path
from random import Random

import pytest

from campaigns import interrupts, loading
from campaigns.case import Case
from campaigns.running import CAMPAIGNS, line, main, outcome_of

SCALES = {
    "kills": 0.005,
    "interrupts": 0.03,
    "two-trainers": 0.01,
    "mutations": 0.003,
    "other-readers": 0.01,
    "odd-text": 0.005,
    "unwritable": 0.03,
    "numeric-options": 0.1,
    "determinism": 0.05,
}


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
@pytest.mark.parametrize("name", CAMPAIGNS)
def test_a_little_of_a_campaign(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setattr(loading, "SECONDS", float("inf"))
    monkeypatch.setattr(interrupts, "LIMIT", float("inf"))
    outcome = outcome_of(CAMPAIGNS[name](Random(1), SCALES.get(name, 0.01), tmp_path))
    assert outcome.wrong == []
    assert outcome.cases > 0


def test_cases_are_counted_by_kind_and_figures_by_their_largest() -> None:
    cases = [Case("a", "", {"ms": 2}), Case("b", "lost"), Case("a", "", {"ms": 1}), Case("c", skipped=True)]
    outcome = outcome_of(cases)
    assert outcome.wrong == ["b: lost"]
    counts = "2 a, 1 b; at most ms 2; NOT TRIED HERE: c"
    assert line("x", outcome, 3.2, 0.5, markdown=False) == f"x: 2 of 3 as promised ({counts}; 3 seconds)"
    assert line("x", outcome, 3.2, 0.5, markdown=True) == f"| `x` | 0.5 | 2 of 3 | {counts} |"


def test_a_campaign_that_finds_something_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CAMPAIGNS, "kills", lambda rng, scale, folder: iter([Case("a", "torn")]))
    monkeypatch.setitem(CAMPAIGNS, "pipes", lambda rng, scale, folder: iter([Case("a")]))
    assert main(["pipes"]) == 0
    assert main(["pipes", "kills"]) == 1
    assert capsys.readouterr().out.endswith("  WRONG: a: torn\n")
