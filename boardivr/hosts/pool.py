"""Threads in which hosts are asked, and given up when they hang.

A blocked thread can't be ended from outside. So a caller waits for its answer
as long as it may, then leaves: the thread is *stuck*, another takes its place,
and what it answers later is dropped. A host that has too many stuck threads is
refused at once until one of them comes back, so that it can't use up the
machine. Times here are the computer's own, not a board's: hosts live outside.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from boardivr.flows.services import HostError, HostTimeout
from boardivr.hosts.host import Rows

log = logging.getLogger(__name__)

WORKERS = 512  # threads that work at the same time; about the channels of a process
IDLE = 16  # threads that are kept for the next request
STUCK = 32  # of one host, until it is refused


class Task:
    """One request on its way; several may wait for it."""

    def __init__(self, host: str, job: Callable[[], Rows]) -> None:
        self.host = host
        self.job = job
        self.done = threading.Event()
        self.is_stuck = False
        self.answer: Rows | None = None
        self.error: BaseException | None = None

    def work(self) -> None:
        """Do it; nothing that it raises gets out here."""
        try:
            self.answer = self.job()
        except BaseException as error:  # sys.exit() in a host's code ends its request only
            self.error = error


@dataclass(frozen=True, kw_only=True)
class PoolHealth:
    """How the hosts do.

    :param stuck: threads that a host holds, by its name
    """

    working: int
    idle: int
    stuck: dict[str, int]


class HostPool:
    """A bounded number of threads, made when they are needed.

    :param workers: how many work at the same time, stuck ones apart
    :param stuck: how many one host may hold before it is refused
    """

    def __init__(self, *, workers: int = WORKERS, stuck: int = STUCK, idle: int = IDLE) -> None:
        self._workers = workers
        self._max_stuck = stuck
        self._max_idle = idle
        self._changed = threading.Condition()
        self._queue: list[Task] = []
        self._working = 0
        self._idle = 0
        self._stuck: Counter[str] = Counter()
        self._closed = False

    def start(self, host: str, job: Callable[[], Rows], within: float) -> Task:
        """Give a request to a thread.

        :param within: seconds to wait for a free thread
        :raises HostTimeout: none became free
        :raises HostError: this host holds too many threads
        """
        task = Task(host, job)
        with self._changed:
            if self._stuck[host] >= self._max_stuck:
                raise HostError(f"{host}: {self._stuck[host]} requests hang; no more are sent")
            free = self._changed.wait_for(lambda: self._closed or self._is_free(), within)
            if self._closed:
                raise HostError(f"{host}: the hosts are closed")
            if not free:
                raise HostTimeout(f"{host}: all {self._workers} threads are busy")
            self._working += 1
            if self._idle:
                self._idle -= 1
                self._queue.append(task)
                self._changed.notify_all()
                return task
        threading.Thread(target=self._run, args=(task,), name="host", daemon=True).start()
        return task

    def wait(self, task: Task, within: float) -> Rows:
        """Return a request's answer.

        :param within: seconds until it has failed
        :raises HostTimeout: no answer in time; it is given up
        :raises Exception: what the job raised
        """
        task.done.wait(max(0.0, within))
        with self._changed:
            if not task.done.is_set():
                self._give_up(task)
                raise HostTimeout(f"{task.host}: no answer within {within:g} s")
        if task.error is not None:
            raise task.error
        assert task.answer is not None
        return task.answer

    def run(self, host: str, job: Callable[[], Rows], within: float) -> Rows:
        """Start a request and wait for it; both within the same time."""
        deadline = time.monotonic() + within
        task = self.start(host, job, within)
        try:
            return self.wait(task, deadline - time.monotonic())
        except HostTimeout as error:
            raise HostTimeout(f"{host}: no answer within {within:g} s") from error

    def health(self) -> PoolHealth:
        """Return how the hosts do."""
        with self._changed:
            stuck = {host: count for host, count in self._stuck.items() if count}
            return PoolHealth(working=self._working, idle=self._idle, stuck=stuck)

    def close(self) -> None:
        """End the threads that are idle, and the others when they come back."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _is_free(self) -> bool:
        return self._working < self._workers

    def _give_up(self, task: Task) -> None:
        if not task.is_stuck:
            task.is_stuck = True
            self._stuck[task.host] += 1
            self._working -= 1
            log.warning("host %s: gave up a request; %d hang", task.host, self._stuck[task.host])
            self._changed.notify_all()

    def _run(self, task: Task | None) -> None:
        while task is not None:
            task.work()
            task = self._next(task)

    def _next(self, finished: Task) -> Task | None:
        """Take the next request; None ends the thread."""
        with self._changed:
            if finished.is_stuck:
                self._stuck[finished.host] -= 1
                log.info("host %s: a late answer was dropped", finished.host)
            else:
                self._working -= 1
            finished.done.set()
            if self._closed or self._idle >= self._max_idle:
                self._changed.notify_all()
                return None
            self._idle += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._queue or self._closed)
            return self._queue.pop() if self._queue else None
