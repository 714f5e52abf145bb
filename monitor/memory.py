"""How the process asks the C library for memory, and how often it looks for garbage."""

from __future__ import annotations

import ctypes
import gc

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_NEW_OBJECTS = 10_000  # more of them than before, and garbage is looked for; Python's own 700 suits small programs


def share_one_heap() -> None:
    """Let the threads to come share one heap (mallopt(3)); changes nothing where the C library is not glibc.

    glibc gives each thread an arena of its own and keeps in it what was freed: a daemon that runs for
    years would hold several times what it needs. Threads wait for each other in Python anyway.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)


def look_for_garbage_less_often() -> None:
    """Let more objects come before those are looked for that only refer to each other (``gc``).

    Reference counts free nearly everything here. Each look walks over thousands of objects that are
    in use: some 5 % of all the work of polling, for 1 MB of memory.
    """
    gc.set_threshold(_NEW_OBJECTS)
