"""What judging an item costs: 200 rules, 1,500 terms, 100 expressions over 20,000 items.

    python -m bench.matching [--items 20000] [--rules 200]

Against the same terms as one `re` loop per rule, hyperscan (install it into the environment for this
run; it is no dependency) and ``str.lower()`` alone, in one run: the machine's noise is larger than the
differences between runs, so ratios count. Real news is read from ``../shared/data`` where it lies
beside the checkout; elsewhere the items are made of the rules' own words. Then the hostile cases: a
10 MB item, 5,000 rules, a query 200 deep, expressions and texts made to hurt.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from monitor import rules
from monitor.errors import ConfigError
from monitor.model import Feed, Item, Level, Place, RuleBook, RuleText
from monitor.rules.tree import MAX_DEPTH

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "dev"
FILES = ("stream-2022-11-30", "current-events", "shootings", "labels", "copies")
FEED = Feed("bench", "https://bench.example/", "Bench")
TERMS_OF_A_RULE = 15  # of two rules: 7 and 8
ROUNDS = 7


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="what judging an item costs")
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--rules", type=int, default=200)
    arguments = parser.parse_args()
    items, source = _items(arguments.items)
    texts = [f"{item.title}\n{item.summary}" for item in items]
    print(f"{len(items)} items ({source}), {sum(map(len, texts)) // len(items)} characters each")
    vocabulary = _vocabulary(items)
    specs = [_Spec(number, vocabulary) for number in range(2 * arguments.rules)]
    half = specs[: arguments.rules]

    once, twice = _compiled(half), _compiled(specs)
    contenders: dict[str, Callable[[], object]] = {
        "monitor": lambda: [once.match(item, FEED) for item in items],
        "monitor, twice the rules": lambda: [twice.match(item, FEED) for item in items],
        "str.lower()": lambda: [text.lower() for text in texts],
    }
    hyperscan = _hyperscan(half, texts)
    if hyperscan is not None:
        contenders["hyperscan"] = hyperscan
    # In turns, so that a busy moment hits all of them; of each the median.
    rounds = [{name: _timed(run) for name, run in contenders.items()} for _ in range(ROUNDS)]
    each = {name: statistics.median(one[name] for one in rounds) / len(items) * 1e6 for name in contenders}
    sample = texts[:: max(1, len(texts) // 400)]
    loop = _re_loop(half)
    each["re loop per rule"] = _timed(lambda: [loop(text) for text in sample]) / len(sample) * 1e6

    terms = sum(len(spec.terms) for spec in half)
    expressions = sum(spec.expression is not None for spec in half)
    print(f"{len(half)} rules, {terms} terms, {expressions} expressions; microseconds an item, median of {ROUNDS}:")
    for name, cost in sorted(each.items(), key=lambda pair: pair[1]):
        print(f"  {name:26} {cost:9.2f}   {cost / each['monitor']:7.2f} x monitor")
    found = sum(len(once.match(item, FEED)) for item in items)
    print(f"  {found} matches")
    print(f"faster than the re loop: {each['re loop per rule'] / each['monitor']:.0f} x (goal 100)")
    if "hyperscan" in each:
        print(f"slower than hyperscan:   {each['monitor'] / each['hyperscan']:.1f} x (goal at most 15)")
    else:
        print("hyperscan is not installed: not compared")
    print(f"twice the rules cost:    {each['monitor, twice the rules'] / each['monitor']:.2f} x (goal under 1.3)")
    _hostile(vocabulary)


class _Spec:
    """One rule: its terms, how it joins them, and perhaps an expression."""

    def __init__(self, number: int, vocabulary: Sequence[str]) -> None:
        rng = random.Random(number)
        self.terms: list[str] = []
        for _ in range(7 + number % 2):
            word, other = rng.choice(vocabulary), rng.choice(vocabulary)
            kind = rng.random()
            if kind < 0.2:
                word = f"{word[: max(5, len(word) - 2)]}*"
            elif kind < 0.4:
                word = f'"{word} {other}"'
            elif kind < 0.5:
                word = f"={word.capitalize()}"
            self.terms.append(word)
        self.expression = None
        if number % 2:
            self.expression = f"{rng.choice(vocabulary)}(s|ed|ing)? (of|in|by|at) {rng.choice(vocabulary)}"
        a, b, c, d, e, f, g, *rest = self.terms
        joined = " OR ".join([a, b, *rest])
        self.query = (
            f"({joined} OR {c}) AND ({d} OR {e}) AND NOT title:({f} OR {g})",
            f"({joined} OR {c}) NEAR/8 ({d} OR {e} OR {f}) AND NOT {g}",
            f"ANY 2 OF ({', '.join(self.terms)})",
            f"SENT(({joined}) AND ({c} OR {d})) AND NOT ({e} OR {f} OR {g})",
        )[number % 4]
        if self.expression:
            self.query = f"({self.query}) OR /{self.expression}/i"


def _compiled(specs: Sequence[_Spec]) -> rules.RuleSet:
    place = Place("bench.yaml", 1, 1)
    return rules.compile(
        RuleBook(tuple(RuleText(f"r{i}", "", "", Level.LOW, spec.query, place, place) for i, spec in enumerate(specs)))
    )


def _plain(term: str) -> str:
    """A term as an expression for `re`: what one would write without a rule language."""
    body = re.escape(term.lstrip("=").strip('"').removesuffix("*"))
    return rf"\b{body}" + (r"\w*" if term.endswith("*") else r"\b")


def _re_loop(specs: Sequence[_Spec]) -> Callable[[str], int]:
    """Every term and every expression of every rule searched for, one after the other."""
    made = []
    for spec in specs:
        made.append([re.compile(_plain(t), 0 if t.startswith("=") else re.IGNORECASE) for t in spec.terms])
        if spec.expression:
            made[-1].append(re.compile(spec.expression, re.IGNORECASE))
    return lambda text: sum(sum(1 for each in rule if each.search(text)) > 1 for rule in made)


def _hyperscan(specs: Sequence[_Spec], texts: Sequence[str]) -> Callable[[], object] | None:
    """All terms and expressions as one database; finds, and judges nothing."""
    try:
        import hyperscan  # noqa: PLC0415 - only where it was installed for this
    except ImportError:
        return None
    sources = [(_plain(t), t.startswith("=")) for spec in specs for t in spec.terms]
    sources += [(spec.expression, False) for spec in specs if spec.expression]
    database = hyperscan.Database()
    database.compile(
        expressions=[source.encode() for source, _ in sources],
        ids=list(range(len(sources))),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH | (0 if exact else hyperscan.HS_FLAG_CASELESS) for _, exact in sources],
    )
    scratch = hyperscan.Scratch(database)

    def run() -> int:
        found: list[int] = []
        take = found.append

        def heard(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            take(number)

        for text in texts:
            database.scan(text.encode(), heard, scratch=scratch)
        return len(found)

    return run


def _items(count: int) -> tuple[list[Item], str]:
    rows: list[Item] = []
    for name in FILES:
        path = SHARED / f"{name}.jsonl"
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                summary = (row.get("summary") or row.get("text") or row.get("body") or "")[:400]
                rows.append(Item("bench", None, "", row.get("title") or "", summary))
    source = "real news"
    if not rows:
        rng = random.Random(7)
        words = [f"{a}{b}{c}" for a in ("tra", "ko", "mis", "ven", "du") for b in ("lo", "ri", "pan", "shu") for c in
                 ("der", "ment", "ka", "", "s", "ing")]  # fmt: skip
        rows = [
            Item("bench", None, "", " ".join(rng.choices(words, k=9)), " ".join(rng.choices(words, k=35)))
            for _ in range(2000)
        ]
        source = "made up"
    return [rows[i % len(rows)] for i in range(count)], source


def _vocabulary(items: Sequence[Item]) -> list[str]:
    """Words of the items but the most common: nobody writes a rule about "with"."""
    counted = Counter(
        word for item in items for word in set(re.findall(r"[a-z]{4,12}", f"{item.title} {item.summary}".lower()))
    )
    common = {word for word, _ in counted.most_common(len(counted) // 20)}
    return sorted(set(counted) - common) or sorted(counted)


def _timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _hostile(vocabulary: Sequence[str]) -> None:
    def megabytes() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    def told(what: str, run: Callable[[], object]) -> None:
        before = megabytes()
        seconds = _timed(run)
        print(f"  {what:58} {seconds * 1000:9.1f} ms   peak {before} -> {megabytes()} MB")

    print("hostile:")
    few = _compiled([_Spec(number, vocabulary) for number in range(200)])
    prose = " ".join(random.Random(3).choices(vocabulary, k=1_200_000))[:10_000_000]
    told("10 MB summary of words, 200 rules", lambda: few.match(Item("f", None, "", "t", prose), FEED))
    near = _of("(isis NEAR/5 (kill* OR raid)) AND SENT(isis AND raid)", "isis NEAR/3 isis NEAR/3 isis", "/isis.*raid/")
    told(
        "10 MB of one rule's own words",
        lambda: near.match(Item("f", None, "", "t", "isis raid kills " * 625_000), FEED),
    )
    told("10 MB without a space", lambda: near.match(Item("f", None, "", "t", "isis" * 2_500_000), FEED))
    arabic = _of("داعش NEAR/5 الدولة", "=داعش*")
    told(
        "10 MB of Arabic with marks on every letter",
        lambda: arabic.match(Item("f", None, "", "t", "د\u064bا\u064cعش " * 1_400_000), FEED),
    )
    told("10 MB of combining marks", lambda: near.match(Item("f", None, "", "t", "e\u0301\u0302" * 3_333_333), FEED))
    told("5,000 rules compiled", lambda: _compiled([_Spec(number, vocabulary) for number in range(5000)]))
    many = _compiled([_Spec(number, vocabulary) for number in range(5000)])
    told(
        "1,000 items through 5,000 rules",
        lambda: [many.match(Item("f", None, "", prose[i : i + 90], prose[i : i + 300]), FEED) for i in range(1000)],
    )
    deep = _of(_nested(MAX_DEPTH - 1))
    told(f"a query {MAX_DEPTH} deep, judged", lambda: deep.match(Item("f", None, "", "a b", "c"), FEED))
    told("a query 100,000 deep, refused", lambda: _refused("NOT " * 24_000 + "a"))
    told("expressions made to explode", _explosive)


def _of(*queries: str) -> rules.RuleSet:
    place = Place("bench.yaml", 1, 1)
    return rules.compile(
        RuleBook(tuple(RuleText(f"r{i}", "", "", Level.LOW, q, place, place) for i, q in enumerate(queries)))
    )


def _nested(depth: int) -> str:
    query = "a"
    for number in range(depth):
        query = f"({query} {'AND' if number % 2 else 'OR'} w{number})"
    return query


def _refused(query: str) -> None:
    try:
        _of(query)
    except ConfigError:
        return
    raise AssertionError("the query was taken")


def _explosive() -> None:
    made = _of(*(f"/(a+)+{'a?' * n}b{n}/" for n in range(50)), r"/(.*)(.*)(.*)(.*)x[a-z]{1,200}y/")
    made.match(Item("f", None, "", "a" * 5000, "a" * 100_000), FEED)


if __name__ == "__main__":
    main()
