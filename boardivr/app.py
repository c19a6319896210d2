"""The appliance: settings → boards → one thread per channel → services.

It is what ``boardivr run`` starts, and what a test or a demo starts in its own
process, on a loopback board in virtual time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from boardivr.calls.answering import Attendant, CallServices, Reception
from boardivr.calls.session import CallSession
from boardivr.clock import SystemClock
from boardivr.closing import Closing
from boardivr.fax.inbox.office import FaxOffice
from boardivr.fax.inflow import FlowFaxes
from boardivr.fax.queue.desk import FaxDesk
from boardivr.fax.queue.queue import FaxQueue
from boardivr.flows.interpreter import Interpreter
from boardivr.flows.model import Flow
from boardivr.flows.services import Services
from boardivr.hal import Board, Channel, IncomingCall
from boardivr.hal.registry import open_board
from boardivr.hosts.opening import open_hosts
from boardivr.prompts.joining.joiner import joiner_beside
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.problems import PromptProblem
from boardivr.prompts.recorded import folders_of
from boardivr.prompts.tts.casting import cast
from boardivr.settings import Settings
from boardivr.shelf import Shelf
from boardivr.speech.recogniser import open_recogniser
from boardivr.store.calls import CallArchive, CallWriter
from boardivr.store.customers import CustomerFile
from boardivr.store.lock import NodeLock
from boardivr.store.opening import open_store
from boardivr.store.parameters import LiveParameters
from boardivr.store.versions import VersionFile
from boardivr.store.writer import GroupWriter

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A channel's attendant and its thread."""

    attendant: Attendant
    board: Board
    thread: threading.Thread


