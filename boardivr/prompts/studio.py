"""Recording by telephone in a running appliance: it calls the speaker on a free line."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from boardivr.control import Command, ControlError, Handler
from boardivr.errors import BoardIVRError
from boardivr.hal import Channel
from boardivr.prompts.booth import Booth, Session, Task, Voice
from boardivr.prompts.folder import RecordingFolder, check_key

Ask = Callable[[Callable[[Channel], None]], None]
"""Has the next idle channel do something; it is hung up afterwards."""

Places = Callable[[str], tuple[Voice, RecordingFolder]]
"""Returns a flow's prompts, and where its recordings are taken in."""

WITHIN = 4 * 3600.0  # seconds for a whole session


class NoAnswer(BoardIVRError):
    """The speaker wasn't reached."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be recorded, and by whom.

    :param number: where the speaker is
    :param speak: the language that he is spoken to in
    :param wait: seconds for him to answer
    """

    flow: str
    number: str
    who: str
    speak: str
    tasks: Sequence[Task]
    wait: float = 60.0

    def as_text(self) -> str:
        """Return it as a command carries it."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Order:
        """Read what :meth:`as_text` gave.

        :raises ControlError: it isn't that
        """
        try:
            facts = json.loads(text)
            tasks = [Task(**task) for task in facts.pop("tasks")]
            order = cls(tasks=tasks, **facts)
            for task in order.tasks:
                check_key(task.prompt, task.language)
        except (ValueError, TypeError, KeyError, AttributeError, BoardIVRError) as error:
            raise ControlError(f"prompt_record: expected an order, found {error}") from error
        return order


@dataclass
class StudioCall:
    """One session: a channel runs it on its thread, who ordered it waits for it."""

    order: Order
    voice: Voice
    folder: RecordingFolder
    session: Session | None = None
    failure: str = ""
    _done: threading.Event = field(default_factory=threading.Event)

    def run(self, channel: Channel) -> None:
        """Call the speaker and record; an errand."""
        order = self.order
        try:
            connect(channel, order.number, order.wait)
            booth = Booth(
                channel, self.voice, self.folder,
                language=order.speak, who=order.who, wall=channel.clock.wall,
            )  # fmt: skip
            self.session = booth.run(order.tasks)
        except NoAnswer as error:
            self.failure = str(error)
        except BoardIVRError as error:
            self.failure = str(error)
            raise
        finally:
            self._done.set()

    def wait(self) -> Session:
        """Wait until it is over.

        :raises BoardIVRError: the speaker wasn't reached, or the line failed
        """
        if not self._done.wait(WITHIN):
            raise NoAnswer(f"{self.order.number}: expected a free line, found none for hours")
        if self.session is None:
            raise NoAnswer(self.failure or f"{self.order.number}: the line failed")
        return self.session


def connect(channel: Channel, number: str, wait: float) -> None:
    """Call a speaker.

    :raises NoAnswer: he doesn't answer
    """
    progress = channel.dial(number, wait)
    if not progress.is_connected:
        outcome = progress.outcome.name.lower().replace("_", " ")
        raise NoAnswer(f"{channel.name}: {number} didn't answer: {outcome}")


def handlers(ask: Ask, places: Places) -> Mapping[str, Handler]:
    """Return what an appliance can be asked for."""

    def record(command: Command) -> object:
        order = Order.from_text(command.text("order") or "")
        voice, folder = places(order.flow)
        call = StudioCall(order=order, voice=voice, folder=folder)
        ask(call.run)
        return facts(call.wait())

    return {"prompt_record": record}


def facts(session: Session) -> dict[str, Any]:
    """Return what came of a session as JSON has it."""
    return {
        "ending": session.ending,
        "kept": [version.facts() for version in session.kept],
        "skipped": [f"{task.prompt}@{task.language}" for task in session.skipped],
    }
