"""The process that decodes: ``python -m boardivr.speech.worker``.

pocketsphinx holds the interpreter while it works and can crash on a broken model, so it
lives here, one utterance at a time: read from standard input, answered on standard output
(:mod:`boardivr.prompts.tts.wire`), until the input ends. Nothing of an utterance is kept.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from boardivr.hal.types import Encoding
from boardivr.prompts.tts import wire
from boardivr.speech.decoder import PhraseDecoder, Task

SPARE = 5  # seconds after which a worker that nobody could stop ends itself


def main() -> None:
    """Serve requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else gets between the answers
    with answers:
        serve(sys.stdin.buffer, answers)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer each request of a stream: a message of JSON, then one of audio."""
    decoders: dict[tuple[str, int], PhraseDecoder] = {}
    while (body := wire.read(requests)) is not None:
        request = json.loads(body)
        audio = wire.read(requests)
        if audio is None:
            return
        signal.alarm(int(request["timeout"]) + SPARE)
        answers.write(wire.pack(json.dumps(_answer(decoders, request, audio)).encode()))
        answers.flush()
        signal.alarm(0)


def _answer(
    decoders: dict[tuple[str, int], PhraseDecoder], request: dict[str, Any], audio: bytes
) -> dict[str, Any]:
    model = (str(request["model"]), int(request["rate"]))
    try:
        if model not in decoders:
            decoders[model] = PhraseDecoder(Path(model[0]), model[1])
        task = Task(words=request["words"], jsgf=request["jsgf"])
        found = decoders[model].hear(task, audio, Encoding(request["law"])) if audio else []
    except (ImportError, RuntimeError, ValueError) as error:
        return {"error": f"{model[0]}: {error}"}
    return {"ok": [asdict(one) for one in found]}


if __name__ == "__main__":
    main()
