"""Processes that decode, a few for all calls; one that crashes or hangs is replaced.

A caller can't wait long for a decoder: where all are at work it is told so at once, or
after a moment, and uses keys.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boardivr
from boardivr.prompts.tts import wire
from boardivr.speech.errors import DecoderDied, SpeechBusy, SpeechTimeout

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "boardivr.speech.worker")
PATIENCE = 0.3  # seconds that an utterance waits for a decoder


class DecoderPool:
    """Decoders; their processes start when they are needed.

    :param size: utterances that are decoded at the same time; 0: one a processor
    """

    def __init__(self, size: int = 0, command: Sequence[str] = COMMAND) -> None:
        self._command = tuple(command)
        self.size = size or max(1, os.cpu_count() or 1)
        self._turn = threading.BoundedSemaphore(self.size)
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        weakref.finalize(self, _end, self._idle)

    @property
    def pids(self) -> list[int]:
        """The processes that wait for an utterance."""
        with self._lock:
            return [process.pid for process in self._idle]

    def ask(
        self, request: dict[str, Any], audio: bytes, timeout: float, patience: float = PATIENCE
    ) -> list[dict[str, Any]]:
        """Return what a decoder found.

        :param patience: seconds to wait for one that is free
        :raises SpeechBusy: none was
        :raises SpeechTimeout: no answer in time; the decoder was killed
        :raises DecoderDied: two decoders ended, or the model can't be used
        """
        if not self._turn.acquire(timeout=patience):
            raise SpeechBusy(f"all {self.size} decoders are at work")
        try:
            try:
                return self._ask(request, audio, timeout)
            except _Gone as error:
                log.warning("a speech decoder %s; starting another", error)
            try:
                return self._ask(request, audio, timeout)
            except _Gone as error:
                raise DecoderDied(f"the speech decoder {error}, and so did another") from None
        finally:
            self._turn.release()

    def warm(self) -> None:
        """Start a process ahead of the first call."""
        with self._lock:
            if not self._idle:
                self._idle.append(_Process(self._command))

    def _ask(self, request: dict[str, Any], audio: bytes, timeout: float) -> list[dict[str, Any]]:
        with self._lock:
            process = self._idle.pop() if self._idle else None
        try:
            process = process or _Process(self._command)
        except OSError as error:
            raise DecoderDied(f"no speech decoder can be started: {error}") from error
        is_sound = False
        try:
            answer = process.ask({**request, "timeout": timeout}, audio, timeout)
            is_sound = True
        finally:
            if is_sound:
                with self._lock:
                    self._idle.append(process)
            else:
                process.close()
        if "error" in answer:
            raise DecoderDied(str(answer["error"]))
        found: list[dict[str, Any]] = answer["ok"]
        return found

    def close(self) -> None:
        """End all that are idle; the pool starts new ones when asked again."""
        with self._lock:
            idle = self._idle.copy()
            self._idle.clear()
        _end(idle)


class _Gone(Exception):
    """A process ended, or gave no readable answer."""


class _Process:
    """One decoder; belongs to one thread at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        root = str(Path(boardivr.__file__).parents[1])
        former = os.environ.get("PYTHONPATH")
        self._process = subprocess.Popen(  # started anew: a forked one has our threads' locks
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{former}" if former else root},
        )
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        log.debug("speech decoder %d started", self.pid)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: dict[str, Any], audio: bytes, timeout: float) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        deadline = time.monotonic() + timeout
        try:
            message = wire.pack(json.dumps(request).encode()) + wire.pack(audio)
            _write_within(stdin.fileno(), message, deadline)
            answer = json.loads(wire.read_within(stdout.fileno(), deadline))
        except TimeoutError:
            raise SpeechTimeout(f"no answer within {timeout:g} s; the decoder was killed") from None
        except (OSError, wire.WireError, ValueError):
            raise _Gone(self._fate()) from None
        if not isinstance(answer, dict) or not ("ok" in answer or "error" in answer):
            raise _Gone("gave no readable answer")
        return answer

    def _fate(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.2)
        code = self._process.poll()
        return "gave no readable answer" if code is None else f"ended with code {code}"

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _write_within(fd: int, message: bytes, deadline: float) -> None:
    """Write to a pipe that nobody may be reading.

    :raises TimeoutError: the deadline passed first
    """
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    left = memoryview(message)
    while left:
        patience = deadline - time.monotonic()
        if patience <= 0 or not poll.poll(patience * 1000):
            raise TimeoutError
        left = left[os.write(fd, left[:65536]) :]


def _end(processes: list[_Process]) -> None:
    for process in processes:
        process.close()
