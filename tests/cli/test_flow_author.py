"""`boardivr flow explore`, `draw`, `schema`, `new`: what an author sees."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.testing.conftest import SHARED, SHOP

CASE = "test: one\ncall: [hang_up]\n"


def shop(folder: Path) -> str:
    (folder / "shop.test.yaml").write_text(SHARED + CASE, "utf-8")
    path = folder / "shop.yaml"
    path.write_text(SHOP, "utf-8")
    return str(path)


def test_explore_tells_what_is_reached_and_when(run: Run, tmp_path: Path) -> None:
    """Sections with their times; hosts are those of the tests beside the flow."""
    result = run("flow", "explore", shop(tmp_path))

    assert result.exit_code == 0
    assert "tell_orders" in result.stdout
    assert "unused-prompt: nobody heard 'night_desk'" in result.stdout
    assert result.stdout.splitlines()[-1].endswith(" places")


def test_explore_fails_where_somebody_is_stuck(run: Run, tmp_path: Path) -> None:
    """An error on any way is exit code 1; `--json` has the choices that lead there."""
    path = Path(shop(tmp_path))
    path.write_text(SHOP.replace("[{play: nobody_there}]", "[{play: {date: '\"x\"'}}]"), "utf-8")

    result = run("flow", "explore", str(path), "--json", "--depth", "2")

    assert result.exit_code == 1
    [error] = [f for f in json.loads(result.stdout)["findings"] if f["kind"] == "error"]
    assert error["path"] == ["operator"]
