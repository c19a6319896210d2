"""Overlays: what a group of customers has otherwise than the flow says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr import yamlread
from boardivr.customer import Customer
from boardivr.flows.check import check
from boardivr.flows.loader import (
    check_file,
    check_whole,
    load_flow,
    load_folder,
    read_flow_text,
)
from boardivr.flows.model import FlowError
from boardivr.flows.parts import Step
from boardivr.flows.rollback import put_back
from boardivr.flows.show import effective
from boardivr.flows.versions import changes
from tests.flows.test_broken import line

FLOWS = Path(__file__).parents[2] / "flows"
BROKEN = Path(__file__).parent / "broken" / "overlays"
SHOP = BROKEN / "shop.yaml"
CASES = sorted(BROKEN.glob("*.overlay.yaml"))

HEAD = "boardivr: 1\noverlay: x\nflow: shop\ngroups: [x]\n"


def problems_of(path: Path) -> list[yamlread.Problem]:
    """What is wrong with the shop, with this overlay alone."""
    text = SHOP.read_text("utf-8")
    try:
        return check_whole(read_flow_text(text, SHOP, {path: path.read_text("utf-8")}))
    except FlowError as error:
        return list(error.problems)


def shop(overlay: str) -> tuple[str, ...]:
    """The shop's sections `hello` and `news` as words, with changes."""
    files = {SHOP.with_name("shop.x.overlay.yaml"): HEAD + overlay}
    flow = read_flow_text(SHOP.read_text("utf-8"), SHOP, files).overlays[0].flow
    return tuple(words(flow.section(name) or ()) for name in ("hello", "news"))


def words(steps: tuple[Step, ...]) -> str:
    return " ".join(str(s.say.pieces[0].prompt) if s.kind == "play" else s.kind for s in steps)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.name.split(".")[1])
def test_every_problem_with_its_place(path: Path) -> None:
    """A broken overlay gives exactly what its first lines say."""
    lines = path.read_text("utf-8").splitlines()
    expected = [text for text in lines if text.startswith("# ") and text[2].isdigit()]

    found = problems_of(path)

    assert [line(p) for p in found] == expected
    assert found


def test_the_shop_itself_is_sound() -> None:
    """So whatever is found with an overlay is the overlay's."""
    assert check(read_flow_text(SHOP.read_text("utf-8"), SHOP)) == []


@pytest.mark.parametrize(
    ("change", "news"),
    [
        ("[{remove: {play: one}}]", "two tag"),
        ("[{move: tag, before: {play: one}}]", "tag one two"),
        ("[{move: {play: one}, after: tag}]", "two tag one"),
        ("[{insert: {play: hours}}]", "one two tag hours"),
        ("[{insert: [{play: hours}, return], after: {play: one}}]", "one hours return two tag"),
        ("[{replace: {play: two}, with: {play: hours}}]", "one hours tag"),
        ("[{replace: {tag: {business: news}}, with: [{play: hours}]}]", "one two hours"),
        ("[{instead: [{play: hours}, return]}]", "hours return"),
        ("[{remove: tag}, {insert: {play: two}, before: {play: one}}]", "two one two"),
    ],
)  # fmt: skip
def test_steps_are_changed(change: str, news: str) -> None:
    """Steps are named by as much of them as tells them from the others."""
    assert shop(f"change: {{news: {change}}}\n") == ("hello hours", news)


def test_what_is_not_named_is_as_written() -> None:
    """Sections that an overlay doesn't name, and places of what stays, are the flow's."""
    overlay = SHOP.with_name("shop.x.overlay.yaml")
    text = HEAD + "change: {news: [{insert: {play: hours}, before: tag}]}\n"
    flow = read_flow_text(SHOP.read_text("utf-8"), SHOP, {overlay: text})
    made = flow.overlays[0].flow

    assert made.section("orders") == flow.section("orders")
    places = [(Path(s.at.file).name, s.at.line) for s in made.section("news")]
    assert [file for file, _ in places] == ["shop.yaml"] * 2 + [overlay.name, "shop.yaml"]
    assert [number for file, number in places if file == "shop.yaml"] == [32, 33, 34]


def test_a_menu_is_changed() -> None:
    """Its keys are replaced, its choices edited by their ids."""
    overlay = SHOP.with_name("shop.x.overlay.yaml")
    text = HEAD + (
        "change:\n  main:\n    say: hours\n    items:\n"
        "      - move: news\n        before: orders\n"
        "      - insert: {hello: {say: hello, go: hello}}\n        after: news\n"
    )
    flow = read_flow_text(SHOP.read_text("utf-8"), SHOP, {overlay: text})
    menu = flow.overlays[0].flow.menu("main")

    assert list(map(str, menu.items)) == ["news", "hello", "orders"]
    assert str(menu.say.pieces[0].prompt) == "hours"
    assert check_whole(flow) == []


