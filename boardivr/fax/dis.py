"""What a fax machine says it can do: T.30's DIS, bit by bit (ITU-T T.30, table 2)."""

from __future__ import annotations

from dataclasses import dataclass

from boardivr.hal.types import FaxFrame

HEAD = 3  # address, control, and the frame's name
RATES = {
    (0, 0, 0, 0): (2400, "V.27ter"),
    (0, 1, 0, 0): (4800, "V.27ter"),
    (1, 0, 0, 0): (9600, "V.29"),
    (1, 1, 0, 0): (9600, "V.27ter, V.29"),
    (1, 1, 0, 1): (14400, "V.27ter, V.29, V.17"),
    (1, 1, 1, 0): (14400, "V.27ter, V.29, V.33"),
}
WIDTHS = {(0, 0): "A4", (0, 1): "A4, B4, A3", (1, 0): "A4, B4"}
LENGTHS = {(0, 0): "A4", (0, 1): "unlimited", (1, 0): "A4, B4"}


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """:param receives: it takes faxes now; ``serves``: it has one to be polled
    :param rate: bits a second at most
    :param v8: it could talk V.34, which we don't
    """

    receives: bool
    serves: bool
    rate: int
    modems: str
    ecm: bool
    compressions: str
    resolutions: str
    widths: str
    lengths: str
    sub_address: bool
    password: bool
    selective_polling: bool
    v8: bool


def fif(frames: tuple[FaxFrame, ...]) -> bytes:
    """Return what stood in the last DIS of the far end; empty where there was none."""
    found = [f.octets[HEAD:] for f in frames if f.name == "DIS" and not f.is_sent]
    return found[-1] if found else b""


def decode(octets: bytes) -> Abilities:
    """Return what a DIS says.

    :param octets: its information field, bit 1 is the lowest of the first octet
    """

    def bit(number: int) -> int:
        at, place = divmod(number - 1, 8)
        return octets[at] >> place & 1 if at < len(octets) else 0

    rate, modems = RATES.get((bit(11), bit(12), bit(13), bit(14)), (2400, "unknown"))
    codings = ["MH", *(["MR"] if bit(16) else []), *(["MMR"] if bit(27) and bit(31) else [])]
    lines = ["standard", *(["fine"] if bit(15) else []), *(["superfine"] if bit(41) else [])]
    return Abilities(
        receives=bool(bit(10)),
        serves=bool(bit(9)),
        rate=rate,
        modems=modems,
        ecm=bool(bit(27)),
        compressions=", ".join(codings),
        resolutions=", ".join(lines),
        widths=WIDTHS.get((bit(17), bit(18)), "A4"),
        lengths=LENGTHS.get((bit(19), bit(20)), "A4"),
        sub_address=bool(bit(49)),
        password=bool(bit(50)),
        selective_polling=bool(bit(47)),
        v8=bool(bit(6)),
    )
