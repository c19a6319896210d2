"""A fax on the board: fx_sendfax() and fx_rcvfax() with TIFF files, page by page.

Fax Software Reference: a channel of the voice channel's name, with a handle of its own.
TFX_PHASEB tells that the machines have agreed, TFX_PHASED that a page is over.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boardivr.clock import Clock
from boardivr.hal.dialogic_cffi import errors, faxends, tiffpages
from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.dialogic_cffi.operations import Operations
from boardivr.hal.dialogic_cffi.routing import Seat
from boardivr.hal.dialogic_cffi.srl import SrlEvent
from boardivr.hal.dialogic_cffi.system import System
from boardivr.hal.types import Compression, FaxOffer, FaxOutcome, FaxResult, FaxSettings, Resolution

CODINGS = {
    C.DFS_MH: Compression.MH,
    C.DFS_MR: Compression.MR,
    C.DFS_MMR: Compression.MMR,
}
ASKED = {Compression.MMR: C.DF_MMR, Compression.MR: C.DF_MR, Compression.MH: C.DF_MH}
WIDTHS = {1728: C.DF_1728MAX, 2048: C.DF_2048MAX, 2432: C.DF_2432MAX}
ENDS = (C.TFX_FAXSEND, C.TFX_FAXRECV, C.TFX_FAXERROR)
CONFIRMED = (C.DFS_MCF, C.DFS_RTP, C.DFS_PIP)
LINES_A_METRE = {98: 3850, 196: 7700, 391: 15400}
IDENT_SIZE = 21  # 20 characters and a NUL
HEADER_SIZE = 32  # of FC_HDRUSER, with the NUL
SPARE = 30.0  # seconds by which the board may be late


@dataclass
class _Course:
    """How a fax goes on; written on the SRL thread."""

    begin: float
    phase: str = "A"
    page_times: list[float] = field(default_factory=list)


class Fax:
    """The fax resource of a channel.

    :param device: the voice channel's name
    """

    def __init__(
        self, system: System, name: str, device: str, operations: Operations, clock: Clock
    ) -> None:
        self._system = system
        self._api: Any = system.api
        self._name = name
        self._operations = operations
        self._clock = clock
        self._course = _Course(0.0)
        self._handle = int(self._api.fx_open(device.encode(), 0))
        if self._handle <= 0:
            raise errors.not_opened(self._api, "fx_open", device)
        system.srl.subscribe(self._handle, self._take)

    def close(self) -> None:
        self._system.srl.unsubscribe(self._handle)
        self._check(self._api.fx_close(self._handle), "fx_close")

    @contextmanager
    def on_line(self, front: Seat, ear: Seat) -> Iterator[Fax]:
        """Have line and fax hear each other in the block, and line and voice again after it."""
        seat = Seat(api=self._api, prefix="fx", handle=self._handle, check=self._check)
        front.listen(seat.slot)
        seat.listen(front.slot)
        try:
            yield self
        finally:
            front.listen(ear.slot)

    def send(
        self, path: Path, settings: FaxSettings, first_page: int, last_page: int | None,
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:  # fmt: skip
        pages = tiffpages.count(path)
        if first_page >= pages:
            raise ValueError(f"{path}: expected a page {first_page}, found {pages} pages")
        last = pages - 1 if last_page is None else min(last_page, pages - 1)
        self._set_up(settings, C.DF_TX)
        return self._send(path, first_page, last - first_page + 1, settings, on_page)

    def _send(
        self, path: Path, first_page: int, count: int, settings: FaxSettings,
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:  # fmt: skip
        file = os.open(path, os.O_RDONLY)
        try:
            table = self._api.new("DF_IOTT *")
            self._api.fx_setiott(table, file, C.DF_TIFF, C.DFC_EOP)
            table.io_type = C.IO_DEV | C.IO_EOT
            table.io_offset, table.io_length = first_page, count
            flags = self._send_flags(settings)

            def start() -> None:
                self._check(self._api.fx_sendfax(self._handle, table, flags), "fx_sendfax")

            event = self._run(start, settings, on_page)
        finally:
            os.close(file)
        return self._result(event, is_sent=True)

    def receive(
        self, path: Path, settings: FaxSettings, offers: Sequence[FaxOffer],
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:  # fmt: skip
        # By its name: who closes a descriptor that fx_rcvfax2() was given isn't known.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640))
        result: FaxResult | None = None
        try:
            self._set_up(settings, C.DF_RX)
            result = self._receive(path, settings, on_page)
        finally:
            if result is None or not result.pages_received:
                path.unlink(missing_ok=True)
        if result.outcome is FaxOutcome.POLLING and result.code == C.EFX_POLLED:
            return self._give(offers, settings, on_page) or result
        return result

    def _receive(
        self, path: Path, settings: FaxSettings, on_page: Callable[[int], None] | None
    ) -> FaxResult:
        name = self._api.new("char[]", os.fsencode(path.absolute()))
        flags = self._receive_flags(settings)

        def start() -> None:
            self._check(self._api.fx_rcvfax(self._handle, name, flags), "fx_rcvfax")

        return self._result(self._run(start, settings, on_page), is_sent=False)

    def _give(
        self, offers: Sequence[FaxOffer], settings: FaxSettings,
        on_page: Callable[[int], None] | None,
    ) -> FaxResult | None:  # fmt: skip
        """Send who polls the first offer that is for anybody: a board tells no SEP, no PWD."""
        for offer in offers:
            if not offer.address and not offer.password:
                pages = tiffpages.count(offer.path)
                self._set_up(settings, C.DF_TX)
                result = self._send(offer.path, 0, pages, settings, on_page)
                return dataclasses.replace(result, polled=offer)
        return None

    # the settings

    def _set_up(self, settings: FaxSettings, direction: int) -> None:
        self._check(self._api.fx_initstat(self._handle, direction), "fx_initstat")
        self._set_text(C.FC_LOCALID, settings.ident, IDENT_SIZE)
        self._set_text(C.FC_HDRUSER, settings.header, HEADER_SIZE)
        attribute = C.DF_HDRINSERT if settings.header else C.DF_HDRDISABLE
        coding = max(ASKED[one] for one in settings.compressions)
        if not settings.ecm:
            coding = min(coding, C.DF_MR)  # MMR needs error correction
        coding |= C.DF_ECM if settings.ecm else 0
        for number, value in (
            (C.FC_HDRATTRIB, attribute),
            (C.FC_TXCODING, coding),
            (C.FC_RXCODING, coding),
            (C.FC_TXBAUDRATE, settings.max_rate),
            (C.FC_RXBAUDRATE, settings.max_rate),
        ):
            self._set_number(number, value)
        if settings.sub_address and direction == C.DF_TX:
            self._set_text(C.FC_TXSUBADDR, settings.sub_address, IDENT_SIZE)

    def _set_text(self, number: int, text: str, size: int) -> None:
        value = self._api.new("char[]", text.encode("ascii", "replace")[: size - 1])
        self._check(self._api.fx_setparm(self._handle, number, value), "fx_setparm")

    def _set_number(self, number: int, value: int) -> None:
        value_p = self._api.new("unsigned short *", value & 0xFFFF)
        self._check(self._api.fx_setparm(self._handle, number, value_p), "fx_setparm")

    def _text(self, number: int) -> str:
        buffer = self._api.new("char[]", 256)
        if self._api.fx_getparm(self._handle, number, buffer) == -1:
            return ""
        return str(self._api.text(buffer)).strip()

    def _send_flags(self, settings: FaxSettings) -> int:
        flags = C.EV_ASYNC | C.DF_PHASEB | C.DF_PHASED
        flags |= C.DF_TXSUBADDR if settings.sub_address else 0
        fine = Resolution.FINE | Resolution.SUPERFINE
        return flags | (C.DF_TXRESHI if settings.resolutions & fine else C.DF_TXRESLO)

    def _receive_flags(self, settings: FaxSettings) -> int:
        flags = C.EV_ASYNC | C.DF_PHASEB | C.DF_PHASED | C.DF_TIFF | C.DF_NOMAXLEN
        flags |= C.DF_POLL if settings.is_poll else 0
        fine = Resolution.FINE | Resolution.SUPERFINE
        flags |= C.DF_RXRESHI if settings.resolutions & fine else C.DF_RXRESLO
        return flags | WIDTHS[max(settings.widths)]

    # the operation

    def _run(
        self, start: Callable[[], None], settings: FaxSettings,
        on_page: Callable[[int], None] | None,
    ) -> SrlEvent | None:  # fmt: skip
        told = 0

        def tell() -> None:
            nonlocal told
            while told < len(self._course.page_times):
                told += 1
                if on_page is not None:
                    on_page(told)

        self._course = _Course(self._clock.now())
        event = self._operations.run(
            "a fax", start, lambda event: event.device == self._handle and event.type in ENDS,
            self._stop, timeout=settings.total_limit, each_second=tell,
        )  # fmt: skip
        tell()
        return event

    def _stop(self) -> None:
        self._check(self._api.fx_stopch(self._handle, C.EV_ASYNC), "fx_stopch")

    def _take(self, event: SrlEvent) -> None:
        """Take an event; on the SRL thread."""
        if event.type == C.TFX_PHASEB:
            self._course.phase = "C"
        elif event.type == C.TFX_PHASED:
            self._take_page()
        else:
            self._operations.take(event)

    def _take_page(self) -> None:
        """Count a page, if it was confirmed. Its attributes are those of now, so read them now."""
        if self._api.ATFX_PHDRPY(self._handle) in CONFIRMED:
            self._course.page_times.append(self._clock.now() - self._course.begin)
        is_last = self._api.ATFX_PHDCMD(self._handle) == C.DFS_EOP
        self._course.phase = "D" if is_last else "C"

    def _check(self, result: int, function: str) -> int:
        return errors.check(self._api, result, function, self._handle, self._name)

    # what came of it

    def _result(self, event: SrlEvent | None, is_sent: bool) -> FaxResult:
        api, handle, course = self._api, self._handle, self._course
        outcome, code, words = self._outcome(event)
        done = len(course.page_times)
        rows = LINES_A_METRE.get(int(api.ATFX_RESLN(handle)), 0)
        return FaxResult(
            outcome=outcome, code=code, words=words,
            phase="E" if outcome is FaxOutcome.OK else course.phase,
            pages_sent=done if is_sent else 0,
            pages_confirmed=done if is_sent else 0,
            pages_received=0 if is_sent else done,
            rate=max(0, int(api.ATFX_SPEED(handle))), ecm=api.ATFX_ECM(handle) == C.DFS_ECM,
            compression=CODINGS.get(int(api.ATFX_CODING(handle))),
            size=(max(0, int(api.ATFX_WIDTH(handle))), rows) if done else (0, 0),
            bad_rows=max(0, int(api.ATFX_BADSCANLINES(handle))),
            ident=self._text(C.FC_REMOTEID),
            seconds=self._clock.now() - course.begin, page_times=tuple(course.page_times),
        )  # fmt: skip

    def _outcome(self, event: SrlEvent | None) -> tuple[FaxOutcome, int, str]:
        if event is not None and event.type != C.TFX_FAXERROR:
            return FaxOutcome.OK, 0, "OK"
        error, status = self._reason()
        words = self._api.text(self._api.ATDV_ERRMSGP(self._handle))
        if self._operations.is_stopped:
            return FaxOutcome.STOPPED, error, "stopped"
        if self._course.phase == "D":
            return FaxOutcome.OK, 0, "OK"  # all is confirmed; only the goodbye is missing
        if self._operations.is_lost:
            return FaxOutcome.CUT, error, "the far end hung up"
        if event is None:
            return FaxOutcome.TIMEOUT, error, "the fax took too long"
        return faxends.outcome_of(error, status), status or error, words

    def _reason(self) -> tuple[int, int]:
        return int(self._api.ATDV_LASTERR(self._handle)), int(self._api.ATFX_ESTAT(self._handle))
