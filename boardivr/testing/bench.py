"""The bench behind the pytest fixtures: a board, a flow on it, telephones, customers, hosts."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from boardivr.calls.answering import Attendant, CallServices, Reception
from boardivr.calls.record import CallRecord, TraceStep
from boardivr.calls.session import CallSession
from boardivr.closing import Closing
from boardivr.customer import Customer, Value
from boardivr.errors import BoardIVRError
from boardivr.flows.evaluate import Scope
from boardivr.flows.interpreter import Interpreter
from boardivr.flows.loader import load_flow
from boardivr.flows.model import Flow
from boardivr.flows.services import Services
from boardivr.hal import Channel, IncomingCall
from boardivr.hal.loopback import LoopbackBoard, open_board
from boardivr.hal.loopback.telephone import Telephone
from boardivr.hal.loopback.transcript import lines
from boardivr.prompts.joining.joiner import Joiner
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.recorded import folders_of
from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser
from boardivr.store.customers import CustomerEntry, CustomerFile
from boardivr.store.opening import open_store
from boardivr.store.parameters import LiveParameters
from boardivr.testing.acts import Answer, Reply
from boardivr.testing.caller import QUIET
from boardivr.testing.hosts import Asked, ScriptedHosts
from boardivr.testing.listening import MenuReader, find
from boardivr.testing.rig import PIN_COST
from boardivr.yamlread import Seconds

NUMBER = "95588"
URL = f"loopback:?lines=2&kind=e1&time=virtual&number={NUMBER}"


class HostBench:
    """What hosts answer, and what they were asked."""

    def __init__(self, hosts: ScriptedHosts) -> None:
        self._hosts = hosts

    def answers(self, txn: str, *rows: Mapping[str, Value], **row: Value) -> None:
        """Have a transaction answered with these rows from now on; words after them are a row."""
        together = [*rows, row] if row else list(rows)
        texts = [{name: str(value) for name, value in one.items()} for one in together]
        self._hosts.answer(txn, Answer(reply=Reply(tuple(texts))))

    def refuses(self, txn: str, error: str = "refused") -> None:
        """Have a transaction refused from now on."""
        self._hosts.answer(txn, Answer(error=error))

    def is_silent(self, txn: str) -> None:
        """Have a transaction never answered from now on."""
        self._hosts.answer(txn, Answer(delay=Seconds(86_400.0)))

    @property
    def asked(self) -> Sequence[Asked]:
        """Every transaction so far, in order."""
        return self._hosts.asked


class Bench(Closing):
    """An appliance's parts around one flow, on a loopback board in virtual time.

    :param folder: for its customer file
    :param prompts: where spoken prompts are kept
    """

    def __init__(self, folder: Path, prompts: Path) -> None:
        self.records: list[CallRecord] = []
        self.steps: list[TraceStep] = []
        self.flow: Flow | None = None
        self._prompts = prompts
        self._voice: PromptLibrary | None = None
        self._interpreter: Interpreter | None = None
        self._workers: list[tuple[Attendant, threading.Thread]] = []
        self._open = ExitStack()
        with ExitStack() as undo:
            undo.callback(self._open.close)
            self.board: LoopbackBoard = self._open.enter_context(open_board(URL))
            self._store = self._open.enter_context(open_store(folder / "boardivr.db"))
            undo.pop_all()
        clock = self.board.clock
        self.customers = CustomerFile(self._store, clock, pin_cost=PIN_COST)
        self._parameters = LiveParameters(self._store, clock)
        self._hosts = ScriptedHosts({}, pause=clock.sleep)
        self.host = HostBench(self._hosts)

    def answer(self, flow_file: Path) -> Flow:
        """Have the board's lines answered by a flow from now on.

        :raises FlowError: it can't be run; every problem with its place
        """
        if self.flow is not None:
            raise BoardIVRError(f"the board answers with {self.flow.path} already")
        self.flow = flow = load_flow(Path(flow_file))
        synthesiser = self._open.enter_context(closing(Pyttsx3Synthesiser()))
        self._voice = PromptLibrary(
            flow.prompt_sources(), synthesiser, self._prompts,
            default_language=flow.language.default,
            folders=folders_of(str(flow.name), flow.path, None),
            joiner=Joiner(),
        )  # fmt: skip
        reception = Reception(
            flow_for=lambda channel, dnis: flow,
            services=self._services,
            open_session=self._session,
            interpreter=self._run,
        )
        for channel in self.board.channels:
            attendant = Attendant(channel, reception)
            thread = self.board.clock.spawn(attendant.work, channel.name)
            self._workers.append((attendant, thread))
        return flow

    def telephone(self, number: str = "13800000000") -> BenchPhone:
        """Return a telephone with this number."""
        return BenchPhone(self, number)

    def sign_up(
        self,
        id: str,
        *,
        card: str | None = None,
        pin: str | None = None,
        ani: str | None = None,
        language: str | None = None,
        functions: Iterable[str] = (),
        **facts: Value,
    ) -> Customer:
        """Sign a customer up, or write all of him anew."""
        customer = Customer(
            id=id, language=language, functions=frozenset(functions), facts=facts
        )  # fmt: skip
        return self.customers.add(CustomerEntry(customer=customer, card=card, ani=ani, pin=pin))

    @property
    def record(self) -> CallRecord:
        """The last call's record.

        :raises BoardIVRError: there was no call
        """
        if not self.records:
            raise BoardIVRError("no call was made")
        return self.records[-1]

    def menu_reader(self) -> MenuReader:
        """Return what reads menus of the flow back from what was heard."""
        if self.flow is None or self._voice is None:
            raise BoardIVRError("no flow answers; begin with virtual_board.answer(flow_file)")
        scope = Scope(variables={}, customer=None, now=self.board.clock.wall().astimezone())
        if self._interpreter is not None:
            scope = self._interpreter.state.scope()
        return MenuReader(self.flow, self._voice, scope)

    def close(self) -> None:
        """End all calls and close everything. Safe to repeat."""
        workers, self._workers = self._workers, []
        for attendant, _ in workers:
            attendant.stop()
        for attendant, thread in workers:
            if not attendant.is_busy:
                self.board.clock.join(thread)
        self.board.close()  # ends what the busy ones wait for
        for _, thread in workers:
            thread.join()
        self._open.close()

    # a CallSink

    def started(self, record: CallRecord) -> None:
        self.records.append(record)

    def changed(self, record: CallRecord) -> None:
        places = {one.id: place for place, one in enumerate(self.records)}
        self.records[places[record.id]] = record

    def step(self, step: TraceStep) -> None:
        self.steps.append(step)

    # what a call is made of

    def _services(self, flow: Flow, session: CallSession) -> Services:
        assert self._voice is not None
        return CallServices(
            voice=self._voice, customers=self.customers, hosts=self._hosts, tracer=session,
            parameters=self._parameters,
        )  # fmt: skip

    def _session(self, channel: Channel, call: IncomingCall) -> CallSession:
        return CallSession(
            sink=self, switches=self._parameters, clock=channel.clock, node="test",
            board=self.board.name, channel=channel.name, ani=call.ani, dnis=call.dnis,
        )  # fmt: skip

    def _run(self, *args: Any, **kwargs: Any) -> Interpreter:
        self._interpreter = Interpreter(*args, **kwargs)
        return self._interpreter


class BenchPhone(Telephone):
    """A telephone that calls the bench's board.

    What a :class:`boardivr.hal.loopback.Telephone` does, and menus.
    """

    def __init__(self, bench: Bench, number: str) -> None:
        super().__init__(bench.board.exchange, number)
        self._bench = bench
        self._menus_to = 0

    def dial(self) -> None:
        """Call the board, and wait until it answers.

        :raises AssertionError: it doesn't
        """
        self._menus_to = len(self.log)
        self.call(NUMBER)
        if not self.wait_for_answer():
            raise AssertionError(f"{NUMBER} didn't answer")

    def hear_menu(self, timeout: float = 60.0) -> dict[str, str]:
        """Listen to a whole menu, and return its choices by their keys, as they were said.

        :raises AssertionError: no menu was heard in time
        """
        reader, deadline = self._bench.menu_reader(), self.clock.now() + timeout
        while True:
            self.wait_until_quiet(deadline - self.clock.now())
            choices, end = reader.read(self.log, self._menus_to)
            if choices:
                self._menus_to = self._mark = end
                return choices
            if not self._wait_for_more(deadline - self.clock.now()):
                heard = "\n".join(self.transcript)
                raise AssertionError(f"expected a menu in {timeout:g} s; heard\n{heard}")

    def has_heard(self, words: str) -> bool:
        """Return whether a prompt, a clip or words were heard in this call so far."""
        flow = self._bench.flow
        self.look()
        return find(self.log, words, flow.prompt_ids if flow else ()) is not None

    def wait_until_quiet(self, timeout: float = 60.0) -> None:
        """Wait until nothing has been said for a moment, or the call is over."""
        deadline = self.clock.now() + timeout
        while not self.is_released and self.clock.now() < deadline:
            self.wait_until(self._is_silent, deadline - self.clock.now())
            if not self._wait_for_more(QUIET):
                return

    @property
    def transcript(self) -> list[str]:
        """What happened so far, as lines for people."""
        self.look()
        return lines(self.log)

    def _wait_for_more(self, timeout: float) -> bool:
        known = len(self.log)
        return self.wait_until(lambda: len(self.log) > known, timeout)

    def _is_silent(self) -> bool:
        last = next((entry for entry in reversed(self.log) if entry.what == "heard"), None)
        return self.is_released or last is None or last.seconds > 0
