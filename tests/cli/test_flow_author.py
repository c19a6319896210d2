"""`boardivr flow explore`, `draw`, `schema`, `new`: what an author sees."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

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


def test_new_flow_is_checked_and_its_tests_cover_it(run: Run, tmp_path: Path) -> None:
    """What `flow new` writes has nothing to complain about, and tests for all of it."""
    result = run("flow", "new", "shop", "--folder", str(tmp_path / "flows"))

    flow, tests = result.stdout.split()
    assert (result.exit_code, Path(tests).name) == (0, "shop.test.yaml")
    assert run("flow", "check", flow).stdout == ""
    tested = run("flow", "test", "--fast", flow, "--cover-min", "100")
    assert tested.exit_code == 0, tested.output
    assert run("flow", "explore", flow).exit_code == 0


def test_new_flow_spoils_nothing(run: Run, tmp_path: Path) -> None:
    """A file that is there stays as it is; a name that can't be one is told."""
    kept = tmp_path / "shop.test.yaml"
    kept.write_text("mine", "utf-8")

    assert "is there already" in run("flow", "new", "shop", "--folder", str(tmp_path)).stderr
    assert kept.read_text("utf-8") == "mine"
    assert not (tmp_path / "shop.yaml").exists()
    assert "expected a name" in run("flow", "new", "../x", "--folder", str(tmp_path)).stderr


def test_draw_for_everybody_and_for_one(run: Run, tmp_path: Path) -> None:
    """Everybody's drawing has all choices; one customer's has his, with his keys."""
    path = shop(tmp_path)

    everybody = run("flow", "draw", path).stdout.splitlines()
    assert everybody[:4] == [
        "shop",
        "├─ greet",
        "└─ [main]",
        "   ├─ · For your orders (if) → tell_orders",
    ]
    one = ("flow", "draw", path, "--group", "none", "--language", "zh-CN", "--at")
    by_day = run(*one, "2026-02-17T12:00").stdout.splitlines()
    assert by_day[3:] == ["   ├─ 1 营业时间 → tell_hours", "   └─ 0 人工服务 → operator"]
    by_night = run(*one, "2026-02-17T23:00").stdout.splitlines()
    assert "   ├─ 2 夜间服务 → tell_hours ↑" in by_night
    assert "expected a time such as" in run(*one, "noon").stderr
    mistyped = run("flow", "draw", path, "--open", "order")
    assert (mistyped.exit_code, mistyped.stdout) == (2, "")
    assert "shop has no function 'order'; did you mean 'orders'?" in mistyped.stderr


def test_draw_as_svg_and_mermaid(run: Run, tmp_path: Path) -> None:
    """The SVG is well-formed, with each section and choice; Mermaid has the same edges."""
    path, out = shop(tmp_path), tmp_path / "shop.svg"

    run("flow", "draw", path, "--svg", str(out))

    texts = [e.text for e in ElementTree.parse(out).iter("{http://www.w3.org/2000/svg}text")]
    assert {"shop", "greet", "main", "tell_orders", "· For your orders"} <= set(texts)
    mermaid = run("flow", "draw", path, "--mermaid").stdout.splitlines()
    assert mermaid[0] == "flowchart LR"
    assert '  menu_main -.->|"· For your orders"| section_tell_orders' in mermaid


def test_schema_is_printed_or_written(run: Run, tmp_path: Path) -> None:
    """The same JSON Schema on stdout and in a file."""
    out = tmp_path / "flow.schema.json"

    printed = json.loads(run("flow", "schema").stdout)
    run("flow", "schema", "--out", str(out))

    assert printed == json.loads(out.read_text("utf-8"))
    assert printed["required"] == ["boardivr", "flow", "language", "start"]


def test_check_as_sarif(run: Run, tmp_path: Path) -> None:
    """Each problem is a result with rule, level and place; the exit code is that of check."""
    path = Path(shop(tmp_path))
    path.write_text(SHOP.replace("go: tell_hours}", "go: tell_hour}", 1), "utf-8")

    result = run("flow", "check", "--sarif", str(path))

    [log] = json.loads(result.stdout)["runs"]
    [problem] = [one for one in log["results"] if one["ruleId"] == "unknown-target"]
    place = problem["locations"][0]["physicalLocation"]
    assert (result.exit_code, problem["level"]) == (1, "error")
    assert place["artifactLocation"]["uri"] == str(path)
    assert place["region"]["startLine"] == 16
    assert "did you mean 'tell_hours'?" in problem["message"]["text"]
    assert log["tool"]["driver"]["rules"][problem["ruleIndex"]] == {"id": "unknown-target"}


def test_show_tells_overlays_and_what_results(run: Run) -> None:
    """The overlays of a flow; with --effective each line with its place, also as JSON."""
    flows = Path(__file__).parents[2] / "flows"
    bank = str(flows / "bank.yaml")

    assert json.loads(run("flow", "show", bank, "--json").stdout) == [
        {
            "overlay": "youth",
            "groups": ["youth", "school"],
            "on": ["rates"],
            "off": ["forex", "transfer"],
            "changes": ["tell_balances"],
            "adds": [],
            "file": str(flows / "bank.youth.overlay.yaml"),
        }
    ]
    assert run("flow", "show", bank).stdout.splitlines()[1].split()[:3] == [
        "youth",
        "youth,",
        "school",
    ]
    shown = run("flow", "show", bank, "--effective", "--group", "school").stdout.splitlines()
    [line] = [line for line in shown if "play: keep_saving" in line]
    assert line.split("  # ")[1] == "bank.youth.overlay.yaml:19"
    usual = run("flow", "show", bank, "--effective", "--group", "nobody", "--json").stdout
    assert {Path(one["file"]).name for one in json.loads(usual)} == {"bank.yaml"}


def test_check_of_an_overlay_alone(run: Run, tmp_path: Path) -> None:
    """An overlay is checked on its flow; a folder's that has none is told as well."""
    overlay = tmp_path / "shop.x.overlay.yaml"
    overlay.write_text("boardivr: 1\noverlay: x\nflow: shop\ngroups: [x]\nchange: {mian: []}\n")
    lost = run("flow", "check", str(tmp_path))
    assert (lost.exit_code, "overlay-flow" in lost.stdout) == (1, True)

    shop(tmp_path)

    found = run("flow", "check", str(overlay))
    assert found.exit_code == 1
    assert found.stdout.endswith("has no section or menu 'mian'; did you mean 'main'?\n")


def test_a_menu_as_a_group_has_it(run: Run) -> None:
    """`flow menu --group` shows what the overlay makes of it."""
    bank = str(Path(__file__).parents[2] / "flows" / "bank.yaml")
    asked = ("flow", "menu", bank, "main", "--open", "forex", "--json")

    usual = [c["choice"] for c in json.loads(run(*asked).stdout)]
    young = [c["choice"] for c in json.loads(run(*asked, "--group", "youth").stdout)]

    assert ("forex" in usual, "rates" in usual) == (True, False)
    assert ("forex" in young, "rates" in young) == (False, True)
