"""Where the canary is published: one document on a loopback address, for our own fetcher."""

from __future__ import annotations

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """A server on a free port of 127.0.0.1 from its making to ``close``; it answers with ``document``."""

    def __init__(self) -> None:
        self.document = b'<rss version="2.0"><channel><title>monitor</title></channel></rss>'
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _requests(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.5,), name="canary", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address of the document."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/canary.xml"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _requests(site: Site) -> type[BaseHTTPRequestHandler]:
    class Request(BaseHTTPRequestHandler):
        server_version, sys_version = "monitor-canary", ""

        def do_GET(self) -> None:
            body = site.document
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: what becomes of the canary is told as its verdict."""

    return Request
