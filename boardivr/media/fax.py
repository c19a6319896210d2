"""A fax on a port: what is asked of spandsp's T.30 terminal, and what came of it.

The terminal runs in the engine (``src/fax.c``). Nothing of it calls back into
Python: pages come as events, all else is read when it is over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boardivr.hal.types import (
    ALL_RESOLUTIONS,
    SAMPLE_RATE,
    Compression,
    FaxFrame,
    FaxOffer,
    FaxOutcome,
    FaxResult,
    FaxSettings,
    Modem,
    Reason,
    Resolution,
)
from boardivr.media._engine import ffi, lib
from boardivr.media.check import EngineError
from boardivr.media.events import Ended
from boardivr.media.faxfaults import SOUND, FaxFaults, struct_of
from boardivr.media.faxfiles import Files, name_of

if TYPE_CHECKING:
    from boardivr.media.engine import Engine

# spandsp's masks (T30_SUPPORT_*)
_MODEMS = {Modem.V27TER: 1, Modem.V29: 2, Modem.V17: 4}
_COMPRESSIONS = {Compression.MH: 2, Compression.MR: 4, Compression.MMR: 8}
_RESOLUTIONS = {Resolution.STANDARD: 1, Resolution.FINE: 2, Resolution.SUPERFINE: 4}
_WIDTHS = {1728: 1, 2048: 2, 2432: 4}
_R8 = 0x20000  # 8 pels a millimetre across
_ANY_LENGTH = 0x10000
_CODED = {1: Compression.MH, 2: Compression.MR, 3: Compression.MMR}

_DROPPED = 49
_SILENT = 48  # the answering side's word for a caller that never spoke
_BY_OUTCOME = {
    FaxOutcome.OK: {0},
    FaxOutcome.NO_FAX: {1, 2, 3, 17, 19},
    FaxOutcome.TRAINING: {6, 14, 15, 20, 26, 31},
    FaxOutcome.PAGE: {4, 5, 7, 13, 16, 18, *range(21, 26), *range(27, 31), *range(32, 41), 48},
    FaxOutcome.CUT: {_DROPPED},
    FaxOutcome.INCOMPATIBLE: {8, 9, 10, 11, 12},
    FaxOutcome.FILE: set(range(41, 48)),
    FaxOutcome.POLLING: {50},
    FaxOutcome.ACCESS: set(range(51, 62)),
}
OUTCOMES = {code: outcome for outcome, codes in _BY_OUTCOME.items() for code in codes}
"""spandsp 0.0.6's completion codes (T30_ERR_*), by what can be done about them."""

_WATCHDOG = {
    lib.BI_FAX_IDLE: "no frame came or went for too long",
    lib.BI_FAX_PAGE: "a page took too long",
    lib.BI_FAX_TOTAL: "the fax took too long",
    lib.BI_FAX_PHASE: "nothing but talk came of it for too long",
    lib.BI_FAX_DISK: "a page that came couldn't be written to the disk",
}
RATES = (2400, 4800, 7200, 9600, 12000, 14400)


