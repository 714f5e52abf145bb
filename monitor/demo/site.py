"""The demo's news sites: one loopback HTTP server, its documents, and how each is answered.

The documents are kept in UTF-8 and sent in the encoding they declare. A date in them is written as an age,
``[[3h]]``, and sent in the date format of its kind of document, so that the samples are always fresh.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files

from monitor.demo.serving import Serving

_AGE = re.compile(r"\[\[(\d+)([mhd])\]\]")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Page:
    """A document the site serves; ``second`` replaces ``file`` in the second cycle where it is set."""

    kind: str
    file: str
    second: str | None = None
    content_type: str = "application/rss+xml"
    charset: str = "utf-8"
    compressed: bool = False
    conditional: bool = True  # sends ETag and Last-Modified, and answers 304 to them


PAGES: Mapping[str, Page] = {
    "/wire": Page("RSS 2.0", "wire.rss"),
    "/command": Page("Atom", "command.atom", "command.2.atom", "application/atom+xml"),
    "/levant": Page("RSS 1.0", "levant.rdf", "levant.2.rdf", "application/rdf+xml", conditional=False),
    "/desk": Page("JSON Feed", "desk.json", content_type="application/feed+json", conditional=False),
    "/baghdad": Page("Arabic, windows-1256", "baghdad.rss", charset="windows-1256"),
    "/ankara": Page("Turkish, ISO-8859-9", "ankara.rss", charset="iso-8859-9"),
    "/gulf": Page("RSS 2.0, gzip", "gulf.rss", "gulf.2.rss", compressed=True),
    "/portal": Page("a web page, no feed", "portal.html", content_type="text/html", conditional=False),
    "/reports": Page("Atom, unchanged for weeks", "reports.atom", content_type="application/atom+xml"),
    "/quiet": Page("RSS 2.0 without items", "quiet.rss"),
}


def document(page: Page, now: datetime, *, second: bool) -> bytes:
    """The bytes of ``page`` with every age written as a date before ``now``, in its own charset."""
    name = page.second if second and page.second else page.file
    text = files("monitor.demo").joinpath("feeds", name).read_text(encoding="utf-8")

    def date(age: re.Match[str]) -> str:
        at = now - timedelta(**{_UNITS[age[2]]: int(age[1])})
        if name.endswith(".rss"):
            return format_datetime(at.astimezone(UTC), usegmt=True)
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    return _AGE.sub(date, text).encode(page.charset)


class Site(Serving):
    """The server, while the ``with`` block lasts. ``now`` is the moment the samples are fresh at.

    ``answers`` maps each path to the statuses it was answered with, in order.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.second = False
        self.answers: dict[str, list[int]] = {path: [] for path in PAGES}
        server = ThreadingHTTPServer(("127.0.0.1", 0), _requests(self))
        server.daemon_threads = True
        super().__init__(server)

    @property
    def url(self) -> str:
        """The address of the site, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"


def _requests(site: Site) -> type[BaseHTTPRequestHandler]:
    """The class that answers the requests to ``site``."""

    class Request(BaseHTTPRequestHandler):
        server_version, sys_version = "monitor-demo", ""
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = PAGES.get(self.path)
            if page is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            body = document(page, site.now, second=site.second)
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            unchanged = page.conditional and self.headers.get("If-None-Match") == etag
            status = HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK
            site.answers[self.path].append(int(status))
            self.send_response(status)
            if page.conditional:
                self.send_header("ETag", etag)
            if unchanged:
                self.end_headers()
                return
            if page.compressed:
                body = gzip.compress(body, mtime=0)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Type", f"{page.content_type}; charset={page.charset}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the demo prints the answers itself."""

    return Request
