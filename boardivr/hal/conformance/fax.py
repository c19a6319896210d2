"""Faxes, sent and received; pages are made here, without a library for images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from boardivr.clock import Clock
from boardivr.hal import (
    Channel,
    ChannelStateError,
    FaxOutcome,
    FaxSettings,
    Feature,
    Reason,
    State,
    Termination,
)
from boardivr.hal.conformance.cases import BEAT, Cases, need
from boardivr.hal.conformance.pages import write_pages
from boardivr.hal.conformance.rig import FaxFarEnd, Rig

AFTER_GOODBYE = 5.0  # seconds after the last page's confirmation in which the line is free


class FaxCases(Cases):
    """The cases; skipped where a line has no fax, or the rig no machine."""

    @pytest.fixture
    def machine(self, rig: Rig, line: Channel) -> FaxFarEnd:
        need(line, Feature.FAX)
        if rig.fax is None:
            pytest.skip("there is no fax machine at the other end")
        return rig.fax

    def test_send_fax(self, line: Channel, machine: FaxFarEnd, tmp_path: Path) -> None:
        """Each page is confirmed and told, and the line is free soon after the last."""
        told: list[int] = []
        assert line.dial(machine.number, timeout=30.0).is_connected

        result = line.send_fax(write_pages(tmp_path / "out.tif", 2), on_page=told.append)

        assert result.outcome is FaxOutcome.OK, result.words
        assert (result.pages_sent, result.pages_confirmed, told) == (2, 2, [1, 2])
        assert result.seconds - result.page_times[-1] <= AFTER_GOODBYE
        line.hang_up()
        assert line.state is State.ON_HOOK

    def test_resume_fax(self, line: Channel, machine: FaxFarEnd, tmp_path: Path) -> None:
        """A fax can begin with a later page."""
        assert line.dial(machine.number, timeout=30.0).is_connected

        result = line.send_fax(write_pages(tmp_path / "out.tif", 3), first_page=2)

        assert (result.outcome, result.pages_confirmed) == (FaxOutcome.OK, 1)

    def test_receive_fax(self, rig: Rig, line: Channel, machine: FaxFarEnd, tmp_path: Path) -> None:
        """A machine that calls is answered, and its pages are in the file."""
        told: list[int] = []
        machine.send(rig.numbers[0], write_pages(tmp_path / "out.tif", 2))
        assert line.wait_for_call(timeout=20.0) is not None
        line.answer()

        result = line.receive_fax(tmp_path / "in.tif", on_page=told.append)

        assert result.outcome is FaxOutcome.OK, result.words
        assert (result.pages_received, told) == (2, [1, 2])
        assert (tmp_path / "in.tif").stat().st_size > 100

    def test_fax_far_end_hangs_up(
        self, rig: Rig, line: Channel, machine: FaxFarEnd, clock: Clock, tmp_path: Path
    ) -> None:
        """Who hangs up on the second page has confirmed one; nothing is raised."""
        assert line.dial(machine.cutter, timeout=30.0).is_connected

        result = line.send_fax(write_pages(tmp_path / "out.tif", 3, rows=2000))

        assert result.outcome is not FaxOutcome.OK
        assert (result.pages_confirmed, result.phase) == (1, "C")
        line.hang_up()
        assert line.state is State.ON_HOOK

    def test_stop_fax(
        self, line: Channel, machine: FaxFarEnd, clock: Clock, tmp_path: Path,
        after: Callable[..., None],
    ) -> None:  # fmt: skip
        """Another thread can end a fax, even one that nobody sends."""
        assert line.dial(machine.number, timeout=30.0).is_connected
        after(3.0, line.stop)
        start = clock.now()

        result = line.send_fax(write_pages(tmp_path / "out.tif", 1))

        assert (result.outcome, result.pages_confirmed) == (FaxOutcome.STOPPED, 0)
        assert clock.now() - start == pytest.approx(3.0, abs=0.25)
        assert line.state in (State.CONNECTED, State.DISCONNECTED)

    def test_await_fax(
        self, rig: Rig, line: Channel, machine: FaxFarEnd, clock: Clock, tmp_path: Path
    ) -> None:  # fmt: skip
        """A machine that calls is heard through what is played, and can be taken then."""
        need(line, Feature.FAX_TONE)
        machine.send(rig.numbers[0], write_pages(tmp_path / "out.tif", 1))
        assert line.wait_for_call(timeout=20.0) is not None
        line.answer()
        line.await_fax()
        start = clock.now()

        assert line.play(*[BEAT] * 20) is Reason.FAX_CALLS
        assert clock.now() - start < 5.0  # CNG: half a second in every 3.5
        assert line.get_digits(Termination(max_time=9.0)).reason is Reason.FAX_CALLS
        assert line.receive_fax(tmp_path / "in.tif").outcome is FaxOutcome.OK

    def test_await_no_fax(self, line: Channel, clock: Clock) -> None:
        """A line that doesn't wait for a fax, or no longer, is as ever."""
        need(line, Feature.FAX_TONE)
        with pytest.raises(ChannelStateError, match="ON_HOOK"):
            line.await_fax()

    def test_fax_on_hook(self, line: Channel, machine: FaxFarEnd, tmp_path: Path) -> None:
        """Without a call there is no fax, and no file."""
        with pytest.raises(ChannelStateError, match="ON_HOOK"):
            line.receive_fax(tmp_path / "in.tif", FaxSettings(ident="1"))
        assert not (tmp_path / "in.tif").exists()
