"""``${NAME}`` in channel addresses and feed headers, and what must never be shown of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from monitor.config.values import Wrong, nearest

_REFERENCE = re.compile(r"(?P<escaped>\$\$(?=\{))|\$\{(?P<name>[^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
LEAST = 4  # characters: what is shorter is no secret, and hiding it would blot out half a log


@dataclass
class Vault:
    """Takes secrets out of the environment, and remembers which it gave and from which files."""

    env: Mapping[str, str]
    given: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def expand(self, text: str, *, url: bool = False) -> str:
        """``text`` with each ``${NAME}`` replaced; ``$${`` stands for ``${``. Raises ``Wrong``.

        In the user:password part of a ``url``, characters that would end it are percent-encoded, so
        that a password may hold any of them; what is percent-encoded already stays as it is.
        """
        userinfo = _userinfo(text) if url else (0, 0)

        def value(match: re.Match[str]) -> str:
            if match["escaped"]:
                return "$"
            secret = self._secret(match["name"])
            return _encoded(secret) if userinfo[0] <= match.start() < userinfo[1] else secret

        return _REFERENCE.sub(value, text)

    def _secret(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise Wrong(f"'${{{name}}}' names no variable", "write ${NAME}: letters, digits and '_'")
        value, path = self.env.get(name), self.env.get(f"{name}_FILE")
        if value and path:
            raise Wrong(f"both {name} and {name}_FILE are set", "keep one of them")
        if path:
            value = self._read(name, Path(path))
        if not value:
            state = "is empty" if value is not None else "is not set"
            near = nearest(name, (key for key in self.env if key != name)) if value is None else None
            hint = f"; did you mean {near}?" if near else ""
            raise Wrong(f"the variable {name} {state}", f"set {name}, or {name}_FILE to a file that holds it{hint}")
        if not value.isprintable():
            raise Wrong(f"the variable {name} has a line break or a control character in it", "give it one line")
        self.given.append(value)
        return value

    def _read(self, name: str, path: Path) -> str:
        self.files.append(path)
        return read_secret(f"{name}_FILE", path)


def read_secret(variable: str, path: Path) -> str:
    """The secret that the file at ``path`` holds, without its last line break; raises ``Wrong``."""
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Wrong(f"{variable}: can't read {path}: {reason}", "name a file that this user may read") from None
    except ValueError:
        raise Wrong(f"{variable}: {path} is no UTF-8 text", "store the secret as plain text") from None


def names(text: str) -> Iterator[str]:
    """The variables that ``text`` refers to."""
    return (match["name"] for match in _REFERENCE.finditer(text) if match["name"])


def pieces(url: str) -> Iterator[str]:
    """The parts of an Apprise URL that a log must not show: itself, its password, its tokens.

    Apprise puts tokens into any part of a URL, so each part that looks like one counts.
    """
    yield url
    rest = url.partition("://")[2]
    start, end = _userinfo(url)
    password = url[start:end].partition(":")[2]
    if password:
        yield from (password, unquote(password))
    for part in re.split(r"[/:@?&=#,]", rest):
        if len(part) >= 8 and re.search(r"\d", part) and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", part):
            yield from (part, unquote(part))


def masked(lines: list[str], number: int, file: str) -> str:
    """Line ``number`` (from 0) of a configuration file without what may be a secret in it."""
    line = lines[number].strip()
    if file.endswith("channels.yaml"):
        if "://" in line:
            return re.sub(r"://(.+)", _only_references, line)
        return re.sub(r"(\burl['\"]?\s*:\s*)(?!['\"]?\$\{\w+\}['\"]?\s*$)\S.*", r"\1…", line)
    if file.endswith("feeds.yaml"):
        if _under_headers(lines, number):
            return re.sub(r"(:\s*)(?!['\"]?\$\{\w+\}['\"]?\s*$)\S.*", r"\1…", line)
        return re.sub(r"(headers['\"]?\s*:\s*\{).*", r"\1…}", re.sub(r"(://)[^\s/]*@", r"\1…@", line))
    return line


def _under_headers(lines: list[str], number: int) -> bool:
    indent = len(lines[number]) - len(lines[number].lstrip())
    for line in reversed(lines[:number]):
        if line.strip() and len(line) - len(line.lstrip()) < indent:
            return re.match(r"\s*(-\s+)?['\"]?headers['\"]?\s*:", line) is not None
    return False


def _only_references(match: re.Match[str]) -> str:
    kept = re.findall(r"\$\{\w+\}", match[1])
    return "://…" + "".join(f"{name}…" for name in kept)


def _userinfo(url: str) -> tuple[int, int]:
    start = url.find("://") + 3
    # References are blanked first: one may hold any character once it is expanded.
    blank = _REFERENCE.sub(lambda match: "x" * len(match[0]), url)
    end = len(re.match(r"[^/?#]*", blank[start:])[0]) + start if start > 2 else 0  # type: ignore[index]
    at = blank.rfind("@", start, end) if start > 2 else -1
    return (start, at) if at >= 0 else (0, 0)


def _encoded(secret: str) -> str:
    bad = re.compile(r"[@/?#\s\"'<>\\^`{|}\[\]]|%(?![0-9A-Fa-f]{2})")
    encode: Callable[[re.Match[str]], str] = lambda match: quote(match[0], safe="")  # noqa: E731
    return bad.sub(encode, secret)
