"""``fax_receive``: take a fax from the caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.parts import Branch, Next, Say, Step
from boardivr.flows.run import Run
from boardivr.flows.services import FaxRefused
from boardivr.flows.values import FlowFault
from boardivr.yamlread import Name


@dataclass(frozen=True, kw_only=True)
class FaxReceive(Step):
    """``- fax_receive: sales``: into this box, or the one that the settings say.

    :param box: a fax mailbox
    :param say: said before, to one who has to press his machine's button
    :param into: variable that gets ``pages``, ``outcome``, ``number`` (in the inbox) and ``sender``
    :param on_failure: not all of it came; what came is kept all the same
    """

    kind: ClassVar[str] = "fax_receive"
    main: ClassVar[str] = "box"
    takes_input: ClassVar[bool] = True
    late: ClassVar[tuple[str, ...]] = ("on_failure",)

    box: Name | None = None
    say: Say | None = None
    into: Name | None = None
    on_failure: Branch | None = None

    def sets(self) -> tuple[Name, ...]:
        return () if self.into is None else (self.into,)

    def perform(self, run: Run) -> Next | None:
        run.speak(run.spoken(self.say))
        box = "" if self.box is None else str(self.box)
        try:
            done = run.services.faxes.receive(run.channel, run.call, run.call_id, box)
        except FaxRefused as error:
            raise FlowFault(f"no fax can be taken: {error}") from error
        run.note(pages=done.pages, outcome=done.outcome, fax=done.number or None)
        run.services.tracer.tag("fax", f"received: {done.outcome}, {done.pages} pages")
        if self.into is not None:
            run.set(
                self.into,
                {
                    "pages": done.pages,
                    "outcome": done.outcome,
                    "number": done.number,
                    "sender": done.sender,
                },
            )
        if done.is_ok or self.on_failure is None:
            return None
        return self.on_failure.next()
