"""How callers go through a flow: what they choose, where they stumble, where they hang up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boardivr.calls.record import CallRecord, Ending, TraceStep

ASKING = frozenset({"menu", "input"})
"""Steps that wait for the caller; others count only where he hung up in them."""

Call = tuple[CallRecord, Sequence[TraceStep]]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What callers chose in a menu.

    :param calls: in which it was chosen, once or more
    :param hung_up: calls in which it was the last choice before the caller hung up
    """

    id: str
    calls: int
    times: int
    hung_up: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """A menu, an input, or another step in which somebody hung up.

    :param name: ``menu main``, ``identify: enter_card``
    :param calls: that came there
    :param no_input: silences, over all calls
    :param no_match: keys that didn't fit
    :param wrong: inputs that were refused, such as a PIN
    :param hung_up: calls in which the caller hung up there
    """

    name: str
    calls: int
    times: int
    no_input: int
    no_match: int
    wrong: int
    hung_up: int


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """A flow's calls, counted.

    :param traced: calls whose steps are known; places are counted over these
    :param hung_up: calls that the caller ended
    :param choices: those that most calls made first
    :param places: in the order in which calls came there first
    """

    calls: int
    traced: int
    hung_up: int
    choices: tuple[Choice, ...]
    places: tuple[Place, ...]


class _Counting:
    def __init__(self) -> None:
        self.calls = self.traced = self.hung_up = 0
        self.chosen: Counter[str] = Counter()
        self.choosing: Counter[str] = Counter()
        self.last: Counter[str] = Counter()
        self.places: dict[str, Counter[str]] = {}

    def add(self, record: CallRecord, steps: Sequence[TraceStep]) -> None:
        self.calls += 1
        self.chosen.update(record.path)
        self.choosing.update(set(record.path))
        if record.ending is Ending.CALLER_HUNG_UP:
            self.hung_up += 1
            self.last.update(record.path[-1:])
        if steps:
            self.traced += 1
        seen: set[str] = set()
        for step in steps:
            if step.name in ASKING or "ended" in step.detail:
                name = place_of(step)
                self._step(step, self.places.setdefault(name, Counter()), name not in seen)
                seen.add(name)

    def _step(self, step: TraceStep, place: Counter[str], is_first: bool) -> None:
        place["calls"] += is_first
        place["times"] += 1
        place["hung_up"] += "ended" in step.detail
        for name, noted in (
            ("no_input", "no_input"),
            ("no_match", "no_match"),
            ("wrong", "refused"),
        ):
            count = step.detail.get(noted)
            place[name] += count if isinstance(count, int) else 0


def funnel(calls: Iterable[Call]) -> Funnel:
    """Count calls, each with its steps (none where it wasn't traced)."""
    counting = _Counting()
    for record, steps in calls:
        counting.add(record, steps)
    choices = [
        Choice(id=id, calls=count, times=counting.chosen[id], hung_up=counting.last[id])
        for id, count in sorted(counting.choosing.items(), key=lambda one: (-one[1], one[0]))
    ]
    fields = ("calls", "times", "no_input", "no_match", "wrong", "hung_up")
    places = [
        Place(name=name, **{field: counts[field] for field in fields})
        for name, counts in counting.places.items()
    ]
    return Funnel(
        calls=counting.calls,
        traced=counting.traced,
        hung_up=counting.hung_up,
        choices=tuple(choices),
        places=tuple(places),
    )


def place_of(step: TraceStep) -> str:
    """Return a step's name among places: its menu, else its section and what it says first."""
    detail = step.detail
    if step.name == "menu" and "menu" in detail:
        return f"menu {detail['menu']}"
    said = str(detail.get("said", "")).split(" | ")[0].split(",")[0].strip()
    section = str(detail.get("in", "")) or str(detail.get("at", ""))
    return f"{section}: {said or step.name}" if section else said or step.name
