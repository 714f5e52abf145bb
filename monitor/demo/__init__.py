"""``monitor demo``: the whole job on sample feeds, a mail server and a webhook on this machine.

An edge like ``cli``: it sets the scene and prints, and everything between is ``monitor`` itself with the
shipped rules. Two cycles an hour apart: in the second a toll changes, and a report that is already
known arrives through another feed.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import TextIO

from monitor import app, log
from monitor import settings as settings_module
from monitor.demo.post import Mail, MailServer, Webhook
from monitor.demo.site import PAGES, Site
from monitor.errors import MonitorError
from monitor.model import Books
from monitor.pipeline import Monitor

_MARK = ".demo"  # an empty file in the configuration folder: a demo made this one
_CYCLES = (
    ("First cycle, an hour ago", "every feed is new; what it published in the last 24 hours may be told"),
    ("Second cycle, now", "a toll has changed, and a known report arrives through another feed"),
)


def run(out: TextIO, folder: Path | None = None) -> int:
    """Run the demo, print to ``out`` what a newcomer reads, and leave the mails in ``folder``.

    Without a ``folder`` a new temporary one is made. In one that is given, only what a demo left is
    replaced; MonitorError is raised where it holds a configuration or database of other making.
    Returns 0 when every digest arrived and the books balance, otherwise 1. Needs no network: all
    servers listen on 127.0.0.1. The environment's own settings play no part.
    """
    folder = Path(tempfile.mkdtemp(prefix="monitor-demo-")) if folder is None else folder
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder)
    log.setup("error")
    now = datetime.now(UTC).replace(microsecond=0)
    with ExitStack() as stack:
        stack.enter_context(_no_proxy())
        site = stack.enter_context(Site(now))
        mail = stack.enter_context(MailServer(folder))
        hook = stack.enter_context(Webhook(folder))
        _configure(folder / "config", {"@SITE@": site.url, "@MAIL@": str(mail.port), "@HOOK@": str(hook.port)})
        settings = settings_module.load({}, config=str(folder / "config"), data=str(folder / "data"))
        checked = app.check(settings, {})
        store = stack.enter_context(closing(app.open_store(settings)))
        stack.enter_context(store.lease())
        monitor = app.make_monitor(settings, store=store, setup=checked.setup)
        rules = len(checked.config.book.rules)
        print(f"monitor demo: {len(PAGES)} sample feeds, {rules} rules, a mail server, a webhook.", file=out)
        print("All of it on 127.0.0.1; nothing leaves this machine.", file=out)
        monitor.begin(now - timedelta(hours=1, minutes=1))
        for number, (title, what) in enumerate(_CYCLES):
            at = now - timedelta(hours=1 - number)
            site.second = number == 1
            mails, calls = len(mail.mails), len(hook.calls)
            _say(out, title, f"{what}.")
            report = monitor.poll(at)
            if number == 0:
                _feeds(out, monitor, site)
            else:
                _line(
                    out,
                    f"{report.polled} feeds polled: {report.not_modified} answered 304 Not Modified, nothing to read.",
                )
            counts = report.counts
            _line(out, f"{counts.fetched} items: {counts.new} new, {counts.revised} revised, {counts.known} known; "
                       f"{counts.matched} match a rule, {counts.unmatched} are left alone.")  # fmt: skip
            monitor.compose(at)
            monitor.deliver(at)
            for call in hook.calls[calls:]:
                _line(out, f"At once, to the operations room's webhook: {call.body.get('title')}")
            for one in mail.mails[mails:]:
                _mail(out, one)
        books = monitor.books()
        _balance(out, books)
        _paths(out, mail, hook, folder)
        arrived = len(mail.mails) == len(_CYCLES) and hook.calls and not books.pending and not books.dead
        return 0 if arrived and not books.problems() else 1


def _clear(folder: Path) -> None:
    """Remove what an earlier demo left in ``folder``, and nothing else."""
    if any((folder / name).exists() for name in ("config", "data")) and not (folder / "config" / _MARK).is_file():
        raise MonitorError(f"{folder} holds a configuration or a database that no demo made: name another folder")
    for name in ("config", "data"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for pattern in ("mail-*.eml", "mail-*.html", "webhook-*.json"):
        for file in folder.glob(pattern):
            file.unlink()


@contextmanager
def _no_proxy() -> Iterator[None]:
    """Let no proxy of the environment stand before this machine's own addresses."""
    names = ("NO_PROXY", "no_proxy")
    before = {name: os.environ[name] for name in names if name in os.environ}
    os.environ.update(dict.fromkeys(names, "127.0.0.1"))
    try:
        yield
    finally:
        for name in names:
            os.environ.pop(name)
        os.environ.update(before)


