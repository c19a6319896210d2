"""``input``: take digits from the caller, and verify them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from boardivr.customer import PinVerdict
from boardivr.flows.asking import Tries, end_of
from boardivr.flows.choosing import Manner, Offer, choose
from boardivr.flows.evaluate import holds
from boardivr.flows.expressions import Expression
from boardivr.flows.hearing import Ear, for_input
from boardivr.flows.model import Flow
from boardivr.flows.parts import Branch, Interrupt, Next, Retry, Say, Step
from boardivr.flows.run import Run
from boardivr.flows.shapes import Mask, NumberRange
from boardivr.flows.values import MASK, Secret
from boardivr.hal import Digits
from boardivr.prompts.pieces import Spelled
from boardivr.yamlread import Keys, Mark, Name, Node, Problem, Reader, Scalar, Seconds, Span

WRONG_TRIES = 3


@dataclass(frozen=True)
class Verify:
    """What makes an input right: the customer's PIN, or a condition."""

    condition: Expression | None  # None: the PIN

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Verify:
        if reader.text(node, "pin or a condition") == "pin":
            return cls(None)
        return cls(Expression.from_node(reader, node))


@dataclass(frozen=True)
class Confirm:
    """How an input is read back: digit by digit, or as is written."""

    is_wanted: bool
    say: Say | None = None

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Confirm:
        if isinstance(node, Scalar) and node.text in ("yes", "no", "true", "false"):
            return cls(node.text in ("yes", "true"))
        return cls(True, Say.from_node(reader, node))


