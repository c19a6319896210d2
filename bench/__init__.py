"""Benchmarks, run by ``make bench`` or ``python -m bench NAME...``.

A benchmark is a module here with ``main() -> dict``: figures by name, nested
where that helps. No test measures time; these do.
"""
