"""Engines that are programs: one run a text, which writes a WAV file."""

from __future__ import annotations

import shutil
import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path

from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.tts.engine import Refused


def needed(program: str, advice: str) -> str:
    """Return a program's place.

    :raises TtsUnavailable: it isn't installed
    """
    found = shutil.which(program)
    if found is None:
        raise TtsUnavailable(f"expected the program {program}, found none; {advice}")
    return found


def spoken(command: Sequence[str], out: Path) -> tuple[bytes, int]:
    """Run a program and return the samples and rate of the file that it writes.

    :raises Refused: it failed, or wrote no such file; a message never holds the text
    """
    out.unlink(missing_ok=True)
    quiet = subprocess.DEVNULL
    done = subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, check=False)
    try:
        return read_and_remove(out)
    except Refused as error:
        raise Refused(f"{command[0]} ended with {done.returncode}: {error}") from error


def read_and_remove(path: Path) -> tuple[bytes, int]:
    """Return the samples and rate of a WAV file, and remove it.

    :raises Refused: there is none, or it isn't 16-bit mono
    """
    try:
        with wave.open(str(path), "rb") as file:
            kind = file.getsampwidth(), file.getnchannels()
            samples, rate = file.readframes(file.getnframes()), file.getframerate()
    except (OSError, EOFError, wave.Error) as error:
        raise Refused("it wrote no audio") from error
    finally:
        path.unlink(missing_ok=True)
    if kind != (2, 1):
        raise Refused(f"expected 16-bit mono, found {kind[1]} channels of {kind[0]} bytes")
    return samples, rate
