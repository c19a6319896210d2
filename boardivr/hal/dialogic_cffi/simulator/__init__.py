"""A Dialogic library without a board: programs for the vendor's API run on it.

As on a real board the library is thin (C, in ``src/``), and the firmware makes the
sound: a process with the engine, whose lines hang on the loopback board's exchange.
"""
