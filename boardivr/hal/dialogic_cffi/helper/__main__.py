"""``boardivr-dialogic32 FD URL``: the helper; an appliance starts it, nobody else.

FD is the number of a socket that the appliance has opened, URL the board's.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys

from boardivr.hal.dialogic_cffi.helper.server import serve
from boardivr.hal.dialogic_cffi.helper.wire import Wire
from boardivr.hal.registry import open_board


def main() -> None:
    """Work a board until the appliance closes the socket."""
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        sys.exit("usage: boardivr-dialogic32 FD URL (an appliance starts it)")
    logging.basicConfig(
        level=os.environ.get("BOARDIVR_LOG", "WARNING"), format="helper: %(levelname)s %(message)s"
    )
    # Ctrl-C in a terminal reaches the helper too; the appliance closes it in its order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as end:
        serve(Wire(end), lambda: open_board(sys.argv[2]))


if __name__ == "__main__":
    main()
