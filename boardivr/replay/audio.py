"""A call run again on a virtual board: real prompts, real key tones, in virtual time.

A telephone presses what was pressed, when it was pressed as far as the trace tells: a key
that cut a prompt then cuts it again. So detectors, barge-in and time-outs are gone through
as in the call, which the interpreter alone can't show.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from boardivr.calls.answering import CallServices
from boardivr.calls.record import CallRecord, TraceStep
from boardivr.clock import Clock
from boardivr.customer import Customer
from boardivr.flows.model import Flow
from boardivr.flows.parts import Next, Step
from boardivr.flows.run import Run
from boardivr.flows.say import Spoken
from boardivr.flows.services import Voice
from boardivr.flows.steps.record import Record
from boardivr.flows.visit import MenuVisit
from boardivr.hal import CallEnded, Channel, Clip, Digits, Encoding
from boardivr.hal.loopback import Telephone, open_board
from boardivr.hal.loopback.transcript import lines
from boardivr.hal.types import SAMPLE_RATE
from boardivr.replay.answers import AsWritten, OneCustomer, TapedFaxes, TapedHosts
from boardivr.replay.tape import Differs, Replayed, Replayer, Tape

KEY = 0.16  # seconds that a key takes at a telephone
THINKS = 0.3  # seconds after the words that a caller needs where the trace has no time
MEASURED = frozenset({"seconds"})
"""A message is as long as it is measured on the line, to a tenth of a second or two."""


def replay_on_board(
    flow: Flow,
    record: CallRecord,
    steps: Sequence[TraceStep],
    customer: Customer | None,
    *,
    voice: Voice,
    recordings: Path,
) -> Replayed:
    """Run a call again with real audio.

    :param flow: in the version that the record names
    :param customer: who called, as he is now; None for nobody
    :param voice: the flow's prompts
    :param recordings: the appliance's; a message that is still there is spoken again
    """
    tape = Tape(steps, aside=MEASURED)
    number = record.dnis or "95588"
    start = (record.answered or record.started).isoformat().replace("+", "%2B")
    url = f"loopback:?lines=1&kind=e1&time=virtual&number={number}&start={start}"
    with tempfile.TemporaryDirectory(prefix="boardivr-replay-") as folder, open_board(url) as board:
        telephone = board.telephone(record.ani or "", "caller")
        caller = _Caller(telephone, board.clock, recordings)
        services = CallServices(
            voice=voice,
            customers=OneCustomer(customer, tape),
            hosts=TapedHosts(tape),
            tracer=tape,
            parameters=AsWritten(),
            faxes=TapedFaxes(tape),
        )

        def serve() -> None:
            _serve(board.channels[0], flow, services, tape, caller, record.id, Path(folder))

        thread = board.clock.spawn(serve, "line")
        telephone.call(number, record.ani)
        with suppress(CallEnded):
            telephone.wait_for_answer()
            caller.act()
        telephone.look()
        telephone.hang_up()
        board.clock.join(thread)
        heard = tuple(lines(telephone.log))
    if caller.failure is not None:
        raise caller.failure
    return Replayed(
        steps=tape.number,
        made_up=tuple(dict.fromkeys(tape.made_up)),
        difference=caller.difference.difference if caller.difference else None,
        heard=heard,
    )


def _serve(
    channel: Channel,
    flow: Flow,
    services: CallServices,
    tape: Tape,
    caller: _Caller,
    call_id: str,
    folder: Path,
) -> None:
    try:
        call = channel.wait_for_call()
        if call is None:
            return
        channel.answer()
        interpreter = _BoardReplayer(
            flow, channel, services, call=call, call_id=call_id, recordings=folder
        )
        interpreter.tape = tape
        interpreter.caller = caller
        assert isinstance(interpreter.state, _BoardRun)
        interpreter.state.tape, interpreter.state.caller = tape, caller
        interpreter.run()
        tape.must_be_over()
    except CallEnded:
        pass
    except Differs as found:
        caller.difference = found
    except Exception as error:  # for the thread that waits for it
        caller.failure = error
    finally:
        caller.is_over = True
        channel.hang_up()
        channel.clock.notify()


@dataclass(frozen=True, kw_only=True)
class _Deed:
    """What the caller does, and when."""

    at: float
    work: Callable[[], object]


class _Caller:
    """Does at the telephone what the call's thread plans, in time.

    :param recordings: where messages are that he says again
    """

    def __init__(self, telephone: Telephone, clock: Clock, recordings: Path) -> None:
        self.difference: Differs | None = None
        self.failure: Exception | None = None
        self.is_over = False
        self._telephone = telephone
        self._clock = clock
        self._recordings = recordings
        self._deeds: list[_Deed] = []

    def act(self) -> None:
        """Do what is planned until the call is over."""
        while not self.is_over:
            if not self._deeds:
                self._clock.wait(lambda: bool(self._deeds) or self.is_over)
                continue
            deed = self._deeds[0]
            left = deed.at - self._clock.now()
            if left > 0 and self._clock.wait(lambda: self.is_over, left):
                return
            self._deeds.pop(0)
            deed.work()

    def presses(self, keys: str, at: float) -> None:
        """Plan keys."""
        if keys:
            self._plan(at, lambda: self._telephone.press(keys))

    def hangs_up(self, at: float) -> None:
        """Plan the end."""
        self._plan(at, self._telephone.hang_up)

    def speaks(self, name: str, seconds: float) -> None:
        """Say a message again; a hum that is as long where it isn't there any more."""
        path = self._recordings / name
        if path.is_file():
            from boardivr.media.audiofile import read_clip

            clip = read_clip(path, text="(a message)")
        else:
            clip = Clip(
                data=_HUM * round(SAMPLE_RATE * seconds / len(_HUM)),
                encoding=Encoding.ULAW,
                name="hum",
                text="(a message)",
            )
        self._plan(self._clock.now(), lambda: self._telephone.say(clip))

    def _plan(self, at: float, work: Callable[[], object]) -> None:
        self._deeds.append(_Deed(at=at, work=work))
        self._deeds.sort(key=lambda deed: deed.at)
        self._clock.notify()


