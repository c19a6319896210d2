"""Faxes within calls: the steps, with the real queue and inbox, on a scripted line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from boardivr.calls.answering import CallServices
from boardivr.fax.inbox.model import Arrival, ReceivedFax
from boardivr.fax.inbox.office import FaxOffice
from boardivr.fax.inflow import FlowFaxes
from boardivr.fax.queue.job import JobState
from boardivr.fax.queue.queue import FaxQueue
from boardivr.fax.settings import FaxSection
from boardivr.flows.interpreter import FlowEnd, Interpreter
from boardivr.flows.loader import check_whole, read_flow_text
from boardivr.hal import CallEnded, IncomingCall
from boardivr.hal.conformance.pages import write_pages
from boardivr.media.fax import count_pages
from boardivr.store import Store
from boardivr.testing.fast import HANG_UP, Press, ScriptChannel
from tests.flows.conftest import FakeServices
from tests.manual_clock import ManualClock

FLOW = """boardivr: 1
flow: line
language: {{default: en}}
start: [main]
defaults: {{on_fax: machine}}
documents:
  letter:
    en: "# Dear {{{{who}}}}"
steps:
  main:
{main}
  machine:
    - fax_receive: sales
      into: fax
    - tag: {{came: $fax.pages}}
  failed:
    - tag: {{failed: "yes"}}
"""


class Line:
    """A store, an inbox with a box ``sales``, and calls to a flow of one section."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.clock = ManualClock()
        section = FaxSection()
        section.inbox.boxes["sales"] = section.inbox.box("sales")  # type: ignore[index]
        self.queue = FaxQueue(store, section, folder / "out", self.clock.wall)
        self.office = FaxOffice(store, section, folder, self.clock, node="main", pin_cost=1)
        self.inbox = self.office.inbox
        self.faxes = FlowFaxes(self.queue, self.office, folder / "calls")
        self.folder = folder

    def received(self, ident: str) -> ReceivedFax:
        fax = self.inbox.begin(ReceivedFax(file="", box="sales", began=self.clock.wall()))
        write_pages(self.inbox.path(fax), 2)
        values = {**vars(fax), "state": Arrival.WHOLE, "pages": 2, "ident": ident}
        ended = self.inbox.end(ReceivedFax(**values))
        assert ended is not None
        return ended

    def call(
        self, main: str, *presses: Press, does: Callable[[ScriptChannel], None] = lambda _: None
    ) -> tuple[FlowEnd | None, ScriptChannel, FakeServices]:
        flow = read_flow_text(FLOW.format(main=main), Path("line.yaml"))
        channel, fake = ScriptChannel(*presses), FakeServices(flow)
        does(channel)
        services = CallServices(
            voice=fake, customers=fake, hosts=fake, tracer=fake, parameters=fake, faxes=self.faxes
        )
        try:
            end = Interpreter(flow, channel, services, call=IncomingCall(ani="1380")).run()
        except CallEnded:
            end = None
        return end, channel, fake


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with Store(tmp_path / "boardivr.db") as store:
        store.migrate()
        yield Line(store, tmp_path)


NOW = """    - fax_send: letter
      data: {who: "Li"}
      into: fax
      on_failure: failed
    - tag: {sent: $fax.pages}"""
TO = NOW + "\n" + ""
TO = TO.replace(
    "      into: fax", '      to: "66010000"\n      on_refused: failed\n      into: fax'
)


def test_sent_in_this_call(line: Line) -> None:
    """The caller is told to press start; the pages that he confirmed are counted."""
    _, channel, fake = line.call(NOW, does=lambda channel: channel.start_fax(0))

    assert channel.texts == ["Please press the start button of your fax machine now."]
    assert fake.tags == {"fax": "letter: ok, 1 pages", "sent": 1}
    assert list((line.folder / "calls").iterdir()) == []


def test_nobody_presses_start(line: Line) -> None:
    """Then it is as the flow says, and nothing is left over."""
    _, _, fake = line.call(NOW)

    assert fake.tags == {"fax": "letter: no fax, 0 pages", "failed": "yes"}
    assert list((line.folder / "calls").iterdir()) == []


def test_ordered(line: Line) -> None:
    """A number that is confirmed gets a job in the queue, with the pages."""
    _, _, fake = line.call(TO, Press("1", on="If that is right"))

    (job,) = line.queue.file.jobs(list(JobState))
    assert (job.number, job.pages, job.title) == ("66010000", 1, "line: letter")
    assert fake.tags["fax"] == "letter: ordered, 1 pages"
    assert count_pages(line.queue.spool.path(job.document)) == 1


def test_not_confirmed(line: Line) -> None:
    """A number that isn't right orders nothing."""
    _, _, fake = line.call(TO, Press("2", on="If that is right"))

    assert fake.tags == {"failed": "yes"}
    assert line.queue.file.jobs(list(JobState)) == []


