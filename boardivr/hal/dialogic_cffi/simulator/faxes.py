"""Faxes of a voice channel's fax resource: T.30 in the engine, on the channel's own port.

What is to be sent comes document by document, and goes as one file; what is received is
written to the program's file when it is over. A FAX_SEND or FAX_RECEIVE brings words, one a
line: ``ident=…``, ``header=…``, ``sub_address=…``, ``rate=…``, ``coding=…`` (DF_MH and so on),
``ecm=``, ``poll=``, ``fine=`` (0 or 1), ``width=…``. It ends with the numbers [error, phase E
status, pages, rate, columns, lines an inch, ECM, coding], and who was there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boardivr.hal.dialogic_cffi.simulator.device import Handler, Refused, Running
from boardivr.hal.dialogic_cffi.simulator.protocol import Message, Op
from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.hal.loopback.faults import padded
from boardivr.hal.types import Compression, FaxOutcome, FaxResult, FaxSettings, Resolution
from boardivr.media._engine import lib
from boardivr.media.check import check
from boardivr.media.events import Event, Kind, ended
from boardivr.media.fax import Fax

if TYPE_CHECKING:
    from boardivr.hal.dialogic_cffi.simulator.connection import Connection
    from boardivr.hal.dialogic_cffi.simulator.voice import Voice

PHASE_B, PHASE_D = 1101, 1102
"""Events: [rate, ECM, coding] and who is there; [pages, columns, lines an inch, rows, bad rows,
command, reply]."""

LINES_AN_INCH = ((5000, 98), (10000, 196), (1 << 30, 391))  # up to so many a metre
CODINGS = {Compression.MH: "DF_MH", Compression.MR: "DF_MR", Compression.MMR: "DF_MMR"}

TX = {
    FaxOutcome.NO_FAX: "EFX_NODISTX", FaxOutcome.TRAINING: "EFX_PHBDEADTX",
    FaxOutcome.PAGE: "EFX_PHDDEADTX", FaxOutcome.CUT: "EFX_COMMERRTX",
    FaxOutcome.ACCESS: "EFX_GOTDCNTX", FaxOutcome.TIMEOUT: "EFX_SIGNALTIMEOUT",
    FaxOutcome.INCOMPATIBLE: "EFX_RXCOMP", FaxOutcome.STOPPED: "EFX_ABORTCMD",
}  # fmt: skip
RX = {
    FaxOutcome.NO_FAX: "EFX_NOFAXRX", FaxOutcome.TRAINING: "EFX_DCNDATARX",
    FaxOutcome.PAGE: "EFX_INVALCMDRX", FaxOutcome.CUT: "EFX_COMMERRRX",
    FaxOutcome.ACCESS: "EFX_WHYDCNRX", FaxOutcome.TIMEOUT: "EFX_SIGNALTIMEOUT",
    FaxOutcome.INCOMPATIBLE: "EFX_TXCOMP", FaxOutcome.STOPPED: "EFX_ABORTCMD",
}  # fmt: skip
ERRORS = {
    FaxOutcome.INCOMPATIBLE: "EFX_COMPAT", FaxOutcome.FILE: "EFX_BADTIF",
    FaxOutcome.POLLING: "EFX_NOPOLL", FaxOutcome.STOPPED: "EFX_ABORTCMD",
}  # fmt: skip


class Course:
    """A fax that runs, and its files.

    :param rows: of the pages that are sent; empty: they are received
    """

    def __init__(self, fax: Fax, folder: Path, rows: list[int], target: int = -1) -> None:
        self.fax = fax
        self.rows = rows
        self.is_sending = bool(rows)
        self._folder = folder
        self._target = target

    def close(self) -> None:
        """Let all go; what was received goes to the program's file first."""
        self.fax.close()
        received = self._folder / "in.tif"
        if self._target >= 0:
            if received.exists():
                with received.open("rb") as source, open(self._target, "wb") as target:
                    shutil.copyfileobj(source, target)
            else:
                os.close(self._target)
        shutil.rmtree(self._folder, ignore_errors=True)

    def rows_of(self, page: int) -> int:
        """Return how many lines a page has, from 0."""
        if self.is_sending:
            return self.rows[page] if page < len(self.rows) else 0
        return _rows_received(self._folder / "in.tif", page)


