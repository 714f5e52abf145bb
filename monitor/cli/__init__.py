"""The terminal: what people type, and the advice they read. No rule and no decision lives here.

Commands are imported when they are run, so that ``monitor --help`` costs next to nothing. Data
goes to stdout, logs to stderr. Exit codes: 0 ok, 1 findings, 2 wrong usage, 3 configuration or
rule error, 4 runtime failure.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import signal
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from monitor import __version__

OK, FINDINGS, USAGE, CONFIGURATION, FAILURE = 0, 1, 2, 3, 4
_LEVELS = ("debug", "info", "warning", "error")

_EPILOG = """\
exit codes: 0 ok · 1 findings · 2 wrong usage
            3 configuration or rule error · 4 runtime failure

Start with `monitor demo` (it needs no network and no set-up), then
`monitor check`, `monitor once --dry-run` and `monitor once`.
Every command has its own --help.
"""


class _Parser(argparse.ArgumentParser):
    """A parser that shows what there is where no command is named, or none of that name."""

    def error(self, message: str) -> NoReturn:
        if message.endswith("required: COMMAND"):
            self.print_help(sys.stderr)
            sys.exit(USAGE)
        wrong = re.fullmatch(r"argument COMMAND: invalid choice: '(.*)' \(choose from (.*)\)", message)
        if wrong is None:
            super().error(message)
        import difflib  # noqa: PLC0415 - only a slip of the hand needs it

        near = difflib.get_close_matches(wrong[1], re.findall(r"[\w-]+", wrong[2]), 1)
        did = f"; did you mean {near[0]}?" if near else ""
        sys.stderr.write(f"{self.prog}: there is no command {wrong[1]}{did}\nWhat there is: {self.prog} --help\n")
        sys.exit(USAGE)


class _Line:
    """The command line as it is put together."""

    def __init__(self) -> None:
        self.top = _Parser(
            prog="monitor",
            description="Watches news feeds for security events and tells the right people once,\n"
            "with the sources, the words and the reason.",
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.top.add_argument("--version", action="version", version=f"monitor {__version__}")
        self._commands = self.top.add_subparsers(title="commands", metavar="COMMAND", dest="command")
        self._common = _Parser(add_help=False)
        add = self._common.add_argument_group("for every command").add_argument
        add("--config", metavar="DIR", help="folder of the configuration (MONITOR_CONFIG; default: config)")
        add("--data", metavar="DIR", help="folder of the database (MONITOR_DATA; default: data)")
        add("--log-level", choices=_LEVELS, metavar="LEVEL", help="debug, info, warning or error (MONITOR_LOG__LEVEL)")

    def command(
        self, name: str, module: str, summary: str, detail: str = "", *, under: Any = None
    ) -> argparse.ArgumentParser:
        """A command that runs the function ``module`` names: ``module:function``, or both of one name."""
        made: argparse.ArgumentParser = (under or self._commands).add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}. {detail}".rstrip(),
            parents=[self._common],
        )
        made.set_defaults(run=module)
        return made

    def family(self, name: str, summary: str) -> Any:  # argparse's class of sub-parsers is private
        """A word that several commands stand under."""
        made = self._commands.add_parser(name, help=summary, description=summary)
        return made.add_subparsers(title="commands", metavar="COMMAND", dest=f"{name}_command", required=True)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    line = _Line()
    _jobs(line)
    _rules(line)
    _verdicts(line)
    _telling(line)
    _feeds(line)
    line.command("version", "status:version", "the version")
    return line.top


def _json_flag(made: argparse.ArgumentParser) -> None:
    made.add_argument("--json", action="store_true", help="print JSON for a script")


def _private_flag(made: argparse.ArgumentParser) -> None:
    made.add_argument("--allow-private", action="store_true", help="let addresses be private or of this machine")


def _jobs(line: _Line) -> None:
    demo = line.command(
        "demo", "demo", "the whole job on sample feeds served from this machine", "No network, no set-up."
    )
    demo.add_argument("--out", metavar="DIR", help="where to leave the mails (default: a new folder)")

    once = line.command("once", "jobs:once", "poll what is due, compose, deliver, report, exit")
    once.add_argument("--dry-run", action="store_true", help="work on a copy of the database and send nothing; show it")
    once.add_argument("--all", action="store_true", help="poll every feed now, due or not")
    _json_flag(once)
    line.command("run", "jobs:run", "the daemon", "Ends cleanly on SIGTERM; reads the configuration again on SIGHUP.")
    check = line.command("check", "check", "all configuration, all problems", "Touches neither network nor database.")
    _json_flag(check)
    check.set_defaults(refused=())
    status = line.command("status", "status:status", "feeds, books, what is owed and what went wrong")
    _json_flag(status)
    doctor = line.command(
        "doctor", "doctor", "look whether everything is sound, and say what to do where it is not",
        "Configuration, database, books, clock, who works on it, permissions, room on the disk, what stands still, "
        "dead letters, feeds and mutes. Changes nothing. Exit 1 where something is to be done.",
    )  # fmt: skip
    _json_flag(doctor)
    line.command("healthcheck", "healthcheck", "whether the daemon is alive", "For a container: exits 0 or 1.")
    prune = line.command("prune", "jobs:prune", "drop texts older than the settings keep them")
    _json_flag(prune)


def _rules(line: _Line) -> None:
    rules = line.family("rules", "the rules: their examples, what looks wrong in them, what an edit changes")
    testing = line.command(
        "test", "rules:test", "run the examples in the rules", "Exit 1 where a rule fails one of its own.", under=rules
    )
    testing.add_argument("--junit", metavar="FILE", help="write the results as JUnit XML as well, for a CI server")
    _json_flag(testing)
    linting = line.command(
        "lint", "rules:lint", "tell what compiles and is hardly meant",
        "AND and OR mixed, what can never match, terms that add nothing, unused lists, equal rules. Exit 1 on any.",
        under=rules,
    )  # fmt: skip
    _json_flag(linting)
    comparing = line.command(
        "diff", "rules_diff:diff", "what an edit of the rules gains and loses over the archive",
        "OLD and NEW are each a configuration folder, a folder of rule files, or one rule file (lists and queries it "
        "lacks are those of --config). Counts matches, of each item's last version.",
        under=rules,
    )  # fmt: skip
    comparing.add_argument("old", metavar="OLD")
    comparing.add_argument("new", metavar="NEW")
    comparing.add_argument(
        "--since", metavar="SPAN", help="how far back: 12h, 30d (default: 30d; with --items: all; from its newest item)"
    )
    comparing.add_argument("--items", metavar="FILE.jsonl", help="compare over this archive in place of the store's")
    _json_flag(comparing)

    schemas = line.command("schema", "schema", "the JSON Schema of every configuration file, for editors")
    kinds = "feeds, rules, channels, digests, publishers or settings"
    schemas.add_argument("name", nargs="?", help=f"{kinds} (default: all)")
    schemas.add_argument("--out", metavar="DIR", help="write each to DIR/NAME.json")


def _verdicts(line: _Line) -> None:
    matching = line.command(
        "match", "match", "run the rules over a text and show the words they found",
        "A text's first line is its title and the rest its summary. Of a feed (an address or a file) or an archive "
        "(.jsonl: id, date, title, summary or text, body, url, feed) each item is judged; of a web page its title and "
        "description, with its text as body. A text that is of no feed meets every condition on feed, tag, lang and "
        "tier. Exit 0 where a rule matches, 1 where none does.",
    )  # fmt: skip
    matching.add_argument(
        "given", nargs="+", metavar="TEXT|FILE|URL|-", help="what to judge; - reads it from standard input"
    )
    matching.add_argument("--rule", metavar="ID", help="this rule alone, and why not: what is missing")
    matching.add_argument("--json", action="store_true", help="print a line of JSON for each item judged")

    why = line.command(
        "why", "why", "what happened to an item, and why",
        "Of any item still kept: where it came from, each version, what every rule found and missed, its story, what "
        "was owed to whom, and each attempt to deliver it. Where several items fit, they are listed; exit 1 where "
        "none does.",
    )  # fmt: skip
    why.add_argument("asked", nargs="+", metavar="URL|KEY|WORDS", help="its URL, its key, or words of its title")
    why.add_argument("--rule", metavar="ID", help="why this rule matched, or why not")
    _json_flag(why)

    story = line.family("story", "what is told as one: reports of one event")
    showing = line.command(
        "show", "stories:show", "what is known of a story, from whom, and why each report is in it",
        "Its figures with who says which, its history, its reports with official ones first. By its id, as `monitor "
        "why` names it, or by the URL, key or words of an item in it. Exit 1 where none fits.",
        under=story,
    )  # fmt: skip
    showing.add_argument("asked", nargs="+", metavar="ID|URL|KEY|WORDS", help="its id, or an item of it")
    _json_flag(showing)
    splitting = line.command(
        "split", "stories_by_hand:split", "give an item a story of its own",
        "It never comes back, and its later versions stay with it. Prints the story. Exit 1 where it can't be done.",
        under=story,
    )  # fmt: skip
    splitting.add_argument("item", metavar="ITEM", help="its key, its URL or words of its title")
    _json_flag(splitting)
    merging = line.command(
        "merge", "stories_by_hand:merge", "make a story part of another",
        "What would join it later joins the other. Prints the story that both are now. Exit 1 where it can't be done.",
        under=story,
    )  # fmt: skip
    merging.add_argument("story", metavar="STORY", help="as `monitor why` names it")
    merging.add_argument("into", metavar="INTO", help="the story it is part of from now on")
    _json_flag(merging)

    adding = line.command(
        "add", "add", "bring in something that came by another way; it is judged as any item",
        "A page's title, description and (with the extra fulltext) article; of a text, the first line is the title and "
        "the rest the summary. What was told already under the same address is not told again.",
    )  # fmt: skip
    adding.add_argument("given", nargs="+", metavar="URL|TEXT|FILE|-", help="what to bring in; - reads standard input")
    adding.add_argument("--url", metavar="URL", help="where a text is from, for whoever reads it")
    adding.add_argument("--date", metavar="MOMENT", help="when it was published: 2024-10-22T08:00+03:00")
    adding.add_argument("--lang", metavar="CODE", help="its language: en, ar, fr, es, tr")
    adding.add_argument("--author", metavar="NAME", help="who brings it in (default: the user who types this)")
    _private_flag(adding)
    _json_flag(adding)

    exporting = line.family("export", "what is kept, for spreadsheets, scripts and maps")
    for name, summary, forms in (
        ("facts", "every figure read, with its words, place, date and who says so", ("csv", "jsonl", "geojson")),
        ("items", "every matched item, with its rules, level and story", ("csv", "jsonl")),
    ):
        made = line.command(
            name, f"export:{name}", summary, "To standard output. Of the last version of each item; exit 1 for none.",
            under=exporting,
        )  # fmt: skip
        made.add_argument("--format", choices=forms, default="csv", help=f"{', '.join(forms)} (default: csv)")
        made.add_argument(
            "--since", metavar="SPAN|DATE", help="what was seen since: 12h, 30d, 2024-10-22 (default: all)"
        )

    replay = line.command(
        "replay", "replay", "the whole job offline over an archive, the clock taken from its items",
        "Writes items.jsonl, stories.jsonl and digests/ under DIR. Keys read: id, date, title, summary or text, "
        "body, url, feed, lang.",
    )  # fmt: skip
    replay.add_argument("items", metavar="ITEMS.jsonl")
    replay.add_argument("--out", metavar="DIR", required=True)
    replay.add_argument("--all", action="store_true", help="take every item as matched")
    _json_flag(replay)


def _telling(line: _Line) -> None:
    digest = line.family("digest", "what a channel would get now, and sending it")
    for name, summary in (
        ("preview", "what a channel would get now; changes nothing"),
        ("send", "compose and send a digest now, due or not"),
    ):
        made = line.command(name, f"digests:{name}", summary, under=digest)
        made.add_argument("digest", nargs="?", help="id of the digest (default: all of them)")
        made.add_argument("--channel", help="only this channel")
        if name == "preview":
            made.add_argument("--format", choices=["text", "markdown", "html"], default="text")
            _json_flag(made)

    notify = line.family("notify", "test a channel, and dead letters")
    test = line.command("test", "notify:test", "send a real test message to a channel", under=notify)
    test.add_argument("channel", help="id of the channel")
    retry = line.command("retry", "notify:retry", "try dead letters again at the next delivery", under=notify)
    retry.add_argument("delivery", nargs="*", type=int, help="number of the delivery, as `monitor status` shows it")

    mute = line.family("mute", "what nobody wants to be told for a while")
    adding = line.command(
        "add", "mute:add", "keep back a rule, a feed, a story or what a query finds, for a while",
        "All conditions given must hold. What comes meanwhile is counted as muted and not told later; digests say how "
        "much that was, and `monitor why` by which mute. Prints the mute's number.", under=mute,
    )  # fmt: skip
    adding.add_argument("--rule", metavar="ID", help="matches of this rule; what another rule matched is told")
    adding.add_argument("--feed", metavar="ID", help="items of this feed")
    adding.add_argument("--story", metavar="ID", help="reports of this story, as `monitor why` names it")
    adding.add_argument("--query", metavar="QUERY", help="what this query finds in title and summary, as a rule's when")
    adding.add_argument("--reason", metavar="TEXT", required=True, help="why, for whoever asks")
    adding.add_argument("--author", metavar="NAME", help="who mutes (default: the user who types this)")
    until = adding.add_mutually_exclusive_group(required=True)
    until.add_argument("--for", dest="span", metavar="SPAN", help="how long: 2h, 3d")
    until.add_argument("--until", metavar="MOMENT", help="until when: 2024-10-30, 2024-10-30T08:00+03:00 (else UTC)")
    _json_flag(adding)
    listing = line.command("list", "mute:list_mutes", "the mutes that last, and how much each kept back", under=mute)
    listing.add_argument("--all", action="store_true", help="also those that are over")
    _json_flag(listing)
    ending = line.command(
        "end", "mute:end", "end a mute before its time", "What it has not kept back yet is told.", under=mute
    )
    ending.add_argument("mute", nargs="+", type=int, metavar="NUMBER", help="as `monitor mute list` shows it")
    ending.add_argument("--author", metavar="NAME", help="who ends it (default: the user who types this)")


def _feeds(line: _Line) -> None:
    feeds = line.family("feeds", "the feeds and how they fare")
    listing = line.command("list", "feeds:list_feeds", "every feed, its state and when it is next fetched", under=feeds)
    _json_flag(listing)
    health = line.command(
        "health", "feeds:feeds_health", "what is wrong with each feed, since when, and its rhythm",
        "Exit 1 where a trouble persists.", under=feeds,
    )  # fmt: skip
    _json_flag(health)
    trial = line.command(
        "test", "feeds_test", "fetch or read feeds now and show what arrives; stores nothing",
        "Of a web page, the feeds it names. Exit 1 where one is no feed that can be read.", under=feeds,
    )  # fmt: skip
    trial.add_argument("source", nargs="+", metavar="URL|FILE|ID", help="an address, a file or a feed's id")
    trial.add_argument("--json", action="store_true", help="print a line of JSON for each source")
    _private_flag(trial)
    importing = line.command(
        "import", "feeds_lists:import_feeds", "the feeds of an OPML file, or those a site names, as YAML to stdout",
        "Nothing is written: paste what you want into feeds.yaml.", under=feeds,
    )  # fmt: skip
    importing.add_argument("source", nargs="+", metavar="FILE|URL", help="an OPML file or address, or a site's address")
    _private_flag(importing)
    line.command("export", "feeds_lists:export", "every configured feed as OPML to stdout", under=feeds)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    top = parser()
    arguments = top.parse_args(argv)
    if arguments.command is None:
        top.print_help()
        return OK
    if arguments.command == "run":
        # Process 1 of a container has no default for SIGTERM, and SIGHUP's is to end: until the daemon takes
        # both, starting up just ends at the one, and the other asks for what is about to be read anyway.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(OK))
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    module, _, name = arguments.run.partition(":")
    from monitor.cli.edge import guard  # noqa: PLC0415 - loads settings and logging, which --help has no use for

    function = getattr(importlib.import_module(f"monitor.cli.{module}"), name or module)
    try:
        return guard(function, arguments)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
