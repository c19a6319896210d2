"""A speech worker that misbehaves on request: ``double.py MODE [FOLDER]``.

With a folder it misbehaves once: a file "done" says that it has. A named pipe
"pid" in it gets its number when it begins.
"""

import json
import os
import struct
import sys
from pathlib import Path


def pack(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


def tell(fifo: Path) -> None:
    """Tell a test that waits for it that we are in the middle of a request."""
    if fifo.exists():
        fifo.write_text(str(os.getpid()))


def misbehave(mode: str, out) -> None:
    if mode == "crash":
        os._exit(3)
    answer = {
        "garbage": b"Audio saved to a file, all is well",  # "Audi": a length of 1.1 GB
        "no-json": pack(b"hello"),
        "other-json": pack(b"[1]"),
        "half": struct.pack(">I", 100) + b"{",
        "hang": b"",
        "silence": pack(b'{"ok": true, "rate": 8000}') + pack(b"\0\0" * 100),
        "empty": pack(b'{"ok": true, "rate": 8000}') + pack(b""),
        "odd": pack(b'{"ok": true, "rate": 8000}') + pack(b"abc"),
        "no-rate": pack(b'{"ok": true}') + pack(b"abcd"),
        "missing": pack(b'{"error": "no library", "unavailable": true}'),
    }[mode]
    out.write(answer)
    out.flush()
    if mode in ("half", "hang"):
        sys.stdin.buffer.read()  # until our parent is gone


def main() -> None:
    mode, marker = sys.argv[1], Path(sys.argv[2]) / "done" if len(sys.argv) > 2 else None
    while head := sys.stdin.buffer.read(4):
        request = json.loads(sys.stdin.buffer.read(struct.unpack(">I", head)[0]))
        if marker is None or not marker.exists():
            if marker is not None:
                marker.touch()
                tell(marker.parent / "pid")
            misbehave(mode, sys.stdout.buffer)
            continue
        # Speaks the text's own code points, so that a test can tell whose answer it got.
        samples = b"".join(struct.pack("<h", ord(c) * 10) for c in request["text"])
        sys.stdout.buffer.write(pack(b'{"ok": true, "rate": 20}') + pack(samples))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
