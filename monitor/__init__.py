"""`monitor` watches news feeds for security events and tells the right people once.

One way through; each stage is a room of that name, and only ``pipeline`` joins them::

    config/ ─► fetch ─► parse ─► match ─► facts ─► story ─► [ store: one transaction ] ─► digest ─► render ─► deliver
                 bytes    items   matches  claims   story                                  frozen    message   receipt

What is owed is a row before it is sent, and an attempt is a row before it is made: whatever step
the process dies at, the next start goes on from the rows. The clock is read at the edges alone.
"""

__version__ = "0.1.0"
