"""``monitor run``, killed with SIGKILL the Nth time it comes to a step: ``python crash.py STEP N``.

Only tests can do this: production has no such switch.
"""

import os
import signal
import sys

from monitor import schedule, settings


def main(label: str, times: int) -> None:
    """Run the daemon of the environment until it comes to ``label`` for the ``times``-th time."""
    seen = 0

    def step(at: str) -> None:
        nonlocal seen
        if at == label:
            seen += 1
            if seen == times:
                os.kill(os.getpid(), signal.SIGKILL)

    schedule.run(settings.load(os.environ), step)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