def test_functions_are_switched_for_a_group() -> None:
    """On or off, whatever a customer has opened; others are as they were."""
    flow = load_flow(FLOWS / "bank.yaml")
    wang = Customer(id="w", group="youth", functions=frozenset({"balance", "forex"}))
    grown = Customer(id="g", functions=frozenset({"balance", "forex"}))

    assert flow.of(grown) is flow
    assert flow.of(None) is flow
    assert flow.of(wang).served(wang).functions == {"balance", "rates"}
    assert flow.served(grown).functions == {"balance", "forex"}


def test_an_overlay_makes_another_version(tmp_path: Path) -> None:
    """The hash follows overlays, a reload tells what changed, and a rollback brings them back."""
    for name in ("orders.yaml", "orders.core.overlay.yaml"):
        shutil.copy(FLOWS / name, tmp_path / name)
    file, overlay = tmp_path / "orders.yaml", tmp_path / "orders.core.overlay.yaml"
    first = load_folder(tmp_path)
    before = overlay.read_text("utf-8")
    assert load_folder(tmp_path, first.values())["orders"] is first["orders"]

    overlay.write_text(before.replace("优先配送", "今日配送"), "utf-8")
    second = load_folder(tmp_path, first.values())
    overlay.unlink()
    third = load_folder(tmp_path, second.values())

    assert len({f["orders"].hash for f in (first, second, third)}) == 3
    assert list(map(str, changes(first, second))) == ["changed overlay orders.core"]
    assert list(map(str, changes(second, third))) == ["removed overlay orders.core"]
    put_back(file, file.read_text("utf-8"), {overlay: before}, first["orders"].hash)
    assert load_flow(file).hash == first["orders"].hash
    put_back(file, file.read_text("utf-8"), {}, third["orders"].hash)
    assert not overlay.exists()
    assert load_flow(file).hash == third["orders"].hash


def test_an_overlay_without_its_flow_refuses_the_folder(tmp_path: Path) -> None:
    """It would be forgotten otherwise; so would one of a flow with an error."""
    shutil.copy(FLOWS / "orders.core.overlay.yaml", tmp_path / "order.core.overlay.yaml")

    with pytest.raises(FlowError, match=r"overlay-flow: there is no flow order\.yaml beside it"):
        load_folder(tmp_path)
    [problem] = check_file(tmp_path / "order.core.overlay.yaml")
    assert problem.hint == "an overlay of bank.yaml is called bank.NAME.overlay.yaml"


def test_two_overlays_for_one_group(tmp_path: Path) -> None:
    """Nobody could say which one holds; their prompts share one library as well."""
    shutil.copy(FLOWS / "orders.yaml", tmp_path)
    text = (FLOWS / "orders.core.overlay.yaml").read_text("utf-8")
    for name in ("core", "more"):
        changed = text.replace("overlay: core", f"overlay: {name}")
        (tmp_path / f"orders.{name}.overlay.yaml").write_text(changed, "utf-8")

    codes = [(p.code, Path(p.at.file).name) for p in check_file(tmp_path / "orders.yaml")]

    assert (
        codes
        == [("overlay-group", "orders.more.overlay.yaml")]
        + [("name-clash", "orders.more.overlay.yaml")] * 3
    )


@pytest.mark.parametrize("name", ["bank", "orders"])
def test_a_flow_shown_is_the_flow(name: str) -> None:
    """What `flow show --effective` prints reads as the same flow, overlay or not."""
    for flow in load_flow(FLOWS / f"{name}.yaml").variants:
        text = "\n".join(shown.text for shown in effective(flow))
        again = read_flow_text(text, flow.path)
        for part in ("start", "menus", "steps", "prompts", "defaults", "customer"):
            assert getattr(again, part) == getattr(flow, part)


def test_each_line_has_its_place() -> None:
    """A line is told from where it was written, so that it can be looked up there."""
    flow = load_flow(FLOWS / "orders.yaml").overlays[0].flow
    for shown in effective(flow):
        source = Path(shown.at.file).read_text("utf-8").splitlines()[shown.at.line - 1]
        word = shown.text.strip().removeprefix("- ").split(":")[0].strip("\"'{")
        assert word in source


OVERLAY = (FLOWS / "orders.core.overlay.yaml").read_text("utf-8")
ORDERS = (FLOWS / "orders.yaml").read_text("utf-8")


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, len(OVERLAY)),
    st.integers(0, 30),
    st.one_of(st.text(max_size=6), st.sampled_from(["[", "{}", "remove: all", "\n", "main", "~"])),
)
def test_an_overlay_with_a_piece_replaced(start: int, length: int, put: str) -> None:
    """A good overlay with a piece replaced is read or refused, nothing else."""
    text = OVERLAY[:start] + put + OVERLAY[start + length :]
    try:
        flow = read_flow_text(ORDERS, Path("orders.yaml"), {Path("orders.core.overlay.yaml"): text})
        places = [p.at for p in check_whole(flow)]
    except FlowError as error:
        places = [p.at for p in error.problems]
        assert places
    assert all(at.line >= 1 and at.column >= 1 for at in places)
