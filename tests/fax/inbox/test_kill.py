"""A process that is killed while faxes come, again and again: no confirmed page is lost."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from boardivr.fax.inbox.inbox import Inbox
from boardivr.fax.inbox.settings import InboxSection
from boardivr.store import Store
from tests.manual_clock import ManualClock
from tests.media.faxpages import pages_of, tiff

PAGES = 3
MOST = 8  # kills for one that hits


@contextmanager
def receiver() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.fax.inbox.receiver"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()


def kill_often(folder: Path, hits: int, seed: int) -> int:
    """Kill it until so many kills hit a fax; return how many confirmed faxes were looked for."""
    chance, looked_for = random.Random(seed), 0
    source = tiff(folder / "out.tif", PAGES, rows=200)
    with Store(folder / "boardivr.db") as store, receiver() as process:
        store.migrate()
        for _ in range(MOST * hits):
            assert process.stdin is not None
            assert process.stdout is not None
            print(folder, chance.uniform(0.0, 0.3), file=process.stdin, flush=True)
            assert process.stdout.readline() == "killed\n"
            was_hit, told = look(store, folder, pages_of(source))
            hits -= was_hit
            looked_for += told
            if hits == 0:
                break
    assert hits == 0
    return looked_for


def look(store: Store, folder: Path, wanted: list[bytes]) -> tuple[bool, int]:
    """Start anew, and look for what senders were told; nothing else is left.

    :return: whether a fax was coming in, and how many had confirmed pages
    """
    inbox = Inbox(store, InboxSection(), folder / "in", ManualClock().wall)
    was_hit = inbox.file.arriving() != []
    inbox.recover("main")
    faxes = {fax.ident: fax for fax in inbox.file.faxes(limit=10_000)}
    told = confirmed(folder / "told")
    for ident, pages in told.items():
        fax = faxes[ident]
        found = pages_of(inbox.path(fax))
        assert fax.pages == len(found)
        assert pages <= fax.pages <= len(wanted)
        assert found == wanted[: fax.pages]
    assert {path.name for path in inbox.folder.iterdir()} == {f.file for f in faxes.values()}
    assert inbox.file.arriving() == []
    for fax in faxes.values():  # the next look is quick
        inbox.delete(fax.id)
    (folder / "told").unlink(missing_ok=True)
    return was_hit, len(told)


def confirmed(told: Path) -> dict[str, int]:
    """Return how many pages of each fax its sender was told are confirmed."""
    if not told.exists():
        return {}
    lines = [line.split() for line in told.read_text().splitlines()]
    return {ident: int(pages) for ident, pages in lines}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory: a process's death isn't a power cut, and disks are slow."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory, prefix="boardivr-test-") as name:
        yield Path(name)


def test_killed_while_faxes_come(folder: Path) -> None:
    """Ten times, at random moments of a fax."""
    assert kill_often(folder, 10, seed=1) > 0


@pytest.mark.grid
def test_killed_at_many_moments(folder: Path) -> None:
    """Two hundred times."""
    assert kill_often(folder, 200, seed=2) > 100
