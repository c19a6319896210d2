"""Dialogic voice and fax boards: the driver, the published facts, and a simulated library."""
