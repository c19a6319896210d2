"""The process that opens strangers' documents: ``python -m boardivr.fax.worker``.

Reads one request in JSON from standard input, limits itself, works in the folder
that it was started in, and leaves its answer there as ``answer.json``.
"""

from __future__ import annotations

import ctypes
import dataclasses
import errno
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from boardivr.fax.errors import DocumentError
from boardivr.fax.model import Cover, CoverTemplate, Limits, options_from

ANSWER = "answer.json"
SPARE = 5  # seconds after which a worker that nobody could stop ends itself
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Do the one thing that is asked for."""
    request = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    _limit(limits)
    answer = _answer(request, limits)
    Path(ANSWER).write_text(json.dumps(answer), encoding="utf-8")
    # Nothing is left to be tidied up: a library that was led astray can't crash now.
    os._exit(0)


def _answer(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    try:
        return JOBS[request["job"]](request, limits)
    except DocumentError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"{_names(request)}: more memory was needed than there may be"}
    except OSError as error:
        if error.errno == errno.EFBIG:
            most = f"{limits.output_bytes:,}"
            return {"error": f"{_names(request)}: expected at most {most} bytes of fax, found more"}
        return _unreadable(request, error)
    except Exception as error:  # decoders raise whatever they like: it's the document's fault
        return _unreadable(request, error)


def _unreadable(request: dict[str, Any], error: Exception) -> dict[str, Any]:
    text = " ".join(f"{error}".split())[:300] or "no reason given"
    return {"error": f"{_names(request)}: can't be read: {text} ({type(error).__name__})"}


def _names(request: dict[str, Any]) -> str:
    return ", ".join(Path(source).name for source in request["sources"])[:300]


def _limit(limits: Limits) -> None:
    """Take away what a document needs not; what is over the limits ends the process."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    # Should our parent be killed, or hang, nobody else would stop us.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.alarm(int(limits.seconds) + SPARE)


def _convert(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    from boardivr.fax import render, tiff

    front = request["cover"]
    cover = front and Cover(template=CoverTemplate(**front["template"]), fields=front["fields"])
    sources = [Path(source) for source in request["sources"]]
    done = render.render(sources, options_from(request["options"]), limits, cover)
    with open("fax.tif", "wb") as file:
        tiff.write(file, done.coded)
    return {
        "files": ["fax.tif"],
        "pages": [dataclasses.asdict(page) for page in done.pages],
        "blank": done.blank,
        "warnings": done.warnings,
    }


def _export(name: str) -> Callable[[dict[str, Any], Limits], dict[str, Any]]:
    def job(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
        from boardivr.fax import export

        write = {"pdf": export.to_pdf, "png": export.to_png, "sheet": export.to_sheet}[name]
        (source,) = request["sources"]
        suffix = "pdf" if name == "pdf" else "png"
        return {"files": [str(path) for path in write(Path(source), Path(f"p.{suffix}"), limits)]}

    return job


JOBS: dict[str, Callable[[dict[str, Any], Limits], dict[str, Any]]] = {
    "convert": _convert,
    **{name: _export(name) for name in ("pdf", "png", "sheet")},
}

if __name__ == "__main__":
    main()
