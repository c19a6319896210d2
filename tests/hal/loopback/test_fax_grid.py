"""The grid of fax calls (:mod:`tests.hal.loopback.faxgrid`), and a sample of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hal.loopback.faxgrid import HOWS, TROUBLES, Case, cases, row, run

SAMPLE = random.Random(11).sample(
    [c for how in HOWS for t in TROUBLES for c in cases(how, t) if c.pages < 30], 36
)


@pytest.mark.parametrize("case", SAMPLE, ids=str)
def test_sample(case: Case, tmp_path: Path) -> None:
    """Pages confirmed, dot by dot, or a failure with a name; the line is free."""
    run(case, tmp_path)


@pytest.mark.grid
@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("how", HOWS)
def test_grid(
    how: str, trouble: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """So it is for all of them; a line of the summary for each of these."""
    results, wrong = [], []
    for case in cases(how, trouble):
        try:
            results.append(run(case, tmp_path))
        except AssertionError as error:
            wrong.append(f"{case}: {error}")
    record_property("summary", row(how, trouble, results))
    assert wrong == []
