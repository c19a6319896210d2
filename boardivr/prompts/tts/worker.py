"""The process that speaks: ``python -m boardivr.prompts.tts.worker ENGINE``.

An engine may crash, hang, print, or leave its threads about. So it lives here,
alone, with one request at a time: read from standard input, answered on standard
output (:mod:`.wire`), until the input ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.tts import registry, wire
from boardivr.prompts.tts.engine import Lost, Refused, Request, Speaker
from boardivr.prompts.tts.synthesiser import TtsVoice

SPARE = 5  # seconds after which a worker that nobody could stop ends itself
POLITE = 10  # niceness of an engine that is slow anyway: calls come first


def main() -> None:
    """Serve requests until standard input ends."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # engines print
    with requests, answers:
        serve(requests, answers, lambda: _open(sys.argv[1]))


def _open(name: str) -> Speaker:
    engine = registry.find(name)
    if not engine.is_fast:
        os.nice(POLITE)
    return engine.speaker()


def serve(requests: BinaryIO, answers: BinaryIO, start: Callable[[], Speaker]) -> None:
    """Answer each request of a stream.

    :param start: loads the engine; called at the first request
    """
    speaker: Speaker | None = None
    while (body := wire.read(requests)) is not None:
        request = json.loads(body)
        # Should our parent be gone and the engine hang, nobody else would stop us.
        signal.alarm(int(request["timeout"]) + SPARE)
        samples = b""
        try:
            speaker = speaker or start()
            answer: dict[str, Any] = {"ok": True, "rate": 0}
            if "text" in request:
                samples, answer["rate"] = speaker.speak(_request(request))
        except Refused as refusal:
            answer = {"error": str(refusal)}
        except Lost:
            raise
        except (ImportError, OSError, RuntimeError, TtsUnavailable) as error:
            answer = {"error": str(error), "unavailable": True}
        except Exception as error:  # of an engine that we don't know; its words may hold the text
            answer = {"error": f"the engine raised {type(error).__name__}"}
        answer["number"] = request.get("number")
        answers.write(wire.pack(json.dumps(answer).encode()))
        if "ok" in answer:
            answers.write(wire.pack(samples))
        answers.flush()
        signal.alarm(0)


def _request(content: dict[str, Any]) -> Request:
    return Request(
        text=content["text"],
        voice=TtsVoice(name=content["voice"], speed=content["speed"], pitch=content["pitch"]),
        is_marked=content.get("is_marked", False),
        folder=Path(content["folder"]),
    )


if __name__ == "__main__":
    main()
