"""Makes the calls of a file of tests: an appliance's parts around one line, for one call each.

What answers is what answers in an appliance: the attendant, the interpreter, the
customer file (a new database for each call), the call's session. Only hosts are played.
"""

from __future__ import annotations

import dataclasses
import logging
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from boardivr.calls.answering import Attendant, CallServices, Reception
from boardivr.calls.record import CallRecord, Ending, TraceStep
from boardivr.calls.session import CallSession
from boardivr.clock import Clock
from boardivr.closing import Closing
from boardivr.customer import Customer
from boardivr.flows.evaluate import Scope
from boardivr.flows.interpreter import Interpreter
from boardivr.flows.model import Flow
from boardivr.flows.services import Recogniser, Services
from boardivr.hal import Channel, IncomingCall
from boardivr.hal.loopback.telephone import Heard
from boardivr.hal.types import Clip
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.pieces import Text
from boardivr.store import Store
from boardivr.store.customers import CustomerEntry, CustomerFile
from boardivr.store.migrations import APPLIED
from boardivr.store.opening import open_store
from boardivr.store.parameters import LiveParameters
from boardivr.testing.acts import HostStep
from boardivr.testing.caller import Caller, Mismatch, flat
from boardivr.testing.cover import Point, Watch, WatchedInterpreter
from boardivr.testing.expecting import Outcome, check
from boardivr.testing.faxes import PlayedFaxes, TestFaxes, real_faxes
from boardivr.testing.hosts import ScriptedHosts
from boardivr.testing.lines import AudioLine, FastLine, OneLine
from boardivr.testing.listening import MenuReader
from boardivr.testing.saying import TextRecogniser
from boardivr.testing.script import DEFAULT_NOW, Case, Person, Shared
from boardivr.testing.silence import SilentPrompts

log = logging.getLogger(__name__)

PIN_COST = 1  # tests keep no real PINs: 2 rounds


@dataclass(frozen=True, kw_only=True)
class Made:
    """A call that a test made.

    :param failure: the first thing that wasn't as expected
    :param hit: what of the flow was gone through
    """

    log: Sequence[Heard]
    record: CallRecord
    steps: Sequence[TraceStep]
    failure: Mismatch | None
    hit: frozenset[Point]


@dataclass
class _Sink:
    """Keeps what a session tells."""

    record: CallRecord | None = None
    steps: list[TraceStep] = field(default_factory=list)

    def started(self, record: CallRecord) -> None:
        self.record = record

    def changed(self, record: CallRecord) -> None:
        self.record = record

    def step(self, step: TraceStep) -> None:
        self.steps.append(step)


