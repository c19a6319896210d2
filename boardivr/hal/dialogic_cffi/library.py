"""The vendor's libraries: found, compared with what we need, and opened; nothing is linked.

cffi in ABI mode, on declarations made from the facts. The only module that knows cffi.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cffi import FFI

from boardivr.hal.dialogic_cffi import elf, facts
from boardivr.hal.dialogic_cffi.errors import LibraryMissing, WrongBitness, WrongVersion
from boardivr.hal.dialogic_cffi.facts import declare

FOLDERS = {64: ("/usr/dialogic/lib64", "/usr/dialogic/lib"), 32: ("/usr/dialogic/lib",)}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A library's names, 32- and 64-bit, and the functions that we need of it."""

    files: tuple[str, ...]
    functions: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SRL = Part(
    files=("libsrl.so", "libsrl64.so"),
    functions=_words("""sr_setparm sr_waitevt sr_getevtdev sr_getevttype sr_getevtlen
        sr_getevtdatap ATDV_ERRMSGP ATDV_LASTERR ATDV_NAMEP ATDV_SUBDEVS sr_getboardcnt"""),
)
MAPPER = Part(
    files=("libsrl.so", "libsrl64.so", "libdevmap.so", "libdevmap64.so"),
    functions=_words("""SRLGetAllPhysicalBoards SRLGetPhysicalBoardName
        SRLGetVirtualBoardsOnPhysicalBoard SRLGetSubDevicesOnVirtualBoard"""),
)
VOICE = Part(
    files=("libdxxx.so", "libdxxdm364.so", "libdxxx64.so"),
    functions=_words("""dx_open dx_close dx_sethook dx_setevtmsk dx_setrings dx_stopch dx_setparm
        dx_gtcallid dx_initcallp dx_playiottdata dx_reciottdata dx_getdig dx_clrdigbuf
        dx_setdigtyp dx_dial dx_clrcap dx_playtone dx_bldtngen dx_blddt dx_bldst dx_blddtcad
        dx_bldstcad dx_addtone dx_deltones dx_chgfreq dx_chgdur dx_chgrepcnt
        dx_getxmitslot dx_listen dx_unlisten ag_getxmitslot ag_listen ag_unlisten
        ATDX_TERMMSK ATDX_CPTERM ATDX_CPERROR ATDX_CONNTYPE ATDX_CRTNID ATDX_TRCOUNT
        ATDX_BUFDIGS ATDX_STATE ATDX_HOOKST"""),
)
GLOBAL_CALL = Part(
    files=("libgc.so", "libgc64.so"),
    functions=_words("""gc_Start gc_Stop gc_OpenEx gc_Close gc_WaitCall gc_AcceptCall
        gc_AnswerCall gc_MakeCall gc_DropCall gc_ReleaseCallEx gc_ResetLineDev gc_GetMetaEvent
        gc_ErrorInfo gc_ResultInfo gc_GetCallInfo gc_GetResourceH gc_SetCallingNum
        gc_GetXmitSlot gc_Listen gc_UnListen"""),
)
CONFERENCE = Part(
    files=("libdti.so", "libdti64.so", "libgc.so", "libgc64.so"),
    functions=_words("dcb_open dcb_close dcb_estconf dcb_delconf dcb_monconf dcb_unmonconf"),
)
FAX = Part(
    files=("libfax.so", "libfax64.so"),
    functions=_words("""fx_open fx_close fx_initstat fx_sendfax fx_rcvfax fx_setiott fx_setparm
        fx_getparm fx_stopch fx_getxmitslot fx_listen fx_unlisten ATFX_BSTAT ATFX_ESTAT
        ATFX_PGXFER ATFX_SPEED ATFX_WIDTH ATFX_RESLN ATFX_CODING ATFX_ECM ATFX_TERMMSK
        ATFX_BADSCANLINES ATFX_PHDCMD ATFX_PHDRPY ATFX_RTNPAGES ATFX_STATE"""),
)
STRUCTURES = _words("""DX_IOTT DV_TPT DX_XPB DV_DIGIT DX_CAP DX_CST TN_GEN SC_TSINFO METAEVENT
    GC_INFO SRLDEVICEINFO MS_CDT DF_IOTT""")


