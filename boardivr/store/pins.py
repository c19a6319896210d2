"""PINs: kept as scrypt hashes, never as they are.

A PIN has few values, so a hash alone can't hide it for ever from one who has
the database and time. The cost makes that time long: 2^14 rounds over 16 MB
are about 40 ms of one core for each guess, 11 hours for all six-digit PINs of
one customer. The same 40 ms is what every caller's check costs us, so an
appliance that checks more than 20 PINs a second and core sets ``pin_cost``
lower; hashes carry their own cost, so old ones go on being right.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from boardivr.store.errors import StoreError

COST = 14  # rounds, as a power of two
BLOCK = 8
LANES = 1
SALT_BYTES = 16
HASH_BYTES = 32


def hash_pin(pin: str, cost: int = COST) -> str:
    """Return a PIN's hash with all that checking it needs.

    :param cost: rounds, as a power of two; RFC 7914 calls 2 to this power N
    """
    salt = os.urandom(SALT_BYTES)
    digest = _scrypt(pin, salt, cost, BLOCK, LANES, HASH_BYTES)
    return f"scrypt${cost}${BLOCK}${LANES}${_text(salt)}${_text(digest)}"


def is_pin(pin: str, hashed: str) -> bool:
    """Return whether this PIN gave that hash; takes as long for a wrong one.

    :raises StoreError: not a hash of ours
    """
    try:
        kind, cost, block, lanes, salt_text, digest_text = hashed.split("$")
        if kind != "scrypt":
            raise ValueError(kind)
        salt, digest = base64.b64decode(salt_text), base64.b64decode(digest_text)
        found = _scrypt(pin, salt, int(cost), int(block), int(lanes), len(digest))
    except ValueError as error:
        raise StoreError("a PIN's hash in the database can't be read") from error
    return hmac.compare_digest(found, digest)


def _scrypt(pin: str, salt: bytes, cost: int, block: int, lanes: int, size: int) -> bytes:
    needed = 128 * block * (2**cost + lanes + 2)
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=2**cost, r=block, p=lanes, maxmem=2 * needed, dklen=size
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
