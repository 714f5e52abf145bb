"""``monitor schema``: the JSON Schema of every configuration file, for editors."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from monitor import config
from monitor import settings as settings_module
from monitor.cli import OK, USAGE, edge
from monitor.errors import MonitorError
from monitor.settings import Settings


def schema(arguments: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - every command has this form
    """Print one schema, or all by name; or write each into a file of a folder."""
    found = {**config.schemas(), "settings": settings_module.schema()}
    if arguments.name and arguments.name not in found:
        edge.say(f"monitor: no schema {arguments.name}; there are: {', '.join(found)}")
        return USAGE
    if arguments.name:
        found = {arguments.name: found[arguments.name]}
    if arguments.out is None:
        edge.show_json(found[arguments.name] if arguments.name else found)
        return OK
    folder = Path(arguments.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in found.items():
            path = folder / f"{name}.json"
            path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            edge.show(str(path))
    except OSError as error:
        raise MonitorError(f"can't write to {folder}: {error.strerror}") from error
    return OK
