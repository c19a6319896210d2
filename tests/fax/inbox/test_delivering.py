"""Received faxes that are delivered: to folders, by mail, by commands."""

from __future__ import annotations

import email
import os
import socketserver
import sys
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from boardivr.clock import SystemClock
from boardivr.fax.inbox.delivering import MOST_TRIES, Deliverer
from boardivr.fax.inbox.inbox import Inbox
from boardivr.fax.inbox.model import Arrival, Progress, ReceivedFax
from boardivr.fax.inbox.settings import Address, Box, InboxSection, MailServer
from boardivr.store import Store
from boardivr.yamlread import Seconds
from tests.manual_clock import ManualClock
from tests.media.faxpages import tiff


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server of the test's own.

    :ivar refusals: so many mails are refused at first
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[EmailMessage] = []
        self.refusals = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"QUIT":
                return self._say("221 bye")
            if verb == b"DATA":
                self._take()
            else:
                self._say("250 ok")
        return None

    def _take(self) -> None:
        server = self.server
        assert isinstance(server, Mailbox)
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if server.refusals > 0:
            server.refusals -= 1
            return self._say("451 not now")
        policy = email.policy.default  # type: ignore[attr-defined]
        server.mails.append(email.message_from_bytes(b"".join(lines), policy=policy))
        return self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        thread = threading.Thread(target=mailbox.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield mailbox
        mailbox.shutdown()
        thread.join()


class Post:
    """An inbox with one box, and who delivers what is in it."""

    def __init__(self, store: Store, folder: Path, box: Box, mail: MailServer) -> None:
        self.clock = ManualClock()
        section = InboxSection(boxes={"sales": box}, mail=mail)  # type: ignore[dict-item]
        self.inbox = Inbox(store, section, folder / "in", self.clock.wall)
        self.deliverer = Deliverer(self.inbox, folder / "work", SystemClock(), base=folder)

    def receive(self, state: Arrival = Arrival.WHOLE) -> ReceivedFax:
        begun = self.inbox.begin(
            ReceivedFax(file="", box="sales", began=self.clock.wall(), ident="+86 10 6601")
        )
        tiff(self.inbox.path(begun), 2)
        values = {**vars(begun), "state": state, "pages": 2}
        fax = self.inbox.end(ReceivedFax(**values))
        assert fax is not None
        return fax


def test_to_a_folder(store: Store, tmp_path: Path) -> None:
    """A PDF with all pages, under a name that no other fax has; nothing else is left there."""
    post = Post(store, tmp_path, Box(folder="faxes"), MailServer())
    fax = post.receive(Arrival.PARTIAL)

    assert post.deliverer.deliver_due() == 1

    (path,) = (tmp_path / "faxes").iterdir()
    assert path.name.endswith(f"-+86106601-{fax.id}-partial.pdf")
    assert path.read_bytes().startswith(b"%PDF")
    assert list((tmp_path / "work").iterdir()) == []
    assert post.deliverer.deliver_due() == 0


def test_by_mail(store: Store, tmp_path: Path, mailbox: Mailbox) -> None:
    """A mail with the PDF, and a Message-ID that is the same at each try."""
    box = Box(mail=(Address("sales@example.org"),))
    post = Post(store, tmp_path, box, MailServer(host="127.0.0.1", port=mailbox.port))
    mailbox.refusals = 1
    fax = post.receive()

    assert post.deliverer.deliver_due() == 0
    (delivery,) = post.inbox.file.deliveries(fax.id)
    assert (delivery.state, delivery.tries) == (Progress.DUE, 1)
    assert "451" in delivery.words
    assert post.deliverer.deliver_due() == 0  # not before its time
    post.clock.advance(seconds=61.0)
    assert post.deliverer.deliver_due() == 1

    (mail,) = mailbox.mails
    assert mail["Subject"] == "Fax from +86 10 6601: 2 pages"
    assert mail["Message-ID"] == f"<fax-{fax.id}-{delivery.id}@localhost>"
    (pdf,) = mail.iter_attachments()
    assert pdf.get_payload(decode=True)[:4] == b"%PDF"  # type: ignore[index]


def test_a_server_that_isnt_there(store: Store, tmp_path: Path) -> None:
    """It is tried again, later each time, and given up in the end; the fax stays."""
    box = Box(mail=(Address("sales@example.org"),))
    post = Post(store, tmp_path, box, MailServer(host="127.0.0.1", port=1))
    fax = post.receive()
    waits = []
    for _ in range(4):
        before = post.clock.wall()
        assert post.deliverer.deliver_due() == 0
        due = post.inbox.file.deliveries(fax.id)[0].due
        waits.append((due - before).total_seconds())
        post.clock.advance(seconds=waits[-1] + 1)

    assert waits == [60, 120, 240, 480]
    assert MOST_TRIES * 3600 > 24 * 3600
    assert post.inbox.file.fax(fax.id).pages == 2


WRITES = "import sys; open(sys.argv[1], 'a').write(' '.join(sys.argv[2:]) + '\\n')"


def test_by_a_command(store: Store, tmp_path: Path) -> None:
    """It is told of the fax; what it is told is one word each, whatever is in it."""
    told = tmp_path / "told"
    command = (sys.executable, "-c", WRITES, str(told), "{id}", "{pages}", "from={sender}", "{box}")
    post = Post(store, tmp_path, Box(command=command), MailServer())
    fax = post.receive()

    assert post.deliverer.deliver_due() == 1
    assert told.read_text() == f"{fax.id} 2 from=+86 10 6601 sales\n"


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import sys; sys.exit('no room')", "ended with 1: no room"),
        ("import time; time.sleep(60)", "not done within 0.3 s"),
    ],
)
def test_a_command_that_fails(store: Store, tmp_path: Path, program: str, words: str) -> None:
    """What it complained about is kept; one that takes too long is killed."""
    box = Box(command=(sys.executable, "-c", program), command_time=Seconds(0.3))
    if "sleep" not in program:
        box = Box(command=(sys.executable, "-c", program))
    post = Post(store, tmp_path, box, MailServer())
    fax = post.receive()

    assert post.deliverer.deliver_due() == 0
    assert words in post.inbox.file.deliveries(fax.id)[0].words


def test_no_such_command(store: Store, tmp_path: Path) -> None:
    """It is said as the system says it."""
    post = Post(store, tmp_path, Box(command=("/no/such/thing",)), MailServer())
    fax = post.receive()

    post.deliverer.deliver_due()

    assert post.inbox.file.deliveries(fax.id)[0].words == (f"/no/such/thing: {os.strerror(2)}")


def test_secrets_are_not_shown() -> None:
    """A mail password isn't in what can be printed of the settings."""
    assert "geheim" not in repr(MailServer(user="a", password="geheim"))
