"""What a flow needs besides its line. The application provides it.

Flows import the HAL's interface and these protocols, nothing else: so they run
on any board, on any store, and in a test without either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from boardivr.customer import Customer, PinVerdict, Value
from boardivr.hal.channel import Channel
from boardivr.hal.types import Clip, IncomingCall
from boardivr.prompts.later import Sound
from boardivr.prompts.pieces import Piece
from boardivr.speech.grammar import Grammar, Hypothesis


class Voice(Protocol):
    """Prompts and spoken values (:class:`boardivr.prompts.library.PromptLibrary`)."""

    def words(self, piece: Piece, language: str) -> str:
        """Return a piece as it is said."""
        ...

    def clips(self, pieces: Sequence[Piece], language: str) -> list[Clip]:
        """Return audio for the pieces, in order; never silence for a missing one."""
        ...

    def stream(self, pieces: Sequence[Piece], language: str) -> Iterable[Sound]:
        """Return the same in sentences, those later that take their time."""
        ...


class Customers(Protocol):
    """The customer file (:mod:`boardivr.store.customers`)."""

    def by_card(self, card: str) -> Customer | None: ...

    def by_ani(self, ani: str) -> Customer | None: ...

    def get(self, customer_id: str) -> Customer | None: ...

    def verify_pin(self, customer_id: str, pin: str) -> PinVerdict:
        """Check a PIN and count a wrong one, across all calls and channels."""
        ...

    def set_open(self, customer_id: str, function: str, is_open: bool) -> Customer:
        """Open or close a function; in force when it returns."""
        ...

    def set_menu(self, customer_id: str, order: Sequence[str], hide: frozenset[str]) -> Customer:
        """Keep a customer's own menu: the order of items, and those he doesn't want to hear."""
        ...

    def set_learned(self, customer_id: str, menu: str, items: Sequence[str]) -> Customer:
        """Keep in which order a customer knows a menu's items; none forgets it."""
        ...

    def set_pin(self, customer_id: str, pin: str) -> None:
        """Give a customer a new PIN, and all tries."""
        ...


class HostError(Exception):
    """A host refused, or what it answered can't be read."""


class HostTimeout(HostError):
    """A host didn't answer within its time."""


class Hosts(Protocol):
    """Other systems, by name (:mod:`boardivr.hosts`)."""

    def call(
        self, host: str, txn: str, data: Mapping[str, Value], within: float, key: str
    ) -> Sequence[Mapping[str, Value]]:
        """Send a transaction and return the rows that it answers.

        :param within: seconds of the computer's time until it has failed
        :param key: idempotency key: the same for a retry, so that nothing is paid twice
        :raises HostTimeout: no answer in time
        :raises HostError: any other failure
        """
        ...


class Tracer(Protocol):
    """The call's record and trace (:mod:`boardivr.calls.session`)."""

    def step(self, name: str, detail: Mapping[str, Value]) -> None:
        """Note one step. Secrets never get here."""
        ...

    def identified(self, customer: str, language: str | None = None) -> None:
        """Note who calls, by his customer id, and the language he is served in."""
        ...

    def path(self, choice: str) -> None:
        """Note a choice that the caller made, by its id."""
        ...

    def tag(self, name: str, value: Value) -> None:
        """Carry a business reason to the call record."""
        ...


class Recogniser(Protocol):
    """What callers say (:class:`boardivr.speech.recogniser.PhraseRecogniser`)."""

    def hears(self, language: str) -> bool:
        """Return whether a language can be recognised at all."""
        ...

    def recognise(self, speech: Clip, grammar: Grammar, today: date) -> Sequence[Hypothesis]:
        """Return what may have been said, the surest first; empty where nothing fits.

        :raises SpeechError: it can't be recognised, now or at all
        """
        ...


class Parameters(Protocol):
    """Times that operators change while calls run (``no_input``, ``host`` …)."""

    def seconds(self, name: str, written: float) -> float:
        """Return the live value, or what the flow has written."""
        ...


class FaxRefused(Exception):
    """A fax can't be made, sent or ordered, with the reason."""


