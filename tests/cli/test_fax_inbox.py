"""``boardivr fax`` on the inbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from boardivr.cli.thumbnail import HALF, thumbnail
from boardivr.fax.inbox.inbox import Inbox
from boardivr.fax.inbox.model import Arrival, ReceivedFax
from boardivr.fax.inbox.settings import InboxSection
from boardivr.store import Store
from tests.cli.conftest import Run
from tests.manual_clock import START
from tests.media.faxpages import pages_of, tiff

SETTINGS = """pin_cost: 10
fax:
  inbox:
    boxes:
      sales: {sub_addresses: ["42"], dnis: ["9550*"], folder: faxes, mail: [a@example.org]}
"""


@pytest.fixture
def received(home: Path) -> Path:
    """Two faxes: a whole one in sales, a part of one in general; the file of the first."""
    (home / "boardivr.yaml").write_text(SETTINGS, encoding="utf-8")
    with Store(home / "boardivr.db") as store:
        store.migrate()
        inbox = Inbox(store, InboxSection(), home / "fax" / "in", lambda: START)
        for box, state in (("sales", Arrival.WHOLE), ("general", Arrival.PARTIAL)):
            fax = inbox.begin(ReceivedFax(file="", box=box, began=START, ani="6601"))
            tiff(inbox.path(fax), 2)
            inbox.end(ReceivedFax(**{**vars(fax), "state": state, "pages": 2, "words": "cut"}))
        return inbox.path(inbox.file.fax(1))


def answer(run: Run, *words: str) -> Any:
    """What a command prints with --json."""
    result = run("fax", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_inbox(run: Run, received: Path) -> None:
    """The newest first; of one box; those that are new."""
    faxes = answer(run, "inbox")
    assert [(fax["id"], fax["box"], fax["state"]) for fax in faxes] == [
        (2, "general", "partial"),
        (1, "sales", "whole"),
    ]
    assert [fax["id"] for fax in answer(run, "inbox", "--box", "sales")] == [1]
    assert "6601" in run("fax", "inbox").stdout


def test_view(run: Run, received: Path, tmp_path: Path) -> None:
    """A sheet as PNG; then the fax isn't new any more."""
    sheet = tmp_path / "sheet.png"
    result = run("fax", "view", "2", "-o", str(sheet))

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "fax 2 from 6601: 2 pages, then the call ended (cut)",
        str(sheet),
    ]
    with Image.open(sheet) as image:
        assert image.format == "PNG"
    assert [fax["id"] for fax in answer(run, "inbox", "--new")] == [1]


def test_export(run: Run, received: Path, tmp_path: Path) -> None:
    """As PDF, as PNGs, and as it came."""
    pdf, tif = tmp_path / "a.pdf", tmp_path / "a.tif"
    assert answer(run, "export", "1", "-o", str(pdf)) == {"files": [str(pdf)]}
    assert pdf.read_bytes().startswith(b"%PDF")
    assert len(answer(run, "export", "1", "-o", str(tmp_path / "a.png"))["files"]) == 2
    answer(run, "export", "1", "-o", str(tif))
    assert pages_of(tif) == pages_of(received)
    assert run("fax", "export", "9", "-o", str(pdf)).exit_code == 1


def test_forward(run: Run, received: Path) -> None:
    """To a machine by the queue, and by mail."""
    told = answer(run, "forward", "1", "--to", "7001", "--mail", "b@example.org")

    assert told == {"faxes": [1], "mails": ["b@example.org"]}
    (job,) = answer(run, "queue")
    assert (job["number"], job["pages"], job["title"]) == ("7001", 2, "received fax 1")
    (sales,) = answer(run, "inbox", "--box", "sales")
    assert [one["target"] for one in sales["deliveries"]] == ["b@example.org"]
    assert "expected --to" in run("fax", "forward", "1").output
    assert "expected an e-mail address" in run("fax", "forward", "1", "--mail", "nobody").output


def test_delete(run: Run, received: Path) -> None:
    """Gone, with its file."""
    assert run("fax", "delete", "1").stdout == "fax 1 is deleted\n"
    assert not received.exists()
    assert [fax["id"] for fax in answer(run, "inbox")] == [2]


def test_boxes(run: Run, received: Path) -> None:
    """What goes where; a PIN is set without being shown."""
    sales, general = answer(run, "boxes")
    assert (sales["name"], sales["faxes"], sales["has_pin"]) == ("sales", 1, False)
    assert (sales["takes"], sales["delivers"]) == (["42", "9550*"], ["faxes", "a@example.org"])
    assert (general["name"], general["takes"]) == ("general", ["all else"])

    result = run("fax", "boxes", "--set-pin", "sales", keyed="4711\n")
    assert result.exit_code == 0, result.output
    assert "4711" not in result.output
    assert answer(run, "boxes")[0]["has_pin"]
    assert not answer(run, "boxes", "--remove-pin", "sales")[0]["has_pin"]
    assert "no fax mailbox 'sails'" in run("fax", "boxes", "--set-pin", "sails").output
    assert "4 to 12 digits" in run("fax", "boxes", "--set-pin", "sales", keyed="12\n").output


def test_thumbnail(tmp_path: Path) -> None:
    """Two dots a letter: black over white is told apart from white over black."""
    path = tmp_path / "a.png"
    image = Image.new("L", (2, 4), 255)
    image.putpixel((0, 0), 0)
    image.putpixel((1, 1), 0)
    image.save(path)

    lines = list(thumbnail(path, columns=80, lines=10))

    white, black = 255, 232
    assert len(lines) == 2
    assert lines[0] == (
        f"\x1b[38;5;{black};48;5;{white}m{HALF}\x1b[38;5;{white};48;5;{black}m{HALF}\x1b[0m"
    )
