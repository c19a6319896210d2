"""An appliance whose voice line a fax machine calls: through the flow into a box, and out again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from boardivr.app import Appliance
from boardivr.demo import demo_settings
from boardivr.fax.inbox.settings import Box, InboxSection, Poll
from boardivr.hal.loopback import LoopbackBoard, open_board
from boardivr.hal.loopback.faxmachine import FaxMachine, FaxManner
from boardivr.hal.types import FaxSettings
from boardivr.settings import Settings, load_settings
from tests.media.faxpages import pages_of, tiff

FLOW = """boardivr: 1
flow: bank
language: {default: en}
start: [greet]
defaults: {on_fax: take}
steps:
  greet:
    - play: long
  take:
    - fax_receive:
prompts:
  long: {en: "Welcome to the bank. This takes a while to say, and then some more of it."}
"""


def settings_for(folder: Path) -> Settings:
    flows = folder / "flows"
    flows.mkdir()
    (flows / "bank.yaml").write_text(FLOW, encoding="utf-8")
    (folder / "prices.txt").write_text("Tea: 3.20", encoding="utf-8")
    settings = dataclasses.replace(demo_settings(load_settings(), folder), flows=flows)
    inbox = InboxSection(
        boxes={"desk": Box(sub_addresses=("7",), folder="faxes")},  # type: ignore[arg-type, dict-item]
        polls=(Poll(file="prices.txt"),),
    )
    return dataclasses.replace(settings, fax=dataclasses.replace(settings.fax, inbox=inbox))


def machine_on(board: LoopbackBoard, folder: Path, settings: FaxSettings) -> FaxMachine:
    folder.mkdir()
    return FaxMachine(board.telephone("6601"), folder, FaxManner(settings=settings))


def test_a_fax_comes_by_a_voice_line(tmp_path: Path) -> None:
    """It goes from the announcement into the box that the sender named, and to its folder."""
    source = tiff(tmp_path / "out.tif", 2)
    with (
        open_board("loopback:?lines=1&kind=e1&time=virtual") as board,
        Appliance(settings_for(tmp_path), boards=[board]) as appliance,
    ):
        appliance.start()
        machine = machine_on(board, tmp_path / "m", FaxSettings(ident="6601", sub_address="7"))
        result = machine.send("95588", source)
        inbox = appliance.office.inbox
        board.clock.wait(lambda: any(d.done for d in inbox.file.deliveries()), 60.0)

        (fax,) = inbox.file.faxes(box="desk")
        assert result is not None
        assert (result.is_ok, fax.pages, fax.ident) == (True, 2, "6601")
        assert pages_of(inbox.path(fax)) == pages_of(source)
        appliance.writer.flush()
        (record,) = appliance.archive.recent()
        assert (fax.call, record.tags["fax"]) == (record.id, "received: ok, 2 pages")
    (path,) = (tmp_path / "faxes").iterdir()
    assert path.read_bytes().startswith(b"%PDF")


def test_a_document_is_polled(tmp_path: Path) -> None:
    """The same line serves who polls: the document was made into a fax at the start."""
    with (
        open_board("loopback:?lines=1&kind=e1&time=virtual") as board,
        Appliance(settings_for(tmp_path), boards=[board]) as appliance,
    ):
        appliance.start()
        machine = machine_on(board, tmp_path / "m", FaxSettings(is_poll=True))

        result = machine.poll("95588")

        assert result is not None
        assert (result.is_ok, result.pages_received) == (True, 1)
        assert appliance.office.inbox.file.counts() == {}
