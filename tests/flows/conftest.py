"""Services in pure Python, for running flows without audio on a scripted line."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from boardivr.customer import Customer, PinVerdict, Value
from boardivr.flows.interpreter import FlowEnd, Interpreter
from boardivr.flows.loader import read_flow
from boardivr.flows.model import Flow
from boardivr.flows.say import brief
from boardivr.hal import Clip, IncomingCall
from boardivr.prompts.later import Sound
from boardivr.prompts.pieces import Piece, PromptRef
from boardivr.testing.fast import Press, ScriptChannel

__all__ = ["Called", "FakeServices", "Press", "ScriptChannel"]


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
    slowly: Callable[[list[Sound]], list[Sound]] | None = None

    @property
    def voice(self) -> FakeServices:
        return self

    customers = hosts = tracer = parameters = voice
    recogniser: Any = None

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

    def stream(self, pieces: Sequence[Piece], language: str) -> list[Sound]:
        """In sentences; a voice that is slow has them later."""
        sounds: list[Sound] = list(self.clips(pieces, language))
        return self.slowly(sounds) if self.slowly else sounds

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
