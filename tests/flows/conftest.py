"""A telephone line and services in pure Python, for running flows without audio."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from boardivr.customer import Customer, PinVerdict, Value
from boardivr.flows.interpreter import FlowEnd, Interpreter
from boardivr.flows.loader import read_flow
from boardivr.flows.model import Flow
from boardivr.flows.say import brief
from boardivr.hal import Channel, Clip, Digits, IncomingCall, Reason, Recording, State, Termination
from boardivr.prompts.pieces import Piece, PromptRef

WALL = datetime(2026, 9, 21, 6, 0, tzinfo=UTC)


class ScriptClock:
    """Time that passes only as the line uses it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return WALL + timedelta(seconds=self.seconds)

    def wait(self, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        raise NotImplementedError

    notify = sleep = spawn = join = wait


@dataclass
class Heard:
    name: str
    text: str
    at: float
    is_whole: bool = False


@dataclass
class Press:
    """Keys, at a time, or so long after a clip with these words begins."""

    keys: str  # "H" hangs up, "S" stops the channel
    at: float | None = None
    on: str | None = None
    after: float = 0.1


class ScriptChannel(Channel):
    """A line whose far end presses keys as told and notes what it hears."""

    def __init__(self, *presses: Press) -> None:
        super().__init__("line 1", ScriptClock())
        self.state = State.CONNECTED
        self.seconds: ScriptClock = self.clock  # type: ignore[assignment]
        self.waiting = [p for p in presses if p.on is not None]
        self.coming = [(p.at or 0.0, k) for p in presses if p.on is None for k in p.keys]
        self.buffer = ""
        self.heard: list[Heard] = []
        self.lost = False
        self.stopped = False

    @property
    def texts(self) -> list[str]:
        return [h.text for h in self.heard]

    def _advance(self, until: float) -> bool:
        """Pass to the next event, at most until then; tell whether there was one."""
        due = sorted((e for e in self.coming if e[0] <= until), key=lambda e: e[0])
        if not due:
            self.seconds.seconds = until
            return False
        at, key = due[0]
        self.coming.remove(due[0])
        self.seconds.seconds = max(self.seconds.seconds, at)
        if key == "H":
            self.lost = True
        elif key == "S":
            self.stopped = True
        else:
            self.buffer += key
        return True

    def _met(self, until: Termination) -> Reason | None:
        if self.stopped:
            return Reason.STOPPED
        if until.digits and set(self.buffer) & set(until.digits):
            return Reason.DIGIT
        if until.max_digits is not None and len(self.buffer) >= until.max_digits:
            return Reason.MAX_DIGITS
        return None

    def _play(self, clips: Sequence[Clip], until: Termination) -> Reason:
        now = self.seconds.seconds
        while self._advance(now) and not self.lost:
            pass
        for clip in clips:
            if (reason := self._met(until)) or self.lost:
                return reason or Reason.END_OF_DATA
            heard = Heard(clip.name, clip.text, self.seconds.seconds)
            self.heard.append(heard)
            self._react(clip)
            end = heard.at + clip.seconds
            while self._advance(end):
                if (reason := self._met(until)) or self.lost:
                    return reason or Reason.END_OF_DATA
            heard.is_whole = True
        return Reason.END_OF_DATA

    def _react(self, clip: Clip) -> None:
        for press in [p for p in self.waiting if p.on is not None and p.on in clip.text][:1]:
            self.waiting.remove(press)
            self.coming += [(self.seconds.seconds + press.after, key) for key in press.keys]

    def _get_digits(self, until: Termination) -> Digits:
        last = start = self.seconds.seconds
        while True:
            if (reason := self._met(until)) or self.lost:
                return self._take(until, reason or Reason.STOPPED)
            silence = until.inter_digit if self.buffer else until.first_digit
            assert silence is not None, "an endless wait"
            deadline = (last if self.buffer else start) + silence
            if not self._advance(deadline):
                missing = Reason.INTER_DIGIT if self.buffer else Reason.FIRST_DIGIT
                return self._take(until, missing)
            last = self.seconds.seconds

    def _take(self, until: Termination, reason: Reason) -> Digits:
        keys, rest = self.buffer, ""
        ends = [i for i, key in enumerate(keys) if key in until.digits]
        most = until.max_digits if until.max_digits is not None else len(keys)
        if ends and ends[0] < most:
            keys, rest, reason = keys[: ends[0]], keys[ends[0] + 1 :], Reason.DIGIT
        else:
            keys, rest = keys[:most], keys[most:]
        self.buffer = rest
        return Digits(keys, reason)

    def _clear_digits(self) -> None:
        while self._advance(self.seconds.seconds):
            pass
        self.buffer = ""

    def _is_lost(self) -> bool:
        return self.lost

    def _hang_up(self) -> None:
        self.buffer = ""

    def _wait_for_call(self, rings: int, timeout: float | None) -> IncomingCall | None:
        raise NotImplementedError

    def _answer(self) -> None:
        raise NotImplementedError

    def _record(self, path: Path, until: Termination, beep: bool) -> Recording:
        raise NotImplementedError

    def _send_digits(self, keys: str) -> None:
        raise NotImplementedError

    def _stop(self) -> None:
        raise NotImplementedError

    def _wait_for_hang_up(self, timeout: float | None) -> bool:
        raise NotImplementedError


@dataclass
class FakeServices:
    """Services over dictionaries; it is its own parts."""

    flow: Flow
    people: dict[str, Customer] = field(default_factory=dict)  # by card
    numbers: dict[str, str] = field(default_factory=dict)  # card by ANI
    pins: dict[str, str] = field(default_factory=dict)  # by customer id
    answers: dict[str, Any] = field(default_factory=dict)  # by txn: rows or an error
    live: dict[str, float] = field(default_factory=dict)
    steps: list[tuple[str, dict[str, Value]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    identities: list[tuple[str, str | None]] = field(default_factory=list)
    tags: dict[str, Value] = field(default_factory=dict)
    calls: list[tuple[str, str, dict[str, Value], float, str]] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)
    verified: list[str] = field(default_factory=list)

    @property
    def voice(self) -> FakeServices:
        return self

    customers = hosts = tracer = parameters = voice

    # voice

    @cached_property
    def _prompts(self) -> Any:
        return self.flow.prompt_sources()

    def words(self, piece: Piece, language: str) -> str:
        if isinstance(piece, PromptRef):
            return str(self._prompts[piece.id].sources[language].text)
        return brief(piece)

    def clips(self, pieces: Sequence[Piece], language: str) -> list[Clip]:
        found = []
        for piece in pieces:
            text = self.words(piece, language)
            if not text:
                continue
            name = f"{brief(piece)}@{language}"
            found.append(Clip(data=bytes(800 * max(1, len(text))), name=name, text=text))
        return found

    # customers

    def by_card(self, card: str) -> Customer | None:
        return self.people.get(card)

    def by_ani(self, ani: str) -> Customer | None:
        return self.people.get(self.numbers.get(ani, ""))

    def get(self, customer_id: str) -> Customer | None:
        return next((c for c in self.people.values() if c.id == customer_id), None)

    def verify_pin(self, customer_id: str, pin: str) -> PinVerdict:
        self.verified.append(customer_id)
        if customer_id not in self.pins:
            return PinVerdict.UNKNOWN
        if self.wrong.get(customer_id, 0) >= 3:
            return PinVerdict.LOCKED
        if self.pins[customer_id] == pin:
            self.wrong[customer_id] = 0
            return PinVerdict.RIGHT
        self.wrong[customer_id] = self.wrong.get(customer_id, 0) + 1
        return PinVerdict.WRONG

    def set_open(self, customer_id: str, function: str, is_open: bool) -> Customer:
        before = self.get(customer_id).functions  # type: ignore[union-attr]
        functions = before - {function} | ({function} if is_open else set())
        return self._change(customer_id, functions=frozenset(functions))

    def _change(self, customer_id: str, **values: Any) -> Customer:
        card = next(card for card, person in self.people.items() if person.id == customer_id)
        self.people[card] = dataclasses.replace(self.people[card], **values)
        return self.people[card]

    def set_menu(self, customer_id: str, order: Sequence[str], hide: frozenset[str]) -> Customer:
        return self._change(customer_id, order=tuple(order), hide=hide)

    def set_learned(self, customer_id: str, menu: str, items: Sequence[str]) -> Customer:
        learned = self.get(customer_id).learned  # type: ignore[union-attr]
        return self._change(customer_id, learned={**learned, menu: tuple(items)})

    def set_pin(self, customer_id: str, pin: str) -> None:
        self.pins[customer_id] = pin

    # hosts

    def call(
        self, host: str, txn: str, data: Mapping[str, Value], within: float, key: str
    ) -> Sequence[Mapping[str, Value]]:
        self.calls.append((host, txn, dict(data), within, key))
        answer = self.answers[txn]
        if isinstance(answer, list) and answer and isinstance(answer[0], Exception):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    # tracer

    def step(self, name: str, detail: Mapping[str, Value]) -> None:
        self.steps.append((name, dict(detail)))

    def identified(self, customer: str, language: str | None = None) -> None:
        self.identities.append((customer, language))

    def path(self, choice: str) -> None:
        self.paths.append(choice)

    def tag(self, name: str, value: Value) -> None:
        self.tags[name] = value

    # parameters

    def seconds(self, name: str, written: float) -> float:
        return self.live.get(name, written)


HEAD = """
boardivr: 1
flow: sample
language: {default: en, others: [zh-CN]}
"""


@dataclass
class Called:
    """A call that has been run."""

    end: FlowEnd
    channel: ScriptChannel
    services: FakeServices
    interpreter: Interpreter

    @property
    def texts(self) -> list[str]:
        return self.channel.texts


@pytest.fixture
def make_flow(tmp_path: Path) -> Callable[[str], Flow]:
    """Read a flow from text; the head is put before it, and prompts are made for it."""

    def make(text: str, prompts: str = "") -> Flow:
        path = tmp_path / "sample.yaml"
        body = textwrap.dedent(text)
        made = "".join(f"  {p}: {{en: {p}, zh-CN: {p}}}\n" for p in prompts.split())
        path.write_text(HEAD + body + (f"prompts:\n{made}" if made else ""), "utf-8")
        return read_flow(path)

    return make


@pytest.fixture
def call() -> Callable[..., Called]:
    """Run a flow with a caller who presses as told."""

    def run(
        flow: Flow, *presses: Press, services: FakeServices | None = None, ani: str | None = None
    ) -> Called:
        channel = ScriptChannel(*presses)
        services = services or FakeServices(flow)
        services.flow = flow
        incoming = IncomingCall(ani=ani, dnis="95588")
        interpreter = Interpreter(flow, channel, services, call=incoming, call_id="c1")
        return Called(interpreter.run(), channel, services, interpreter)

    return run
