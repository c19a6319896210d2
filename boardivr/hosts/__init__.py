"""Other systems that a call asks: by SQL, HTTP, lines over TCP, a Python function.

Every request has a time within which it has failed, kept by
:mod:`boardivr.hosts.pool` even when the host hangs for ever.
"""
