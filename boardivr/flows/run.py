"""One call's run of a flow: what it knows, and how it speaks and listens.

Steps get a :class:`Run` and nothing else: the line is behind :meth:`Run.speak` and
:meth:`Run.collect`, everything besides behind ``services``.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from boardivr.customer import Customer, PinVerdict, Value
from boardivr.flows import streaming
from boardivr.flows.evaluate import Scope
from boardivr.flows.model import Flow
from boardivr.flows.parts import Interrupt, Say
from boardivr.flows.say import Spoken, brief, spoken
from boardivr.flows.services import Services
from boardivr.flows.values import FaxCalls, FlowFault, Held, Secret, Stopped, shown
from boardivr.flows.words import built_in
from boardivr.hal import Channel, Clip, Digits, IncomingCall, Reason, Termination
from boardivr.prompts.later import Later, Sound
from boardivr.prompts.pieces import Pause, Piece, Text

if TYPE_CHECKING:
    from boardivr.flows.hearing import Ear

log = logging.getLogger(__name__)

MOST_PLAIN = 9
"""Keys in a row that a trace has as they are."""

ANY = Interrupt(is_allowed=True)


class Run:
    """What a call has become so far.

    :param call: the call, for ``$ani`` and ``$dnis``
    :param call_id: for idempotency keys: unique among calls
    :param recordings: folder for what callers say
    """

    def __init__(
        self,
        flow: Flow,
        channel: Channel,
        services: Services,
        *,
        call: IncomingCall,
        call_id: str,
        recordings: Path | None = None,
    ) -> None:
        self._base = self.flow = flow
        self.channel = channel
        self.services = services
        self.call = call
        self.call_id = call_id
        self.language: str = flow.language.default
        self.customer: Customer | None = None
        self.candidate: Customer | None = None  # found, but not proven yet
        self.answer: Sequence[dict[str, Value]] | None = None
        self.notes: dict[str, Value] = {}
        self.steps_since_key = 0
        self.inputs = 0
        self.send_keys: dict[str, str] = {}
        self._sends = itertools.count(1)
        self.recordings = recordings
        self._recorded = itertools.count(1)
        self._values: dict[str, Held] = {"ani": call.ani, "dnis": call.dnis}
        self._find_by_ani(call.ani)

    # variables

    @property
    def variables(self) -> dict[str, Held]:
        """The call's variables, with ``$language``."""
        return {**self._values, "language": self.language}

    def scope(self) -> Scope:
        return Scope(
            variables=self.variables,
            customer=self.customer,
            now=self.now(),
            holidays=self.flow.holidays,
            fixed=self.flow.fixed,
        )

    def now(self) -> datetime:
        """Return the time in the flow's time zone; else where the appliance stands."""
        return self.flow.local(self.channel.clock.wall().astimezone())

    def set(self, name: str, value: Held) -> None:
        """Set a variable; one that tells who is calling finds the customer."""
        self._values[name] = value
        rules = self.flow.customer
        if rules and name in {s.variable for s in rules.sources if s.variable is not None}:
            card = value.reveal() if isinstance(value, Secret) else value
            self.candidate = self.services.customers.by_card(str(card))
            self._prove_if_nothing_needed()

    def note(self, **details: object) -> None:
        """Add to the trace of the step that is being done; secrets come out masked."""
        self.notes.update({name: shown(value) for name, value in details.items()})

    # the customer

    def _find_by_ani(self, ani: str | None) -> None:
        rules = self.flow.customer
        if rules is None or ani is None or all(s.variable is not None for s in rules.sources):
            return
        self.candidate = self.services.customers.by_ani(ani)
        if self.candidate is not None:
            self._speak_his_language(self.candidate)
        self._prove_if_nothing_needed()

    def _prove_if_nothing_needed(self) -> None:
        rules = self.flow.customer
        if rules and rules.proven_by == "nothing" and self.candidate is not None:
            self._proven(self.candidate)

    def verify_pin(self, pin: Held) -> PinVerdict:
        """Check a PIN against the customer who was found; if right, the call is his."""
        text = pin.reveal() if isinstance(pin, Secret) else str(pin)
        found = self.candidate
        # A card that nobody has is checked all the same: it takes as long, and says nothing.
        verdict = self.services.customers.verify_pin(found.id if found else "", text)
        if found is None:
            return PinVerdict.UNKNOWN
        if verdict is PinVerdict.RIGHT:
            # As he is now: he may have changed something since he was found.
            self._proven(self.services.customers.get(found.id) or found)
        return verdict

    def _proven(self, customer: Customer) -> None:
        self.flow = self._base.of(customer)
        self.customer = self.flow.served(customer)
        if self.flow.overlay:
            self.note(overlay=self.flow.overlay)
        self._speak_his_language(customer)
        self.services.tracer.identified(customer.id, self.language)
        log.info("%s: customer %s", self.channel.name, customer.id)

    def _speak_his_language(self, customer: Customer) -> None:
        if customer.language in self.flow.language.all:
            self.language = str(customer.language)

    def set_open(self, function: str, is_open: bool) -> None:
        """Open or close a function of the customer's; his menus know at once."""
        customer = self._known("no function can be opened or closed")
        changed = self.services.customers.set_open(customer.id, function, is_open)
        self.customer = self.flow.served(changed)
        if function in self.flow.fixed:
            self.note(switched=f"{function}, by overlay {self.flow.overlay}")

    def set_menu(self, order: Sequence[str], hide: frozenset[str]) -> None:
        """Keep the customer's own menu: the order of items, and those he doesn't want to hear."""
        customer = self._known("his menu can't be kept")
        changed = self.services.customers.set_menu(customer.id, order, hide)
        self.customer = self.flow.served(changed)

    def set_learned(self, menu: str, items: Sequence[str]) -> None:
        """Keep in which order the customer knows a menu's items; none forgets it."""
        customer = self._known("what he learns can't be kept")
        changed = self.services.customers.set_learned(customer.id, menu, items)
        self.customer = self.flow.served(changed)

    def set_pin(self, pin: str) -> None:
        """Give the customer a new PIN."""
        self.services.customers.set_pin(self._known("no PIN can be changed").id, pin)

    def _known(self, so: str) -> Customer:
        if self.customer is None:
            raise FlowFault(f"nobody is identified, so {so}")
        return self.customer

    # speaking and listening

    def spoken(self, say: Say | None) -> list[Spoken]:
        """Work out what is said, now and in the call's language."""
        return spoken(say, self.scope(), self.language)

    def words(self, name: str) -> tuple[Piece, ...]:
        """Return what a built-in dialogue says: the flow's own words, else those of the language.

        :raises FlowFault: there are none in this language
        """
        own = cast(dict[str, Say], self.flow.defaults.words).get(name)
        if own is not None:
            return tuple(piece for _, piece in self.spoken(own))
        text = built_in(name, self.language)
        if text is None:
            raise FlowFault(f"no words for {name!r} in {self.language}")
        return (Text(text),)

    def speak(
        self, words: Sequence[Spoken], interrupt: Interrupt | None = None, is_heard: bool = False
    ) -> Reason:
        """Say pieces; a key that may interrupt ends it, and stays in the buffer.

        :param is_heard: speech ends it, too
        :raises Stopped: somebody stopped the channel
        """
        if not words:
            return Reason.END_OF_DATA
        self.note_said(words)
        sounds = list(self._sounds(words))
        filler = self._filler() if any(isinstance(sound, Later) for sound in sounds) else ()
        return streaming.play(self, sounds, filler, interrupt, is_heard)

    def _filler(self) -> list[Clip]:
        """What is said while a voice takes its time; nothing where that would take as long."""
        try:
            words = [(self.language, piece) for piece in self.words("one_moment")]
        except FlowFault:  # a language without
            return []
        return [sound for sound in self._sounds(words) if isinstance(sound, Clip)]

    def note_said(self, words: Sequence[Spoken]) -> None:
        """Add to the trace what is said."""
        said = self.notes.get("said")
        what = ", ".join(brief(piece) for _, piece in words if not isinstance(piece, Pause))
        self.note(said=f"{said} | {what}" if said else what)

    def clips(self, words: Sequence[Spoken]) -> list[Clip]:
        """Return the audio of pieces."""
        return list(self._clips(words))

    def play(
        self, clips: Sequence[Clip], interrupt: Interrupt | None = None, is_heard: bool = False
    ) -> Reason:
        """Play clips; a key that may interrupt ends it, and stays in the buffer.

        :param is_heard: speech ends it, too
        :raises Stopped: somebody stopped the channel
        """
        allowed = interrupt or self.flow.defaults.interrupt or ANY
        until = Termination()
        if allowed.keys:
            until = Termination(digits=allowed.keys)
        elif allowed.is_allowed:
            until = Termination(max_digits=1, speech=is_heard)
        if not clips:  # nothing to hear in it, such as an empty text
            return Reason.END_OF_DATA
        return self.unless_stopped(self.channel.play(*clips, until=until))

    def unless_stopped(self, reason: Reason) -> Reason:
        """Return why an operation ended.

        :raises Stopped: somebody stopped the channel
        :raises FaxCalls: a calling fax's tone was heard
        """
        if Reason.FAX_CALLS in reason:
            raise FaxCalls(f"{self.channel.name}: a fax calls")
        if Reason.STOPPED in reason:
            raise Stopped(f"{self.channel.name} was stopped")
        return reason

    def _sounds(self, words: Sequence[Spoken]) -> Iterator[Sound]:
        for language, group in itertools.groupby(words, lambda said: said[0]):
            yield from self.services.voice.stream([piece for _, piece in group], language)

    def _clips(self, words: Sequence[Spoken]) -> Iterator[Clip]:
        for language, group in itertools.groupby(words, lambda said: said[0]):
            yield from self.services.voice.clips([piece for _, piece in group], language)

    def take_key(self) -> str | None:
        """Take a key that has been pressed out of the buffer; None if there is none."""
        digits = self.channel.get_digits(Termination(max_digits=1, first_digit=0.0))
        self.unless_stopped(digits.reason)
        if digits.keys:
            self.steps_since_key = 0
        return digits.keys or None

    def collect(
        self,
        words: Sequence[Spoken],
        *,
        most: int,
        ends_on: str = "",
        silence: float,
        between: float,
        interrupt: Interrupt | None,
        typeahead: str | None,
        is_plain: bool = False,
        ear: Ear | None = None,
        is_secret: bool = False,
    ) -> Digits | None:
        """Say pieces and take keys, or what is said for them.

        :param most: how many keys at most
        :param ends_on: keys that end the input; they are not part of it
        :param silence: seconds without a key, once all is said
        :param between: seconds without another key
        :param is_secret: nobody else who is in the call may hear them, and no recording
        :param is_plain: the trace may have the keys: they are no secret
        :param ear: listens for what may be said; None: for keys only
        :return: the keys, without the one that ended it, and none where what was said isn't
            understood; None where nothing came
        :raises Stopped: somebody stopped the channel
        """
        allowed = interrupt or self.flow.defaults.interrupt or ANY
        drop = (typeahead or self.flow.defaults.typeahead or "keep") == "drop"
        if drop:
            self.channel.clear_digits()
        ear = ear if ear is not None and ear.can_hear() else None
        until = Termination(
            max_digits=most, digits=ends_on, first_digit=silence, inter_digit=between
        )
        with self._concealed(is_secret):
            self.speak(words, interrupt, is_heard=ear is not None)
            if drop and not allowed.is_allowed:
                self.channel.clear_digits()
            digits = self.channel.get_digits(until) if ear is None else ear.take(until)
        self.unless_stopped(digits.reason)
        self._note_keyed(digits, is_plain or most == 1)
        if not digits.keys and not digits.reason & (Reason.DIGIT | Reason.SPEECH_END):
            self.note(heard="nothing")
            return None
        self.steps_since_key = 0
        self.inputs += 1
        return digits

    @contextlib.contextmanager
    def _concealed(self, is_secret: bool) -> Iterator[None]:
        """Keep what is keyed from all others in the call, and from recordings of it."""
        if not is_secret:
            yield
            return
        self.channel.conceal(True)
        try:
            yield
        finally:
            self.channel.conceal(False)

    def _note_keyed(self, digits: Digits, is_plain: bool) -> None:
        """Add to the trace which keys came, for a replay; else only how many."""
        # As many digits as a card has may be one, whatever the author thinks.
        is_plain = is_plain and 0 < len(digits.keys) <= MOST_PLAIN
        keyed = f"={digits.keys}" if is_plain else str(len(digits.keys))
        keyed += "+" if Reason.DIGIT in digits.reason else ""
        before = self.notes.get("keyed")
        self.note(keyed=f"{before} {keyed}" if before else keyed)

    def seconds(self, name: str, written: float) -> float:
        """Return a time as operators have it now, or as written."""
        return self.services.parameters.seconds(name, written)

    def recording_file(self) -> Path:
        """Return a file of this call's own for what the caller says.

        :raises FlowFault: there is no folder for recordings
        """
        if self.recordings is None:
            raise FlowFault("there is no folder for recordings")
        self.recordings.mkdir(parents=True, exist_ok=True)
        return self.recordings / f"{self.call_id}-{next(self._recorded)}.wav"

    def message(self, name: str) -> Clip | None:
        """Return a recording by its name, to be played; None where there is none.

        :raises FlowFault: there is no folder for recordings
        :raises AudioFileError: what is there isn't a recording
        """
        from boardivr.prompts.messages import message_clip

        if self.recordings is None:
            raise FlowFault("there is no folder for recordings")
        path = self.recordings / name
        # A name may come from a host: it must not lead out of the folder.
        is_plain = path.name == name and not name.startswith(".") and name.endswith(".wav")
        return message_clip(path) if is_plain and path.is_file() else None

    # hosts

    def send_key(self, what: str) -> str:
        """Return the idempotency key of a transaction: the same until it has succeeded.

        :param what: digest of the step and its data
        """
        if what not in self.send_keys:
            self.send_keys[what] = f"{self.call_id}:{next(self._sends)}"
        return self.send_keys[what]
