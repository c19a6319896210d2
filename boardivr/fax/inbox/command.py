"""A command that is told of a fax: without a shell, within its time, with all that it starts."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

PATH = "/usr/local/bin:/usr/bin:/bin"
SHOWN = 200  # letters of what it complained about


def run_command(words: Sequence[str], seconds: float) -> str:
    """Run a command to its end.

    :param seconds: after which it is killed, with the processes that it started
    :return: what went wrong; empty: nothing
    """
    try:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True, env={"PATH": PATH, "LANG": "C.UTF-8"}, close_fds=True,
        )  # fmt: skip
    except OSError as error:
        return f"{words[0]}: {error.strerror}"
    try:
        _, complaint = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"{words[0]}: not done within {seconds:g} s"
    if process.returncode == 0:
        return ""
    told = complaint.decode("utf-8", "replace").strip()[-SHOWN:]
    return f"{words[0]}: ended with {process.returncode}{f': {told}' if told else ''}"
