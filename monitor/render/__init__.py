"""A digest as a message in the form its channel takes. Pure: the same digest gives the same message.

    digest ─► view (words and times) ─► templates (layout) ─► split (parts under the channel's limit)

Text from outside travels as ``hostile.Shown`` and is printed only through the dialect of its form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from monitor.model import Change, Digest, Format, Message
from monitor.render import hostile
from monitor.render.detail import BARE, BRIEF, FULL, SHORT, Detail
from monitor.render.figures import line
from monitor.render.split import room, split, wrapped
from monitor.render.view import Story, counts, healthy, page

if TYPE_CHECKING:
    from jinja2 import Environment

_NARROW = 500  # characters: under this a message is a text message, and each story gets two lines
_SUBJECT_ONLY = 140
_MAIL_SHOWN = 100_000  # bytes: Gmail hides what comes after 102 KB
_SUBJECT_LIMIT = 160  # longer ones are cut by every inbox and lock screen
_DIALECTS: dict[Format, Callable[[hostile.Shown], str]] = {
    Format.TEXT: hostile.as_text,
    Format.MARKDOWN: hostile.as_markdown,
    Format.HTML: hostile.as_html,
}
_MARKS = {Change.UPDATED: "update: ", Change.CORRECTED: "correction: "}
_SUFFIXES = {Format.TEXT: "txt", Format.MARKDOWN: "md", Format.HTML: "html"}


def render(digest: Digest, format: Format, limit: int | None, *, possible_repeat: bool = False) -> Message:
    """``digest`` as a message; ``limit`` is the most characters its channel takes in one part.

    HTML is one part whatever the limit, with its text alternative in ``text``. Text and markdown
    (CommonMark) are cut between stories, "(1/2)" above each part; a channel that takes fewer than
    140 characters gets the subject. ``possible_repeat`` marks subject and body, and changes no id.
    """
    subject = _subject(digest, format, possible_repeat=possible_repeat)
    text = ""
    if format is Format.HTML:
        parts: tuple[str, ...] = (_html(digest, subject, possible_repeat=possible_repeat),)
        text = "\n\n".join(map(wrapped, _layout(digest, Format.TEXT, None, possible_repeat=possible_repeat)))
    elif limit is not None and limit < _SUBJECT_ONLY:
        parts = (subject[:limit],)
    else:
        parts = _layout(digest, format, limit, possible_repeat=possible_repeat)
    return Message(
        message_id=message_id(digest),
        subject=subject,
        parts=parts,
        format=format,
        text=text,
        thread=digest.thread,
        urgent=digest.urgent,
        list_id=f"{_slug(digest.spec)}.monitor.localhost",  # RFC 2919 section 3: an unmanaged list
    )


def message_id(digest: Digest) -> str:
    """The Message-ID of ``digest`` (RFC 5322 section 3.6.4), the same for all who get it."""
    return f"{_slug(digest.id)}@monitor.invalid"


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", ".", name).strip(".")[:60] or "digest"


def _subject(digest: Digest, format: Format, *, possible_repeat: bool) -> str:
    marks = (f"[{digest.level.word}] " if digest.level else "") + ("[possible repeat] " if possible_repeat else "")
    if digest.urgent and len(digest.entries) == 1:
        entry = digest.entries[0]
        told = line(entry.reports, entry.state)
        figures = f"{_plain(told[0].text, format)}: " if told is not None else ""
        said = f"{_MARKS.get(entry.change, '')}{figures}{_plain(entry.title, format)}"
    elif len(digest.notices) == 1:
        said = f"{_plain(digest.title, format)}: {_plain(digest.notices[0], format)}"
    elif digest.entries or digest.notices:
        said = f"{_plain(digest.title, format)}: {counts(digest)}"
    else:
        said = f"{_plain(digest.title, format)}: nothing new, {healthy(digest.coverage)}"
    subject = marks + said
    return subject if len(subject) <= _SUBJECT_LIMIT else f"{subject[: _SUBJECT_LIMIT - 1].rstrip()}…"


def _plain(text: str, format: Format) -> str:
    # A chat reads markup in titles too, and Apprise escapes bodies only.
    return hostile.clean(text).strip() if format is Format.HTML else hostile.as_header(text)


def _html(digest: Digest, subject: str, *, possible_repeat: bool) -> str:
    template = _environment(Format.HTML).get_template("digest.html")
    mail = ""
    for detail in (FULL, SHORT, BRIEF):
        mail = template.render(page=page(digest, detail, possible_repeat=possible_repeat), subject=subject)
        if len(mail.encode()) <= _MAIL_SHOWN:
            break
    return mail


def _layout(digest: Digest, format: Format, limit: int | None, *, possible_repeat: bool) -> tuple[str, ...]:
    environment, suffix = _environment(format), _SUFFIXES[format]
    around: Any = environment.get_template(f"digest.{suffix}").module
    within: Any = environment.get_template(f"story.{suffix}").module
    narrow = limit is not None and limit < _NARROW
    details: tuple[Detail, ...] = (BRIEF, BARE) if narrow else (FULL, SHORT, BRIEF, BARE)
    if limit is None:
        details = details[:1]  # the fullest fits
    views = [page(digest, detail, possible_repeat=possible_repeat) for detail in details]
    view = views[0]

    opening = _tidy(within.urgent(view) if view.urgent else around.head(view))
    blocks = [[opening, _tidy(around.repeat(view))] if possible_repeat else [opening]]
    if view.notices:
        blocks.append([_tidy(line) for line in str(around.notices(view)).split("\n")])
    if len(view.stories) > 1 and not narrow:
        # The list of titles must fit too: shorter ones where the channel is narrow.
        brief = view if limit is None else views[-1]
        blocks.append([_tidy(within.contents(story)) for story in brief.stories])
    for number in range(len(view.stories)):
        blocks.append(_fitting([one.stories[number] for one in views], within, limit, alone=view.urgent is not None))
    if view.waiting and not narrow:
        blocks.append([_tidy(line) for line in str(around.waiting(view)).split("\n") if line.strip()])
    blocks.append(_tidy(around.foot(view)).split("\n"))
    return split(blocks, limit)


def _fitting(stories: list[Story], within: Any, limit: int | None, *, alone: bool) -> list[str]:
    """The pieces of a story, in the fullest form of which every piece fits into a part."""
    pieces: list[str] = []
    for story in stories:
        head = [] if alone and not (story.told_when or story.possibly) else [within.head(story)]
        pieces = [*head, within.figures(story), *(within.source(report) for report in story.sources)]
        pieces.append(within.foot(story))
        pieces = [tidied for piece in pieces if (tidied := _tidy(piece))]
        if limit is None or max(map(len, pieces)) <= room(limit):
            break
    return pieces


def _tidy(piece: str) -> str:
    return "\n".join(line.rstrip() for line in str(piece).strip("\n").split("\n") if line.strip())


@cache
def _environment(format: Format) -> Environment:
    # Most polls have nothing to send, and most commands never do.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - see above

    dialect = _DIALECTS[format]
    return Environment(
        loader=PackageLoader("monitor", "templates"),
        autoescape=format is Format.HTML,  # noqa: S701 - the others are not HTML: their dialect escapes what is shown
        finalize=lambda value: dialect(value) if isinstance(value, hostile.Shown) else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


__all__ = ["message_id", "render"]
