"""Fax: documents into the pages that T.30 sends, and back.

:mod:`.document` is the face; what it does to a document is done in a process of
its own (:mod:`.sandbox`, :mod:`.worker`), for documents come from strangers.
"""
