"""Flows: the language, and running it without audio."""
