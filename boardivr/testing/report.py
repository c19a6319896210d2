"""What a run of tests gave: for people, for JUnit's readers, for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from boardivr.hal.loopback.transcript import lines
from boardivr.testing.cover import KINDS, Cover
from boardivr.testing.running import Failure, Result

MARK = "> "


def told(result: Result) -> list[str]:
    """Return one result as lines: its name, and for a failure the transcript.

    The first difference stands where it was found: what was expected, and what came
    instead of it is marked.
    """
    sign = "ok  " if result.is_passed else "FAIL"
    head = f"{sign} {result.name} ({result.file}:{result.line})"
    if result.failure is None:
        return [head]
    return [head, *(f"     {line}" for line in transcript(result)), ""]


def transcript(result: Result) -> list[str]:
    """Return a failed test's call, with what was expected put in where it was looked for."""
    failure = result.failure
    assert failure is not None
    since = len(result.log) if failure.since is None else failure.since
    while since < len(result.log) and result.log[since].what != "heard":
        since += 1
    start = next((e.at for e in result.log if e.what == "answered"), 0.0)
    before = lines(result.log[:since], start, show_keys=True)
    after = lines(result.log[since:], start, show_keys=True)
    return [
        *("  " + line for line in before),
        *_difference(failure),
        *(MARK + line for line in after),
    ]


def _difference(failure: Failure) -> Iterator[str]:
    yield f"{MARK}   expected  {failure.expected} ({failure.file}:{failure.line})"
    yield f"{MARK}   but       {failure.found}"


def counts(results: Sequence[Result], seconds: float) -> str:
    """Return the last line: how many passed and failed, and how long it took."""
    failed = sum(not r.is_passed for r in results)
    line_time = sum(r.line_seconds for r in results)
    parts = [f"{len(results) - failed} passed"]
    if failed:
        parts.append(f"{failed} failed")
    return f"{', '.join(parts)} in {seconds:.1f} s ({line_time:.0f} s of calls)"


def junit(results: Sequence[Result]) -> str:
    """Return results as JUnit XML, a suite for each file."""
    root = ElementTree.Element("testsuites")
    for file in dict.fromkeys(r.file for r in results):
        mine = [r for r in results if r.file == file]
        suite = ElementTree.SubElement(
            root, "testsuite", name=file, tests=str(len(mine)),
            failures=str(sum(not r.is_passed for r in mine)), errors="0",
            time=f"{sum(r.seconds for r in mine):.3f}",
        )  # fmt: skip
        for result in mine:
            _junit_case(suite, result)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _junit_case(suite: ElementTree.Element, result: Result) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", name=result.name, classname=result.file, file=result.file,
        line=str(result.line), time=f"{result.seconds:.3f}",
    )  # fmt: skip
    failure = result.failure
    if failure is not None:
        message = f"expected {failure.expected}; {failure.found}"
        element = ElementTree.SubElement(case, "failure", message=message)
        element.text = "\n".join(transcript(result))


def facts(results: Sequence[Result], covers: dict[str, Cover] | None = None) -> dict[str, object]:
    """Return results for JSON."""
    found: dict[str, object] = {"tests": [_fact(result) for result in results]}
    if covers is not None:
        found["cover"] = {
            flow: {
                "share": round(cover.share(), 4),
                **{kind: dict(zip(("hit", "all"), cover.count(kind), strict=True))
                   for kind in KINDS},
                "missed": [
                    {"line": p.at.line, "kind": p.kind, "label": p.label} for p in cover.missed
                ],
            }
            for flow, cover in covers.items()
        }  # fmt: skip
    return found


def _fact(result: Result) -> dict[str, object]:
    failure = result.failure
    return {
        "file": result.file,
        "line": result.line,
        "test": result.name,
        "passed": result.is_passed,
        "seconds": round(result.seconds, 4),
        "line_seconds": round(result.line_seconds, 2),
        "failure": None
        if failure is None
        else {
            "file": failure.file,
            "line": failure.line,
            "expected": failure.expected,
            "found": failure.found,
            "transcript": transcript(result),
        },
    }
