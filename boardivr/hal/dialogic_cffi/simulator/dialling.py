"""Dialling, and call analysis with a DX_CAP: what a voice channel does to reach somebody."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardivr.hal.dialogic_cffi.facts import layouts
from boardivr.hal.dialogic_cffi.simulator.protocol import Message
from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.media.events import Event, Kind
from boardivr.media.tonetables import ProgressTone

if TYPE_CHECKING:
    from boardivr.hal.dialogic_cffi.simulator.device import Running
    from boardivr.hal.dialogic_cffi.simulator.voice import Voice

SETTLE = 0.1
"""Seconds after going off-hook until the exchange takes digits."""

PAUSE = 2.0
"""Seconds that a comma waits (DXBD_PAUSETM)."""

FLASH = 0.5
"""Seconds of a hook flash (DXBD_FLASHTM)."""

CADENCE_BREAK = 1.0
"""Seconds of silence beyond a whole ring cycle that mean that somebody answered."""

PERSON = 2.0
"""A greeting longer than this, in seconds, is a machine's."""

SIT = 914 | 1371 << 16 | 1777 << 32
"""Hz of an intercept's three notes."""

_CAP = layouts()["DX_CAP"]
_FORMAT = struct.Struct(
    "<" + "".join("B" if "char" in member.declaration else "H" for member in _CAP.members)
)


@dataclass(frozen=True)
class Cap:
    """The parameters of call analysis: what isn't 0 in a DX_CAP, else the usual value."""

    given: dict[str, int]

    @classmethod
    def read(cls, data: bytes) -> Cap:
        names = [member.name for member in _CAP.members]
        return cls(dict(zip(names, _FORMAT.unpack(data[: _FORMAT.size]), strict=True)))

    def seconds(self, name: str, usual: float) -> float:
        """Return a time; the board has it in units of 10 ms."""
        return self.given[name] / 100 if self.given[name] else usual

    @property
    def finds_voice(self) -> bool:
        return self.given["ca_intflg"] >= value("DX_PVDENABLE")

    @property
    def finds_machines(self) -> bool:
        return self.given["ca_intflg"] >= value("DX_PAMDENABLE")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What call analysis found, as the attributes of the library tell it.

    :param sizes: 10 ms: of the answer's first sound, of a ring, of a pause between rings
    """

    result: int
    connection: int = 0
    tone: int = 0
    answer: int = 0
    hertz: int = 0
    high: int = 0
    low: int = 0

    def numbers(self, reason: int) -> tuple[int, ...]:
        return (
            self.result, self.connection, 0, self.tone, self.answer, self.hertz,
            self.high | self.low << 16, reason,
        )  # fmt: skip


def dial(voice: Voice, running: Running, message: Message) -> None:
    """Dial, and analyse what becomes of the call if that is wanted; on the device's thread."""
    keys = message.data[_FORMAT.size :].decode("ascii", "replace")
    dialling = _Dialling(voice, running, Cap.read(message.data))
    outcome = dialling.run(keys, is_analysed=bool(message.numbers[0]))
    with voice.lock:
        voice.finish(outcome.numbers(running.reason))