class Appliance(Closing):
    """An appliance, open from ``with`` on; :meth:`start` lets the calls in.

    :param settings: what it goes by
    :param boards: boards in place of those in the settings; it closes them too
    :raises BoardIVRError: anything that keeps it from starting; then nothing is left open
    """

    def __init__(self, settings: Settings, *, boards: Sequence[Board] | None = None) -> None:
        self.settings = settings
        self.workers: list[Worker] = []
        self._open = ExitStack()
        with ExitStack() as undo:
            undo.callback(self._open.close)
            self._open_all(boards)
            undo.pop_all()

    def _open_all(self, boards: Sequence[Board] | None) -> None:
        settings, keep = self.settings, self._open
        self.boards = [keep.enter_context(board) for board in boards or self._boards()]
        keep.enter_context(NodeLock(settings.database, settings.node))
        self.store = keep.enter_context(open_store(settings.database))
        self.archive = CallArchive(self.store)
        self.archive.end_open(settings.node)
        self.writer = GroupWriter(self.store)
        keep.callback(self.writer.close)
        self._sink = CallWriter(self.writer)
        clock = self.boards[0].clock
        self.customers = CustomerFile(self.store, clock, pin_cost=settings.pin_cost)
        self.parameters = LiveParameters(self.store, clock)
        self.hosts = open_hosts(settings.hosts, self.store)
        keep.callback(self.hosts.close)
        self.faxes = FaxQueue(self.store, settings.fax, settings.fax_folder, clock.wall)
        self.faxes.recover(settings.node)
        self.desk = FaxDesk(self.faxes, settings.node, settings.fax_archive)
        self.office = FaxOffice(
            self.store, settings.fax, settings.home, clock, node=settings.node,
            pin_cost=settings.pin_cost,
        )  # fmt: skip
        keep.callback(self.office.close)
        self._cast = cast(settings.voices)
        keep.callback(self._cast.close)
        self.recogniser = open_recogniser(settings.home, settings.speech)
        keep.callback(self.recogniser.close)
        self._joiner = joiner_beside(settings.voices)
        self.faxes.watch(self.office.deliverer.tell)
        self._flow_faxes = FlowFaxes(self.faxes, self.office, settings.home / "fax" / "calls")
        self.versions = VersionFile(self.store)
        self.shelf = Shelf(
            settings.flows,
            settings.lines.values(),
            self._voice,
            self.versions,
            SystemClock().wall,
        )

    @property
    def flows(self) -> Mapping[str, Flow]:
        """The flows that new calls get, by name."""
        return self.shelf.flows

    @property
    def voices(self) -> Mapping[str, PromptLibrary]:
        """The prompts of those flows."""
        return {name: self.shelf.voice(flow) for name, flow in self.flows.items()}

    # starting and stopping

    @property
    def prompt_count(self) -> int:
        """How many clips :meth:`warm` makes: prompts times languages."""
        prompts = [p for voice in self.voices.values() for p in voice.prompts.values()]
        return sum(len(prompt.sources) for prompt in prompts)

    def warm(self, progress: Progress | None = None) -> Sequence[PromptProblem]:
        """Render the prompts of all flows ahead of the calls; return what is wrong with them."""
        found: dict[PromptProblem, None] = {}
        self._cast.warm([tag for flow in self.flows.values() for tag in flow.language.all])
        self._warm_speech()
        for voice in self.voices.values():
            voice.warm(progress=progress)
            found |= dict.fromkeys((*voice.check(), *voice.problems()))
        return list(found)

    def _warm_speech(self) -> None:
        """Look up what callers may say, so that the first one needn't wait for it."""
        from boardivr.speech.checking import unpronounceable

        for flow in self.flows.values():
            if any(flow.is_spoken_to(menu) for menu in flow.menus.values()):
                self.recogniser.pool.warm()
                for problem in unpronounceable(flow, self.recogniser):
                    log.warning("%s", problem)

    def start(self) -> None:
        """Let the calls in: one thread per channel."""
        self.office.start()
        reception = Reception(
            flow_for=self._flow_for,
            services=self._services,
            open_session=self._open_session,
            interpreter=self._interpreter,
            ring=lambda flow: self.parameters.of(str(flow.name)).seconds("ring", 0.0),
        )
        for board in self.boards:
            for channel in board.channels:
                attendant = Attendant(channel, reception, self.desk)
                thread = board.clock.spawn(attendant.work, channel.name)
                self.workers.append(Worker(attendant=attendant, board=board, thread=thread))
        for board in self.boards:
            self.desk.start(board, [w.attendant for w in self.workers if w.board is board])
        log.info("%d channels on %d boards", len(self.workers), len(self.boards))

    def stop(self, patience: float = 0.0) -> bool:
        """Take no more calls, wait so many seconds for those that go on, and end idle threads.

        :return: whether no call goes on any more
        """
        self.desk.stop()
        for worker in self.workers:
            worker.attendant.stop()
        for board in self.boards:
            mine = [worker for worker in self.workers if worker.board is board]
            board.clock.wait(_all_idle(mine), patience)
        for worker in self.workers:
            if not worker.attendant.is_busy:
                worker.board.clock.join(worker.thread)
        return _all_idle(self.workers)()

    def close(self) -> None:
        """Stop, and close everything in the reverse order of its opening. Safe to repeat."""
        if self.workers:
            self.stop()
            self.desk.cut()
        self.office.close()
        busy = [worker for worker in self.workers if worker.attendant.is_busy]
        for board in self.boards:
            board.close()  # ends what the busy ones wait for
        for worker in busy:
            worker.thread.join()
        self.workers = []
        self._open.close()

    # what it is made of

    def _boards(self) -> list[Board]:
        opened: list[Board] = []
        with ExitStack() as undo:
            for url in self.settings.boards:
                opened.append(undo.enter_context(open_board(self._with_country(url))))
            undo.pop_all()
        return opened

    def _with_country(self, url: str) -> str:
        parts = urlsplit(url)
        if "country" in dict(parse_qsl(parts.query)):
            return url
        return f"{url}{'&' if parts.query else '?'}country={self.settings.country}"

    def _voice(self, flow: Flow) -> PromptLibrary:
        return PromptLibrary(
            flow.prompt_sources(),
            self._cast,
            self.settings.home / "prompts",
            default_language=flow.language.default,
            joiner=self._joiner,
            folders=folders_of(str(flow.name), flow.path, self.settings.home),
        )

    def _interpreter(self, *what: Any, **more: Any) -> Interpreter:
        """Return what runs a call's flow."""
        return Interpreter(*what, recordings=self.settings.home / "recordings", **more)

    def _flow_for(self, channel: str, dnis: str | None) -> Flow | None:
        name = self.settings.flow_of(channel, dnis)
        return None if name is None else self.flows[name]

    def _services(self, flow: Flow, session: CallSession) -> Services:
        return CallServices(
            voice=self.shelf.voice(flow),
            customers=self.customers,
            hosts=self.hosts,
            tracer=session,
            parameters=self.parameters.of(str(flow.name)),
            faxes=self._flow_faxes,
            recogniser=self.recogniser,
        )

    def _open_session(self, channel: Channel, call: IncomingCall) -> CallSession:
        board = next(board for board in self.boards if channel in board.channels)
        return CallSession(
            sink=self._sink,
            switches=self.parameters,
            clock=channel.clock,
            node=self.settings.node,
            board=board.name,
            channel=channel.name,
            ani=call.ani,
            dnis=call.dnis,
            trace=self.settings.trace,
        )


def _all_idle(workers: Sequence[Worker]) -> Callable[[], bool]:
    return lambda: not any(worker.attendant.is_busy for worker in workers)
