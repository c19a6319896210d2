"""How a board's fax ended, as the HAL has it.

Fax API: ATDV_LASTERR() of a TFX_FAXERROR (EFX_*); for EFX_DISCONNECT the reason is
ATFX_ESTAT()'s, phase E status.
"""

from __future__ import annotations

from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.types import FaxOutcome

_BY_OUTCOME = {
    FaxOutcome.NO_FAX: (
        "EFX_T1EXPTX", "EFX_T1EXPRX", "EFX_NODISTX", "EFX_NOFAXRX", "EFX_CEDTONE",
        "EFX_SIGNALTIMEOUT",
    ),
    FaxOutcome.TRAINING: ("EFX_PHBDEADTX", "EFX_NOISETX", "EFX_BADDCSTX"),
    FaxOutcome.INCOMPATIBLE: (
        "EFX_COMPAT", "EFX_RXCOMP", "EFX_TXCOMP", "EFX_NOFINERECTX", "EFX_NOWIDTHTX",
        "EFX_SUBPGRESLN",
    ),
    FaxOutcome.FILE: (
        "EFX_BADTIF", "EFX_BADTAG", "EFX_NOPAGE", "EFX_BADIOTT", "EFX_BADPAGE", "EFX_BADTFHDR",
        "EFX_NODATA", "EFX_INVALMMRTX",
    ),
    FaxOutcome.POLLING: ("EFX_NOPOLL", "EFX_POLLED"),
    FaxOutcome.CUT: ("EFX_NOCARRIERRX", "EFX_COMMERRTX", "EFX_COMMERRRX", "EFX_GOTDCNTX"),
    FaxOutcome.STOPPED: ("EFX_ABORTCMD",),
}  # fmt: skip

OUTCOMES = {getattr(C, name): end for end, names in _BY_OUTCOME.items() for name in names}


def outcome_of(error: int, status: int) -> FaxOutcome:
    """Return what became of a fax that failed.

    :param error: ATDV_LASTERR()
    :param status: ATFX_ESTAT(), which tells more where the far end disconnected
    """
    code = status if error in (C.EFX_DISCONNECT, C.EFX_RETRYDCN) and status in OUTCOMES else error
    return OUTCOMES.get(code, FaxOutcome.PAGE)