class Fax:
    """One fax; used once, by :meth:`boardivr.media.port.Port.send_fax` and its opposite.

    spandsp reads and writes its files within the engine's tick, so they are in memory: what
    is sent is read here, what comes is brought to the disk page by page (``fax_keep.c``).
    """

    def __init__(self, files: Files) -> None:
        self.page_times: list[float] = []
        self.handle = ffi.NULL
        self._files = files

    @classmethod
    def sending(
        cls,
        engine: Engine,
        path: Path,
        settings: FaxSettings,
        first_page: int,
        last_page: int | None,
        faults: FaxFaults = SOUND,
    ) -> Fax:
        """Return a fax that sends a file.

        :raises ValueError: it isn't a TIFF file, hasn't that page, or a setting can't be meant
        :raises OSError: it can't be read
        """
        with Files.opening() as files:
            words = _words(settings)
            name = files.read(path)
            pages = _pages(name, path)
            last = pages - 1 if last_page is None else last_page
            if not first_page <= last < pages:
                raise ValueError(
                    f"{path}: expected pages 0 to {pages - 1}, found {first_page} to {last}"
                )
            if settings.is_poll:
                files.offers = (FaxOffer(path=path, password=settings.wanted_password),)
                words |= _offers(files, (name,))
            else:
                words["tx_file"] = ffi.new("char[]", name)
            words |= {"first_page": first_page, "last_page": last}
            words["is_caller"] = not settings.is_poll
            return cls(files)._set_up(engine, settings, words, faults)

    @classmethod
    def receiving(
        cls,
        engine: Engine,
        path: Path,
        settings: FaxSettings,
        offers: Sequence[FaxOffer] = (),
        faults: FaxFaults = SOUND,
    ) -> Fax:
        """Return a fax that receives into a new file, or gives one of the offers to a poll.

        :raises FileExistsError: it is there
        :raises ValueError: an offer isn't a TIFF file, or a setting can't be meant
        :raises OSError: it can't be made
        """
        with Files.opening() as files:
            words = _words(settings)
            names = [files.read(offer.path) for offer in offers]
            for name, offer in zip(names, offers, strict=True):
                _pages(name, offer.path)
            files.offers = tuple(offers)
            words |= _offers(files, names)
            memory, made = files.make(path)
            words["rx_file"] = ffi.new("char[]", name_of(memory))
            words |= {"memory_fd": memory, "keep_fd": made, "is_caller": settings.is_poll}
            return cls(files)._set_up(engine, settings, words, faults)

    def _set_up(
        self, engine: Engine, settings: FaxSettings, words: dict[str, Any], faults: FaxFaults
    ) -> Fax:
        resolutions = settings.resolutions | Resolution.STANDARD  # T.30 has it always
        setup = ffi.new(
            "bi_fax_setup *",
            {
                **words,
                "ecm": settings.ecm,
                "modems": _mask(_MODEMS, settings.modems),
                "compressions": _mask(_COMPRESSIONS, settings.compressions | Compression.MH),
                "resolutions": _R8 | _mask(_RESOLUTIONS, resolutions & ALL_RESOLUTIONS),
                "sizes": _ANY_LENGTH | sum(_WIDTHS[width] for width in set(settings.widths)),
                "max_rate": settings.max_rate,
                "idle_limit": round(settings.idle_limit * SAMPLE_RATE),
                "phase_limit": round(settings.phase_limit * SAMPLE_RATE),
                "page_limit": round(settings.page_limit * SAMPLE_RATE),
                "total_limit": round(settings.total_limit * SAMPLE_RATE),
                "faults": struct_of(faults),
            },
        )
        handle = lib.bi_fax_alloc(engine.handle, setup)
        if handle == ffi.NULL:
            raise EngineError("no memory for a fax, or a setting that the engine refused")
        self.handle = ffi.gc(handle, lib.bi_fax_free)
        return self

    def close(self) -> None:
        """Let the terminal go; a file without a page goes too."""
        lib.bi_fax_settle(self.handle)
        received = self.status().pages_received
        ffi.release(self.handle)
        self._files.close(keeps=received > 0)

    def result(self, ended: Ended) -> FaxResult:
        """Return what came of it."""
        lib.bi_fax_settle(self.handle)
        s = self.status()
        began = s.began / SAMPLE_RATE
        return FaxResult(
            outcome=_outcome(s, ended),
            code=s.code,
            words=_WATCHDOG.get(s.watchdog) or _text(lib.bi_fax_words(s.code)),
            phase=chr(s.phase),
            pages_sent=s.pages_sent,
            pages_confirmed=s.pages_confirmed,
            pages_received=s.pages_received,
            rate=s.rate if s.phase not in b"AB" else 0,
            ecm=bool(s.ecm),
            compression=_CODED.get(s.encoding),
            size=(s.width, s.y_resolution),
            bad_rows=s.bad_rows,
            resent=s.resent,
            ident=_text(s.ident),
            sub_address=_text(s.sub_address),
            poll_address=_text(s.poll_address),
            polled=None if s.offer < 0 else self._files.offers[s.offer],
            dis=_octets(s.dis),
            dcs=_octets(s.dcs),
            vendor=_text(s.vendor),
            model=_text(s.model),
            seconds=(s.ended - s.began) / SAMPLE_RATE,
            page_times=tuple(round(at - began, 3) for at in self.page_times),
            trace=self._trace(),
        )

    def status(self) -> Any:
        """Return what is known by now, as C has it: ``bi_fax_result``."""
        status = ffi.new("bi_fax_result *")
        lib.bi_fax_status(self.handle, status)
        return status

    def _trace(self) -> tuple[FaxFrame, ...]:
        frames = ffi.new("bi_fax_frame[]", lib.BI_FAX_FRAMES)
        count = lib.bi_fax_trace(self.handle, frames, lib.BI_FAX_FRAMES)
        return tuple(
            FaxFrame(
                at=frame.at / SAMPLE_RATE,
                is_sent=bool(frame.outgoing),
                name=_text(lib.bi_fax_frame_name(frame.kind)),
                octets=_octets(frame),
                count=frame.count,
            )
            for frame in frames[0:count]
        )