# 250 Hz in mu-law at about -13 dBm0: no key tone, and nothing that anybody takes for silence.
_HUM = bytes.fromhex("ffcbbdb4aeaba9a8a8a8a9abaeb4bdcbff4b3d342e2c29282828292c2e343d4b")


class _BoardRun(Run):
    """A run whose waits for keys are told to the caller beforehand."""

    tape: Tape
    caller: _Caller
    began = 0.0  # when the step began
    waits = 0  # how many waits for keys it had

    def collect(self, words: Sequence[Spoken], **how: Any) -> Digits | None:
        taped = next(self.tape.keys, None)
        if taped is not None:
            keys = taped.rstrip("+") + (how["ends_on"][:1] if taped.endswith("+") else "")
            is_full = taped.endswith("+") or len(keys) == how["most"]
            after = 0.0 if is_full else how["between"]
            self.caller.presses(keys, self._when(words, len(keys), after))
        return super().collect(words, **how)

    def _when(self, words: Sequence[Spoken], count: int, after: float) -> float:
        """Return when the caller begins to press: so that the step takes as long as it took."""
        now = self.channel.clock.now()
        took = self.tape.detail.get("took")
        if self.waits == 1 and took is not None:
            last = self.began + float(str(took)) - after
            return max(now + 0.02, last - KEY * (count - 1) - 0.04)
        return now + sum(clip.seconds for clip in self.clips(words)) + THINKS

    def recording_file(self) -> Path:
        path = super().recording_file()
        take = next(self.tape.takes, str(self.tape.detail.get("seconds", "1.0")))
        seconds = float(take.rstrip("+"))
        step = self.step
        if isinstance(step, Record):
            speaks = seconds if take.endswith("+") else max(0.0, seconds - step.silence)
            self.caller.speaks(path.name, speaks)
            if take.endswith("+"):
                self.caller.presses((step.ends_on or "")[:1], self.channel.clock.now() + seconds)
        return path

    step: Step | MenuVisit | None = None


class _BoardReplayer(Replayer):
    """Tells the run where a step begins, and the caller when he hung up."""

    run_class: ClassVar[type[Run]] = _BoardRun
    caller: _Caller

    def _traced(self, name: str, what: Step | MenuVisit) -> Next | None:
        state = self.state
        assert isinstance(state, _BoardRun)
        now = state.channel.clock.now()
        state.began, state.step = now, what
        return super()._traced(name, what)

    def _begun(self) -> None:
        state = self.state
        assert isinstance(state, _BoardRun)
        detail = self.tape.detail
        state.waits = len(str(detail.get("keyed", "")).split())
        if "ended" in detail:
            self.caller.hangs_up(state.began + float(str(detail.get("took", 0.1))))
