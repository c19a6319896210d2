"""The appliance's side of the socket: questions, and the thread that brings the answers."""

from __future__ import annotations

import itertools
import logging
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from boardivr.clock import Clock
from boardivr.hal.dialogic_cffi.helper import failures
from boardivr.hal.dialogic_cffi.helper.wire import HelperGone, Message, Wire
from boardivr.hal.types import Clip

log = logging.getLogger(__name__)


@dataclass
class _Question:
    """A verb that a helper works on."""

    on_page: Callable[[int], None] | None
    answer: Message | None = None
    pages: list[int] = field(default_factory=list)


class Link:
    """Asks the helper, from any number of threads."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock
        self._numbers = itertools.count(1)
        self._questions: dict[int, _Question] = {}
        self._gone: HelperGone | None = None
        self._clips: weakref.WeakKeyDictionary[Clip, int] = weakref.WeakKeyDictionary()
        self._naming = threading.Lock()
        self._forgotten: list[int] = []
        self._reader = clock.spawn(self._read, "helper")

    def ask(self, message: Message, on_page: Callable[[int], None] | None = None) -> Any:
        """Send a question and wait for its answer; return its result, as JSON has it.

        :raises HelperGone: the helper ended
        :raises BoardIVRError, OSError, ValueError: what the verb raised there
        """
        number = next(self._numbers)
        question = self._questions[number] = _Question(on_page)
        try:
            self.tell({**message, "id": number})
            answer = self._wait(question)
        finally:
            del self._questions[number]
        if "error" in answer:
            raise failures.decode(answer["error"])
        return answer.get("result")

    def tell(self, message: Message) -> None:
        """Send what has no answer.

        :raises HelperGone: the helper ended
        """
        if self._gone is not None:
            raise self._gone
        self._wire.send(message)

    def clips(self, clips: Sequence[Clip]) -> list[int]:
        """Send the clips that the helper hasn't got; return the numbers of all."""
        with self._naming:
            if self._forgotten:
                self.tell({"forget": [self._forgotten.pop() for _ in range(len(self._forgotten))]})
            return [self._clip(clip) for clip in clips]

    def close(self) -> None:
        """Have the helper close its board and end. Safe to repeat."""
        self._wire.close()
        self._clock.join(self._reader)

    def _clip(self, clip: Clip) -> int:
        number = self._clips.get(clip)
        if number is None:
            number = self._clips[clip] = next(self._numbers)
            weakref.finalize(clip, self._forgotten.append, number)
            facts = {"encoding": clip.encoding.value, "name": clip.name, "text": clip.text}
            self._wire.send({"clip": number, **facts}, clip.data)
        return number

    def _wait(self, question: _Question) -> Message:
        while True:
            self._clock.wait(lambda: bool(question.pages) or question.answer is not None)
            while question.pages:
                pages = question.pages.pop(0)
                if question.on_page is not None:
                    question.on_page(pages)
            if question.answer is not None and not question.pages:
                return question.answer

    def _read(self) -> None:
        try:
            while True:
                message, _ = self._wire.receive()
                question = self._questions.get(message.get("id", 0))
                if question is None:
                    log.warning("an answer that nobody waits for, from the helper")
                elif "page" in message:
                    question.pages.append(int(message["page"]))
                else:
                    question.answer = message
                self._clock.notify()
        except HelperGone as error:
            self._gone = error
            for question in list(self._questions.values()):
                question.answer = {"error": failures.encode(error)}
            self._clock.notify()
