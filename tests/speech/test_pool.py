"""Decoders in processes: what becomes of one that crashes, hangs, or talks nonsense."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boardivr.speech.errors import DecoderDied, SpeechBusy, SpeechTimeout
from boardivr.speech.pool import DecoderPool

HEAD = """\
import os, struct, sys, time
def take():
    head = sys.stdin.buffer.read(4)
    if len(head) < 4: sys.exit()
    return sys.stdin.buffer.read(struct.unpack(">I", head)[0])
def give(body):
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body); sys.stdout.buffer.flush()
while True:
    request, audio = take(), take()
"""


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Callable[..., DecoderPool]]:
    made: list[DecoderPool] = []

    def make(body: str, size: int = 1) -> DecoderPool:
        path = tmp_path / "worker.py"
        path.write_text(HEAD + "".join(f"    {line}\n" for line in body.splitlines()))
        made.append(DecoderPool(size, [sys.executable, "-S", str(path)]))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_an_answer(pool: Callable[..., DecoderPool]) -> None:
    """A decoder is kept for the next utterance."""
    one = pool("give(b'{\"ok\": []}')")

    assert one.ask({}, b"a", 10.0) == []
    (pid,) = one.pids
    assert one.ask({}, b"b", 10.0) == []
    assert one.pids == [pid]


def test_a_crash(pool: Callable[..., DecoderPool], tmp_path: Path) -> None:
    """A decoder that dies is replaced, and the utterance is heard all the same."""
    mark = tmp_path / "died"
    body = f"if not os.path.exists({str(mark)!r}):\n    open({str(mark)!r}, 'w'); os._exit(3)"
    one = pool(body + "\ngive(b'{\"ok\": []}')")

    assert one.ask({}, b"", 10.0) == []


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        ("os._exit(7)", DecoderDied, "ended with code 7, and so did another"),
        ("give(b'nonsense')", DecoderDied, "no readable answer"),
        ("give(b'[]')", DecoderDied, "no readable answer"),
        ('give(b\'{"error": "no such model"}\')', DecoderDied, "no such model"),
        ("time.sleep(60)", SpeechTimeout, "killed"),
    ],
)
def test_named_failures(
    pool: Callable[..., DecoderPool], body: str, error: type[Exception], words: str
) -> None:
    """Each failure has its name, and leaves no process behind that hangs."""
    one = pool(body)

    with pytest.raises(error, match=words):
        one.ask({}, b"", 0.5 if error is SpeechTimeout else 10.0)
    assert error is DecoderDied or one.pids == []


def test_one_that_cannot_start(tmp_path: Path) -> None:
    """Where no process can be started, that is said, and the pool goes on."""
    one = DecoderPool(1, [str(tmp_path / "no-such-program")])

    for _ in range(2):
        with pytest.raises(DecoderDied, match="no-such-program"):
            one.ask({}, b"", 1.0)


def test_one_that_does_not_even_listen(tmp_path: Path) -> None:
    """A decoder that takes nothing in is killed in time, too."""
    path = tmp_path / "worker.py"
    path.write_text("import time\ntime.sleep(60)\n")
    one = DecoderPool(1, [sys.executable, "-S", str(path)])

    with pytest.raises(SpeechTimeout, match="killed"):
        one.ask({}, bytes(300_000), 0.5)
    assert one.pids == []


def test_busy(pool: Callable[..., DecoderPool], tmp_path: Path) -> None:
    """Where all decoders are at work, a caller is told at once."""
    taken = tmp_path / "taken"  # opens when both ends are there
    os.mkfifo(taken)
    one = pool(f"open({str(taken)!r}, 'w').close()\ngive(b'{{\"ok\": []}}')")
    thread = threading.Thread(target=one.ask, args=({}, b"", 30.0, 30.0))
    with one._turn:
        thread.start()
        with pytest.raises(SpeechBusy, match="all 1 decoders"):
            one.ask({}, b"", 30.0, 0.0)
    taken.read_text()
    thread.join()
    assert len(one.pids) == 1
