"""One tree of errors, cut by what the caller will do next. Advice for people is in ``cli``."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import Place


class MonitorError(Exception):
    """Anything that is not a bug."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a configuration file, and what to write instead.

    ``excerpt`` is the line it stands in; ``place`` is None where no file is to blame (a setting
    from the environment: ``what`` then names the variable).
    """

    place: Place | None
    what: str
    instead: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        tail = f"; {self.instead}" if self.instead else ""
        return f"{where}{self.what}{tail}"


class ConfigError(MonitorError):
    """The configuration is refused as a whole: keep the last good one, tell the operator."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ParseError(MonitorError):
    """The document is no feed: record it as the feed's failure and go on."""


class DeliveryError(MonitorError):
    """A send failed. ``permanent`` says that trying again can't help.

    ``detail`` holds no secret; ``retry_after`` is seconds, where the receiver named a time;
    ``maybe_delivered`` says that the receiver may have taken it nevertheless, so that another
    attempt is a possible repeat.
    """

    def __init__(
        self,
        detail: str,
        *,
        permanent: bool,
        retry_after: float | None = None,
        maybe_delivered: bool = False,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.permanent = permanent
        self.retry_after = retry_after
        self.maybe_delivered = maybe_delivered


class StoreError(MonitorError):
    """The store can't be used: stop, with a clear message."""


class StoreTooNew(StoreError):
    """The database was written by a newer version: refuse it."""


class LeaseHeld(MonitorError):
    """Another process works on this store: do nothing."""


class NotPossible(MonitorError):
    """What was asked for can't be done to what there is: say why, and do nothing."""