class Api:
    """The libraries' functions by their own names, and what cffi has for their arguments.

    :param folders: where the libraries are
    :param parts: what is needed of them
    :param long: what stands for ``long`` in structures (see docs/dialogic.md)
    :raises DriverUnavailable: one is missing, of another word size, or lacks functions;
        all that is missing is told at once
    """

    def __init__(self, folders: Sequence[Path], parts: Sequence[Part], long: str = "long") -> None:
        self._ffi = FFI()
        names = dict.fromkeys(name for part in parts for name in part.functions)
        for text, is_packed in declare.cdef(names, long=long, structures=STRUCTURES):
            self._ffi.cdef(text, packed=is_packed)
        self.new = self._ffi.new
        self.null = self._ffi.NULL
        self.from_buffer = self._ffi.from_buffer
        self.cast = self._ffi.cast
        self.files: list[Path] = []
        missing: list[str] = []
        for part in parts:
            opened = [self._open(path) for path in _present(folders, part.files)]
            missing += self._resolve(part, opened)
        if missing:
            where = ", ".join(path.name for path in self.files)
            raise WrongVersion(f"{where}: lack {', '.join(missing)}")

    def _open(self, path: Path) -> Any:
        self.files.append(path)
        try:
            return self._ffi.dlopen(str(path), self._ffi.RTLD_NOW | self._ffi.RTLD_GLOBAL)
        except OSError as error:
            raise LibraryMissing(f"{path}: {error}") from error

    def _resolve(self, part: Part, opened: Sequence[Any]) -> Iterator[str]:
        """Keep a part's functions; return the names of those that no library has."""
        for name in part.functions:
            for library in opened:
                try:
                    setattr(self, name, getattr(library, name))
                    break
                except AttributeError:
                    continue
            else:
                yield name

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name} isn't among the functions that were asked for")

    @property
    def errno(self) -> int:
        """The system's error of the last function that this thread called."""
        return int(self._ffi.errno)

    def text(self, pointer: Any) -> str:
        """Return a C string; empty for NULL."""
        if pointer == self.null:
            return ""
        return str(self._ffi.string(pointer).decode("latin-1"))

    def octets(self, pointer: Any, length: int) -> bytes:
        """Return a copy of memory."""
        return bytes(self._ffi.buffer(pointer, length)) if length > 0 else b""

    def size(self, name: str) -> int:
        """Return a structure's size in bytes."""
        return int(self._ffi.sizeof(name))


@functools.lru_cache(maxsize=4)
def open_api(folders: tuple[Path, ...], parts: tuple[Part, ...], long: str) -> Api:
    """Return the libraries, opened before or now: declarations take half a second to parse."""
    return Api(folders, parts, long)


def folders_to_search(chosen: str = "") -> list[Path]:
    """Return where libraries are looked for.

    :param chosen: a folder from the settings; empty: the usual places
    """
    if chosen:
        return [Path(chosen)]
    path = os.environ.get("LD_LIBRARY_PATH", "")
    places = [*filter(None, path.split(os.pathsep)), *FOLDERS[elf.OUR_BITS], *FOLDERS[64]]
    return [Path(place) for place in dict.fromkeys(places)]


def is_present(folders: Sequence[Path], part: Part) -> bool:
    """Return whether a part's library is there, and fits this interpreter."""
    try:
        return bool(_present(folders, part.files))
    except (LibraryMissing, WrongBitness):
        return False


def _present(folders: Sequence[Path], names: Iterable[str]) -> list[Path]:
    """Return the files of these names that fit this interpreter.

    :raises LibraryMissing: none is there
    :raises WrongBitness: there are some, but of another word size
    """
    found = [folder / name for folder in folders for name in names if (folder / name).exists()]
    if not found:
        where = ", ".join(map(str, folders))
        raise LibraryMissing(f"expected {' or '.join(names)} in {where}, found none")
    sizes = {path: _bits(path) for path in found}
    fitting = [path for path, size in sizes.items() if size == elf.OUR_BITS]
    if not fitting:
        path, size = next(iter(sizes.items()))
        raise WrongBitness(
            f"{path} is {size}-bit, {elf.interpreter()}; "
            f"give it to a helper: helper=PATH of a {size}-bit python",
            size,
        )
    return _once_each(fitting)


def _once_each(paths: Sequence[Path]) -> list[Path]:
    """Leave out later files of a name that an earlier folder has too."""
    return list({path.name: path for path in reversed(paths)}.values())


def _bits(path: Path) -> int:
    try:
        return elf.bits(path)[0]
    except ValueError as error:
        raise LibraryMissing(str(error)) from error


def wrong_sizes(api: Api) -> list[str]:
    """Return the structures whose size isn't the published one; none, unless `long` differs."""
    return [
        f"{name}: {api.size(name)} bytes, expected {expected}"
        for name in STRUCTURES
        if api.size(name) != (expected := _expected(name))
    ]


def _expected(name: str) -> int:
    layout = facts.layouts()[name]
    return layout.size64 if elf.OUR_BITS == 64 else layout.size32
