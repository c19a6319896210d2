"""What a test expects once its call is over, compared with what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boardivr.calls.record import CallRecord
from boardivr.customer import Customer
from boardivr.hal.loopback.telephone import Heard
from boardivr.testing.caller import Mismatch
from boardivr.testing.hosts import Asked
from boardivr.testing.listening import find
from boardivr.testing.script import Expect


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a call.

    :param ended: ``caller``, ``error``, or the flow's reason
    :param customer: who called, as he is in the customer file afterwards
    """

    record: CallRecord
    ended: str
    language: str | None
    log: Sequence[Heard]
    asked: Sequence[Asked]
    faxed: Sequence[str]
    customer: Customer | None
    prompts: frozenset[str]
    overlay: str = ""


def check(expect: Expect, outcome: Outcome) -> Mismatch | None:
    """Return the first thing that isn't as expected."""
    for what, expected, found in _differences(expect, outcome):
        if expected != found:
            return Mismatch(expect.at, f"{what} {_told(expected)}", f"found {_told(found)}", None)
    return _duration(expect, outcome) or _words(expect, outcome)


def _differences(expect: Expect, outcome: Outcome) -> Iterator[tuple[str, object, object]]:
    record, customer = outcome.record, outcome.customer
    if expect.ended is not None:
        why = f" ({record.why})" if outcome.ended == "error" and expect.ended != "error" else ""
        yield "ended", str(expect.ended), outcome.ended + why
    if expect.path is not None:
        yield "path", list(map(str, expect.path)), list(record.path)
    if expect.language is not None:
        yield "language", str(expect.language), outcome.language
    if expect.customer is not None:
        yield "customer", expect.customer, record.customer
    if expect.overlay is not None:
        yield "overlay", str(expect.overlay), outcome.overlay or None
    for name, value in expect.tags.items():
        found = record.tags.get(name)
        yield f"tag {name}", value, None if found is None else str(found)
    if expect.hosts is not None:
        yield "hosts", [one.txn for one in expect.hosts], [one.txn for one in outcome.asked]
        for wanted, asked in zip(expect.hosts, outcome.asked, strict=False):
            for name, value in wanted.data.items():
                yield f"{name} in {wanted.txn}", value, asked.text(name)
    if expect.faxed is not None:
        yield "faxed", list(expect.faxed), list(outcome.faxed)
    if expect.functions is not None:
        found_open = sorted(customer.functions) if customer else None
        yield "functions", sorted(map(str, expect.functions)), found_open
    if expect.order is not None:
        yield "order", list(map(str, expect.order)), list(customer.order) if customer else None
    if expect.hide is not None:
        yield "hide", sorted(map(str, expect.hide)), sorted(customer.hide) if customer else None


def _duration(expect: Expect, outcome: Outcome) -> Mismatch | None:
    limit, seconds = expect.duration_under, outcome.record.seconds
    if limit is None or (seconds is not None and seconds < limit):
        return None
    found = "it wasn't answered" if seconds is None else f"it took {seconds:.1f} s"
    return Mismatch(expect.at, f"the call to take less than {limit:g} s", found, None)


def _words(expect: Expect, outcome: Outcome) -> Mismatch | None:
    for words in expect.heard.words if expect.heard else ():
        if find(outcome.log, words, outcome.prompts) is None:
            return Mismatch(words.at, f"to hear {str(words)!r}", "it wasn't heard", None)
    for words in expect.not_heard.words if expect.not_heard else ():
        place = find(outcome.log, words, outcome.prompts)
        if place is not None:
            found = f"heard {outcome.log[place].text!r}"
            return Mismatch(words.at, f"not to hear {str(words)!r}", found, place)
    return None


def _told(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return "nothing" if value is None else str(value)