def test_no_number(line: Line) -> None:
    """What is no number is the flow's mistake, not a fax to anywhere."""
    end, _, _ = line.call(TO.replace('"66010000"', '"bank"'))

    assert end is not None
    assert end.error == "expected a telephone number to fax to, found something else"


def test_a_machine_calls(line: Line) -> None:
    """What is said ends at once, and the fax is in the box that the flow names."""
    _, channel, fake = line.call(
        "    - input: key\n      digits: 1\n      no_input: {after: 30s, tries: 9}",
        does=lambda channel: channel.start_fax(3),
    )

    (fax,) = line.inbox.file.faxes(box="sales")
    assert (fax.pages, fake.tags["came"]) == (3, 3)
    assert channel.seconds.now() < 90
    assert ("on_fax", {}) in fake.steps


def test_a_voice_isnt_a_machine(line: Line) -> None:
    """Without a tone the flow goes its way."""
    end, _, fake = line.call('    - tag: {a: "b"}')

    assert (end, fake.tags) == (FlowEnd(reason="end"), {"a": "b"})


BOX = "    - fax_mailbox: sales"
PIN = Press("4711#", on="Please enter the PIN")


def test_mailbox(line: Line) -> None:
    """With the PIN the newest is told first; one is received here, one sent elsewhere."""
    first, second = line.received("+33 1"), line.received("66010000")
    line.inbox.set_pin("sales", "4711")

    _, channel, fake = line.call(
        BOX,
        PIN,
        Press("2", on="To have it sent to another number"),
        Press("66019999#", on="Please enter the fax number"),
        Press("1", on="If that is right"),
        Press("4", on="To have it sent to another number", after=0.2),
        does=lambda channel: None,
    )

    said = " ".join(channel.texts)
    assert said.index("66010000") < said.index("The fax will be sent.")
    (job,) = line.queue.file.jobs(list(JobState))
    assert (job.number, job.pages, job.title) == ("66019999", 2, f"sales: fax {second.id}")
    assert line.inbox.file.fax(second.id).seen is not None
    assert line.inbox.path(second).exists()
    assert all("4711" not in str(step) for step in fake.steps)
    assert first.pages == 2


def test_mailbox_received_here(line: Line) -> None:
    """Who is at a machine gets it on this line."""
    fax = line.received("66010000")
    line.inbox.set_pin("sales", "4711")

    _, _, fake = line.call(
        BOX, PIN, Press("1*", on="To receive it now"), does=lambda c: c.start_fax(0)
    )

    notes: dict[str, Any] = dict(fake.steps[-1][1])
    assert (notes["pages"], notes["outcome"]) == (2, "ok")
    assert line.inbox.path(fax).exists()


def test_mailbox_delete(line: Line) -> None:
    """A deleted one is gone; the next is told."""
    old, new = line.received("1"), line.received("2")
    line.inbox.set_pin("sales", "4711")

    line.call(BOX, PIN, Press("3", on="To delete it"), Press("*", on="It is deleted.", after=3.0))

    assert [fax.id for fax in line.inbox.file.faxes()] == [old.id]
    assert not line.inbox.path(new).exists()


def test_mailbox_empty(line: Line) -> None:
    line.inbox.set_pin("sales", "4711")
    _, channel, _ = line.call(BOX, PIN)
    assert channel.texts[-1] == "There are no faxes."


def test_mailbox_wrong_pins(line: Line) -> None:
    """The third wrong PIN ends it; what the box has isn't told."""
    line.received("66010000")
    line.inbox.set_pin("sales", "4711")
    wrong = [Press("0000#", on="Please enter the PIN") for _ in range(3)]

    end, channel, _ = line.call(BOX, *wrong)

    assert end == FlowEnd(reason="locked")
    assert not any("66010000" in text for text in channel.texts)


def test_hang_up_while_pages_are_made(line: Line) -> None:
    """Nothing is left of a fax whose caller hung up."""
    end, _, _ = line.call(NOW, Press(HANG_UP, at=0.5))

    assert end is None
    assert list((line.folder / "calls").iterdir()) == []


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ('{fax_send: leter, data: {who: "x"}}', "unknown-document"),
        ("{fax_send: letter}", "document-field"),
        ('{fax_send: letter, data: {who: "x", what: "y"}}', "document-field"),
        ('{fax_send: letter, data: {who: "x"}, on_refused: failed}', "unused-option"),
    ],
)
def test_what_check_finds(step: str, problem: str) -> None:
    text = FLOW.format(main=f"    - {step}\n    - goto: failed")
    found = check_whole(read_flow_text(text, Path("line.yaml")))
    assert problem in [one.code for one in found]
