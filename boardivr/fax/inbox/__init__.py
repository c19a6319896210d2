"""Faxes that were received: in which box each is, and where it is delivered.

:mod:`.inbox` is the face: the store and the files. :mod:`.taking` is what a channel does
with a call that is a fax, :mod:`.delivering` brings what came to folders, e-mail and
commands, :mod:`.routing` says which box.
"""
