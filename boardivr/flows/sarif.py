"""Problems in SARIF 2.1.0, which code reviews and editors read (OASIS standard)."""

from __future__ import annotations

from collections.abc import Sequence

from boardivr.yamlread import Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(problems: Sequence[Problem], version: str) -> dict[str, object]:
    """Return problems as a SARIF log.

    :param version: of the program that found them
    """
    rules = sorted({problem.code for problem in problems})
    driver = {
        "name": "boardivr flow check",
        "version": version,
        "rules": [{"id": rule} for rule in rules],
    }
    results = [_result(problem, rules.index(problem.code)) for problem in problems]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _result(problem: Problem, rule: int) -> dict[str, object]:
    hint = f"; {problem.hint}" if problem.hint else ""
    region = {"startLine": problem.at.line, "startColumn": problem.at.column}
    place = {"artifactLocation": {"uri": problem.at.file}, "region": region}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": "warning" if problem.is_warning else "error",
        "message": {"text": problem.message + hint},
        "locations": [{"physicalLocation": place}],
    }
