from __future__ import annotations

import pytest

from boardivr.fax.estimate import call_seconds, page_seconds


@pytest.mark.parametrize(("rate", "seconds"), [(14400, 16.9), (9600, 22.9), (4800, 45.0)])
def test_a_letter_takes_what_was_measured(rate: int, seconds: float) -> None:
    """A business letter of 23.5 kB takes what a page of it took on a line, within 5 %."""
    assert page_seconds(23_500, rate) == pytest.approx(seconds, rel=0.05)


def test_a_call_takes_what_was_measured() -> None:
    """The whole call of one letter at 14400: 31.1 s."""
    assert call_seconds([23_500]) == pytest.approx(31.1, rel=0.03)


def test_a_large_page_is_confirmed_in_parts() -> None:
    """Each 64 KiB of a page is trained for and confirmed on its own."""
    step = page_seconds(65_537) - page_seconds(65_536)

    assert step == pytest.approx(3.7, abs=0.01)


def test_no_rate() -> None:
    """A rate that isn't one is told."""
    with pytest.raises(ValueError, match="expected a rate in bits a second, found 0"):
        page_seconds(1, 0)
