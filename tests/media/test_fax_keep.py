"""Pages that came are on the disk before they are confirmed, whatever becomes of the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from boardivr.hal.types import FaxOutcome, FaxSettings
from boardivr.media.engine import Engine
from boardivr.media.faxfiles import Files
from tests.media.faxpages import pages_of, tiff

MAKE = Files.make
PROGRAM = """
import os, signal, sys
from pathlib import Path
from boardivr.hal.types import FaxSettings
from boardivr.media.engine import Engine
engine = Engine(ports=2, is_virtual=True)
near, far = engine.open_port(), engine.open_port()
near.wire(far)
for port in (near, far):
    port.set_line(loss_db=8.0)
source, target, last = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
engine.clock.spawn(lambda: near.send_fax(source, FaxSettings()), "sends")
def told(page):
    if page == last:
        engine.clock.sleep(4.0)  # well into the next one
        os.kill(os.getpid(), signal.SIGKILL)
far.receive_fax(target, FaxSettings(), on_page=told)
"""


@pytest.mark.parametrize("last", [1, 2])
def test_killed_within_a_page(tmp_path: Path, last: int) -> None:
    """A process that is killed in a page leaves the ones before as a readable file."""
    source, target = tiff(tmp_path / "out.tif", 3), tmp_path / "in.tif"
    command = [sys.executable, "-c", PROGRAM, str(source), str(target), str(last)]

    ended = subprocess.run(command, check=False, capture_output=True, cwd=os.getcwd())

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert pages_of(target) == pages_of(source)[:last]


def test_pages_that_cannot_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that the disk refuses isn't confirmed; the fax ends, and says why."""
    engine = Engine(ports=2, is_virtual=True)
    near, far = engine.open_port(), engine.open_port()
    near.wire(far)
    source = tiff(tmp_path / "out.tif", 2)
    sent = []
    thread = engine.clock.spawn(lambda: sent.append(near.send_fax(source, FaxSettings())), "sends")
    monkeypatch.setattr(Files, "make", made_on_a_full_disk)

    result = far.receive_fax(tmp_path / "in.tif", FaxSettings())

    engine.clock.join(thread)
    assert (result.outcome, result.pages_received) == (FaxOutcome.FILE, 0)
    assert result.words == "a page that came couldn't be written to the disk"
    assert sent[0].pages_confirmed == 0
    assert not (tmp_path / "in.tif").exists()


def made_on_a_full_disk(files: Files, path: Path) -> tuple[int, int]:
    memory, made = MAKE(files, path)
    with open("/dev/full", "wb") as full:
        os.dup2(full.fileno(), made)
    return memory, made


@pytest.mark.grid
def test_kept_by_the_writer(tmp_path: Path) -> None:
    """In real time the writer's thread keeps the pages; they are the same (half a minute)."""
    engine = Engine(ports=2, is_virtual=False)
    near, far = engine.open_port(), engine.open_port()
    near.wire(far)
    for port in (near, far):
        port.set_line(loss_db=8.0)
    source, target = tiff(tmp_path / "out.tif", 2), tmp_path / "in.tif"
    engine.clock.spawn(lambda: near.send_fax(source, FaxSettings()), "sends")

    result = far.receive_fax(target, FaxSettings())

    assert (result.outcome, result.pages_received) == (FaxOutcome.OK, 2)
    assert pages_of(target) == pages_of(source)
    engine.close()
