from __future__ import annotations

import json

from boardivr.clock import SystemClock
from boardivr.store import Store
from boardivr.store.parameters import LiveParameters
from tests.cli.conftest import Run


def test_set_list_clear(run: Run, bank: Store) -> None:
    """A parameter is set with who did it, is in force, and is cleared."""
    live = LiveParameters(bank, SystemClock())

    assert run("parameter", "set", "no_input", "8").stdout == "no_input is 8\n"
    (shown,) = json.loads(run("parameter", "list", "--json").stdout)
    assert (shown["name"], shown["value"]) == ("no_input", "8")
    assert shown["who"]
    assert live.seconds("no_input", 10.0) == 8.0
    assert run("parameter", "clear", "no_input").stdout == "no_input is as written again\n"
    assert run("parameter", "list").stdout.split() == ["name", "value", "who", "changed"]


def test_trace_switch(run: Run, bank: Store) -> None:
    """Tracing is switched from the command line."""
    run("parameter", "set", "trace", "off")

    assert LiveParameters(bank, SystemClock()).is_on("trace", True) is False


def test_refused(run: Run, bank: Store) -> None:
    """What can't be meant is one line, and nothing is set."""
    answer = run("parameter", "set", "no_input", "soon")

    assert answer.exit_code == 1
    assert answer.stderr == "boardivr: no_input: expected seconds from 0 to 86400, found 'soon'\n"
    assert run("parameter", "clear", "no_input").stderr == (
        "boardivr: no parameter 'no_input' is set\n"
    )


def test_of_a_flow_that_is_not_there(run: Run, bank: Store) -> None:
    """It is set, as the flow may come; a mistyped one is told."""
    mistyped = run("parameter", "set", "bnak.no_input", "8")
    meant = run("parameter", "set", "bank.no_input", "8")

    assert mistyped.stdout == "bnak.no_input is 8\n"
    assert "note: no flow 'bnak' in " in mistyped.stderr
    assert mistyped.stderr.endswith("did you mean 'bank'?\n")
    assert meant.stderr == ""
