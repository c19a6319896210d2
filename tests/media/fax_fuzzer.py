"""A program that throws frames at fax terminals; started by ``test_fax_fuzz.py``.

Arguments: a seed, how many terminals, a folder. It ends with "done"; a crash is what it's for.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from boardivr.media._engine import ffi, lib

from boardivr.hal.types import FaxSettings
from boardivr.media.engine import Engine
from boardivr.media.fax import Fax
from tests.media.faxpages import tiff

# Facsimile control fields, as spandsp has their bits
KINDS = bytes.fromhex(
    "80402082 42c22212 8444248e 4e2ebece 6e8ccc4c ac2cbcfc 1cecfa1a 0686c121 814161e1 01a1"
)
LENGTHS = (0, 1, 2, 3, 4, 7, 10, 20, 23, 24, 35, 60, 130, 255, 256, 257, 260, 300, 396)


def frame(chance: random.Random) -> bytes:
    """Return a frame of a kind that T.30 knows, with anything behind it."""
    body = chance.randbytes(chance.choice(LENGTHS))
    if chance.random() < 0.05:
        return body
    kind = chance.choice(KINDS) | (chance.random() < 0.3)
    return bytes([0xFF, chance.choice([0x03, 0x13]), kind]) + body


def attack(chance: random.Random, source: Path, target: Path) -> None:
    """Throw some frames at one terminal, while time passes."""
    engine = Engine(ports=2, is_virtual=True)
    near, far = engine.open_port(), engine.open_port()
    near.wire(far)
    settings = FaxSettings(ecm=chance.random() < 0.7)
    if chance.random() < 0.5:
        fax = Fax.receiving(engine, target, settings)
    else:
        fax = Fax.sending(engine, source, settings, 0, None)
    lib.bi_fax_start(fax.handle, near.number)
    for _ in range(chance.randrange(5, 60)):
        octets = frame(chance)
        lib.bi_fax_guarded(fax.handle, ffi.new("uint8_t[]", octets + b"\0"), len(octets))
        if chance.random() < 0.5:
            lib.bi_run(engine.handle, chance.choice([1, 5, 20, 100, 400]))
    lib.bi_run(engine.handle, 50)
    fax.close()
    target.unlink(missing_ok=True)
    engine.close()


def main() -> None:
    chance, folder = random.Random(int(sys.argv[1])), Path(sys.argv[3])
    source = tiff(folder / "out.tif", 2, rows=200)
    for number in range(int(sys.argv[2])):
        attack(chance, source, folder / f"{number}.tif")
    print("done")


if __name__ == "__main__":
    main()
