"""The helper's side: a board, and a thread for each channel that works its verbs."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from boardivr.hal.board import Board
from boardivr.hal.channel import Channel
from boardivr.hal.dialogic_cffi.helper import failures, values
from boardivr.hal.dialogic_cffi.helper.wire import PROTOCOL, HelperGone, Message, Wire
from boardivr.hal.types import Clip, Encoding, State

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds for a verb to end that was stopped
ENDING = ("stop", "wake")
WITH_PAGES = ("send_fax", "receive_fax")


def serve(wire: Wire, open_it: Callable[[], Board]) -> None:
    """Open the board, tell what it has, and work it until the other end closes.

    A board that can't be opened is told, too.
    """
    try:
        board = open_it()
    except Exception as error:
        wire.send({"error": failures.encode(error)})
        return
    with board:
        _Server(wire, board).run()


class _Server:
    def __init__(self, wire: Wire, board: Board) -> None:
        self._wire = wire
        self._board = board
        self._clips: dict[int, Clip] = {}
        self._work: list[queue.SimpleQueue[Message | None]] = []
        self._threads: list[threading.Thread] = []
        self._is_ending = False

    def run(self) -> None:
        channels = self._board.channels
        for channel in channels:
            work: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
            self._work.append(work)
            target = partial(self._worker, channel, work)
            self._threads.append(self._board.clock.spawn(target, channel.name))
        self._wire.send({
            "protocol": PROTOCOL, "name": self._board.name,
            "channels": [_facts(channel) for channel in channels],
        })  # fmt: skip
        try:
            while True:
                self._take(*self._wire.receive())
        except HelperGone as error:
            log.info("%s: %s", self._board.name, error)
        finally:
            self._end()

    def _take(self, message: Message, sound: bytes) -> None:
        if "clip" in message:
            encoding = Encoding(message["encoding"])
            self._clips[message["clip"]] = Clip(
                data=sound, encoding=encoding, name=message["name"], text=message["text"]
            )
        elif "forget" in message:
            for number in message["forget"]:
                self._clips.pop(number, None)
        elif message.get("verb") in ENDING:
            # Not queued: it ends what its channel's thread is busy with.
            getattr(self._board.channels[message["channel"]], message["verb"])()
        else:
            if message.get("verb") == "play":  # while the clips are still known
                message["clips"] = [self._clips[n] for n in message["args"].pop("clips")]
            self._work[message["channel"]].put(message)

    def _worker(self, channel: Channel, work: queue.SimpleQueue[Message | None]) -> None:
        while (message := work.get()) is not None and not self._is_ending:
            try:
                answer: Message = {"result": self._do(channel, message)}
            except Exception as error:
                answer = {"error": failures.encode(error)}
            try:
                self._wire.send({"id": message.get("id"), **answer})
            except HelperGone:
                return

    def _do(self, channel: Channel, message: Message) -> Any:
        verb, told = message["verb"], message["args"]
        hints = values.hints(verb)
        hints.pop("return")
        arguments = {name: self._argument(hints.get(name), told[name]) for name in told}
        if verb == "play":
            arguments["clips"] = message["clips"]
        if verb in WITH_PAGES:
            arguments["on_page"] = partial(self._page, message["id"])
        channel.state = State[message["state"]]
        if verb == "close":
            return channel.close()  # all of it, so that the board knows it when it closes
        return values.encode(getattr(channel, f"_{verb}")(**arguments))

    def _argument(self, hint: Any, told: Any) -> Any:
        if hint is None:
            raise ValueError("expected an argument of the verb")
        if values.is_of_channel(hint):
            return None if told is None else self._board.channels[told]
        return values.decode(hint, told)

    def _page(self, number: int, pages: int) -> None:
        self._wire.send({"id": number, "page": pages})

    def _end(self) -> None:
        """End what the channels' threads do, and wait for them: the board is closed next."""
        self._is_ending = True
        for channel, work in zip(self._board.channels, self._work, strict=True):
            work.put(None)
            if channel.state is not State.CLOSED:
                channel.stop()
        for thread in self._threads:
            thread.join(PATIENCE)
        self._wire.close()


def _facts(channel: Channel) -> dict[str, Any]:
    return {
        "name": channel.name, "kind": channel.kind.value, "features": channel.features.value,
        "number": channel.number,
    }  # fmt: skip
