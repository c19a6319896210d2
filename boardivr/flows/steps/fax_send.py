"""``fax_send``: fax a document of the flow, in this call or to a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from boardivr.flows.choosing import Manner, Offer, choose
from boardivr.flows.documents import Template, fill
from boardivr.flows.evaluate import evaluate
from boardivr.flows.expressions import Given
from boardivr.flows.model import Flow
from boardivr.flows.parts import Branch, Next, Say, Step
from boardivr.flows.run import Run
from boardivr.flows.say import Spoken
from boardivr.flows.services import FaxPaper, FaxRefused
from boardivr.flows.values import FlowFault, Held
from boardivr.flows.waiting import meanwhile
from boardivr.prompts.pieces import Phone
from boardivr.yamlread import Mark, Name, Problem, near


@dataclass(frozen=True, kw_only=True)
class FaxSend(Step):
    """``- fax_send: statement``: to the caller's machine now, or to a number by the queue.

    :param data: the document's fields
    :param to: a number; without it the caller presses the start button of his machine now
    :param say: said while the pages are made
    :param confirm: the number is read back, and the caller says that it is right
    :param into: variable that gets ``pages``, ``outcome`` and ``number`` (in the queue)
    :param on_failure: not every page was confirmed, or no fax can go there
    :param on_refused: the number isn't right; the caller wants to enter it again
    """

    kind: ClassVar[str] = "fax_send"
    main: ClassVar[str] = "document"
    takes_input: ClassVar[bool] = True
    late: ClassVar[tuple[str, ...]] = ("on_failure",)
    shows: ClassVar[tuple[str, ...]] = ("data", "to")

    document: Name
    data: dict[Name, Given] = field(default_factory=dict)
    to: Given | None = None
    say: Say | None = None
    confirm: bool = True
    into: Name | None = None
    on_failure: Branch | None = None
    on_refused: Branch | None = None

    def sets(self) -> tuple[Name, ...]:
        return () if self.into is None else (self.into,)

    def said_words(self) -> tuple[str, ...]:
        if self.to is None:
            return () if self.say else ("fax_start_now",)
        return ("fax_goes_to", "confirm_right", "confirm_again") if self.confirm else ()

    def check(self, flow: Flow) -> Iterator[Problem]:
        at = self.at or Mark("", 1, 1)
        known = {str(name): texts for name, texts in flow.documents.items()}
        if self.document not in known:
            message = f"there is no document {str(self.document)!r}"
            hint = near(self.document, known)
            yield Problem(at=self.document.at, code="unknown-document", message=message, hint=hint)
            return
        given = {str(name) for name in self.data}
        for template in known[self.document].values():
            yield from self._check_fields(at, template.names(), given)
        if self.on_refused is not None and (self.to is None or not self.confirm):
            message = "'on_refused' is written, but no number is confirmed"
            yield Problem(at=at, code="unused-option", message=message)

    def _check_fields(self, at: Mark, wanted: frozenset[str], given: set[str]) -> Iterator[Problem]:
        for name in sorted(wanted - given):
            message = f"the document {str(self.document)!r} has a field {name!r} that isn't given"
            yield Problem(at=at, code="document-field", message=message, hint="add it to 'data'")
        for name in sorted(given - wanted):
            message = f"the document {str(self.document)!r} has no field {name!r}"
            yield Problem(at=at, code="document-field", message=message, hint=near(name, wanted))

    def perform(self, run: Run) -> Next | None:
        number = None if self.to is None else _number(evaluate(self.to, run.scope()))
        run.note(document=str(self.document), to=number)
        text = fill(
            self._template(run), {str(n): evaluate(g, run.scope()) for n, g in self.data.items()}
        )
        if number is not None and self.confirm and (leave := self._unconfirmed(run, number)):
            return leave
        try:
            return self._fax(run, text, number)
        except FaxRefused as error:
            run.note(failed=str(error))
            if self.on_failure is None:
                raise FlowFault(f"{self.document} can't be faxed: {error}") from error
            return self.on_failure.next()

    def _fax(self, run: Run, text: str, number: str | None) -> Next | None:
        faxes, made = run.services.faxes, list[FaxPaper]()
        try:
            meanwhile(run, lambda: made.append(faxes.prepare(text)), self._words(run))
            if number is None:
                return self._send(run, made[0])
            self._order(run, made[0], number)
            return None
        finally:  # also where the caller hung up meanwhile
            for paper in made:
                faxes.discard(paper)

    def _template(self, run: Run) -> Template:
        template = run.flow.document(self.document, run.language)
        if template is None:
            raise FlowFault(f"the document {str(self.document)!r} isn't there in {run.language}")
        return template

    def _words(self, run: Run) -> list[Spoken]:
        if self.say is None and self.to is None:
            return [(run.language, piece) for piece in run.words("fax_start_now")]
        return list(run.spoken(self.say))

    def _unconfirmed(self, run: Run, number: str) -> Next | None:
        """Read the number back; return where to go unless it is right."""
        words = [*run.words("fax_goes_to"), Phone(number)]
        offers = [Offer(id=i, say=run.words(i)) for i in ("confirm_right", "confirm_again")]
        chosen = choose(run, [(run.language, piece) for piece in words], offers, Manner())
        if not isinstance(chosen, str):
            return chosen
        run.note(confirmed=chosen == "confirm_right")
        if chosen == "confirm_right":
            return None
        if self.on_refused is None:
            raise FlowFault("the number isn't right, and 'on_refused' isn't written")
        return self.on_refused.next()

    def _order(self, run: Run, paper: FaxPaper, number: str) -> None:
        ordered = run.services.faxes.order(paper, number, f"{run.flow.name}: {self.document}")
        self._keep(run, pages=paper.pages, outcome="ordered", number=ordered)

    def _send(self, run: Run, paper: FaxPaper) -> Next | None:
        done = run.services.faxes.send(run.channel, paper)
        self._keep(run, pages=done.pages, outcome=done.outcome, number=0)
        if done.is_ok or self.on_failure is None:
            return None
        return self.on_failure.next()

    def _keep(self, run: Run, *, pages: int, outcome: str, number: int) -> None:
        run.note(pages=pages, outcome=outcome, fax=number or None)
        run.services.tracer.tag("fax", f"{self.document}: {outcome}, {pages} pages")
        if self.into is not None:
            run.set(self.into, {"pages": pages, "outcome": outcome, "number": number})


def _number(value: Held) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text.removeprefix("+").replace(" ", "").isdecimal():
        raise FlowFault("expected a telephone number to fax to, found something else")
    return text
