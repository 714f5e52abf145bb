"""Undo content encodings piece by piece, and count what comes out.

A body of a few kilobytes can inflate to gigabytes, so no call here produces more than a piece at a
time and the count stops at the limit, whatever Content-Length or Content-Encoding claim.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

ACCEPTED = "gzip, deflate"

_PIECE = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"
_DEPTH = 3  # encodings in a row; a server that sends two has already lost its way


class TooLarge(Exception):
    """More came out than the limit allows."""


class BadCoding(Exception):
    """The encoding is unknown, or the bytes are not what it says. The message says which."""


class Body:
    """A body as it arrives: encoded pieces in, at most ``limit`` bytes out."""

    def __init__(self, content_encoding: str, limit: int) -> None:
        """``content_encoding`` is the header's value; raises ``BadCoding`` for one not known."""
        self._limit = limit
        self._pieces: list[bytes] = []
        self.size = 0
        self._raw = 0
        self._layers: list[_Inflate] = []
        names = [name.strip().lower() for name in content_encoding.split(",")]
        names = [name for name in names if name not in ("", "identity", "none", "utf-8")]
        if len(names) > _DEPTH:
            raise BadCoding(f"{len(names)} content encodings in a row")
        for name in reversed(names):  # the last one named was applied last
            if name in ("gzip", "x-gzip"):
                self._layers.append(_Inflate(_GZIP))
            elif name == "deflate":
                self._layers.append(_Inflate(zlib.MAX_WBITS))
            else:
                raise BadCoding("an unknown content encoding")

    def feed(self, data: bytes) -> None:
        """Take the next bytes off the wire; raises ``TooLarge`` or ``BadCoding``."""
        if not self._raw and not self._layers and data[:2] == _MAGIC:
            self._layers.append(_Inflate(_GZIP))  # a .gz file served as it lies on the disk
        self._raw += len(data)
        if self._raw > self._limit:
            raise TooLarge
        self._through(data, 0)

    def finish(self) -> bytes:
        """The whole body; raises ``BadCoding`` when it was cut off inside a compressed stream."""
        if self._raw and any(layer.unfinished for layer in self._layers):
            raise BadCoding("the compressed body broke off")
        body = b"".join(self._pieces)
        self._pieces.clear()
        return body

    def _through(self, data: bytes, level: int) -> None:
        if level == len(self._layers):
            self.size += len(data)
            if self.size > self._limit:
                raise TooLarge
            self._pieces.append(data)
            return
        layer = self._layers[level]
        for piece in layer.pieces(data):
            if layer.produced > self._limit:
                raise TooLarge
            if piece:
                self._through(piece, level + 1)


class _Inflate:
    """One gzip or deflate layer (RFC 9110 section 8.4.1), a bounded piece at a time.

    Servers label plain bodies as compressed, and send raw deflate where zlib's form is meant;
    both are recognised by the first bytes and taken for what they are.
    """

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._stream = zlib.decompressobj(wbits)
        self._first = b""
        self._plain: bool | None = None  # not known before two bytes have come
        self._ended = False
        self.produced = 0

    @property
    def unfinished(self) -> bool:
        """Whether the stream promised more than came."""
        return self._plain is None or (not self._plain and not self._stream.eof and not self._ended)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` inflates to, in pieces of at most 64 KiB."""
        if self._plain is None:
            self._first += data
            if len(self._first) < 2:
                return
            data, self._first = self._first, b""
            self._begin(data)
        if self._plain:
            self.produced += len(data)
            yield data
            return
        while not self._ended:
            if self._stream.eof:
                if not data:
                    return
                if self._wbits != _GZIP or not _MAGIC.startswith(data[:2]):
                    self._ended = True  # bytes after the end: padding, as gzip(1) has it
                    return
                self._stream = zlib.decompressobj(self._wbits)  # the next member of a gzip file
            try:
                piece = self._stream.decompress(data, _PIECE)
            except zlib.error:
                raise BadCoding("the compressed body is damaged") from None
            self.produced += len(piece)
            yield piece
            if self._stream.eof:
                data = self._stream.unused_data
            else:
                data = self._stream.unconsumed_tail
                if not data and len(piece) < _PIECE:
                    return

    def _begin(self, data: bytes) -> None:
        self._plain = False
        if self._wbits == _GZIP:
            self._plain = data[:2] != _MAGIC
        elif data[0] & 0x0F != 8 or int.from_bytes(data[:2], "big") % 31:  # no zlib header: RFC 1950
            self._plain = data.lstrip()[:1] in (b"<", b"{") or data[:3] == b"\xef\xbb\xbf"
            self._wbits = -zlib.MAX_WBITS
            self._stream = zlib.decompressobj(self._wbits)
