"""Walking all ways through a flow, as customers with different functions hear it.

A call is made again and again on the interpreter alone, each time with one more key at
its end. A place is what is open, what was said last, which keys there are, and who hears
it; each place is gone on from once, so the walk ends. The keys of menus are known; of
other inputs a few are tried: the customer's card and PIN, and digits of the right count.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from boardivr.calls.answering import CallServices
from boardivr.calls.session import CallSession
from boardivr.customer import Customer
from boardivr.flows.interpreter import FlowEnd, Interpreter
from boardivr.flows.model import Flow
from boardivr.hal import CallEnded, Clip, Digits, IncomingCall, Reason, Recording, Termination
from boardivr.store.customers import CustomerEntry, CustomerFile
from boardivr.store.parameters import LiveParameters
from boardivr.testing.acts import Answer
from boardivr.testing.fast import ScriptChannel
from boardivr.testing.hosts import ScriptedHosts
from boardivr.testing.lines import KEY
from boardivr.testing.profiles import Profile
from boardivr.testing.quiet import quiet
from boardivr.testing.rig import PIN_COST, Rig
from boardivr.yamlread import Seconds

SILENCE = ""
"""What a caller presses who presses nothing."""

NO_KEY = "D"
"""What fits nowhere: a key that telephones don't have."""

WRONG = "wrong"
"""Digits of the right count, all of them 0."""

STUCK = frozenset({"error", "dead-end", "silence"})
"""Findings in which a caller gets stuck."""

MOST_CALLS = 4000
MOST_INPUTS = 25
LONGEST_SILENCE = 300.0
"""Seconds after which a caller who presses nothing should have been let go."""

SILENT = Answer(delay=Seconds(86_400.0))


@dataclass(frozen=True)
class Place:
    """Where a caller is asked for keys, and what it is that makes it another place."""

    open: tuple[str, ...]
    said: str
    keys: str
    language: str
    functions: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that deserves a look.

    :param kind: ``error``, ``dead-end``, ``silence``, ``unused-prompt``, ``never-reached``,
        ``unfinished``
    :param path: the choices that lead there
    """

    kind: str
    message: str
    profile: str = ""
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        who = (
            f" ({self.profile}: {' > '.join(self.path) or 'at the start'})" if self.profile else ""
        )
        return f"{self.kind}: {self.message}{who}"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How long the longest way to a section or menu takes, for a caller who hears it all.

    :param seconds: from the answer, by the shortest way of the customer who needs longest
    """

    name: str
    seconds: float
    profile: str
    path: tuple[str, ...]


@dataclass
class Walk:
    """What was found.

    :param calls: how many calls were made
    """

    findings: list[Finding] = field(default_factory=list)
    reached: dict[str, Reach] = field(default_factory=dict)
    prompts: set[str] = field(default_factory=set)
    calls: int = 0
    places: int = 0


@dataclass(frozen=True)
class _Try:
    keys: tuple[str, ...]
    depth: int  # choices in menus


@dataclass
class _Call:
    """One call, with what it did."""

    channel: _Explorer
    paths: list[str] = field(default_factory=list)
    end: FlowEnd | None = None
    place: Place | None = None
    options: Sequence[str] = ()
    is_menu: bool = False


SPOKEN = 3.0
"""Seconds that an answer in the caller's own words takes."""