@dataclass(frozen=True, kw_only=True)
class FaxPaper:
    """Pages that are ready to be faxed.

    :param path: of a TIFF file; whoever has it gives it back (:meth:`Faxes.discard`)
    """

    path: Path
    pages: int


@dataclass(frozen=True, kw_only=True)
class FaxDone:
    """What came of a fax within a call.

    :param outcome: of T.30 (:class:`boardivr.hal.types.FaxOutcome`)
    :param pages: those that were confirmed
    :param number: of what was received, in the inbox; 0 where nothing was
    :param sender: who sent it
    """

    outcome: str
    pages: int
    number: int = 0
    sender: str = ""

    @property
    def is_ok(self) -> bool:
        return self.outcome == "ok"


@dataclass(frozen=True, kw_only=True)
class FaxEntry:
    """A fax in a fax mailbox."""

    number: int
    sender: str
    pages: int
    came: datetime
    is_new: bool


class Faxes(Protocol):
    """Faxes within calls, the queue and the inbox (:mod:`boardivr.fax.inflow`)."""

    def prepare(self, text: str) -> FaxPaper:
        """Make pages of a document in Markdown.

        :raises FaxRefused: it can't be faxed
        """
        ...

    def pages_of(self, number: int) -> FaxPaper:
        """Return the pages of a received fax.

        :raises FaxRefused: it isn't there any more
        """
        ...

    def discard(self, paper: FaxPaper) -> None:
        """Give pages back that are no longer needed."""
        ...

    def send(self, channel: Channel, paper: FaxPaper) -> FaxDone:
        """Send pages on the line, to who waits there with his machine.

        :raises CallEnded: the far end had hung up before
        """
        ...

    def order(self, paper: FaxPaper, number: str, title: str) -> int:
        """Have pages sent to a number by a call of its own; on the disk when it returns.

        :return: the fax's number in the queue
        :raises FaxRefused: no fax can go there
        """
        ...

    def receive(self, channel: Channel, call: IncomingCall, call_id: str, box: str) -> FaxDone:
        """Take a fax on the line into a box; an empty name leaves it to the settings.

        :raises CallEnded: the far end had hung up before
        """
        ...

    def verify_pin(self, box: str, pin: str) -> PinVerdict:
        """Check a fax mailbox's PIN, and count a wrong one."""
        ...

    def entries(self, box: str) -> Sequence[FaxEntry]:
        """Return what is in a box, the newest first."""
        ...

    def see(self, number: int) -> None:
        """Note that somebody has looked at a fax."""
        ...

    def delete(self, number: int) -> None:
        """Delete a received fax."""
        ...


NOTHING = "nothing can be faxed here"


class NoFaxes:
    """Where nothing can be faxed: implements :class:`Faxes`, and refuses."""

    def prepare(self, text: str) -> FaxPaper:
        raise FaxRefused(NOTHING)

    def pages_of(self, number: int) -> FaxPaper:
        raise FaxRefused(NOTHING)

    def discard(self, paper: FaxPaper) -> None:
        raise FaxRefused(NOTHING)

    def send(self, channel: Channel, paper: FaxPaper) -> FaxDone:
        raise FaxRefused(NOTHING)

    def order(self, paper: FaxPaper, number: str, title: str) -> int:
        raise FaxRefused(NOTHING)

    def receive(self, channel: Channel, call: IncomingCall, call_id: str, box: str) -> FaxDone:
        raise FaxRefused(NOTHING)

    def see(self, number: int) -> None:
        raise FaxRefused(NOTHING)

    def delete(self, number: int) -> None:
        raise FaxRefused(NOTHING)

    def verify_pin(self, box: str, pin: str) -> PinVerdict:
        return PinVerdict.UNKNOWN

    def entries(self, box: str) -> Sequence[FaxEntry]:
        return ()


class Services(Protocol):
    """All of it, for one call."""

    @property
    def voice(self) -> Voice: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def hosts(self) -> Hosts: ...
    @property
    def tracer(self) -> Tracer: ...
    @property
    def parameters(self) -> Parameters: ...
    @property
    def faxes(self) -> Faxes: ...
    @property
    def recogniser(self) -> Recogniser | None:
        """None: nobody listens; keys are all there is."""
        ...
