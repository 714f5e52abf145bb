"""Every wrong edit is refused with its place, what is wrong, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import config
from monitor.errors import ConfigError

FEEDS = "feeds:\n  - id: f\n    url: https://example.org/f\n"
RULES = "rules:\n  - id: r\n    category: x\n    level: high\n"
CHANNELS = "channels:\n  - id: c\n    url: console://\n"
DIGESTS = "digests:\n  - id: d\n    channels: [c]\n"

RIGHT = {
    "feeds.yaml": FEEDS,
    "rules/a.yaml": RULES + "    when: |\n      a\n",
    "channels.yaml": CHANNELS,
    "digests.yaml": DIGESTS + "    at_once: high\n",
}

BLOCK = "put the query in a block: `when: |`, with the query indented on the next line"
BREAKS = "YAML reads this query before monitor does, and breaks it: "
CRON = "minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-7 (0 and 7 are Sunday); *, lists, ranges, */n"
UNITS = "write a number and s, m, h, d or w, such as 30s, 5m, 1h, 2d"
AS_LIST = "write [one, two], or one '- ' line for each"


def problems_of(folder: Path, files: dict[str, str | bytes], env: dict[str, str] | None = None) -> list[str]:
    """The problems of a right configuration in which ``files`` took the place of its own."""
    for name, content in {**RIGHT, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    try:
        config.load(folder, env or {})
    except ConfigError as error:
        return [str(problem).replace(f"{folder}/", "") for problem in error.problems]
    return []


FEED_CASES = [
    ("interval: 5 minutes", "4:15: '5 minutes' is no duration; write 5m"),
    ("interval: 5", "4:15: 5 is no duration; write its unit with it: 5s, 5m, 5h or 5d"),
    ("interval: 1h30m", "4:15: '1h30m' is no duration; write 90m"),
    ("interval: soon", f"4:15: 'soon' is no duration; {UNITS}"),
    ("interval: 1 month", f"4:15: '1 month' is no duration; {UNITS}; months differ in length"),
    ("interval: 0s", "4:15: 0s is too short; write 1s or more"),
    ("interval: 9999999w", "4:15: '9999999w' is too long; write 3650d or less"),
    ("include_last: 2 days", "4:19: '2 days' is no duration; write 2d"),
    ("intervall: 5m", "4:5: unknown key 'intervall'; did you mean 'interval'?"),
    ("tier: wires", "4:11: 'wires' is no tier; did you mean 'wire'?"),
    ("tier: [wire]", "4:11: a list is no tier; known: official, wire, national, local, group"),
    ("lang: English", "4:11: 'English' is no language tag; write one such as en, ar or pt-BR"),
    ("tags: iraq", f"4:11: 'tags' must be a list, not text; {AS_LIST}"),
    ("tags: [Iraq News]", "4:12: 'Iraq News' is no id; write 'iraq-news': lower-case letters, digits and '-'"),
    ("tags: [5]", "4:12: an entry of 'tags' must be text, not a number; put it in quotes"),
    ("allow_private: yes", "4:20: 'allow_private' must be true or false, not text; write true or false"),
    ("title: ''", "4:12: this is empty; write a few words"),
    ("tags:", f"4:5: 'tags' is empty; {AS_LIST}"),
    ('title: "a\\eb"', "4:12: this has a line break or a control character in it; write one line of plain text"),
    ("headers: {Host: a}", "4:14: the header 'Host' is set by monitor itself; remove it"),
    ("headers: {a b: c}", "4:14: 'a b' is no header name; write one such as Authorization"),
    (
        "headers: {A: '${TOKEN}'}",
        "4:18: the variable TOKEN is not set; set TOKEN, or TOKEN_FILE to a file that holds it",
    ),
    ("headers: {A: '${}'}", "4:18: '${}' names no variable; write ${NAME}: letters, digits and '_'"),
    ("id: g", "4:5: the key 'id' is here twice; keep one of them; the first is on line 2"),
    (
        "title: a: b",
        "4:13: a second ': ' in one value, or a line that is indented too far;"
        " put the value in quotes, or align the key with those above it",
    ),
    ("title: @a", "4:12: a plain value can't begin with '@'; put it in quotes"),
    ("title: 'a", "4:12: the quote that opens here is never closed; close it, or double it inside"),
    (
        "title: !!python/name:os.system a",
        "4:12: 'tag:yaml.org,2002:python/name:os.system' is a tag in YAML, and no tag is read here;"
        " remove it; if the text itself begins with '!', quote it, and put a query in a block: `when: |`",
    ),
    ("\ttitle: a", "4:5: a tab can't indent YAML; use spaces"),
]


@pytest.mark.parametrize(("line", "message"), FEED_CASES)
def test_a_wrong_line_in_a_feed_is_named_with_its_cure(tmp_path: Path, line: str, message: str) -> None:
    assert problems_of(tmp_path, {"feeds.yaml": f"{FEEDS}    {line}\n"}) == [f"feeds.yaml:{message}"]


CREDENTIALS = (
    "a feed's address is shown and stored, so it holds no credentials;"
    " write them under headers: {Authorization: '${NAME}'}"
)

FEED_FILES: list[tuple[str | bytes, list[str]]] = [
    ("feed: []\n", ["1:1: 'feeds' is missing; add feeds:", "1:1: unknown key 'feed'; did you mean 'feeds'?"]),
    ("- a\n", ["1:1: the file must be a mapping, not a list; write key: value below it"]),
    ("feeds:\n", [f"1:1: 'feeds' is empty; {AS_LIST}"]),
    (
        "feeds: [\n",
        ["1:8: this [ or { is never closed, or a comma is missing; close it; put words with ',' or ': ' in quotes"],
    ),
    ("feeds: []\n---\nfeeds: []\n", ["2:1: a second document begins here ('---'); keep one document in a file"]),
    (b"feeds:\n  - id: f\n    title: caf\xe9\n", ["3:15: this is no UTF-8 text; save the file as UTF-8"]),
    (
        "feeds: \x07[]\n",
        ["1:8: the character U+0007 can't stand in YAML; remove it, or write it as an escape in double quotes"],
    ),
    ("feeds:\n  - id: f\n", ["2:5: 'url' is missing; add url: https://example.org/feed.xml"]),
    (
        "feeds:\n  - id: f\n    url: ftp://a/b\n",
        ["3:10: this is no address of a feed; write one such as https://example.org/feed.xml"],
    ),
    ("feeds:\n  - id: f\n    url: https://u:p@example.org/\n", [f"3:10: {CREDENTIALS}"]),
    ("feeds:\n  - id: f\n    url: https://example.org/${KEY}\n", [f"3:10: {CREDENTIALS}"]),
    (
        FEEDS + "  - id: g\n    url: https://example.org/f\n",
        ["5:10: the feed 'f' has the same address; keep one of them"],
    ),
    ("feeds:\n  - text\n", ["2:5: an entry of 'feeds' must be a mapping, not text; write key: value below it"]),
    (
        "defaults: {interval: 5min, tire: wire}\n" + FEEDS,
        ["1:22: '5min' is no duration; write 5m", "1:28: unknown key 'tire'; did you mean 'tier'?"],
    ),
]


@pytest.mark.parametrize(("content", "messages"), FEED_FILES)
def test_a_wrong_feed_file_is_named_with_its_cure(tmp_path: Path, content: str | bytes, messages: list[str]) -> None:
    assert problems_of(tmp_path, {"feeds.yaml": content}) == [f"feeds.yaml:{message}" for message in messages]


CHANNEL_CASES = [
    ("${X}", {"XY": "1"}, "the variable X is not set; set X, or X_FILE to a file that holds it; did you mean XY?"),
    ("${X}", {"X": ""}, "the variable X is empty; set X, or X_FILE to a file that holds it"),
    ("${X}", {"X": "a", "X_FILE": "b"}, "both X and X_FILE are set; keep one of them"),
    (
        "json://u:${X}@h",
        {"X_FILE": "/nowhere/x"},
        "X_FILE: can't read /nowhere/x: No such file or directory; name a file that this user may read",
    ),
    ("${X}", {"X": "json://a\nb"}, "the variable X has a line break or a control character in it; give it one line"),
    ("json:/a", {}, "this is no Apprise URL; write scheme://…, such as mailtos://…, discord://… or console://"),
    ("json://a b", {}, "this URL has a space or a control character in it; percent-encode it: a space is %20"),
]


@pytest.mark.parametrize(("url", "env", "message"), CHANNEL_CASES)
def test_a_wrong_channel_url_is_named_with_its_cure(
    tmp_path: Path, url: str, env: dict[str, str], message: str
) -> None:
    content = f"channels:\n  - id: c\n    url: {url}\n"
    assert problems_of(tmp_path, {"channels.yaml": content}, env) == [f"channels.yaml:3:10: {message}"]


ZONE_CASES = [
    ("Asia/Bagdad", "did you mean 'Asia/Baghdad'?"),
    ("asia/baghdad", "did you mean 'Asia/Baghdad'?"),
    ("Baghdad", "did you mean 'Asia/Baghdad'?"),
    ("Asia", "write the name of a place, such as Asia/Baghdad, or UTC"),
    ("GMT+3", "write the name of a place, such as Asia/Baghdad, or UTC"),
    ("../../etc/passwd", "write the name of a place, such as Asia/Baghdad, or UTC"),
]


@pytest.mark.parametrize(("zone", "advice"), ZONE_CASES)
def test_a_wrong_time_zone_is_answered_with_the_nearest_place(tmp_path: Path, zone: str, advice: str) -> None:
    message = f"channels.yaml:4:15: '{zone}' is no IANA time zone; {advice}"
    assert problems_of(tmp_path, {"channels.yaml": f"{CHANNELS}    timezone: {zone}\n"}) == [message]


DIGEST_CASES = [
    (
        "cron: '0 8 * *'",
        "4:11: a cron expression has five fields, this has 4;"
        " write minute hour day month weekday, such as '0 8 * * *' for 08:00 each day",
    ),
    ("cron: '0 25 * * *'", f"4:11: '25' is no hour of a cron expression; {CRON}"),
    ("cron: '0 0 30 2 *'", f"4:11: '0 0 30 2 *' never comes: its month has no day 30; {CRON}"),
    ("cron: '0 8 * * 8'", f"4:11: '8' is no day-of-week of a cron expression; {CRON}"),
    ("cron: * 8 * * *", "4:12: a plain value that begins with '*' is an alias; put it in quotes"),
    ("every: 4 hours", "4:12: '4 hours' is no duration; write 4h"),
    ("at_once: severe", "4:14: 'severe' is no level; known: informational, low, medium, high, critical"),
    ("title: t", "2:5: this digest has no schedule; add one of cron: '0 8 * * *', every: 4h, at_once: critical"),
    ("every: 4h\n    at_once: high", "5:14: this digest has two schedules, every and at_once; keep one of them"),
    ("at_once: high\n    send_empty: true", "5:17: a digest that tells at once is never empty; remove send_empty"),
    (
        "every: 4h\n    quiet: {from: '24:00', to: 07:00}",
        "5:19: '24:00' is no time of day; write hours and minutes from 00:00 to 23:59, such as 22:00",
    ),
    (
        "every: 4h\n    quiet: {from: 07:00, to: 07:00}",
        "5:30: these quiet hours begin and end at one time; write two different times",
    ),
    ("every: 4h\n    quiet: {from: 22:00}", "5:12: 'to' is missing; add to: 07:00"),
    ("every: 4h\n    select: {rules: [s]}", "5:22: there is no rule 's'; known: r"),
    ("every: 4h\n    select: {categories: [y]}", "5:27: there is no category 'y'; known: x"),
    ("every: 4h\n    select: {level: hi}", "5:21: 'hi' is no level; did you mean 'high'?"),
    ("every: 4h\n    select: {rule: [r]}", "5:14: unknown key 'rule'; did you mean 'rules'?"),
    ("every: 4h\n    timezone: Kabul", "5:15: 'Kabul' is no IANA time zone; did you mean 'Asia/Kabul'?"),
]


@pytest.mark.parametrize(("lines", "message"), DIGEST_CASES)
def test_a_wrong_line_in_a_digest_is_named_with_its_cure(tmp_path: Path, lines: str, message: str) -> None:
    assert problems_of(tmp_path, {"digests.yaml": f"{DIGESTS}    {lines}\n"}) == [f"digests.yaml:{message}"]


def test_a_digest_names_only_channels_that_exist(tmp_path: Path) -> None:
    content = "digests:\n  - id: d\n    channels: [c, cc]\n    every: 1h\n  - id: e\n    channels: []\n    every: 1h\n"
    assert problems_of(tmp_path, {"digests.yaml": content}) == [
        "digests.yaml:3:19: there is no channel 'cc'; did you mean 'c'?",
        "digests.yaml:6:15: 'channels' is empty; name at least one",
    ]


RULE_CASES = [
    ("when: @isis OR a", f"5:11: {BREAKS}a plain value can't begin with '@'; {BLOCK}"),
    ('when: "a" OR b', f"5:15: {BREAKS}a value that begins with a quote ends at the closing quote; {BLOCK}"),
    ('when: "a"\n      OR b', f"6:7: {BREAKS}a value that begins with a quote ends at the closing quote; {BLOCK}"),
    ("when: title: x", f"5:16: {BREAKS}': ' inside a plain value begins a mapping; {BLOCK}"),
    ("when: a # b", f"5:11: YAML cuts this query short: ' #' begins a comment; {BLOCK}"),
    ("when: &a b", f"5:11: YAML cuts this query short: a plain value that begins with '&' is an anchor; {BLOCK}"),
    ("when: *a* OR b", f"5:11: {BREAKS}a plain value that begins with '*' is an alias; {BLOCK}"),
    ("when: - a", f"5:11: {BREAKS}a plain value that begins with '- ' is a list or a key; {BLOCK}"),
    ("when: [a, b]", f"5:11: YAML reads this query as a list; {BLOCK}"),
    ("when: {a: b}", f"5:11: YAML reads this query as a mapping; {BLOCK}"),
    ("when: 1991", f"5:11: YAML reads this query as a number; {BLOCK}"),
    ("when: true", f"5:11: YAML reads this query as a truth value; {BLOCK}"),
    ("when:", f"5:5: YAML reads this query as nothing; {BLOCK}"),
    ("when: |\n\n", f"5:11: this query is empty; {BLOCK}"),
    (
        "when: |\n      a\n    OR b",
        "7:5: this line stands outside the block of `when`; indent it as the first line under `when: |`",
    ),
    (
        "when: a\n    tell_when: @a",
        f"6:16: {BREAKS}a plain value can't begin with '@'; {BLOCK.replace('when', 'tell_when', 1)}",
    ),
    (
        "when: a\n    raise: {critical: @a}",
        f"6:23: {BREAKS}a plain value can't begin with '@'; put each query in quotes",
    ),
    ("when: a\n    raise: {crit: a}", "6:13: 'crit' is no level; did you mean 'critical'?"),
    (
        "when: a\n    raise: {low: a}",
        "6:13: low is not above the rule's own level, high; raise to a higher level, or remove this",
    ),
    ("when: a\n    wen: b", "6:5: unknown key 'wen'; did you mean 'when'?"),
    ("when: a\n    tell-when: b", "6:5: unknown key 'tell-when'; did you mean 'tell_when'?"),
    ("when: a\n    examples: {match: a}", f"6:23: 'match' must be a list, not text; {AS_LIST}"),
    ("tell_when: a", "2:5: 'when' is missing; add when: |"),
]


@pytest.mark.parametrize(("lines", "message"), RULE_CASES)
def test_a_rule_that_is_wrong_or_that_yaml_broke_says_so(tmp_path: Path, lines: str, message: str) -> None:
    assert problems_of(tmp_path, {"rules/a.yaml": f"{RULES}    {lines}\n"}) == [f"rules/a.yaml:{message}"]


def test_a_named_query_or_list_that_yaml_broke_says_so(tmp_path: Path) -> None:
    block = BLOCK.replace("when", "q", 1)
    cases = {
        "queries:\n  q: @x\n": [f"2:6: {BREAKS}a plain value can't begin with '@'; {block}"],
        "queries:\n  q: a # b\n": [f"2:6: YAML cuts this query short: ' #' begins a comment; {block}"],
        "queries:\n  q: [a]\n": [f"2:6: YAML reads this query as a list; {block}"],
        "lists:\n  l: [@x]\n": ["2:7: a plain value can't begin with '@'; put it in quotes"],
        "lists:\n  l: [5, a: b, true]\n": [
            "2:7: YAML reads this term as a number; put it in quotes",
            "2:10: YAML reads this term as a mapping; put it in quotes",
            "2:16: YAML reads this term as a truth value; put it in quotes",
        ],
        "lists:\n  L: [a]\n": ["2:3: 'L' is no id; write 'l': lower-case letters, digits and '-'"],
    }
    for number, (content, messages) in enumerate(cases.items()):
        found = problems_of(tmp_path / str(number), {"rules/b.yaml": content})
        assert found == [f"rules/b.yaml:{message}" for message in messages]


def test_an_id_given_twice_is_refused_with_both_places_across_files(tmp_path: Path) -> None:
    more = "lists: {l: [a]}\nqueries:\n  q: |\n    a\n" + RIGHT["rules/a.yaml"]
    found = problems_of(
        tmp_path,
        {
            "rules/a.yaml": more,
            "rules/b.yaml": more,
            "feeds.yaml": FEEDS + "  - id: f\n    url: https://example.org/g\n",
        },
    )
    other = "give one of them another id"
    assert found == [
        f"feeds.yaml:4:9: the feed 'f' is already at feeds.yaml:2:9; {other}",
        f"rules/b.yaml:1:9: the list 'l' is already at rules/a.yaml:1:9; {other}",
        f"rules/b.yaml:3:3: the query 'q' is already at rules/a.yaml:3:3; {other}",
        f"rules/b.yaml:6:9: the rule 'r' is already at rules/a.yaml:6:9; {other}",
    ]


def test_an_id_that_is_taken_hides_nothing_else_that_is_wrong_with_its_entry(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        {
            "channels.yaml": "channels:\n  - {id: c, url: 'console://'}\n  - {id: c, url: 'nowhere'}\n",
            "rules/b.yaml": "rules:\n  - {id: r, level: high, when: 'a', raise: {low: 'b'}}\n",
        },
    )
    assert [problem.split(";")[0] for problem in found] == [
        "channels.yaml:3:10: the channel 'c' is already at channels.yaml:2:10",
        "channels.yaml:3:18: this is no Apprise URL",
        "rules/b.yaml:2:5: 'category' is missing",
        "rules/b.yaml:2:10: the rule 'r' is already at rules/a.yaml:2:9",
        "rules/b.yaml:2:45: low is not above the rule's own level, high",
    ]


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        {
            "feeds.yaml": FEEDS + "    interval: 5 minutes\n    teir: wire\n",
            "channels.yaml": "channels:\n  - id: c\n    url: ${DESK}\n    timezone: Baghdad\n  - id: x\n    url: json://h/${\n",
            "digests.yaml": DIGESTS + "    cron: 8 o'clock\n",
            "rules/a.yaml": "rules: [\n",
            "rules/b.yaml": RULES + "    when: @a\n",
            "rules/c.yml": "",
        },
    )
    places = [line.split(": ")[0] for line in found]
    assert places == [
        "rules/c.yml:1:1",
        "feeds.yaml:4:15",
        "feeds.yaml:5:5",
        "channels.yaml:3:10",
        "channels.yaml:4:15",
        "digests.yaml:4:11",
        "rules/a.yaml:1:8",
        "rules/b.yaml:5:11",
    ]


def test_a_broken_rule_file_does_not_make_every_reference_to_it_a_problem(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        {
            "rules/a.yaml": "rules: [\n",
            "digests.yaml": DIGESTS + "    every: 1h\n    select: {rules: [r], categories: [x]}\n",
        },
    )
    assert len(found) == 1


def test_a_file_that_would_not_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/more.yml").write_text("")
    (tmp_path / "channel.yaml").write_text("")
    (tmp_path / "other.yaml").write_text("")
    assert problems_of(tmp_path, {}) == [
        "channel.yaml:1:1: this file is not read; rename it to channels.yaml",
        "other.yaml:1:1: this file is not read;"
        " known: feeds.yaml, channels.yaml, digests.yaml, publishers.yaml, settings.yaml, rules/*.yaml",
        "rules/more.yml:1:1: this file is not read; rename it to more.yaml",
    ]


def test_a_folder_that_is_not_there_or_empty_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as missing:
        config.load(tmp_path / "nowhere", {})
    assert str(missing.value).endswith("there is no such folder; name another with MONITOR_CONFIG or --config")
    with pytest.raises(ConfigError) as empty:
        config.load(tmp_path, {})
    assert str(empty.value).endswith("there is no configuration in this folder; put feeds.yaml and rules/*.yaml there")


def test_each_problem_shows_its_line(tmp_path: Path) -> None:
    for name, content in {**RIGHT, "feeds.yaml": f"{FEEDS}    interval: 5 minutes\n"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    with pytest.raises(ConfigError) as error:
        config.load(tmp_path, {})
    (problem,) = error.value.problems
    assert problem.excerpt == "interval: 5 minutes"


@pytest.mark.parametrize(
    ("name", "content", "secret"),
    [
        ("channels.yaml", "channels:\n  - id: c\n    url: discord://123/s3cretT0ken x\n", "s3cretT0ken"),
        ("channels.yaml", "channels:\n  - id: c\n    url: s3cretT0ken\n", "s3cretT0ken"),
        ("channels.yaml", 'channels:\n  - id: c\n    url: "mailto://u:s3cretT0ken@h" x\n', "s3cretT0ken"),
        ("channels.yaml", "channels:\n  - {id: c, url: s3cretT0ken, colour: red}\n", "s3cretT0ken"),
        ("feeds.yaml", f"{FEEDS}    headers:\n      Host: s3cretT0ken\n      A: [s3cretT0ken]\n", "s3cretT0ken"),
        ("feeds.yaml", f"{FEEDS}    headers: {{Host: s3cretT0ken}}\n", "s3cretT0ken"),
        ("feeds.yaml", f"{FEEDS}    headers:\n      A: 123456789\n", "123456789"),
        ("feeds.yaml", "feeds:\n  - id: f\n    url: https://u:s3cretT0ken@example.org/\n", "s3cretT0ken"),
    ],
)
def test_no_problem_shows_a_secret_that_someone_typed_into_a_file(
    tmp_path: Path, name: str, content: str, secret: str
) -> None:
    for file, right in {**RIGHT, name: content}.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(right)
    with pytest.raises(ConfigError) as error:
        config.load(tmp_path, {})
    for problem in error.value.problems:
        assert secret not in str(problem) + problem.excerpt


def test_a_line_of_control_codes_reaches_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds: \x1b[2J[]\n")
    with pytest.raises(ConfigError) as error:
        config.load(tmp_path, {})
    assert "\x1b" not in str(error.value) + error.value.problems[0].excerpt


def test_what_is_wrong_with_publishers_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - {id: wire, url: 'https://wire.example/rss'}\n")
    (tmp_path / "publishers.yaml").write_text(
        "publishers:\n"
        "  - {id: one, hosts: [wire.example], feeds: [of-another-installation]}\n"
        "  - {id: two, hosts: [wire.example], party: usa}\n"
        "  - {id: three, hosts: ['https://www.paper.example/'], agency: true}\n"
        "  - {id: four, title: Four}\n"
        "  - {id: four, names: [Four]}\n"
    )
    _, problems = config.read(tmp_path, {})
    told = {(one.place.line, one.what, one.instead) for one in problems if one.place}
    assert (3, "the publisher 'one' has the host 'wire.example' already", "keep one of them") in told
    assert (3, "'usa' is no party", "did you mean 'us'?") in told
    assert (4, "'https://www.paper.example/' is no domain", "write paper.example") in told
    assert any(line == 5 and what == "nothing tells what is of this publisher" for line, what, _ in told)
    assert any(line == 6 and "'four' is already at" in what for line, what, _ in told)
