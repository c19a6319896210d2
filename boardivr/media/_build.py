"""Build the engine in C: ``boardivr.media._engine``, cffi's API mode.

Drop files in and they are built: ``src/*.c`` and ``src/*.h`` are the engine, ``decl/*.h`` are
what Python sees of it, one file a subject, in cffi's dialect (no preprocessor, no includes).
Run by ``setup.py`` from the root of the source tree, so paths are relative to it.
"""

import os
from pathlib import Path

from cffi import FFI

HERE = Path(__file__).parent
FLAGS = ["-O3", "-std=gnu11", "-Wall", "-Wextra", "-fvisibility=hidden"]
# Set for builds with sanitizers, say "-fsanitize=address,undefined -g".
EXTRA = os.environ.get("BOARDIVR_CFLAGS", "").split()


def relative(pattern: str) -> list[str]:
    """Return the files that match, in a fixed order, as setuptools wants them: relative."""
    return [os.path.relpath(path) for path in sorted(HERE.glob(pattern))]


def declarations() -> str:
    """Return all that Python may see, from ``decl/*.h``."""
    return "\n".join(path.read_text("utf-8") for path in sorted(HERE.glob("decl/*.h")))


def preamble() -> str:
    """Return the includes of every header, so that cffi's checks see the real types."""
    return "".join(f'#include "{path.name}"\n' for path in sorted(HERE.glob("src/*.h")))


ffi = FFI()
ffi.cdef(declarations())
ffi.set_source(
    "boardivr.media._engine",
    preamble(),
    sources=relative("src/*.c"),
    depends=relative("src/*.h"),
    include_dirs=[os.path.relpath(HERE / "src")],
    libraries=["spandsp", "tiff", "m", "pthread"],
    extra_compile_args=FLAGS + EXTRA,
    extra_link_args=EXTRA,
)

if __name__ == "__main__":
    ffi.compile(verbose=True)
