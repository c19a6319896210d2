from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from boardivr.cli import cli
from boardivr.clock import SystemClock
from boardivr.store import Store
from boardivr.store.customers import CustomerFile
from boardivr.store.sample import seed

Run = Callable[..., Result]

PINS = {"A": "246810", "B": "135790"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an appliance that has cheap PINs and nothing else."""
    monkeypatch.setenv("BOARDIVR_HOME", str(tmp_path))
    monkeypatch.delenv("BOARDIVR_SETTINGS", raising=False)
    (tmp_path / "boardivr.yaml").write_text("pin_cost: 10\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(home: Path) -> Run:
    """Run a command line as `boardivr` would; its answer has code, stdout and stderr."""

    def run(*arguments: str, keyed: str | None = None) -> Result:
        return CliRunner().invoke(cli, list(arguments), input=keyed, prog_name="boardivr")

    return run


@pytest.fixture
def bank(home: Path) -> Iterator[Store]:
    """The appliance's database, with the sample bank's customers."""
    with Store(home / "boardivr.db") as store:
        store.migrate()
        seed(store, CustomerFile(store, SystemClock(), pin_cost=10), PINS)
        yield store
