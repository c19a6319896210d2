"""``fax_mailbox``: a fax mailbox by telephone: what is in it, here or to another machine."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from boardivr.customer import PinVerdict
from boardivr.flows.asking import Tries
from boardivr.flows.choosing import Manner, Offer, choose
from boardivr.flows.parts import Branch, HangUp, Interrupt, Next, Retry, Step
from boardivr.flows.run import Run
from boardivr.flows.say import Spoken
from boardivr.flows.services import FaxEntry, FaxRefused
from boardivr.prompts.pieces import Date, Number, Phone, Piece, Time
from boardivr.yamlread import Name

PIN_DIGITS = 12
NUMBER_DIGITS = 20
LEAVE = "*"
WRONG_TRIES = 3


@dataclass(frozen=True, kw_only=True)
class FaxMailbox(Step):
    """``- fax_mailbox: sales``: asks for the box's PIN, tells its faxes, newest first.

    Each can be received at once, sent to another number, or deleted.

    :param box: a fax mailbox of the settings; without a PIN nobody gets in
    :param locked: after too many wrong PINs
    """

    kind: ClassVar[str] = "fax_mailbox"
    main: ClassVar[str] = "box"
    takes_input: ClassVar[bool] = True
    words: ClassVar[tuple[str, ...]] = (
        "fax_pin", "fax_pin_wrong", "fax_you_have", "fax_faxes", "fax_none", "fax_from",
        "fax_unknown", "fax_pages", "fax_here", "fax_elsewhere", "fax_next", "fax_delete",
        "fax_leave", "fax_number", "fax_goes_to", "confirm_right", "confirm_again", "fax_ordered",
        "fax_impossible", "fax_deleted", "fax_start_now",
    )  # fmt: skip

    box: Name
    interrupt: Interrupt | None = None
    typeahead: Literal["keep", "drop"] | None = None
    no_input: Retry | None = None
    no_match: Retry | None = None
    locked: Branch | None = None

    def perform(self, run: Run) -> Next | None:
        manner = Manner(
            interrupt=self.interrupt,
            typeahead=self.typeahead,
            no_input=self.no_input,
            no_match=self.no_match,
        )
        return _Visit(run, self, manner).work()


class _Visit:
    """One caller at a box."""

    def __init__(self, run: Run, step: FaxMailbox, manner: Manner) -> None:
        self.run = run
        self.step = step
        self.manner = manner
        self.faxes = run.services.faxes

    def work(self) -> Next | None:
        leave = self.prove()
        if leave is not None:
            return leave
        entries = self.faxes.entries(str(self.step.box))
        self.run.note(faxes=len(entries))
        if not entries:
            self.run.speak(self.said("fax_none"))
            return None
        words = self.said("fax_you_have", Number(Decimal(len(entries))), "fax_faxes")
        for place, entry in enumerate(entries):
            then = self.offer(entry, words, is_last=place == len(entries) - 1)
            if isinstance(then, str):  # he has finished
                break
            if then is not None:
                return then
            words = []
        return None

    # getting in

    def prove(self) -> Next | None:
        """Ask for the PIN; return where to go without it."""
        tries, wrong = Tries(self.run, self.manner.no_input, self.manner.no_match), 0
        while True:
            pin = self.keys("fax_pin", PIN_DIGITS, tries)
            if pin is None:
                if (leave := tries.was_silent()) is not None:
                    return leave
                continue
            verdict = self.faxes.verify_pin(str(self.step.box), pin)
            self.run.note(verified=verdict is PinVerdict.RIGHT)
            if verdict is PinVerdict.RIGHT:
                return None
            wrong += 1
            if verdict is PinVerdict.LOCKED or wrong >= WRONG_TRIES:
                return HangUp("locked") if self.step.locked is None else self.step.locked.next()
            self.run.speak(self.said("fax_pin_wrong"))

    # one fax

    def offer(self, entry: FaxEntry, words: list[Spoken], *, is_last: bool) -> str | Next | None:
        """Tell of a fax, and do with it what the caller wants.

        :return: where to go; text: he has finished; None: to the next one
        """
        words = [*words, *self.about(entry)]
        deeds = {"fax_here": self.here, "fax_elsewhere": self.elsewhere, "fax_delete": self.delete}
        self.faxes.see(entry.number)
        while True:
            names = ["fax_here", "fax_elsewhere", "fax_delete", *([] if is_last else ["fax_next"])]
            offers = [Offer(id=name, say=self.run.words(name)) for name in names]
            offers.append(Offer(id=LEAVE, say=self.run.words("fax_leave"), key=LEAVE))
            chosen = choose(self.run, words, offers, self.manner)
            if chosen == "fax_next":
                return None
            if not isinstance(chosen, str) or chosen not in deeds:
                return chosen
            leave = deeds[chosen](entry)
            if leave is not None or chosen == "fax_delete":
                return leave
            words = []

    def about(self, entry: FaxEntry) -> list[Spoken]:
        digits = entry.sender.replace(" ", "")
        is_number = digits.removeprefix("+").isdecimal()
        who: Piece | str = Phone(digits.removeprefix("+")) if is_number else "fax_unknown"
        when = (Date(entry.came.date()), Time(entry.came.time()))
        return self.said("fax_from", who, *when, Number(Decimal(entry.pages)), "fax_pages")

    def here(self, entry: FaxEntry) -> Next | None:
        """Send it on this line, to a machine whose button is pressed."""
        self.run.speak(self.said("fax_start_now"))
        try:
            done = self.faxes.send(self.run.channel, self.faxes.pages_of(entry.number))
        except FaxRefused as error:
            self.impossible(error)
            return None
        self.run.note(pages=done.pages, outcome=done.outcome)
        return None

    def elsewhere(self, entry: FaxEntry) -> Next | None:
        """Ask for a number, and have it sent there."""
        tries = Tries(self.run, self.manner.no_input, self.manner.no_match)
        while True:
            number = self.keys("fax_number", NUMBER_DIGITS, tries)
            if number is None:
                if (leave := tries.was_silent()) is not None:
                    return leave
                continue
            words = self.said("fax_goes_to", Phone(number))
            offers = [
                Offer(id=name, say=self.run.words(name))
                for name in ("confirm_right", "confirm_again")
            ]
            chosen = choose(self.run, words, offers, self.manner)
            if not isinstance(chosen, str):
                return chosen
            if chosen == "confirm_right":
                self.order(entry, number)
                return None

    def order(self, entry: FaxEntry, number: str) -> None:
        try:
            paper = self.faxes.pages_of(entry.number)
            ordered = self.faxes.order(paper, number, f"{self.step.box}: fax {entry.number}")
        except FaxRefused as error:
            self.impossible(error)
        else:
            self.run.note(ordered=ordered)
            self.run.speak(self.said("fax_ordered"))

    def delete(self, entry: FaxEntry) -> Next | None:
        self.faxes.delete(entry.number)
        self.run.speak(self.said("fax_deleted"))
        return None

    def impossible(self, error: FaxRefused) -> None:
        self.run.note(failed=str(error))
        self.run.speak(self.said("fax_impossible"))

    # asking and saying

    def keys(self, word: str, most: int, tries: Tries) -> str | None:
        """Ask for digits that ``#`` ends; None where none came."""
        digits = self.run.collect(
            self.said(word),
            most=most,
            ends_on="#",
            silence=tries.silence,
            between=tries.between,
            interrupt=self.manner.interrupt,
            typeahead=self.manner.typeahead,
        )
        return digits.keys if digits is not None and digits.keys.isdecimal() else None

    def said(self, *what: Piece | str) -> list[Spoken]:
        """Return pieces, and built-in words by their ids, in the call's language."""
        pieces: list[Piece] = []
        for one in what:
            pieces += self.run.words(one) if isinstance(one, str) else [one]
        return [(self.run.language, piece) for piece in pieces]
