"""Runs the worker on one request, within limits, in a folder that is gone afterwards."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boardivr
from boardivr.fax.errors import DocumentError
from boardivr.fax.model import Limits

log = logging.getLogger(__name__)

PREFIX = ".boardivr-fax-"
ANSWER = "answer.json"
ANSWER_BYTES = 16 << 20
KEPT = frozenset({"PATH", "LANG", "VIRTUAL_ENV"})


@contextlib.contextmanager
def work(
    request: Mapping[str, Any], limits: Limits, beside: Path
) -> Iterator[tuple[dict[str, Any], list[Path]]]:
    """Have a request done; give its answer and the files that it made, until the block ends.

    :param beside: the folder in which the work folder is made, so that a file
        can be moved from one to the other at once
    :raises DocumentError: the document was refused, took too long or too much, or
        brought its decoder down
    """
    sweep(beside)
    name = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=beside)
    folder = Path(name)
    try:
        _run({**request, "limits": dataclasses.asdict(limits)}, limits, folder)
        answer = _read(folder)
        if "error" in answer:
            raise DocumentError(str(answer["error"]))
        yield answer, [folder / Path(str(file)).name for file in answer["files"]]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(beside: Path) -> None:
    """Remove the work folders of processes that were killed."""
    for folder in beside.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdecimal() and not _lives(int(owner)):
            log.warning("%s: left by a conversion that was killed, removed", folder)
            shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _run(request: Mapping[str, Any], limits: Limits, folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "boardivr.fax.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(folder),
        start_new_session=True,
    )
    try:
        with contextlib.suppress(BrokenPipeError):  # it died: its code tells
            process.communicate(json.dumps(request).encode(), timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        raise DocumentError(
            f"{_names(request)}: expected to be converted within {limits.seconds:g} s, "
            "wasn't done by then"
        ) from None
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        raise DocumentError(f"{_names(request)}: {_ended(process.returncode, limits)}")


def _ended(code: int, limits: Limits) -> str:
    """Return why a worker died, in words."""
    if code == -signal.SIGXCPU or code == -signal.SIGKILL:
        return f"expected at most {limits.cpu_seconds} s of processor time, took more"
    if code < 0:
        name = signal.Signals(-code).name
        return f"the document broke its decoder, or needed too much memory ({name})"
    return f"the converter ended with code {code}"


def _read(folder: Path) -> dict[str, Any]:
    """Return the worker's answer, which isn't trusted either."""
    try:
        with (folder / ANSWER).open("rb") as file:
            answer = json.loads(file.read(ANSWER_BYTES))
    except (OSError, ValueError) as error:
        raise DocumentError(f"the converter left no readable answer: {error}") from error
    if not isinstance(answer, dict) or not ("error" in answer or "files" in answer):
        raise DocumentError("the converter's answer has neither files nor an error")
    return answer


def _names(request: Mapping[str, Any]) -> str:
    return ", ".join(Path(source).name for source in request["sources"])[:300]


def _environment(folder: Path) -> dict[str, str]:
    """Return what a worker needs of the environment: this very package, and no secrets."""
    root = str(Path(boardivr.__file__).parents[1])
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return {**kept, "PYTHONPATH": root, "TMPDIR": str(folder), "HOME": str(folder)}
