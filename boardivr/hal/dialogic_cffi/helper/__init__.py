"""A board in another process: its verbs and their results over a local socket.

So a 64-bit appliance works a board whose libraries are 32-bit: a helper,
``boardivr-dialogic32``, runs the same driver under a 32-bit interpreter. Nothing
here knows Dialogic; any board can be worked so.

::

    appliance                                helper
    RemoteChannel._play ─► Link ══ socket ══► Server ─► worker of the channel ─► Channel._play
                  ◄─ reader thread ◄════════════════════ its result, or its error
"""
