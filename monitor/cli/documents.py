"""A file in place of what a server sends."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import MonitorError
from monitor.fetch.coding import BadCoding, Body, TooLarge
from monitor.model import Fetched, Validators


class NoSuchFile(MonitorError):
    """There is no file of that name."""


def of_file(name: str, limit: int) -> Fetched:
    """The file ``name`` as if a server had sent it: unpacked where it is gzip, at most ``limit`` bytes.

    Raises NoSuchFile, or MonitorError where it can't be read or is too large; neither repeats the name.
    """
    path = Path(name)
    body = Body("", limit)
    try:
        with path.open("rb") as file:
            body.feed(file.read(limit + 1))
        return Fetched(path.resolve().as_uri(), 200, body.finish(), None, Validators())
    except (FileNotFoundError, ValueError) as error:  # a NUL is in no name
        raise NoSuchFile("there is no such file") from error
    except OSError as error:
        raise MonitorError(f"the file can't be read: {error.strerror}") from error
    except TooLarge as error:
        raise MonitorError(f"the file is larger than {limit} bytes") from error
    except BadCoding as error:
        raise MonitorError(f"the file can't be unpacked: {error}") from error
