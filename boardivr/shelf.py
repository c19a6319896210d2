"""The flows that an appliance runs, replaced while calls go on.

A call takes its flow once and keeps it to its end. A reload prepares everything
beside what runs and then swaps one mapping for another, so a call never waits for
it; a version that no call has any more is freed, with its prompts.
"""

from __future__ import annotations

import contextlib
import gc
import getpass
import logging
import threading
import time
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from boardivr.errors import BoardIVRError, SettingsError
from boardivr.flows.loader import load_folder, texts_of
from boardivr.flows.model import Flow
from boardivr.flows.versions import Change, changes
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.problems import ProblemKind
from boardivr.store.versions import KeptVersion, VersionFile

log = logging.getLogger(__name__)


class MuteError(BoardIVRError):
    """Prompts that can't be spoken; each in a line of its own."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a reload did.

    :param rendered: prompts that were made ready
    :param seconds: real time that it took
    """

    folder: Path
    changes: tuple[Change, ...]
    rendered: int
    seconds: float


class Shelf:
    """The flows by name, each with its prompts.

    :param folder: where they are loaded from; :meth:`load` can name another
    :param wanted: flows that lines lead to; others in the folder are checked only
    :param voice_of: makes the prompts of a flow
    :param versions: where each version that runs is kept; None keeps none
    :param wall: the date and time
    :raises FlowError: a flow that can't be run; every problem of all of them
    :raises SettingsError: a wanted flow isn't there
    """

    def __init__(
        self,
        folder: Path,
        wanted: Collection[str],
        voice_of: Callable[[Flow], PromptLibrary],
        versions: VersionFile | None,
        wall: Callable[[], datetime],
    ) -> None:
        self.folder = folder
        self._wanted = frozenset(wanted)
        self._voice_of = voice_of
        self._versions = versions
        self._wall = wall
        self._loading = threading.Lock()
        self._voices: dict[int, PromptLibrary] = {}  # by the flow's identity, while it lives
        self._alive: list[weakref.ref[Flow]] = []
        self.flows: Mapping[str, Flow] = {}
        self._swap(self._read(folder), getpass.getuser())

    def voice(self, flow: Flow) -> PromptLibrary:
        """Return the prompts of a flow that :attr:`flows` had; a call's own, while it goes on."""
        return self._voices[id(flow)]

    def alive(self) -> list[Flow]:
        """Return the flows that run or that a call still has."""
        return [flow for flow in (ref() for ref in self._alive) if flow is not None]

    def load(self, who: str, folder: Path | None = None) -> Loaded:
        """Load all flows anew: everything in it is good, or nothing changes.

        From any thread; calls don't notice.

        :param folder: in place of the one so far
        :raises FlowError: flows that can't be run; every problem of all of them
        :raises MuteError: prompts that can't be spoken
        """
        with self._loading, _uncollected():
            began = time.monotonic()
            place = self.folder if folder is None else folder
            flows = self._read(place)
            rendered = self._render(flows)
            before = self.flows
            self._swap(flows, who)
            self.folder = place
            found = changes(before, flows)
            took = time.monotonic() - began
        log.info("%s loaded %s in %.2f s: %d changes", who, place, took, len(found))
        for change in found:
            log.info("%s", change)
        return Loaded(folder=place, changes=tuple(found), rendered=rendered, seconds=took)

    def _read(self, folder: Path) -> dict[str, Flow]:
        flows = load_folder(folder, self.flows.values())
        if missing := sorted(self._wanted - set(flows)):
            found = ", ".join(flows) or "none"
            raise SettingsError(f"lines: no flow {missing[0]!r} in {folder}; found {found}")
        flows = {name: flow for name, flow in flows.items() if name in self._wanted}
        for flow in flows.values():
            if id(flow) not in self._voices:
                self._take(flow)
        return flows

    def _take(self, flow: Flow) -> None:
        place = id(flow)
        self._voices[place] = self._voice_of(flow)
        # The identity may be another flow's afterwards: it must go with this one.
        weakref.finalize(flow, self._voices.pop, place, None).atexit = False
        self._alive = [ref for ref in self._alive if ref() is not None]
        self._alive.append(weakref.ref(flow))

    def _render(self, flows: Mapping[str, Flow]) -> int:
        """Make the prompts of changed flows, before anybody is served with them."""
        running = {id(flow) for flow in self.flows.values()}
        fresh = [flow for flow in flows.values() if id(flow) not in running]
        voices = [self.voice(flow) for flow in fresh]
        for flow, voice in zip(fresh, voices, strict=True):
            if (before := self.flows.get(str(flow.name))) is not None:
                voice.take_over(self.voice(before))
        rendered = sum(voice.warm() for voice in voices)
        mute = [
            str(problem)
            for voice in voices
            for problem in voice.problems()
            if problem.kind is ProblemKind.SPEECH
        ]
        if mute:
            raise MuteError("\n".join(f"prompt {text}" for text in mute))
        return rendered

    def _swap(self, flows: Mapping[str, Flow], who: str) -> None:
        running = {id(flow) for flow in self.flows.values()}
        fresh = [flow for flow in flows.values() if id(flow) not in running]
        if self._versions is not None and fresh:
            self._versions.keep([self._kept(flow, who) for flow in fresh])
        self.flows = flows

    def _kept(self, flow: Flow, who: str) -> KeptVersion:
        text, overlays = texts_of(flow)
        return KeptVersion(
            hash=flow.hash,
            flow=str(flow.name),
            path=flow.path.absolute(),
            text=text,
            overlays={path.name: text for path, text in overlays.items()},
            loaded=self._wall(),
            who=who,
        )


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector away from flows while they are read.

    It would look through everything that is being read again and again, which takes as long
    as the reading, and stops all calls while it does. What flows are made of has no circles.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
