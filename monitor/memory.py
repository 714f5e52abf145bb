"""How the process asks the C library for memory."""

from __future__ import annotations

import ctypes

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def share_one_heap() -> None:
    """Let the threads to come share one heap (mallopt(3)); changes nothing where the C library is not glibc.

    glibc gives each thread an arena of its own and keeps in it what was freed: a daemon that runs for
    years would hold several times what it needs. Threads wait for each other in Python anyway.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
