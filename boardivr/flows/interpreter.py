"""Runs a flow for one call, from its first step to how it ends.

Open sections and menus are frames on a stack of our own: a menu lies under what was
chosen in it, and is offered again when that has ended. The far end's hanging up
(:exc:`CallEnded`) and a broken line (:exc:`BoardError`) pass through to the caller.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

from boardivr.errors import BoardIVRError
from boardivr.flows.model import Flow
from boardivr.flows.parts import Block, HangUp, Next, Step, Visit
from boardivr.flows.run import Run
from boardivr.flows.services import HostError, Services
from boardivr.flows.steps.call import Call
from boardivr.flows.values import MASK, FaxCalls, FlowFault, Held, Stopped
from boardivr.flows.visit import MenuVisit
from boardivr.hal import BoardError, CallEnded, Channel, Feature, IncomingCall
from boardivr.yamlread import Mark

log = logging.getLogger(__name__)

MOST_STEPS = 1000
"""Steps without a key from the caller, after which a flow is taken to run in circles."""

FAX_CALLS = "a fax calls"
"""What the trace has of a step that a calling fax has cut."""

MOST_FRAMES = 50
"""Sections, blocks and menus that may be open at once."""


@dataclass(frozen=True, kw_only=True)
class FlowEnd:
    """How a flow ended; the line is still up, whoever holds it hangs up.

    :param reason: ``end`` (nothing left to do), ``hang_up`` or the reason written there,
        ``no_input``, ``no_match``, ``wrong``, ``locked``, ``host``, ``error``,
        ``stopped`` (the channel was, from another thread)
    :param error: what went wrong, where the reason is ``error``
    """

    reason: str
    error: str | None = None


@dataclass
class Frame:
    """A section, a block of steps in it, or a menu, that is open.

    :param name: the section's or menu's name; empty for a block and the start
    :param rows: rows still to be done, for a block that is done once for each
    """

    name: str
    steps: Sequence[Step] = ()
    menu: MenuVisit | None = None
    row_name: str = ""
    rows: list[Held] = field(default_factory=list)
    next_step: int = 0


class Interpreter:
    """One call's run of a flow.

    :param call: what is known of the call
    :param call_id: unique among calls; for idempotency keys
    :param recordings: folder for what callers say; without it `record` fails
    :cvar run_class: what a call's run is made of
    """

    run_class: ClassVar[type[Run]] = Run

    def __init__(
        self,
        flow: Flow,
        channel: Channel,
        services: Services,
        *,
        call: IncomingCall | None = None,
        call_id: str | None = None,
        recordings: Path | None = None,
    ) -> None:
        self.state = self.run_class(
            flow,
            channel,
            services,
            call=call or IncomingCall(),
            call_id=call_id or uuid4().hex,
            recordings=recordings,
        )
        self.frames: list[Frame] = []
        self._failed_at: int | None = None  # inputs taken before the last error

    @property
    def flow(self) -> Flow:
        """The flow, with his group's overlay once the customer is known."""
        return self.state.flow

    def run(self) -> FlowEnd:
        """Run the flow on an answered call.

        :return: how it ended
        :raises CallEnded: the far end hung up
        :raises BoardError: the line failed
        """
        start = [Call(target=target, at=target.at) for target in self.flow.start]
        self.frames = [Frame("", start)]
        channel = self.state.channel
        if self.flow.defaults.on_fax is not None and Feature.FAX_TONE in channel.features:
            channel.await_fax()
        while self.frames:
            end = self._turn()
            if end is not None:
                log.info("%s: %s ends: %s", self.state.channel.name, self.flow.name, end.reason)
                return end
        return FlowEnd(reason="end")

    def _turn(self) -> FlowEnd | None:
        """Do one step, or offer one menu, and what follows from it."""
        try:
            self._count()
            following = self._step()
            if isinstance(following, HangUp):
                return FlowEnd(reason=following.reason)
            if following is not None:
                return self._follow(following)
        except (CallEnded, BoardError):
            raise
        except Stopped:
            return FlowEnd(reason="stopped")
        except FaxCalls:
            return self._fax_calls()
        except (BoardIVRError, HostError) as error:
            return self._failed(error)
        return None

    def _count(self) -> None:
        self.state.steps_since_key += 1
        if self.state.steps_since_key > MOST_STEPS:
            self._failed_at = self.state.inputs  # its on_error would run in the same circle
            raise FlowFault(f"{MOST_STEPS} steps without a key from the caller")

    def _step(self) -> Next | None:
        frame = self.frames[-1]
        if frame.menu is not None:
            return self._traced("menu", frame.menu)
        if frame.next_step < len(frame.steps):
            step = frame.steps[frame.next_step]
            frame.next_step += 1
            return self._traced(step.kind, step)
        if frame.rows:
            self.state.set(frame.row_name, frame.rows.pop(0))
            frame.next_step = 0
        else:
            self.frames.pop()
        return None

    def _traced(self, name: str, what: Step | MenuVisit) -> Next | None:
        """Do a step or menu; it is in the trace however it ends."""
        notes = self.state.notes = {}
        clock = self.state.channel.clock
        began, section = clock.now(), self.frames[self._innermost()].name
        if section:
            notes["in"] = section
        if isinstance(what, Step) and what.at is not None:
            notes["at"] = f"{self._file(what.at)}:{what.at.line}"
        try:
            return what.perform(self.state) if isinstance(what, Step) else what.offer()
        except CallEnded:
            notes["ended"] = "the far end hung up"
            raise
        except FaxCalls:
            notes["cut"] = FAX_CALLS
            raise
        except (BoardIVRError, HostError) as error:
            notes["error"] = str(error)
            raise
        finally:
            if notes.get("heard") == MASK and "keyed" in notes:  # a secret of one key
                notes["keyed"] = re.sub(r"=\S", "1", str(notes["keyed"]))
            if (took := round(clock.now() - began, 2)) > 0:
                notes["took"] = Decimal(f"{took:.2f}")
            self.state.services.tracer.step(name, notes)

    def _file(self, at: Mark) -> str:
        """Return what the trace calls the file of a step: its flow, or an overlay of it."""
        flow = self.flow
        is_overlay = flow.overlay and at.file != str(flow.path)
        return f"{flow.name}.{flow.overlay}" if is_overlay else str(flow.name)

    def _failed(self, error: Exception) -> FlowEnd | None:
        """Go where the author wants errors to go; a second one before a key ends the call."""
        log.warning("%s: %s: %s", self.state.channel.name, self.flow.name, error)
        branch = self.flow.defaults.on_error
        if branch is None or branch.target == "hang_up" or self._failed_at == self.state.inputs:
            return FlowEnd(reason="error", error=str(error))
        self._failed_at = self.state.inputs
        following = branch.next()
        if isinstance(following, Block):  # in place of what failed, not in the middle of it
            del self.frames[max(1, self._innermost()) :]
        try:
            return self._follow(following)
        except FlowFault as second:
            return FlowEnd(reason="error", error=f"{error}; then {second}")

    def _fax_calls(self) -> FlowEnd | None:
        """Go where the author wants a calling fax to go, in place of what was open."""
        branch = self.flow.defaults.on_fax
        assert branch is not None  # or the channel wouldn't listen
        self.state.channel.await_fax(False)
        self.state.services.tracer.step("on_fax", {})
        self.frames = [Frame("")]
        return self._follow(branch.next())

    # where things lead

    def _follow(self, following: Next) -> FlowEnd | None:
        if isinstance(following, HangUp):
            return FlowEnd(reason=following.reason)
        if isinstance(following, Block):
            self._push_block(following)
        elif isinstance(following, Visit):
            self._open(following.target)
        else:
            return self._go(following.target)
        return None

    def _push_block(self, block: Block) -> None:
        if block.rows is None:
            self._push(Frame("", block.steps))
        elif block.rows:
            rows = list(block.rows)
            self.state.set(block.name, rows.pop(0))
            self._push(Frame("", block.steps, row_name=block.name, rows=rows))

    def _go(self, target: str) -> FlowEnd | None:
        if target == "hang_up":
            return FlowEnd(reason="hang_up")
        if target == "repeat":
            self._restart(self._innermost())
        elif target in ("return", "back"):
            del self.frames[self._innermost() :]
        else:
            named = [i for i, frame in enumerate(self.frames) if frame.name == target]
            if named:
                self._restart(named[-1])
            else:
                # The start's own frame stays: it goes on when what took the place has ended.
                del self.frames[max(1, self._innermost()) :]
                self._open(target)
        return None

    def _innermost(self) -> int:
        """Return the index of the innermost section or menu, not counting blocks in it."""
        named = [i for i, frame in enumerate(self.frames) if frame.name]
        return named[-1] if named else 0

    def _restart(self, index: int) -> None:
        del self.frames[index + 1 :]
        frame = self.frames[index]
        frame.next_step = 0
        if frame.menu is not None:
            frame.menu.restart()

    def _open(self, target: str) -> None:
        if self.flow.menu(target) is not None:
            has_back = any(frame.menu is not None for frame in self.frames)
            visit = MenuVisit(self.state, target, has_back=has_back)
            self._push(Frame(target, menu=visit))
        elif (steps := self.flow.section(target)) is not None:
            self._push(Frame(target, steps))
        else:
            raise FlowFault(f"there is no section or menu {target!r}")

    def _push(self, frame: Frame) -> None:
        if len(self.frames) >= MOST_FRAMES:
            raise FlowFault(f"more than {MOST_FRAMES} sections are open at once")
        self.frames.append(frame)
