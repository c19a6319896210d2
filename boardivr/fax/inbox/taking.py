"""What a channel does with a call that is a fax: take it into the inbox, or serve a poll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from boardivr.fax.inbox.inbox import Inbox
from boardivr.fax.inbox.model import Arrival, ReceivedFax
from boardivr.hal.channel import Channel
from boardivr.hal.types import FaxOffer, FaxOutcome, FaxResult, FaxSettings, IncomingCall


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of it.

    :param fax: what is in the inbox now; None where no page came
    """

    fax: ReceivedFax | None
    result: FaxResult


def take(
    inbox: Inbox,
    channel: Channel,
    settings: FaxSettings,
    *,
    call: IncomingCall,
    call_id: str = "",
    node: str = "",
    box: str = "",
    offers: Sequence[FaxOffer] = (),
) -> Taken:
    """Receive a fax on a connected channel; it is in its box when this returns.

    :param box: it goes there, whatever routing says
    :param offers: what is given to a machine that polls
    :raises CallEnded: the far end had hung up before
    :raises BoardError: the line failed; what came until then is kept
    """
    fax = inbox.begin(
        ReceivedFax(
            file="",
            box=box,
            began=inbox.wall(),
            ani=call.ani or "",
            dnis=call.dnis or "",
            node=node,
            channel=channel.name,
            call=call_id,
        )
    )

    def on_page(pages: int) -> None:
        nonlocal fax
        if inbox.path(fax).stat().st_size > 0:  # what is given to a poll has pages, too
            fax = inbox.page_came(fax, pages)

    try:
        result = channel.receive_fax(inbox.path(fax), settings, offers=offers, on_page=on_page)
    except BaseException:
        inbox.salvage(fax, "the line failed")
        raise
    return Taken(fax=inbox.end(_with_result(fax, result)), result=result)


def _with_result(fax: ReceivedFax, result: FaxResult) -> ReceivedFax:
    return replace(
        fax,
        state=Arrival.WHOLE if result.outcome is FaxOutcome.OK else Arrival.PARTIAL,
        pages=result.pages_received,
        ident=result.ident.strip(),
        sub_address=result.sub_address.strip(),
        outcome=result.outcome.value,
        words=result.words,
        rate=result.rate,
        ecm=result.ecm,
        bad_rows=result.bad_rows,
        lines=result.size[1],
        seconds=result.seconds,
    )
