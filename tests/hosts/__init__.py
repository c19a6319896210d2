"""Hosts: SQL, Python, time-outs and answers that are given once."""
