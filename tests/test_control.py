from __future__ import annotations

import getpass
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from boardivr import control
from boardivr.control import Command, ControlError, ControlServer, Refused, ask


def refuse(command: Command) -> object:
    raise ControlError("not today")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A socket's place, deeper than such a name may be long."""
    folder = tmp_path / ("x" * 100) / ("y" * 100)
    folder.mkdir(parents=True)
    return folder / "control-main.sock"


@pytest.fixture
def server(place: Path) -> Iterator[ControlServer]:
    handlers = {
        "tell": lambda command: {"who": command.who, "name": command.text("name")},
        "refuse": refuse,
        "break": lambda command: 1 / 0,
    }
    server = ControlServer(place, handlers)
    yield server
    server.close()


def test_command(server: ControlServer, place: Path) -> None:
    """A command gets its result; who it was the system tells, whatever the command says."""
    assert ask(place, "tell", name="丽") == {"who": getpass.getuser(), "name": "丽"}
    assert ask(place, "tell", who="root") == {"who": getpass.getuser(), "name": None}


def test_only_its_owner(server: ControlServer, place: Path) -> None:
    """Nobody else may connect."""
    assert place.stat().st_mode & 0o777 == 0o600


def test_refusal(server: ControlServer, place: Path) -> None:
    """What can't be done comes back in the words of the appliance."""
    with pytest.raises(Refused, match="not today"):
        ask(place, "refuse")
    with pytest.raises(Refused, match="no command 'fly'; there are break, refuse, tell"):
        ask(place, "fly")


@pytest.mark.parametrize(
    "line",
    [b"{}", b"[]", b"\xff", b"7", b'{"do": 1}', b"[" * 100_000, b'{"do": "tell", "name": 1}'],
)
def test_any_line(server: ControlServer, place: Path, line: bytes) -> None:
    """A line that is no command is refused, and the server goes on."""
    with socket.socket(socket.AF_UNIX) as connection, control._short(place) as name:
        connection.connect(name)
        connection.sendall(line + b"\n")
        assert json.loads(control._line(connection))["ok"] is False
    assert ask(place, "tell")


def test_handler_that_breaks(server: ControlServer, place: Path) -> None:
    """A fault of ours ends its connection only."""
    with pytest.raises(ControlError, match="an answer that can't be read"):
        ask(place, "break")
    assert ask(place, "tell")


def test_nobody_there(place: Path) -> None:
    """Without an appliance that is said; also where a killed one left its socket."""
    with pytest.raises(ControlError, match="no appliance runs here"):
        ask(place, "tell")
    with socket.socket(socket.AF_UNIX) as left, control._short(place) as name:
        left.bind(name)
    with pytest.raises(ControlError, match="no appliance runs here"):
        ask(place, "tell")
    server = ControlServer(place, {"tell": lambda command: 1})
    assert ask(place, "tell") == 1
    server.close()
    server.close()
    assert not place.exists()
