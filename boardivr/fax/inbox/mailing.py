"""A received fax as an e-mail."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path

from boardivr.fax.inbox.model import Arrival, ReceivedFax
from boardivr.fax.inbox.settings import MailServer

FAILURES = (smtplib.SMTPException, OSError)
"""What :func:`send` raises: all of it may be better at the next try."""


def message(fax: ReceivedFax, pdf: Path, to: str, sender: str, delivery: int) -> EmailMessage:
    """Return the mail of a fax, with its pages as a PDF.

    :param delivery: its number, in the Message-ID: the same at each try
    """
    who, part = fax.sender or "unknown", " (partial)" if fax.state is Arrival.PARTIAL else ""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = f"Fax from {who}: {_pages(fax.pages)}{part}"
    mail["Date"] = fax.began
    mail["Message-ID"] = f"<fax-{fax.id}-{delivery}@{sender.rpartition('@')[2]}>"
    mail.set_content(_words(fax))
    mail.add_attachment(pdf.read_bytes(), maintype="application", subtype="pdf", filename=pdf.name)
    return mail


def send(server: MailServer, mail: EmailMessage) -> None:
    """Hand a mail to the server.

    :raises smtplib.SMTPException: it refused
    :raises OSError: it wasn't reached, or in time
    """
    context = ssl.create_default_context() if server.security != "none" else None
    if server.security == "tls":
        link: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=server.time, context=context
        )
    else:
        link = smtplib.SMTP(server.host, server.port, timeout=server.time)
    with link:
        if server.security == "starttls":
            link.starttls(context=context)
        if server.user:
            link.login(server.user, server.password)
        link.send_message(mail)


def _words(fax: ReceivedFax) -> str:
    lines = {
        "Fax": str(fax.id),
        "From": fax.sender or "unknown",
        "To": fax.sub_address or fax.dnis,
        "Received": f"{fax.began:%Y-%m-%d %H:%M:%S %Z}",
        "Pages": f"{fax.pages}{'' if fax.state is Arrival.WHOLE else ', then the call ended'}",
        "Line": f"{fax.rate} bit/s{', error correction' if fax.ecm else ''}" if fax.rate else "",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items() if value)


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"
