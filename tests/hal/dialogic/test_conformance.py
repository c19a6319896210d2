"""The driver keeps the contract, on the simulated libraries and in real time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from boardivr.hal import (
    BoardError,
    CallEnded,
    CallProgress,
    Channel,
    Digits,
    Outcome,
    Reason,
    State,
    Termination,
)
from boardivr.hal.conformance import ChannelConformance, FarEnd, Rig
from boardivr.hal.conformance.cases import BEAT, Cases, samples
from boardivr.hal.dialogic_cffi.globalcall import GlobalCallChannel
from boardivr.hal.dialogic_cffi.opening import conformance_rig
from boardivr.hal.dialogic_cffi.simulator.board import SimulatedBoard
from boardivr.hal.dialogic_cffi.simulator.rig import rig_through_a_helper


class TestIsdnSample(Cases):
    """Cases for every run: those that tell much in little time."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("dialogic:sim?lines=2&kind=e1") as rig:
            yield rig

    test_dnis = ChannelConformance.test_dnis
    test_reject = ChannelConformance.test_reject
    test_caller_gives_up = ChannelConformance.test_caller_gives_up
    test_rest_stays = ChannelConformance.test_rest_stays
    test_chosen_keys_cut = ChannelConformance.test_chosen_keys_cut
    test_stop_when_idle = ChannelConformance.test_stop_when_idle
    test_bridge_ends_with_a_call = ChannelConformance.test_bridge_ends_with_a_call

    def test_busy(self, rig: Rig, line: Channel) -> None:
        """A busy far end is told with its cause."""
        assert line.dial(rig.dials[Outcome.BUSY]) == CallProgress(outcome=Outcome.BUSY, cause=17)
        assert line.state is State.ON_HOOK

    def test_answered_too_late(
        self, rig: Rig, line: Channel, far: FarEnd, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A call that the libraries know to be over, before its line does, has ended."""
        far.call(rig.numbers[0])
        assert line.wait_for_call(timeout=20.0) is not None
        assert isinstance(line, GlobalCallChannel)
        monkeypatch.setattr(line, "_crn", line._crn + 1000)  # what it says of a call that is over

        with pytest.raises(CallEnded):
            line.answer()
        monkeypatch.undo()
        line.hang_up()
        assert line.state is State.ON_HOOK

    def test_the_boards_end(self, rig: Rig, call: Channel, far: FarEnd) -> None:
        """Boards that stop end what runs on them with an error, and can be closed."""
        assert isinstance(rig.board, SimulatedBoard)
        threading.Timer(0.5, rig.board.firmware.close).start()

        with pytest.raises(BoardError):
            call.play(BEAT, BEAT, BEAT, BEAT)
        rig.board.close()
        assert call.state is State.CLOSED


class TestAnalogSample(Cases):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("dialogic:sim?lines=2") as rig:
            yield rig

    def test_a_call(
        self, rig: Rig, line: Channel, far: FarEnd, tmp_path: Path, after: Callable[..., None]
    ) -> None:
        """A call with its number, its keys, what was said, and the far end's goodbye."""
        far.call(rig.numbers[0], ani=rig.ani)
        call = line.wait_for_call(timeout=20.0)
        assert call is not None
        assert call.ani == rig.ani
        line.answer()

        far.press("12#")
        assert line.get_digits(Termination(digits="#", max_time=5.0)) == Digits("12", Reason.DIGIT)
        after(0.2, partial(far.say, BEAT))
        recording = line.record(tmp_path / "r.wav", Termination(max_silence=1.0, max_time=9.0))
        assert recording.reason == Reason.MAX_SILENCE
        assert sum(abs(x) > 4000 for x in samples(recording.path)) > 14000
        far.hang_up()
        with pytest.raises(CallEnded):
            line.play(BEAT)

    def test_busy(self, rig: Rig, line: Channel) -> None:
        """Call progress analysis on the board hears busy tone."""
        assert line.dial(rig.dials[Outcome.BUSY]).outcome is Outcome.BUSY
        assert line.state is State.ON_HOOK


class TestHelperSample(Cases):
    """The driver in a process of its own, as a 32-bit one would be."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with rig_through_a_helper("e1") as rig:
            yield rig

    def test_a_call(
        self, rig: Rig, call: Channel, far: FarEnd, tmp_path: Path, after: Callable[..., None]
    ) -> None:
        """Prompts, keys, recordings by path, and the far end's goodbye cross the socket."""
        far.press("12#")
        assert call.play(BEAT, until=Termination(digits="#")) == Reason.DIGIT
        assert call.get_digits(Termination(digits="#", max_time=5.0)).keys == "12"
        after(0.2, partial(far.say, BEAT))
        recording = call.record(tmp_path / "r.vox", Termination(max_time=1.0))
        assert len(samples(recording.path)) == pytest.approx(8000, abs=800)
        far.hang_up()
        with pytest.raises(CallEnded):
            call.play(BEAT)


@pytest.mark.grid
class TestHelper(ChannelConformance):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with rig_through_a_helper("e1") as rig:
            yield rig


@pytest.mark.grid
class TestAnalog(ChannelConformance):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("dialogic:sim?lines=2") as rig:
            yield rig


@pytest.mark.grid
class TestBusyTone(ChannelConformance):
    """Lines that tell nothing but busy tone, which the board is told to listen for."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("dialogic:sim?lines=2&disconnect=tone&caller_id=no") as rig:
            yield rig


@pytest.mark.grid
class TestAmerica(ChannelConformance):
    """Mu-law, tones of two sines."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("dialogic:sim?lines=2&country=us") as rig:
            yield rig


@pytest.mark.grid
class TestIsdn(ChannelConformance):
    """Timeslots of an E1, worked by Global Call."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("dialogic:sim?lines=2&kind=e1") as rig:
            yield rig


@pytest.mark.grid
class TestRouted(ChannelConformance):
    """Lines and voices that nothing has connected, as ISDN strings without a voice give them."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        url = "dialogic:sim?lines=2&device=:N_dtiB{b}T{t}:P_isdn&accept=answer"
        with conformance_rig(url) as rig:
            yield rig


@pytest.mark.grid
class TestIp(ChannelConformance):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("dialogic:sim?lines=2&kind=ip") as rig:
            yield rig
