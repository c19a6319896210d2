"""Far ends of the simulated boards: telephones that do what a line of words says.

``call 9558801 wait 1 press 1234`` calls; ``at 7001 answer say hello.wav press 5`` waits
at a number to be called. Behind that they are the words of ``boardivr call``'s options.
"""

from __future__ import annotations

import shlex
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from boardivr.errors import BoardIVRError
from boardivr.hal.errors import CallEnded
from boardivr.hal.loopback.script import press
from boardivr.hal.loopback.telephone import Telephone

WORDS = {
    "at": 1, "ani": 1, "call": 1, "answer": 0, "press": 1, "wait": 1, "say": 1, "flash": 0,
    "hang_up": 0, "stay": 0,
}  # fmt: skip
"""What can be done, and how many words follow it."""

PATIENCE = 60.0
"""Seconds that a far end waits to be called, to be answered, and for the call's end."""


@dataclass(frozen=True)
class Action:
    what: str
    value: str = ""


def read_script(text: str) -> list[Action]:
    """Read a far end's words.

    :raises BoardIVRError: a word that isn't known, or one that lacks what follows it
    """
    words = shlex.split(text)
    actions = []
    while words:
        word = words.pop(0)
        if word not in WORDS:
            raise BoardIVRError(f"far end: expected one of {', '.join(WORDS)}, found {word!r}")
        if WORDS[word] and not words:
            raise BoardIVRError(f"far end: nothing follows {word!r}")
        actions.append(Action(word, words.pop(0) if WORDS[word] else ""))
    return actions


def own_number(actions: Sequence[Action]) -> str:
    return next((action.value for action in actions if action.what == "at"), "")


def start(telephone: Telephone, actions: Sequence[Action]) -> threading.Thread:
    """Have a telephone do it on a thread of its own."""
    return telephone.clock.spawn(partial(_run, telephone, actions), telephone.station.name)


def _run(telephone: Telephone, actions: Sequence[Action]) -> None:
    ani = next((action.value for action in actions if action.what == "ani"), None)
    try:
        for action in actions:
            _act(telephone, action, ani)
            if telephone.is_released:
                break
    except CallEnded:
        pass  # the other side hung up: the script is over too
    telephone.look()
    telephone.hang_up()


def _act(telephone: Telephone, action: Action, ani: str | None) -> None:
    from boardivr.media.audiofile import read_clip

    if action.what == "call":
        telephone.call(action.value, ani)
        if not telephone.wait_for_answer(PATIENCE):
            raise CallEnded("nobody answered")
    elif action.what == "answer":
        if not telephone.wait_for_ring(PATIENCE) or not telephone.answer():
            raise CallEnded("nobody called")
    elif action.what == "press":
        press(telephone, action.value)
    elif action.what == "wait":
        telephone.listen(float(action.value))
    elif action.what == "say":
        telephone.say(read_clip(Path(action.value)))
    elif action.what == "flash":
        telephone.flash()
    elif action.what == "stay":
        telephone.wait_for_end(PATIENCE)
    elif action.what == "hang_up":
        raise CallEnded("we hung up")
