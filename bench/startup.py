"""What ``monitor --help`` costs beside a bare argparse program: wall time and peak memory, paired runs; and the demo.

python bench/startup.py        goals: at most 4 × the wall time, and under 30 MB; the whole demo in under 15 s
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time

RUNS = 20
BARE = [sys.executable, "-c", "import argparse; argparse.ArgumentParser(prog='bare').parse_args(['--help'])"]
OURS = [sys.executable, "-m", "monitor", "--help"]


def run(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak megabytes of one run."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execv(command[0], command)  # noqa: S606 - two fixed commands
    _, _, usage = os.wait4(child, 0)
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def main() -> None:
    """Print both, and the ratio of each pair's times."""
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 30_000, "a child starts with its parent's peak"
    pairs = [(run(BARE), run(OURS)) for _ in range(RUNS)]
    for name, which in (("argparse", 0), ("monitor --help", 1)):
        seconds = statistics.median(pair[which][0] for pair in pairs)
        print(f"{name:<16} {seconds * 1000:6.0f} ms  {max(pair[which][1] for pair in pairs):5.1f} MB")
    print(f"{'ratio':<16} {statistics.median(ours[0] / bare[0] for bare, ours in pairs):6.2f} × (goal ≤ 4)")
    with tempfile.TemporaryDirectory() as folder:
        seconds, peak = run([sys.executable, "-m", "monitor", "demo", "--out", folder])
    print(f"{'monitor demo':<16} {seconds:6.1f} s   {peak:5.1f} MB (goal < 15 s)")


if __name__ == "__main__":
    main()