def take_document(
    voice: Voice, connection: Connection, message: Message, fds: list[int]
) -> Message:
    """Take a document that is to be sent; the first one forgets those before."""
    kind, first, count, is_first = message.numbers[:4]
    if len(fds) != 1:
        raise Refused(value("EFX_BADIOTT"))
    if is_first:
        voice.fax_pages = []
    with tempfile.TemporaryDirectory() as folder, open(fds.pop(), "rb") as source:
        path = Path(folder, "page.txt" if kind == value("DF_ASCII") else "page.tif")
        with path.open("wb") as target:
            shutil.copyfileobj(source, target)
        pages = _pages(path, kind, first, count)
    voice.fax_pages += pages
    return Message(op=Op.REPLY, numbers=(0, len(pages)))


def _pages(path: Path, kind: int, first: int, count: int) -> list[Any]:
    """Return a document's pages, coded.

    :raises Refused: it can't be read, or hasn't that page
    """
    from boardivr.fax import document, tiff
    from boardivr.fax.errors import DocumentError

    if kind not in (value("DF_TIFF"), value("DF_ASCII")):
        raise Refused(value("EFX_UNSUPPORTED"))
    if kind == value("DF_ASCII"):
        try:
            made = document.convert([path], path.with_suffix(".tif"))
        except DocumentError:
            raise Refused(value("EFX_BADPAGE")) from None
        return tiff.read(made.path.read_bytes())
    pages = _of_tiff(path)
    if first >= len(pages):
        raise Refused(value("EFX_NOPAGE"))
    return pages[first:] if count < 0 else pages[first : first + count]


def _of_tiff(path: Path) -> list[Any]:
    """Return a TIFF file's pages, coded; the columns stay as they are."""
    from PIL import Image, ImageSequence, UnidentifiedImageError

    from boardivr.fax import tiff

    try:
        with Image.open(path) as image:
            if image.format != "TIFF":
                raise Refused(value("EFX_BADTIF"))
            return [_coded(tiff, frame.convert("1")) for frame in ImageSequence.Iterator(image)]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Refused(value("EFX_BADTIF")) from None


def _coded(tiff: Any, page: Any) -> Any:
    lines = float(page.info.get("dpi", (204.0, 196.0))[1])
    return tiff.Coded(
        columns=page.width, rows=page.height, lines_per_inch=lines, data=tiff.code(page)
    )


def _rows_received(path: Path, page: int) -> int:
    from PIL import Image

    try:
        with Image.open(path) as image:
            image.seek(page)
            return int(image.height)
    except (OSError, EOFError):
        return 0


def send(voice: Voice, connection: Connection, message: Message, fds: list[int]) -> None:
    """Send the documents that were taken."""
    from boardivr.fax import tiff

    settings = _read(message)
    if not voice.fax_pages:
        raise Refused(value("EFX_NODATA"))
    pages, voice.fax_pages = voice.fax_pages, []
    folder = Path(tempfile.mkdtemp(prefix="boardivr-fax-"))
    try:
        with (folder / "out.tif").open("wb") as file:
            tiff.write(file, pages)
        fax = Fax.sending(voice.port.engine, folder / "out.tif", settings, 0, None)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _start(voice, connection, message, Course(fax, folder, [page.rows for page in pages]))


def receive(voice: Voice, connection: Connection, message: Message, fds: list[int]) -> None:
    """Receive into the program's file."""
    settings = _read(message)
    if len(fds) != 1:
        raise Refused(value("EFX_BADIOTT"))
    folder = Path(tempfile.mkdtemp(prefix="boardivr-fax-"))
    try:
        fax = Fax.receiving(voice.port.engine, folder / "in.tif", settings)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _start(voice, connection, message, Course(fax, folder, [], fds.pop()))


