from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest

from boardivr import cli as cli_module
from boardivr.cli import COMMANDS, cli
from boardivr.cli.lazy import LazyCommand, LazyGroup, one_line
from boardivr.errors import SettingsError
from boardivr.store import Store
from tests.cli.conftest import Run

HEAVY = (
    "sqlite_utils",
    "sqlite3",
    "rich",
    "numpy",
    "soxr",
    "pyttsx3",
    "yaml",
    "cffi",
    "boardivr.hal",
)


def failing(error: BaseException) -> LazyGroup:
    """A command line whose one command raises this."""

    def fail() -> None:
        raise error

    group = LazyGroup("boardivr", lazy={"fail": LazyCommand("x:y", "Fail.")})
    command = click.Command("fail", callback=fail)
    group.get_command = lambda ctx, name: command  # type: ignore[method-assign]
    return group


def test_help_names_every_command(run: Run) -> None:
    """The help lists all commands with what they are for, and loads none of them."""
    answer = run("--help")

    assert answer.exit_code == 0
    for name, command in COMMANDS.items():
        assert f"  {name} " in answer.stdout
        assert command.help in answer.stdout


def test_help_imports_nothing_heavy() -> None:
    """What takes long to import isn't needed to print the help."""
    code = (
        "import sys; from boardivr.cli import cli; cli(['--help'], standalone_mode=False);"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert answer.stderr.strip() == "[]"


def test_version(run: Run) -> None:
    """The version is one line."""
    assert run("--version").stdout == "boardivr 0.1.0\n"


def test_unknown_command(run: Run) -> None:
    """A command that isn't there is a usage error."""
    answer = run("custmer")

    assert answer.exit_code == 2
    assert "No such command 'custmer'" in answer.stderr


def test_command_that_cannot_be_loaded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command whose module is broken says so in one line; the others work."""
    monkeypatch.setitem(COMMANDS, "run", LazyCommand("boardivr.no_such_module:run", "Start."))
    answer = run("run")

    assert answer.exit_code == 1
    assert answer.stderr == (
        "boardivr: this command can't be loaded: No module named 'boardivr.no_such_module'\n"
    )
    assert run("db", "path").exit_code == 0


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (SettingsError("node: expected letters"), "boardivr: node: expected letters"),
        (PermissionError(13, "Permission denied", "/x"), "boardivr: /x: Permission denied"),
        (sqlite3.OperationalError("disk is full"), "boardivr: database: disk is full"),
        (KeyError("x"), "boardivr: KeyError: 'x' (--debug shows where)"),
        (ValueError("a\nb"), "boardivr: ValueError: a b (--debug shows where)"),
    ],
)
def test_errors_are_one_line(
    error: Exception, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever goes wrong is one line on stderr and exit code 1, never a traceback."""
    with pytest.raises(SystemExit) as ended:
        failing(error).main(["fail"], prog_name="boardivr")

    assert ended.value.code == 1
    assert capsys.readouterr() == ("", line + "\n")
    assert one_line(error) == line.removeprefix("boardivr: ")


def test_debug_shows_where(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --debug an error comes as it was raised."""
    (home / "boardivr.yaml").write_text("pin_cost: 3\n")

    with pytest.raises(SettingsError, match="pin_cost"):
        cli.main(["--debug", "db", "path"], prog_name="boardivr")


def test_broken_settings(run: Run, home: Path) -> None:
    """Settings that can't be read stop every command that needs them, with the place."""
    (home / "boardivr.yaml").write_text("bords: []\n")
    answer = run("db", "path")

    assert answer.exit_code == 1
    assert "boardivr.yaml:1:1: " in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert answer.stdout == ""


def test_other_settings_file(run: Run, tmp_path: Path) -> None:
    """--settings takes another file; paths are relative to that."""
    other = tmp_path / "other" / "ivr.yaml"
    other.parent.mkdir()
    other.write_text("database: x.db\n")

    assert run("--settings", str(other), "db", "path").stdout == f"{other.parent / 'x.db'}\n"


def test_main_exits(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The program's entry exits with the command's code."""
    with pytest.raises(SystemExit) as ended:
        cli_module.main(["db", "path"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{home / 'boardivr.db'}\n"


def test_closed_pipe(bank: Store) -> None:
    """A reader that has gone (`| head`) isn't an error that needs words."""
    code = "from boardivr.cli import main; main(['customer', 'list'])"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr:
        said = process.stderr.read()
    process.wait()

    assert "Traceback" not in said
    assert "boardivr:" not in said