def _configure(folder: Path, addresses: Mapping[str, str]) -> None:
    """Write the demo's configuration and the shipped rules to ``folder``."""
    with as_file(files("monitor.demo").joinpath("config")) as templates:
        shutil.copytree(templates, folder)
    for file in folder.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        for mark, address in addresses.items():
            text = text.replace(mark, address)
        file.write_text(text, encoding="utf-8")
    with as_file(files("monitor").joinpath("shipped")) as shipped:
        shutil.copytree(shipped / "rules", folder / "rules", dirs_exist_ok=True)
        shutil.copy(shipped / "publishers.yaml", folder)
    (folder / _MARK).touch()


# --- what is printed ---------------------------------------------------------------------------


def _say(out: TextIO, title: str, text: str) -> None:
    print(f"\n== {title} ==\n{text}", file=out)


def _line(out: TextIO, text: str) -> None:
    print(textwrap.fill(text, 110, subsequent_indent="  "), file=out)


def _feeds(out: TextIO, monitor: Monitor, site: Site) -> None:
    """Every feed, what kind it is, and how it fared."""
    states = {state.feed: state for state in monitor.store.feed_states()}
    for path, page in PAGES.items():
        feed = monitor.setup.feeds[path.removeprefix("/")]
        state = states[feed.id]
        condition = state.condition.value + (f": {state.problem}" if state.problem else "")
        _line(out, f"  {feed.title:<24} {page.kind:<26} {site.answers[path][-1]}  {condition}")


def _mail(out: TextIO, mail: Mail) -> None:
    """A mail as its recipient reads it."""
    print(f"\nThe digest as {', '.join(mail.recipients)} reads it, in {mail.eml.name}:\n", file=out)
    for line in (f"Subject: {mail.message['Subject']}", "", *mail.text.rstrip().splitlines()):
        indent = line[: len(line) - len(line.lstrip())]
        for part in textwrap.wrap(line, 106, subsequent_indent=f"{indent}  ", break_long_words=False) or [""]:
            print(f"  | {part}".rstrip(), file=out)


def _balance(out: TextIO, books: Books) -> None:
    """The two sums, as they were asserted."""
    items = books.items
    _say(out, "The books", "Nothing is lost on the way: both sums must balance, always.")
    print(
        f"  items fetched {items.fetched} = {items.new} new + {items.revised} revised + {items.known} known\n"
        f"  new and revised {items.new + items.revised} = {items.matched} matched + {items.unmatched} unmatched",
        file=out,
    )
    parts = [f"{books.delivered} delivered", f"{books.pending} pending"]
    parts += [f"{count} held ({reason})" for reason, count in books.held.items()]
    parts += [f"{count} suppressed ({reason})" for reason, count in books.suppressed.items()]
    _line(out, f"  owed to channels {books.owed} = {' + '.join([*parts, f'{books.dead} dead'])}")
    for problem in books.problems() or ("balanced",):
        print(f"  {problem}", file=out)


def _paths(out: TextIO, mail: MailServer, hook: Webhook, folder: Path) -> None:
    """The files to open and the next command to type."""
    _say(out, "To open", "The mails as they were received, for a mail program (.eml) and a browser (.html):")
    for one in mail.mails:
        print(f"  {one.eml}" + (f"\n  {one.html}" if one.html else ""), file=out)
    for call in hook.calls:
        print(f"  {call.file}", file=out)
    print(f"\nIts database and configuration stay in {folder}; look into them with\n", file=out)
    typed = sys.argv[0] if Path(sys.argv[0]).name == "monitor" else "monitor"
    print(f"  {typed} status --config {folder}/config --data {folder}/data", file=out)
