"""The fax terminal in the engine: its guard, its limits, what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from boardivr.media._engine import ffi, lib

from boardivr.hal.types import FaxOutcome, FaxResult, FaxSettings
from boardivr.media.engine import Engine
from boardivr.media.fax import OUTCOMES, Fax, count_pages
from boardivr.media.port import Port
from tests.media.faxpages import pages_of, tiff


@pytest.fixture
def engine() -> Engine:
    return Engine(ports=4, is_virtual=True)


def wired(engine: Engine) -> tuple[Port, Port]:
    near, far = engine.open_port(), engine.open_port()
    near.wire(far)
    for port in (near, far):
        port.set_line(loss_db=8.0)
    return near, far


def exchanged(engine: Engine, source: Path, target: Path) -> FaxResult:
    """Send a file from port to port; what the receiver says of it."""
    near, far = wired(engine)
    thread = engine.clock.spawn(lambda: near.send_fax(source, FaxSettings()), "sends")
    result = far.receive_fax(target, FaxSettings())
    engine.clock.join(thread)
    return result


@pytest.mark.parametrize("kind", [0x06, 0x07])
def test_deadly_frame(engine: Engine, tmp_path: Path, kind: int) -> None:
    """An image frame of three octets, which would crash spandsp, is refused and counted."""
    fax = Fax.receiving(engine, tmp_path / "in.tif", FaxSettings())
    frame = ffi.new("uint8_t[]", bytes([0xFF, 0x03, kind]))

    assert lib.bi_fax_guarded(fax.handle, frame, 3) == 1
    assert lib.bi_fax_guarded(fax.handle, frame, 3) == 2
    fax.close()


def test_overlong_command(engine: Engine, tmp_path: Path) -> None:
    """A DCS of more octets than spandsp has room for is refused; one that fits isn't."""
    fax = Fax.receiving(engine, tmp_path / "in.tif", FaxSettings())
    for length, refused in ((22, 0), (23, 1), (200, 2)):
        frame = ffi.new("uint8_t[]", bytes([0xFF, 0x13, 0x83]) + bytes(197))
        assert lib.bi_fax_guarded(fax.handle, frame, length) == refused
    fax.close()


def test_late_frames(engine: Engine, tmp_path: Path) -> None:
    """Where ticks have no time, a fax hears everything half a second later, and still passes."""
    engine.limit_faxes(0.0)
    source = tiff(tmp_path / "out.tif", 2)

    assert exchanged(engine, source, tmp_path / "in.tif").outcome is FaxOutcome.OK
    assert pages_of(tmp_path / "in.tif") == pages_of(source)


def test_harmless_frames_pass(engine: Engine, tmp_path: Path) -> None:
    """Other short frames go through to T.30."""
    fax = Fax.receiving(engine, tmp_path / "in.tif", FaxSettings())
    for octets in ([0xFF, 0x13, 0x40], [0xFF, 0x03, 0x06, 0x00], [0xFF]):
        frame = ffi.new("uint8_t[]", bytes(octets))
        assert lib.bi_fax_guarded(fax.handle, frame, len(octets)) == 0
    fax.close()


def test_the_guard_stays(engine: Engine, tmp_path: Path) -> None:
    """It is still there in the middle of a page, after all changes of modems."""
    near, far = wired(engine)
    source, target = tiff(tmp_path / "out.tif", 1, rows=2200), tmp_path / "in.tif"
    fax = Fax.receiving(engine, target, FaxSettings())
    thread = engine.clock.spawn(lambda: near.send_fax(source, FaxSettings()), "sends")
    assert lib.bi_fax_start(fax.handle, far.number) > 0
    while far.fax_phase != "C":
        engine.clock.sleep(0.1)
    engine.clock.sleep(2.0)
    frame = ffi.new("uint8_t[]", b"\xff\x03\x06")

    assert lib.bi_fax_guarded(fax.handle, frame, 3) == 1
    engine.clock.join(thread)
    engine.clock.sleep(2.0)
    fax.close()
    assert pages_of(target) == pages_of(source)


def test_long_path(engine: Engine, tmp_path: Path) -> None:
    """A path that spandsp would cut (255 bytes) is no matter: it gets to see another one."""
    folder = tmp_path / ("x" * 200)
    folder.mkdir()
    source, target = tiff(folder / ("y" * 100)), folder / ("z" * 100)

    assert exchanged(engine, source, target).outcome is FaxOutcome.OK
    assert pages_of(target) == pages_of(source)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (FaxSettings(max_rate=33600), "max_rate"),
        (FaxSettings(ident="x" * 21), "ident"),
        (FaxSettings(ident="Bank"), "ident"),
        (FaxSettings(header="h" * 51), "header"),
        (FaxSettings(widths=(1000,)), "widths"),
        (FaxSettings(password="p" * 3), "password: .* found 3 characters"),
    ],
)
def test_settings_that_cannot_be_meant(
    engine: Engine, tmp_path: Path, settings: FaxSettings, words: str
) -> None:
    """A setting that T.30 can't carry is refused by name; a password isn't shown."""
    with pytest.raises(ValueError, match=words):
        Fax.receiving(engine, tmp_path / "in.tif", settings)
    assert not (tmp_path / "in.tif").exists()


def test_files(engine: Engine, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What is no TIFF, or hasn't the page, or is there already, is refused quietly."""
    path = tmp_path / "a.tif"
    with pytest.raises(FileNotFoundError):
        count_pages(path)
    path.write_bytes(b"no TIFF at all")
    with pytest.raises(ValueError, match="expected a TIFF file"):
        Fax.sending(engine, path, FaxSettings(), 0, None)
    with pytest.raises(FileExistsError):
        Fax.receiving(engine, path, FaxSettings())
    with pytest.raises(ValueError, match="pages 0 to 1, found 2"):
        Fax.sending(engine, tiff(tmp_path / "b.tif", 2), FaxSettings(), 2, 2)
    assert capfd.readouterr().err == ""


def test_hang_up_and_stop(engine: Engine, tmp_path: Path) -> None:
    """A port that is lost ends its fax at once; so does stop()."""
    near, _ = wired(engine)
    source = tiff(tmp_path / "out.tif")
    for end, outcome in ((near.stop, FaxOutcome.STOPPED), (near.lose, FaxOutcome.CUT)):
        engine.clock.spawn(lambda end=end: (engine.clock.sleep(2.0), end()), "ends")  # type: ignore[misc]
        start = engine.clock.now()

        result = near.send_fax(source, FaxSettings())

        assert result.outcome is outcome
        assert engine.clock.now() - start == pytest.approx(2.0, abs=0.05)
    assert near.fax_phase == ""


def test_every_code_has_an_outcome() -> None:
    """spandsp's codes 0 to 61 all mean something, and have words."""
    assert sorted(OUTCOMES) == list(range(62))
    assert all(ffi.string(lib.bi_fax_words(code)) for code in OUTCOMES)


def test_many_faxes_leave_no_memory(engine: Engine, tmp_path: Path) -> None:
    """Terminals are given back whole: a hundred of them take no more memory than ten."""
    from tests.media.lines import rss_bytes

    def use(count: int) -> None:
        for _ in range(count):
            Fax.receiving(engine, tmp_path / "in.tif", FaxSettings()).close()

    use(20)
    before = rss_bytes()
    use(200)
    assert rss_bytes() - before < 50 * lib.bi_fax_size()