def count_pages(path: Path) -> int:
    """Return how many pages a TIFF file has.

    :raises OSError: it can't be read
    :raises ValueError: it isn't a TIFF file
    """
    with path.open("rb"):
        pass  # who may not read it is told so
    return _pages(os.fsencode(path), path)


def _pages(name: bytes, path: Path) -> int:
    pages = lib.bi_fax_pages(name)
    if pages < 1:
        raise ValueError(f"{path}: expected a TIFF file, found something else")
    return int(pages)


def trace_lines(result: FaxResult) -> list[str]:
    """Return the session's frames as text, one a line."""
    return [
        f"{frame.at:8.2f} {'->' if frame.is_sent else '<-'} {frame.name:<8}"
        f"{f' x{frame.count}' if frame.count > 1 else ''} {frame.octets[3:].hex(' ')}".rstrip()
        for frame in result.trace
    ]


def _outcome(status: Any, ended: Ended) -> FaxOutcome:
    if status.watchdog:
        is_ours = status.watchdog == lib.BI_FAX_DISK
        return FaxOutcome.FILE if is_ours else FaxOutcome.TIMEOUT
    if status.phase == ord("E") and status.code == _DROPPED:
        return FaxOutcome.OK  # all pages were confirmed; who hung up didn't say goodbye
    if status.code == _DROPPED and ended.reason & Reason.STOPPED:
        return FaxOutcome.STOPPED
    if status.code == _SILENT and status.phase == ord("A"):
        return FaxOutcome.NO_FAX
    return OUTCOMES.get(status.code, FaxOutcome.PAGE)


def _words(settings: FaxSettings) -> dict[str, Any]:
    """Return the texts of the settings for C; they live as long as the dict.

    :raises ValueError: one can't be meant
    """
    if settings.max_rate not in RATES:
        raise ValueError(f"max_rate: expected one of {RATES}, found {settings.max_rate}")
    if not settings.modems:
        raise ValueError("modems: expected at least one, found none")
    if not settings.widths or set(settings.widths) - set(_WIDTHS):
        raise ValueError(f"widths: expected of {tuple(_WIDTHS)}, found {settings.widths}")
    text = partial(_limited, settings)
    text("wanted_password", 20, lambda c: c in "0123456789*# ")
    empty = ffi.new("char[]", b"")
    return {
        "ident": text("ident", 20, lambda c: c in "0123456789+ "),
        "header": text("header", 50, lambda c: c.isascii() and c.isprintable()),
        "timezone": text("timezone", 50, lambda c: c.isascii() and c.isprintable()),
        "sub_address": text("sub_address", 20, lambda c: c in "0123456789*# "),
        "password": text("password", 20, lambda c: c in "0123456789*# "),
        "poll_address": text("poll_address", 20, lambda c: c in "0123456789*# "),
        "tx_file": empty,
        "rx_file": empty,
        "memory_fd": -1,
        "keep_fd": -1,
        "first_page": -1,
        "last_page": -1,
    }


def _limited(settings: FaxSettings, name: str, most: int, may: Callable[[str], bool]) -> Any:
    value: str = getattr(settings, name)
    if len(value) > most or not all(map(may, value)):
        shown = f"{len(value)} characters" if "password" in name else repr(value)
        raise ValueError(f"{name}: expected at most {most} of what a fax can say, found {shown}")
    return ffi.new("char[]", value.encode("ascii"))


def _offers(files: Files, names: Sequence[bytes]) -> dict[str, Any]:
    """Return what polls get, for C; the texts live as long as the files.

    :raises ValueError: an address or password that no poll can say, or too many of them
    """
    if len(names) > lib.BI_FAX_OFFERS:
        raise ValueError(f"offers: expected at most {lib.BI_FAX_OFFERS}, found {len(names)}")
    array = ffi.new("bi_fax_offer[]", max(1, len(names)))
    for place, name, offer in zip(array, names, files.offers, strict=False):
        said = FaxSettings(poll_address=offer.address, password=offer.password)
        words = (ffi.new("char[]", name), *(_said(said, w) for w in ("poll_address", "password")))
        place.file, place.address, place.password = words
        files.texts += words
    return {"offers": array, "offer_count": len(names)}


def _said(settings: FaxSettings, name: str) -> Any:
    return _limited(settings, name, 20, lambda c: c in "0123456789*# ")


def _mask(bits: dict[Any, int], flags: Any) -> int:
    return sum(bit for flag, bit in bits.items() if flag in flags)


def _octets(frame: Any) -> bytes:
    return bytes(frame.octets[0 : min(frame.length, len(frame.octets))])


def _text(chars: Any) -> str:
    text = ffi.string(chars).decode("latin-1")
    assert isinstance(text, str)
    return text
