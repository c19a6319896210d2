"""`boardivr flow`: problems with places, and the menu that a customer hears."""

from __future__ import annotations

import json
from pathlib import Path

from boardivr.store import Store
from tests.cli.conftest import Run

BANK = str(Path(__file__).parents[2] / "flows" / "bank.yaml")


def test_a_good_flow_says_nothing(run: Run) -> None:
    """No problem, no output, exit code 0; a folder is its flows."""
    result = run("flow", "check", BANK, str(Path(BANK).parent))

    assert (result.exit_code, result.stdout) == (0, "")


def test_a_folder_without_flows(run: Run, tmp_path: Path) -> None:
    """A check that looks at nothing isn't one that finds nothing."""
    empty = tmp_path / "flows"
    empty.mkdir()
    result = run("flow", "check", str(empty))

    assert (result.exit_code, result.stdout) == (2, "")
    assert "no flows in " in result.stderr


def test_a_broken_flow_tells_all(run: Run, tmp_path: Path) -> None:
    """Every problem is a line with file, line, column, code and hint; exit code 1."""
    path = tmp_path / "t.yaml"
    path.write_text(
        "boardivr: 1\nflow: t\nlanguage: {default: en}\nstart: [a]\n"
        "steps: {a: [{goto: b}, hang_up]}\nprompts: {x: {en: y}}\n",
        "utf-8",
    )

    result = run("flow", "check", str(path))

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{path}:5:20: unknown-target: there is no section or menu 'b';"
        " there are a, hang_up, return, repeat, back",
        f"{path}:5:24: unreachable: this 'hang_up' can't be reached: what is before it leaves",
        f"warning: {path}:6:11: unused-prompt: nothing says prompt 'x'",
    ]
    assert result.stderr == ""


def test_problems_as_json(run: Run, tmp_path: Path) -> None:
    """`--json` prints the parts of each problem."""
    path = tmp_path / "t.yaml"
    path.write_text("flow: [", "utf-8")

    result = run("flow", "check", "--json", str(path))

    [problem] = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (problem["code"], problem["line"], problem["severity"]) == ("yaml", 2, "error")


def test_a_file_that_is_not_there(run: Run) -> None:
    """A missing file is a problem like any other."""
    result = run("flow", "check", "nowhere.yaml")

    assert (result.exit_code, result.stdout) == (
        1, "nowhere.yaml:1:1: unreadable: can't be read: No such file or directory\n",
    )  # fmt: skip


def test_what_a_customer_hears(run: Run, bank: Store) -> None:
    """The menu of a customer of the appliance, in his language, with his keys."""
    result = run("flow", "menu", BANK, "main", "--customer", "B", "--json")

    assert [(row["key"], row["choice"]) for row in json.loads(result.stdout)] == [
        ("1", "balance"), ("2", "rates"), ("3", "services"), ("4", "goodbye"),
        ("0", "agent"), ("#", "repeat"),
    ]  # fmt: skip
    told = run("flow", "menu", BANK, "main", "--customer", "B").stdout
    assert told.startswith("For your balance, press one")


def test_what_somebody_would_hear(run: Run) -> None:
    """Functions can be opened on the command line alone."""
    result = run("flow", "menu", BANK, "main", "--open", "forex", "--language", "zh-CN")

    assert result.stdout.startswith("外汇服务,请按")


def test_what_is_not_there(run: Run) -> None:
    """Unknown menus, languages and functions are told with those that there are."""
    menu = run("flow", "menu", BANK, "mian")
    language = run("flow", "menu", BANK, "main", "--language", "fr")

    assert menu.exit_code == language.exit_code == 2
    assert "has no menu 'mian'; there are main, forex" in menu.stderr
    assert "bank has no language 'fr'" in language.stderr
    function = run("flow", "menu", BANK, "main", "--open", "forx")
    assert function.exit_code == 2
    assert "bank has no function 'forx'; did you mean 'forex'?" in function.stderr