@dataclass(frozen=True, kw_only=True)
class Input(Step):
    """``- input: pin`` with what is said, how many digits, and what makes them right.

    :param into: the variable
    :param ends_on: keys that end it before the last digit
    :param mask: what the digits look like: ``4*``, ``51xxxx``
    :param range: the numbers that they may be: ``1..5000``
    :param confirm: read it back and have the caller say that it is right
    :param secret: it is never shown, said, logged or traced
    :param show_last: the trace shows no more than so many of its last digits
    :param wrong: when ``verify`` says no
    :param say_or_press: it can be said, too: digit by digit, as a date (keyed MMDD or
        YYYYMMDD), or with yes and no (keyed 1 and 2)
    :param locked: when the customer is locked after too many wrong PINs; else as ``wrong`` ends
    """

    kind: ClassVar[str] = "input"
    main: ClassVar[str] = "into"
    takes_input: ClassVar[bool] = True
    late: ClassVar[tuple[str, ...]] = ("confirm", "verify", "wrong", "locked")

    into: Name
    digits: Span
    say: Say | None = None
    ends_on: Keys | None = None
    mask: Mask | None = None
    range: NumberRange | None = None
    confirm: Confirm | None = None
    secret: bool = False
    show_last: int | None = None
    between_keys: Seconds | None = None
    interrupt: Interrupt | None = None
    typeahead: Literal["keep", "drop"] | None = None
    no_input: Retry | None = None
    no_match: Retry | None = None
    verify: Verify | None = None
    wrong: Retry | None = None
    locked: Branch | None = None
    say_or_press: Literal["digits", "date", "yes_no"] | None = None

    def sets(self) -> tuple[Name, ...]:
        return (self.into,)

    def said_words(self) -> tuple[str, ...]:
        return ("confirm_right", "confirm_again") if self._is_confirmed else ()

    @property
    def _is_confirmed(self) -> bool:
        return self.confirm is not None and self.confirm.is_wanted

    def check(self, flow: Flow) -> Iterator[Problem]:
        at = self.at or Mark("", 1, 1)
        yield from self._check_shape(at)
        yield from self._check_speech(at)
        if self.secret and self._is_confirmed:
            message = f"${self.into} is secret and would be read back"
            yield Problem(at=at, code="secret-leak", message=message)
        for name in ("wrong", "locked"):
            if getattr(self, name) is not None and self.verify is None:
                message = f"{name!r} is written, but nothing is verified"
                yield Problem(at=at, code="unused-option", message=message, hint="add 'verify'")
        by_pin = self.verify is not None and self.verify.condition is None
        if by_pin and flow.customer is None:
            message = "a PIN is verified, but the flow doesn't say whose"
            hint = "add 'customer: {from: [$card]}'"
            yield Problem(at=at, code="no-customer", message=message, hint=hint)
        if by_pin and not self.secret:
            message = f"the PIN in ${self.into} isn't secret"
            yield Problem(at=at, code="pin-not-secret", message=message, hint="add 'secret: yes'")

    def _check_shape(self, at: Mark) -> Iterator[Problem]:
        """``mask``, ``range``: what no digits of that count can be."""
        count = str(self.digits.least)
        if self.digits.most > self.digits.least:
            count += f" to {self.digits.most}"
        if self.mask is not None and not self.mask.can_fit(self.digits):
            message = f"no {count} digits look like {self.mask.text!r}"
            yield Problem(at=self.mask.at or at, code="mask", message=message)
        if self.range is not None and len(str(self.range.most)) > self.digits.most:
            message = f"{self.range.most} can't be keyed with {count} digits"
            yield Problem(at=self.range.at or at, code="range", message=message)

    def _check_speech(self, at: Mark) -> Iterator[Problem]:
        """``secret-leak``, ``value``: what can't be said, or shouldn't."""
        if self.say_or_press is None:
            return
        if self.secret:
            message = f"${self.into} is secret and would be said aloud"
            yield Problem(at=at, code="secret-leak", message=message)
        expected = {"digits": (), "date": (4, 8), "yes_no": (1,)}[self.say_or_press]
        counts = {self.digits.least, self.digits.most}
        if expected and (len(counts) > 1 or not counts <= set(expected)):
            wanted = " or ".join(map(str, expected))
            message = f"a {self.say_or_press!r} is keyed with {wanted} digits"
            yield Problem(at=at, code="value", message=message)

    def perform(self, run: Run) -> Next | None:
        tries = Tries(run, self.no_input, self.no_match)
        wrong = 0
        while True:
            digits = self._ask(run, tries)
            if digits is None:
                leave = tries.was_silent()
            elif not self._fits(digits.keys):
                leave = tries.did_not_fit()
            else:
                self._keep(run, digits.keys)
                verdict = self._verdict(run)
                if verdict is PinVerdict.RIGHT:
                    answer = self._confirmed(run, digits.keys)
                    if answer is False:
                        continue
                    return None if answer is True else answer
                wrong += 1
                leave = self._refused(run, verdict, wrong)
            if leave is not None:
                return leave

    def _fits(self, keys: str) -> bool:
        return (
            keys.isdecimal()  # a star in an amount isn't one
            and self.digits.least <= len(keys) <= self.digits.most
            and (self.mask is None or self.mask.fits(keys))
            and (self.range is None or self.range.fits(keys))
        )

    def _confirmed(self, run: Run, keys: str) -> bool | Next:
        """Read it back, if that is wanted.

        :return: whether it is right, or where to go as he hasn't said
        """
        if self.confirm is None or not self.confirm.is_wanted:
            return True
        words = run.spoken(self.confirm.say) or [(run.language, Spelled(keys))]
        offers = [Offer(id=name, say=run.words(name)) for name in self.said_words()]
        manner = Manner(
            interrupt=self.interrupt,
            typeahead=self.typeahead,
            no_input=self.no_input,
            no_match=self.no_match,
        )
        chosen = choose(run, words, offers, manner)
        if not isinstance(chosen, str):
            return chosen
        run.note(confirmed=chosen == "confirm_right")
        return chosen == "confirm_right"

    def _ask(self, run: Run, tries: Tries) -> Digits | None:
        # One more key than the most, where a key ends it: the ending key of the longest
        # input belongs to it, and must not stay in the buffer for the next step.
        most = self.digits.most + (1 if self.ends_on else 0)
        return run.collect(
            run.spoken(self.say),
            most=most,
            ends_on=self.ends_on or "",
            silence=tries.silence,
            between=self.between_keys if self.between_keys is not None else tries.between,
            interrupt=self.interrupt,
            typeahead=self.typeahead,
            is_secret=self.secret,
            is_plain=not self.secret and self.show_last is None,
            ear=self._ear(run),
        )

    def _ear(self, run: Run) -> Ear | None:
        if self.say_or_press is None:
            return None
        least, most = self.digits.least, self.digits.most
        return for_input(run, self.say_or_press, least, most, confirms=not self._is_confirmed)

    def _keep(self, run: Run, keys: str) -> None:
        run.set(self.into, Secret(keys) if self.secret else keys)
        if self.secret:
            run.note(heard=MASK)
        elif self.show_last is not None:
            shown = keys[len(keys) - min(self.show_last, len(keys)) :]
            run.note(heard=f"…{shown}")
        else:
            run.note(heard=keys)

    def _verdict(self, run: Run) -> PinVerdict:
        if self.verify is None:
            return PinVerdict.RIGHT
        if self.verify.condition is not None:
            right = holds(self.verify.condition, run.scope())
            return PinVerdict.RIGHT if right else PinVerdict.WRONG
        return run.verify_pin(run.variables[self.into])

    def _refused(self, run: Run, verdict: PinVerdict, count: int) -> Next | None:
        rule = self.wrong or Retry()
        run.note(refused=count)
        # What was typed ahead was meant for after a right answer.
        run.channel.clear_digits()
        if verdict is PinVerdict.LOCKED:
            run.note(locked=True)
            return end_of(self.locked or rule.then, "locked")
        if count >= (WRONG_TRIES if rule.tries is None else rule.tries):
            return end_of(rule.then, "wrong")
        run.speak(run.spoken(rule.words(count)))
        return None
