"""``monitor demo``: the whole job on this machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from monitor import demo as stage
from monitor.settings import Settings


def demo(arguments: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - every command has this form
    """Run the demo; the settings of this installation play no part in it."""
    return stage.run(sys.stdout, Path(arguments.out) if arguments.out else None)