def _start(voice: Voice, connection: Connection, message: Message, course: Course) -> None:
    running = Running(connection, message.token, fax=course)
    line = ExitStack()
    running.cleanup += [course.close, line.close]
    if voice.line is not None:
        line.enter_context(padded(voice.line.station))
    try:
        voice.begin(
            running,
            lambda: check(lib.bi_fax_start(course.fax.handle, voice.port.number), "bi_fax_start"),
        )
    except Exception:
        course.close()
        line.close()
        raise


def _read(message: Message) -> FaxSettings:
    """Read the words of a message.

    :raises Refused: what a fax can't say
    """
    lines = message.data.decode("ascii", "replace").splitlines()
    words = dict(line.split("=", 1) for line in lines if "=" in line)
    coding = int(words.get("coding", "2"))
    codings = [c for c, name in CODINGS.items() if value(name) <= coding]
    fine = Resolution.FINE | Resolution.STANDARD
    width = int(words.get("width", "0"))
    return FaxSettings(
        ident=words.get("ident", ""), header=words.get("header", ""),
        sub_address=words.get("sub_address", ""), max_rate=int(words.get("rate", "14400")),
        ecm=words.get("ecm", "1") == "1", is_poll=words.get("poll") == "1",
        compressions=Compression(sum(c.value for c in codings)),
        resolutions=fine if words.get("fine", "1") == "1" else Resolution.STANDARD,
        widths=tuple(w for w in (1728, 2048, 2432) if not width or w <= width),
    )  # fmt: skip


def hear(voice: Voice, running: Running, event: Event) -> None:
    """Tell what the fax came to: that it was agreed on, that a page is over."""
    status = running.fax.fax.status()
    if event.kind is Kind.FAX_PHASE and (chr(event.b), chr(event.a)) == ("B", "C"):
        data = _who(_text(status.ident), _text(status.sub_address))
        voice.tell(PHASE_B, status.rate, status.ecm, max(0, status.encoding - 1), data=data)
    elif event.kind is Kind.FAX_PAGE:
        running.fax.fax.page_times.append(event.at)
        total = len(running.fax.rows)
        is_last = event.a == total if total else status.phase != ord("C")
        command = value("DFS_EOP" if is_last else "DFS_MPS")
        rows = running.fax.rows_of(event.a - 1)
        voice.tell(
            PHASE_D, event.a, status.width, _inch(status.y_resolution), rows, event.b,
            command, value("DFS_MCF"),
        )  # fmt: skip


def end(voice: Voice, running: Running, event: Event) -> None:
    """The fax is over: tell how."""
    result: FaxResult = running.fax.fax.result(ended(event))
    is_sending = running.fax.is_sending
    error = status = 0
    if not result.is_ok:
        error = value(ERRORS.get(result.outcome, "EFX_DISCONNECT"))
        status = value((TX if is_sending else RX).get(result.outcome, "EFX_ABORTCMD"))
    pages = result.pages_confirmed if is_sending else result.pages_received
    coding = value(CODINGS[result.compression]) if result.compression else 0
    voice.finish(
        (error, status, pages, result.rate, result.size[0], _inch(result.size[1]),
         int(result.ecm), coding),
        _who(result.ident, result.sub_address),
    )  # fmt: skip


def _who(ident: str, sub_address: str) -> bytes:
    return f"{ident}\0{sub_address}\0".encode("ascii", "replace")


def _inch(lines: int) -> int:
    """Return lines a metre as a board tells them: 98, 196 or 391 an inch."""
    return next(inch for most, inch in LINES_AN_INCH if lines < most) if lines else 0


def _text(field: Any) -> str:
    from boardivr.media._engine import ffi

    text: bytes = ffi.string(field)
    return text.decode("ascii", "replace")


HANDLERS: dict[int, Handler] = {
    Op.FAX_DOCUMENT: take_document,
    Op.FAX_SEND: send,
    Op.FAX_RECEIVE: receive,
}


def header() -> str:
    """Return the events' numbers for the library, in C."""
    return f"enum dlg_fax_code {{ DLG_FAX_PHASE_B = {PHASE_B}, DLG_FAX_PHASE_D = {PHASE_D} }};\n"