class Rig(Closing):
    """Makes calls to one flow.

    :param voice: the flow's prompts as audio; None for a line without audio
    :param recogniser: hears what callers say; None: by their words
    """

    def __init__(
        self,
        flow: Flow,
        voice: PromptLibrary | None = None,
        recogniser: Recogniser | None = None,
    ) -> None:
        self.flow = flow
        self.has_audio = voice is not None
        self.voice = voice or SilentPrompts(flow)
        self.recogniser = recogniser or TextRecogniser()
        self._folder = Path(tempfile.mkdtemp(prefix="boardivr-test-"))
        self.recordings = self._folder / "recordings"
        self.store = open_store(self._folder / "test.db")

    def run(self, case: Case, shared: Shared) -> Made:
        """Make a test's call, and look whether all is as it expects."""
        return _Run(self, case, shared).made()

    def open_line(
        self, ani: str | None, dnis: str, wall: datetime, language: Callable[[], str]
    ) -> OneLine:
        """Return a line for one call.

        :param language: tells what the call is in
        """

        def speech(words: str, own: str | None) -> Clip:
            return self.voice.clip(Text(words), own or language())

        if self.has_audio:
            return AudioLine(ani, dnis, wall, speech)
        return FastLine(ani, dnis, wall)

    def empty_store(self) -> Store:
        """Return the customer file with nobody in it; each call begins so."""
        rows = self.store.rows("select name from sqlite_master where type = 'table'")
        tables = {str(row["name"]) for row in rows} - {APPLIED}
        with self.store.transaction() as work:
            work.execute("pragma defer_foreign_keys = on")
            for table in tables:
                if work.row(f"select 1 from [{table}]") is not None:
                    work.execute(f"delete from [{table}]")
        return self.store

    def faxes(self, store: Store, clock: Clock) -> TestFaxes:
        """Return the faxes of one call."""
        if self.has_audio:
            return real_faxes(store, self._folder, clock)
        return PlayedFaxes(self._folder / "faxes")

    def close(self) -> None:
        """Forget the customer file. Safe to repeat."""
        self.store.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Run:
    """One test's call."""

    def __init__(self, rig: Rig, case: Case, shared: Shared) -> None:
        self.rig = rig
        self.case = case
        self.shared = shared
        self.flow = _beginning_in(rig.flow, case)
        self.person = _whole(case.customer, shared) if case.customer else None
        if self.person is not None and case.group is not None:
            self.person = dataclasses.replace(self.person, group=case.group)
        self.watch = Watch()
        self.sink = _Sink()
        self.interpreter: Interpreter | None = None
        moment = case.now or shared.now
        self.wall = DEFAULT_NOW if moment is None else self.in_flows_zone(moment.when)

    def in_flows_zone(self, when: datetime) -> datetime:
        """Return a time that has no zone as one of the flow's, else of the computer's."""
        zone = self.flow.time_zone
        return when.replace(tzinfo=zone.zone) if when.tzinfo is None and zone else when.astimezone()

    def made(self) -> Made:
        case, person = self.case, self.person
        ani = case.caller or (person.ani if person else None)
        line = self.rig.open_line(ani, case.dnis, self.wall, self.language)
        store = self.rig.empty_store()
        customers = CustomerFile(store, line.clock, pin_cost=PIN_COST)
        for name, one in self.people().items():
            customers.add(entry(name, one))
        steps = list(flat(case.call, self.shared.calls))
        hosts = ScriptedHosts(
            {**self.shared.hosts, **case.hosts},
            [step for step in steps if isinstance(step, HostStep)],
            pause=line.channel.clock.sleep,
        )
        caller = Caller(
            steps,
            line.caller,
            prompts=self.flow.prompt_ids,
            reader=self.reader,
            hosts=hosts,
            stands_for=_stands_for(person, ani),
        )
        self.faxes = self.rig.faxes(store, line.clock)
        attendant = Attendant(line.channel, self.reception(line, store, customers, hosts))
        failure = line.run(attendant.serve, caller.act())
        record = self.sink.record
        assert record is not None
        known = customers.get(record.customer) if record.customer else None
        if failure is None:
            failure = check(case.expect, self.outcome(line, record, hosts, known))
        return Made(
            log=list(line.caller.log), record=record, steps=self.sink.steps, failure=failure,
            hit=frozenset(self.watch.hit),
        )  # fmt: skip

    def people(self) -> dict[str, Person]:
        shared = {str(name): person for name, person in self.shared.customers.items()}
        people = {name: _whole(person, self.shared) for name, person in shared.items()}
        if self.case.customer is not None and self.person is not None:
            people[str(self.case.customer.like or "customer")] = self.person
        return people

    def language(self) -> str:
        """Return what the call is in."""
        run = self.interpreter.state if self.interpreter else None
        return run.language if run else str(self.flow.language.default)

    def reader(self) -> MenuReader:
        if self.interpreter is not None:
            state = self.interpreter.state
            return MenuReader(state.flow, self.rig.voice, state.scope())
        scope = Scope(variables={}, customer=None, now=self.wall)
        return MenuReader(self.flow, self.rig.voice, scope)

    def reception(
        self, line: OneLine, store: Store, customers: CustomerFile, hosts: ScriptedHosts
    ) -> Reception:
        parameters = LiveParameters(store, line.clock)

        def services(flow: Flow, session: CallSession) -> Services:
            return CallServices(
                voice=self.rig.voice, customers=customers, hosts=hosts, tracer=session,
                parameters=parameters, faxes=self.faxes, recogniser=self.rig.recogniser,
            )  # fmt: skip

        def open_session(channel: Channel, call: IncomingCall) -> CallSession:
            return CallSession(
                sink=self.sink, switches=parameters, clock=line.clock, node="test",
                board="test", channel=channel.name, ani=call.ani, dnis=call.dnis,
            )  # fmt: skip

        return Reception(
            flow_for=lambda channel, dnis: self.flow,
            services=services,
            open_session=open_session,
            interpreter=self.watched,
        )

    def watched(self, *args: Any, **kwargs: Any) -> Interpreter:
        kwargs = {"recordings": self.rig.recordings, **kwargs}
        interpreter = WatchedInterpreter(*args, **kwargs)
        interpreter.watch = self.watch
        self.interpreter = interpreter
        return interpreter

    def outcome(
        self, line: OneLine, record: CallRecord, hosts: ScriptedHosts, customer: Customer | None
    ) -> Outcome:
        language = self.interpreter.state.language if self.interpreter else None
        overlay = self.interpreter.flow.overlay if self.interpreter else ""
        return Outcome(
            record=record, ended=ending(record), language=language, log=line.caller.log,
            asked=hosts.asked, faxed=self.faxes.ordered, customer=customer,
            prompts=self.flow.prompt_ids, overlay=overlay,
        )  # fmt: skip


def ending(record: CallRecord) -> str:
    """Return how a call ended in one word: ``caller``, ``error``, or the flow's reason."""
    if record.ending is Ending.WE_HUNG_UP:
        return record.why
    words = {Ending.CALLER_HUNG_UP: "caller", Ending.NOT_ANSWERED: "not_answered"}
    return words.get(record.ending, "error") if record.ending else "error"


def entry(name: str, person: Person) -> CustomerEntry:
    """Return a test's customer as he is signed up."""
    customer = Customer(
        id=person.id or name,
        name=person.name or "",
        language=person.language,
        group=person.group,
        functions=frozenset(map(str, person.functions or ())),
        order=tuple(map(str, person.order or ())),
        hide=frozenset(map(str, person.hide or ())),
        facts={str(key): fact.value for key, fact in (person.facts or {}).items()},
    )
    return CustomerEntry(
        customer=customer, card=person.card, ani=person.ani, grade=person.grade, pin=person.pin
    )


def _whole(person: Person, shared: Shared) -> Person:
    """Return a customer with what he has from the one that he is like."""
    if person.like is None:
        return person
    return person.on(shared.customers[person.like])


def _stands_for(person: Person | None, ani: str | None) -> dict[str, str]:
    values = {"$card": person.card, "$pin": person.pin} if person else {}
    return {name: value for name, value in {**values, "$ani": ani}.items() if value is not None}


def _beginning_in(flow: Flow, case: Case) -> Flow:
    """Return a flow that begins in the test's language."""
    wanted = case.language
    if wanted is None or wanted == flow.language.default:
        return flow
    others = tuple(tag for tag in flow.language.all if tag != wanted)
    languages = dataclasses.replace(flow.language, default=wanted, others=others)
    return dataclasses.replace(flow, language=languages)
