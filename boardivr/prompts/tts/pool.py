"""Worker processes that speak, one request at a time each, replaced when they fail."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import os
import signal
import subprocess
import tempfile
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boardivr
from boardivr.prompts.errors import TtsError, TtsTimeout
from boardivr.prompts.tts import wire

log = logging.getLogger(__name__)

TRIES = 3  # workers that are asked for one text; one in fifty loses its audio under load
GRACE = 0.2  # seconds for a process that has closed its pipe to be gone
IDLE = 4  # workers that are kept waiting: a voice or two in two languages

Setting = tuple[str, int, int]
"""Voice, speed and pitch."""

ANY: Setting = ("", 0, 0)  # of a worker that changes it with each text


class WorkerDied(TtsError):
    """A worker ended, or talked nonsense, in the middle of a request."""


class Worker:
    """A process that is started when it's needed and killed when it fails.

    Belongs to one thread at a time.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._numbers = itertools.count(1)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def ask(self, request: dict[str, Any], deadline: float) -> tuple[dict[str, Any], bytes]:
        """Return the answer, and its samples where it has some.

        :raises TtsTimeout: no answer by then; the worker is killed
        :raises WorkerDied: it ended, or its answer can't be read; it's killed
        """
        try:
            return self._ask(request, deadline)
        except TimeoutError:
            self.close()
            raise TtsTimeout("the speech worker gave no answer in time and was killed") from None
        except (OSError, wire.WireError, ValueError, KeyError) as error:
            raise WorkerDied(f"the speech worker {self.close(GRACE)}") from error
        except BaseException:
            self.close()  # half an answer may be on its way
            raise

    def _ask(self, request: dict[str, Any], deadline: float) -> tuple[dict[str, Any], bytes]:
        process, folder = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        number = next(self._numbers)
        content = {**request, "folder": folder, "number": number}
        process.stdin.write(wire.pack(json.dumps(content).encode()))
        process.stdin.flush()
        answer = json.loads(wire.read_within(process.stdout.fileno(), deadline))
        if not isinstance(answer, dict) or not ("ok" in answer or "error" in answer):
            raise wire.WireError("expected an answer with 'ok' or 'error', found neither")
        if answer.get("number", number) != number:
            raise wire.WireError("expected the answer to this request, found another's")
        if "error" in answer:
            return answer, b""
        return answer, wire.read_within(process.stdout.fileno(), deadline)

    def _running(self) -> tuple[subprocess.Popen[bytes], str]:
        if self._process is not None and self._folder is not None and self._process.poll() is None:
            return self._process, self._folder.name
        self.close()
        self._folder = tempfile.TemporaryDirectory(prefix="boardivr-tts-")
        # Started anew, never forked: an engine that has been forked hangs.
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            start_new_session=True,  # programs that the engine runs end with it
            env={**os.environ, "PYTHONPATH": _python_path()},
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        log.debug("speech worker %d started", self._process.pid)
        return self._process, self._folder.name

    def close(self, grace: float = 0.0) -> str:
        """End the process; return what had become of it. A second time does nothing.

        :param grace: seconds for a process that is dying to finish, so that its code is known
        """
        process, folder = self._process, self._folder
        self._process = self._folder = None
        if process is None or folder is None:
            return "wasn't running"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
        ended = process.poll()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # a request that nobody read any more
                    pipe.close()
        folder.cleanup()
        return "gave no readable answer" if ended is None else f"ended with code {ended}"


def _python_path() -> str:
    """Have the worker find this very package, wherever it was started from."""
    root = str(Path(boardivr.__file__).parents[1])
    former = os.environ.get("PYTHONPATH")
    return f"{root}{os.pathsep}{former}" if former else root


def _ask(worker: Worker, request: dict[str, Any], deadline: float) -> tuple[dict[str, Any], bytes]:
    for _ in range(TRIES - 1):
        try:
            return worker.ask(request, deadline)
        except WorkerDied as error:
            # Not the error itself: who keeps log records would keep all that its frames know.
            log.warning("%s; starting another", str(error))
    return worker.ask(request, deadline)


class WorkerPool:
    """Workers by the voice that they speak with; threads beyond their number wait.

    :param command: what starts a worker
    :param size: workers that speak at the same time
    """

    def __init__(self, command: Sequence[str], size: int = 1) -> None:
        if size < 1:
            raise ValueError(f"expected at least one worker, found {size}")
        self._command = tuple(command)
        self._turn = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[tuple[Setting, Worker]] = []  # the longest idle first
        weakref.finalize(self, _end, self._idle)  # a pool that nobody closed

    @property
    def pids(self) -> list[int]:
        """The processes that wait for a request."""
        with self._lock:
            return [worker.pid for _, worker in self._idle if worker.pid is not None]

    def ask(
        self, setting: Setting, request: dict[str, Any], timeout: float, *, keeps: bool = True
    ) -> tuple[dict[str, Any], bytes]:
        """Return a worker's answer; a worker that dies of it is replaced, and asked again.

        :param timeout: seconds, the wait for a turn included
        :param keeps: a worker keeps its first setting for life
        :raises TtsTimeout: no answer within them
        :raises WorkerDied: as many workers died as are tried
        """
        deadline = time.monotonic() + timeout
        voice, speed, pitch = setting
        request |= {"voice": voice, "speed": speed, "pitch": pitch, "timeout": timeout}
        if not self._turn.acquire(timeout=timeout):
            raise TtsTimeout(f"no speech worker was free within {timeout:g} s")
        try:
            its = setting if keeps else ANY
            worker = self._take(its)
            try:
                return _ask(worker, request, deadline)
            finally:
                self._put(its, worker)
        finally:
            self._turn.release()

    def _take(self, setting: Setting) -> Worker:
        with self._lock:
            for place, (its, worker) in enumerate(self._idle):
                if its == setting:
                    del self._idle[place]
                    return worker
        return Worker(self._command)

    def _put(self, setting: Setting, worker: Worker) -> None:
        with self._lock:
            self._idle.append((setting, worker))
            surplus = self._idle[:-IDLE]
            del self._idle[:-IDLE]
        _end(surplus)

    def close(self) -> None:
        """End all workers that are idle; the pool starts new ones when asked again."""
        with self._lock:
            idle = self._idle.copy()
            self._idle.clear()
        _end(idle)


def _end(workers: list[tuple[Setting, Worker]]) -> None:
    for _, worker in workers:
        worker.close()