class _Dialling:
    def __init__(self, voice: Voice, running: Running, cap: Cap) -> None:
        self._voice = voice
        self._running = running
        self._cap = cap
        self._plan = voice.firmware.exchange.plan
        self._cycle = max(sum(self._plan.tone("ringback").cadence), sum(voice.progress.ringback))

    def run(self, keys: str, *, is_analysed: bool) -> Outcome:
        port = self._voice.port
        port.detect_voice()
        port.detect_fax()
        self._voice.progress.listen(port)
        try:
            failed = self._send(keys, is_analysed)
            if failed is not None:
                return failed
            if not is_analysed:
                return Outcome(result=0)
            self._voice.tell(DIALLED)
            return self._stopped or self._follow()
        finally:
            port.detect_fax(False)
            self._voice.restore_detectors()

    @property
    def _stopped(self) -> Outcome | None:
        return Outcome(result=value("CR_STOPD")) if self._running.is_stopped else None

    # dialling

    def _send(self, keys: str, is_analysed: bool) -> Outcome | None:
        """Do what a dial string says; return why that failed."""
        self._wait(SETTLE)
        batch = ""
        for key in [*keys.upper(), ""]:
            if key in "0123456789*#ABCD" and key:
                batch += key
                continue
            if batch:
                self._press(batch)
                batch = ""
            if key == ",":
                self._wait(PAUSE)
            elif key == "&" and self._voice.line is not None:
                self._voice.firmware.exchange.flash(self._voice.line.station)
                self._wait(FLASH)
            elif key in ("L", "I", "X") and is_analysed and not self._hears_dial_tone():
                tone = value("TID_DIAL_LCL") | ord(key) << 16
                return self._stopped or Outcome(result=value("CR_NODIALTONE"), tone=tone)
            if is_analysed and self._stopped:
                return self._stopped
        return None

    def _press(self, keys: str) -> None:
        op = self._voice.port.start_sending(keys)
        while (event := self._voice.next(None)) is not None:
            if event.kind is Kind.DONE and event.op == op:
                return

    def _wait(self, seconds: float) -> None:
        deadline = self._voice.now + seconds
        while (left := deadline - self._voice.now) > 0:
            if self._voice.next(left) is None or self._running.is_stopped:
                return

    def _hears_dial_tone(self) -> bool:
        deadline = self._voice.now + self._cap.seconds("ca_dtn_npres", 3.0)
        while (event := self._next(deadline)) is not None:
            if event.kind is Kind.TONE and event.a == ProgressTone.DIAL:
                return True
        return False

    # what becomes of the call

    def _follow(self) -> Outcome:
        began = self._voice.now
        silent_until = began + self._cap.seconds("ca_cnosig", 40.0)
        rings, rang, first = 0, 0.0, 0.0
        while True:
            if not rings:
                deadline = silent_until
            else:
                answer_by = first + self._cap.seconds("ca_noanswer", 30.0)
                deadline = min(rang + self._cycle + CADENCE_BREAK, answer_by)
            event = self._next(deadline)
            if self._running.is_stopped:
                return Outcome(result=value("CR_STOPD"))
            if event is None:
                return self._nothing_more(rings, rang, first)
            if event.kind is Kind.TONE and event.a == ProgressTone.RINGBACK:
                rings, rang, first = rings + 1, event.at, first or event.at
                if rings > (self._cap.given["ca_nbrdna"] or 4):
                    return self._no_answer()
            elif outcome := self._told_by(event):
                return outcome

    def _nothing_more(self, rings: int, rang: float, first: float) -> Outcome:
        if not rings:
            return Outcome(result=value("CR_NORB"))
        if self._voice.now < rang + self._cycle + CADENCE_BREAK - 0.02:
            return self._no_answer()
        return self._connected("CON_CAD")

    def _no_answer(self) -> Outcome:
        high, low = self._ring_sizes()
        tone = value("TID_RNGBK1")
        return Outcome(result=value("CR_NOANS"), tone=tone, high=high, low=low)

    def _told_by(self, event: Event) -> Outcome | None:
        if event.kind is Kind.FAX:
            return Outcome(result=value("CR_FAXTONE"), tone=value("TID_FAX1"))
        if event.kind is Kind.VOICE and event.a:
            return self._heard_voice(event.at)
        if event.kind is not Kind.TONE:
            return None
        if event.a == ProgressTone.BUSY:
            return Outcome(result=value("CR_BUSY"), tone=value("TID_BUSY1"))
        if event.a == ProgressTone.CONGESTION:
            return Outcome(result=value("CR_BUSY"), tone=value("TID_BUSY2"))
        if event.a == ProgressTone.INTERCEPT:
            tone = value("TID_SIT_IC")
            return Outcome(result=value("CR_CEPT"), tone=tone, hertz=SIT)
        return None

    def _heard_voice(self, began: float) -> Outcome:
        """A person says a word and waits; a machine talks on."""
        if self._cap.finds_voice and not self._cap.finds_machines:
            return self._connected("CON_PVD")
        longest = PERSON if self._cap.finds_machines else self._cap.seconds("ca_maxansr", 10.0)
        if self._cap.given["ca_hedge"] == 1:
            longest = 0.0
        while (event := self._next(began + longest)) is not None:
            if event.kind is Kind.FAX:
                return Outcome(result=value("CR_FAXTONE"), tone=value("TID_FAX1"))
            if event.kind is Kind.VOICE and not event.a:
                kind = "CON_PVD" if self._cap.finds_machines else "CON_CAD"
                return self._connected(kind, event.at - began)
        if self._running.is_stopped:
            return Outcome(result=value("CR_STOPD"))
        kind = "CON_PAMD" if self._cap.finds_machines else "CON_CAD"
        return self._connected(kind, longest)

    def _connected(self, kind: str, answer: float = 0.0) -> Outcome:
        high, low = self._ring_sizes()
        return Outcome(
            result=value("CR_CNCT"), connection=value(kind), answer=round(answer * 100),
            high=high, low=low,
        )  # fmt: skip

    def _ring_sizes(self) -> tuple[int, int]:
        on, off = self._voice.progress.ringback
        return round(on * 100), round(off * 100)

    def _next(self, deadline: float) -> Event | None:
        left = deadline - self._voice.now
        event = self._voice.next(left) if left > 0 else None
        return None if self._running.is_stopped else event


DIALLED = 200
"""Event: the digits are out, and the call is followed (CS_CALL)."""
