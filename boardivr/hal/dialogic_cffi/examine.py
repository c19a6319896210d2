"""What ``boardivr doctor`` says of Dialogic boards: libraries, word size, boards, channels.

Nothing is opened but the libraries; no channel is taken from a program that runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from boardivr.hal.dialogic_cffi import discovery, elf, library
from boardivr.hal.dialogic_cffi.errors import WrongBitness
from boardivr.hal.dialogic_cffi.library import Api, folders_to_search
from boardivr.hal.dialogic_cffi.options import Options, fill, read_options
from boardivr.hal.errors import BoardError, DriverUnavailable
from boardivr.hal.registry import Look

HINTS: dict[str, str] = {
    "LibraryMissing": "install the vendor's system release, or set libraries=FOLDER",
    "WrongVersion": "expected System Release 6, or HMP 3 or later; see docs/dialogic.md",
    "BoardNotStarted": "start the boards (dlstart, or the vendor's configuration tool)",
    "FirmwareMissing": "configure and start the boards again: their firmware isn't loaded",
    "LicenceMissing": "lower lines=, or put a larger licence in place",
}


def examine(url: str) -> Iterator[Look]:
    """Look at what a board's URL needs; each thing that is wrong is told by its name."""
    options = read_options(url)
    if options.is_simulated:
        yield Look(part="libraries", is_ok=True, found="simulated")
        return
    try:
        yield from _examine(options)
    except WrongBitness as error:
        yield _helper(options, error)
    except BoardError as error:
        hint = HINTS.get(type(error).__name__, "")
        yield Look(part="libraries" if isinstance(error, DriverUnavailable) else "boards",
                   is_ok=False, found=str(error), hint=hint)  # fmt: skip


def _examine(options: Options) -> Iterator[Look]:
    parts = [library.SRL, library.MAPPER, library.VOICE]
    parts += [library.GLOBAL_CALL] if options.is_global_call else []
    api = Api(folders_to_search(options.libraries), parts, options.long)
    found = ", ".join(str(path) for path in api.files)
    yield Look(part="libraries", is_ok=True, found=f"{elf.OUR_BITS}-bit: {found}")
    boards = discovery.physical_boards(api)
    names = ", ".join(board.name for board in boards)
    yield Look(part="boards", is_ok=True, found=f"{len(boards)}: {names}")
    yield _channels(options, discovery.voice_channels(api))


def _channels(options: Options, there: list[str]) -> Look:
    numbers = range(options.first, options.first + (options.lines or len(there)))
    template = options.voice if options.is_global_call else options.device
    missing = [name for n in numbers if (name := fill(template, n)) not in there]
    if missing or not there:
        found = f"{len(there)} voice channels; not among them: {', '.join(missing) or 'any'}"
        return Look(part="channels", is_ok=False, found=found, hint="see `boardivr board show`")
    return Look(part="channels", is_ok=True, found=f"{len(numbers)} of {len(there)}")


def _helper(options: Options, error: WrongBitness) -> Look:
    from boardivr.hal.dialogic_cffi.opening import find_helper

    python = find_helper(error.libraries) if options.helper == "auto" else options.helper
    if python is None or python == "no":
        hint = f"install boardivr for a {error.libraries}-bit python, or set helper=PATH of it"
        return Look(part="libraries", is_ok=False, found=str(error), hint=hint)
    return Look(part="libraries", is_ok=True, found=f"by a helper: {python}")
