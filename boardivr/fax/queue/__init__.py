"""The outgoing faxes: what is to be sent, when, how, and what became of it.

:mod:`.queue` is the face. A job (:mod:`.job`) goes from state to state by one pure
function (:mod:`.transitions`), everything is in the store before anybody is told so,
and :mod:`.sending` is what a channel does with a job that is due.
"""