class _Explorer(ScriptChannel):
    """Presses what it is told, at each input one; then it hangs up."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__()
        self.keys = list(keys)
        self.asked: Termination | None = None
        self.last = ""
        self.clips: set[str] = set()

    def _play(self, clips: Sequence[Clip], until: Termination) -> Reason:
        for clip in clips:
            self.seconds.seconds += clip.seconds
            if not clip.name.startswith("pause:"):
                self.last = clip.name
                self.clips.add(clip.name.partition("@")[0])
        return Reason.END_OF_DATA

    def _get_digits(self, until: Termination) -> Digits:
        if not self.keys:
            self.asked, self.lost = until, True
            return Digits("", Reason.STOPPED)
        keys = self.keys.pop(0)
        if keys == SILENCE:
            deadline, reason = self._patience(until, self.seconds.now(), self.seconds.now())
            self.seconds.seconds = deadline
            return Digits("", reason)
        if keys == WRONG:
            keys = "0" * (until.max_digits or 1) + until.digits[:1]
        self.seconds.seconds += KEY * len(keys)
        self.buffer = keys
        return self._take(until, Reason.MAX_DIGITS)

    def _record(self, path: Path, until: Termination, beep: bool) -> Recording:
        """Where an answer is listened to, there is one."""
        if until.first_speech is None:
            return super()._record(path, until, beep)
        path.touch()
        self.seconds.seconds += SPOKEN
        return Recording(path=path, seconds=SPOKEN, reason=Reason.SPEECH_END)


def explore(flow: Flow, profiles: Sequence[Profile], *, depth: int = 5) -> Walk:
    """Walk all ways through a flow.

    :param depth: choices in menus, one after another
    """
    walk = Walk()
    with quiet(), Rig(flow) as rig:
        for profile in profiles:
            _Walker(rig, profile, walk).walk(depth)
    _unused(flow, walk)
    return walk


class _Walker:
    """One customer's walk."""

    def __init__(self, rig: Rig, profile: Profile, walk: Walk) -> None:
        self.rig = rig
        self.flow = rig.flow
        self.profile = profile
        self.found = walk
        self.seen: set[Place] = set()
        self.first: dict[str, float] = {}  # when what was reached, by the shortest way
        self.calls = 0

    def walk(self, depth: int) -> None:
        waiting = deque([_Try((), 0)])
        while waiting:
            if self.calls >= MOST_CALLS:
                self.tell("unfinished", f"stopped after {self.calls} calls", ())
                return
            attempt = waiting.popleft()
            call = self.call(attempt.keys)
            if call.place is None:
                self.ended(call)
            elif call.place not in self.seen and len(attempt.keys) < MOST_INPUTS:
                self.seen.add(call.place)
                self.stays_silent(attempt.keys, call)
                deeper = attempt.depth + call.is_menu
                if deeper <= depth:
                    waiting += [_Try((*attempt.keys, key), deeper) for key in call.options]
        self.found.places += len(self.seen)

    def ended(self, call: _Call) -> None:
        """Note a call that ended in an error."""
        end = call.end
        if end is not None and end.reason == "error":
            self.tell("error", end.error or "error", tuple(call.paths))

    def stays_silent(self, keys: tuple[str, ...], before: _Call) -> None:
        """Press nothing more: the caller should be let go soon. Or press what is wrong."""
        began = before.channel.seconds.now()
        call = self.call((*keys, *([SILENCE] * MOST_INPUTS)))
        lasted = call.channel.seconds.now() - began
        for wrong in (NO_KEY, WRONG):
            self.ended(self.call((*keys, *([wrong] * MOST_INPUTS))))
        place = before.place
        assert place is not None
        where = place.open[-1] if place.open else "the start"
        if call.end is None or lasted > LONGEST_SILENCE:
            message = f"{where!r}: who presses nothing is still there after {lasted:.0f} s"
            self.tell("silence", message, tuple(before.paths))
        if before.is_menu and not before.options:
            self.tell("dead-end", f"{where!r}: there is no key to press", tuple(before.paths))

    def tell(self, kind: str, message: str, path: tuple[str, ...]) -> None:
        if (kind, message) not in {(f.kind, f.message) for f in self.found.findings}:
            self.found.findings.append(
                Finding(kind=kind, message=message, profile=self.profile.name, path=path)
            )

    # calls

    def call(self, keys: Sequence[str]) -> _Call:
        """Make a call in which these keys are pressed, at each input one string of them."""
        self.calls += 1
        self.found.calls += 1
        channel = _Explorer(keys)
        call = _Call(channel)
        interpreter = self.interpreter(call)
        try:
            call.end = interpreter.run()
        except CallEnded:
            self.at(call, interpreter)
        call.paths = list(interpreter.session.record.path)
        self.found.prompts |= channel.clips
        return call

    def interpreter(self, call: _Call) -> _Noting:
        channel, profile = call.channel, self.profile
        store = self.rig.empty_store()
        customers = CustomerFile(store, channel.clock, pin_cost=PIN_COST)
        customers.add(
            CustomerEntry(
                customer=Customer(
                    id="explorer",
                    language=profile.language,
                    group=profile.group,
                    functions=profile.functions,
                ),
                card=profile.card, ani=profile.ani, pin=profile.pin,
            )
        )  # fmt: skip
        answers = dict.fromkeys(profile.hosts, SILENT) if profile.is_host_silent else profile.hosts
        parameters = LiveParameters(store, channel.clock)
        session = CallSession(
            sink=_Nowhere(), switches=parameters, clock=channel.clock, node="explore",
            board="explore", channel=channel.name, trace=False,
        )  # fmt: skip
        services = CallServices(
            voice=self.rig.voice, customers=customers, tracer=session, parameters=parameters,
            hosts=ScriptedHosts(answers, pause=channel.clock.sleep),
        )  # fmt: skip
        incoming = IncomingCall(ani=profile.ani, dnis="95588")
        interpreter = _Noting(
            self.flow, channel, services, call=incoming, call_id="explore",
            recordings=self.rig.recordings,
        )  # fmt: skip
        interpreter.session = session
        interpreter.walker = self
        return interpreter

    def at(self, call: _Call, interpreter: _Noting) -> None:
        """Note where the call has come to, and what could be pressed there."""
        state, until = interpreter.state, call.channel.asked
        if until is None:
            return
        keys = str(state.notes.get("offers", ""))
        functions = state.customer.functions if state.customer else frozenset()
        call.is_menu = bool(keys)
        call.place = Place(
            open=tuple(frame.name for frame in interpreter.frames),
            said=call.channel.last,
            keys=keys,
            language=state.language,
            functions=functions,
        )
        call.options = _menu_keys(keys) if call.is_menu else self.profile.inputs(until)

    def reached(self, name: str, interpreter: _Noting) -> None:
        """Note that a section or menu was reached, and when."""
        seconds = interpreter.state.channel.clock.now()
        if name in self.first:
            return
        self.first[name] = seconds
        longest = self.found.reached.get(name)
        if longest is None or seconds > longest.seconds:
            path = tuple(interpreter.session.record.path)
            self.found.reached[name] = Reach(
                name=name, seconds=seconds, profile=self.profile.name, path=path
            )


class _Noting(Interpreter):
    """Tells what is opened."""

    session: CallSession
    walker: _Walker

    def _open(self, target: str) -> None:
        super()._open(target)
        self.walker.reached(target, self)


class _Nowhere:
    """Keeps no record."""

    def started(self, record: object) -> None:
        pass

    changed = step = started


def _menu_keys(summary: str) -> list[str]:
    return [choice.partition("=")[0] for choice in summary.split()]


def _unused(flow: Flow, walk: Walk) -> None:
    for name in sorted(flow.prompt_ids - walk.prompts):
        walk.findings.append(Finding(kind="unused-prompt", message=f"nobody heard {name!r}"))
    for name in dict.fromkeys(n for one in flow.variants for n in (*one.menus, *one.steps)):
        if str(name) not in walk.reached:
            message = f"nobody came to {str(name)!r}"
            walk.findings.append(Finding(kind="never-reached", message=message))
