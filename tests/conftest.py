"""What all tests share: tables that grids make are printed at the end."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have recorded as ``summary``, in their order."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.getreports(kind)]
    lines = [
        (report.nodeid.split("[")[0], str(text))
        for report in reports
        for name, text in getattr(report, "user_properties", ())
        if name == "summary"
    ]
    for title in dict.fromkeys(nodeid for nodeid, _ in lines):
        terminalreporter.section(title)
        for nodeid, text in lines:
            if nodeid == title:
                terminalreporter.write_line(text)
