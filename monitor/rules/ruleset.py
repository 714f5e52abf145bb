"""The compiled rules: ``RuleSet.match`` is what runs for every item."""

from __future__ import annotations

import hashlib
import json
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model import Evidence, Feed, Item, Level, Match, RuleBook, RuleText
from monitor.rules import plan
from monitor.rules.atoms import HEAD, Atoms
from monitor.rules.explaining import Explanation, explain
from monitor.rules.plan import Plan
from monitor.rules.predicates import PAGED_AGE, StoryQuery, StoryValues
from monitor.rules.reading import Evidence as Stands
from monitor.rules.reading import Reading
from monitor.rules.scan import Scanner, Spans, Text

MOST_EVIDENCE = 200  # words shown for one match
_NOT_CURRENT = frozenset({"historical", "trial", "exercise"})
ReadFacts = Callable[[Item], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Document:
    """Text that came from no feed, for ``RuleSet.match_document``."""

    title: str
    summary: str = ""
    body: str = ""

    def item(self) -> Item:
        """The document as an item of no feed."""
        return Item("", None, "", self.title, self.summary, self.body)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to run.

    ``written`` says how the rule writes each of its atoms, ``fields`` which of them it asks of one field alone,
    ``dated`` that it speaks of age.
    """

    text: RuleText
    plan: Plan
    written: ChainMap[int, str]
    fields: Mapping[str, Set[int]]
    dated: bool
    tell_when: StoryQuery | None
    raises: tuple[tuple[Level, StoryQuery], ...]


class RuleSet:
    """All rules of a book, compiled. Made by ``compile``; never changes; safe to share."""

    def __init__(
        self, book: RuleBook, rules: tuple[CompiledRule, ...], atoms: Atoms, read_facts: ReadFacts | None = None
    ) -> None:
        self.book = book
        self._read_facts = read_facts
        self.hash = hash_of(book)
        self.rules = rules
        self._by_id = {rule.text.id: rule for rule in rules}
        self._head = atoms.scanner("head")
        self._body = atoms.scanner("body")
        self._kinds = tuple(atoms.kinds)
        self._wakes: list[tuple[int, ...]] = [()] * len(atoms.weights)
        always: list[int] = []
        wakes: dict[int, list[int]] = {}
        for index, rule in enumerate(rules):
            if rule.plan.needs is None:
                always.append(index)
            for atom in rule.plan.needs or ():
                wakes.setdefault(atom, []).append(index)
        for atom, woken in wakes.items():
            self._wakes[atom] = tuple(woken)
        self._always = tuple(always)
        self._ways = [plan.ways(rule.plan) for rule in rules]

    def match(
        self, item: Item, feed: Feed | None, *, now: datetime | None = None, read_facts: ReadFacts | None = None
    ) -> tuple[Match, ...]:
        """Every rule that holds for ``item``, in the order of the book, with the words that made it hold.

        Pure. ``feed`` None: the text came from no feed, and conditions on feed, tag, language and tier
        never stand in the way. ``now`` is for ``age``; without it nothing is old. ``read_facts`` (that of
        ``compile`` unless given) reads the item's facts and is called at most once, only where a predicate's
        trigger words were seen.

        Critical is for what is current: where a rule does not speak of ``age`` itself, it is ``high`` for a
        report older than three days, and where it holds only by facts of older events.
        """
        seen, texts = self._scan(item)
        woken = set(self._always)
        wakes = self._wakes
        for atom in seen:
            if wakes[atom]:
                woken.update(wakes[atom])
        # A rule that was woken by one word mostly lacks another: most need no further look.
        awake = [index for index in woken if _open(self._ways[index], seen)]
        if not awake:
            return ()
        reading = self._reading(seen, texts, item, feed, now, read_facts)
        rules = [self.rules[index] for index in sorted(awake)]
        return tuple(self._match(rule, reading) for rule in rules if rule.plan.holds(reading))

    def match_document(self, document: Document, *, read_facts: ReadFacts | None = None) -> tuple[Match, ...]:
        """``match`` for text that came from no feed."""
        return self.match(document.item(), None, read_facts=read_facts)

    def read(
        self, item: Item, feed: Feed | None, *, now: datetime | None = None, read_facts: ReadFacts | None = None
    ) -> Reading:
        """What stands in the item's text of all that the rules look for: for ``evidence`` and ``explain``."""
        seen, texts = self._scan(item)
        return self._reading(seen, texts, item, feed, now, read_facts)

    def _reading(
        self,
        seen: dict[int, Spans | None],
        texts: dict[str, Text],
        item: Item,
        feed: Feed | None,
        now: datetime | None,
        read_facts: ReadFacts | None,
    ) -> Reading:
        facts = _once(read_facts or self._read_facts, item, feed)
        return Reading(seen, texts, self._expression_spans, item, feed, now, facts)

    def _scan(self, item: Item) -> tuple[dict[int, Spans | None], dict[str, Text]]:
        """The one pass over the item's text."""
        seen: dict[int, Spans | None] = {}
        fields = (item.title, item.summary)
        text = Text(HEAD, fields)
        texts = {"head": text}
        if self._head is not None:
            self._head.scan(text, fields, seen)
        if self._body is not None and item.body:
            text = texts["body"] = Text(("body",), (item.body,))
            self._body.scan(text, (item.body,), seen)
        return seen, texts

    def explain(
        self,
        item: Item,
        feed: Feed | None,
        rule_id: str | None = None,
        *,
        now: datetime | None = None,
        read_facts: ReadFacts | None = None,
    ) -> tuple[Explanation, ...]:
        """For every rule, or one, what was found, what is missing and what stands in the way.

        Arguments as of ``match``; raises ``KeyError`` for an id that no rule has.
        """
        return explain(self, self.read(item, feed, now=now, read_facts=read_facts), rule_id)

    def rule(self, rule_id: str) -> CompiledRule:
        """The rule of that id; raises ``KeyError``."""
        return self._by_id[rule_id]

    def kind(self, atom: int) -> str:
        """The text an atom is asked of: head (title and summary) or body."""
        return self._kinds[atom]

    def tell(self, rule_id: str, story: StoryValues) -> bool:
        """Whether a match of the rule may be told now: ``tell_when`` holds for its story, or there is none."""
        tell_when = self._by_id[rule_id].tell_when
        return tell_when is None or tell_when.holds(story)

    def highest(self, rule_id: str) -> Level:
        """The highest level that the rule can come to for any story."""
        rule = self._by_id[rule_id]
        return max([rule.text.level, *(level for level, _ in rule.raises)])

    def level(self, rule_id: str, story: StoryValues) -> Level:
        """The rule's level with what ``raise:`` adds for this story.

        Critical is for what is current: where the rule does not speak of ``age`` or ``context`` itself, a
        story older than three days, or one of history, a trial or an exercise, is high at most.
        """
        rule = self._by_id[rule_id]
        level = max([rule.text.level, *(level for level, query in rule.raises if query.holds(story))])
        if level < Level.CRITICAL:
            return level
        named = frozenset().union(*(query.names for query in (rule.tell_when, *(q for _, q in rule.raises)) if query))
        age, context = story.get("age"), story.get("context")
        contexts = {context} if isinstance(context, str) else set(context or ())  # type: ignore[call-overload]
        old = "age" not in named and not PAGED_AGE.accepts(age) and age is not None
        past = "context" not in named and bool(contexts) and contexts <= _NOT_CURRENT
        return Level.HIGH if old or past else level

    def evidence(self, rule: CompiledRule, reading: Reading) -> tuple[Evidence, ...]:
        """The words that make ``rule`` hold for ``reading``; only where it holds."""
        found: Stands = set()
        reading.claims.clear()
        rule.plan.evidence(reading, found)
        return (*self.located(rule, reading, found), *dict.fromkeys(reading.claims))[:MOST_EVIDENCE]

    def located(self, rule: CompiledRule, reading: Reading, found: Iterable[tuple[int, int, int]]) -> list[Evidence]:
        """Atoms and folded spans as evidence in the item's own fields, in the order of the text."""
        shown, written = [], rule.written.maps
        for atom, start, end in found:
            # None: a trigger word of a predicate, which shows words of its own
            term = next((terms[atom] for terms in written if atom in terms), None)
            if term is not None and (end - start > 1 or not term.startswith("/")):  # a letter by itself is no word
                kind = self._kinds[atom]
                shown.append((kind == "body", *reading.texts[kind].original(start, end), term))
        shown.sort()
        return [Evidence("body" if body else HEAD[field], start, end, term) for body, field, start, end, term in shown]

    def _match(self, rule: CompiledRule, reading: Reading) -> Match:
        text = rule.text
        level = text.level
        if level is Level.CRITICAL and not rule.dated and not _is_fresh(rule, reading):
            level = Level.HIGH
        return Match(text.id, text.title, text.category, level, self.evidence(rule, reading))

    def _expression_spans(self, atom: int, text: Text) -> Spans:
        scanner: Scanner | None = self._body if self._kinds[atom] == "body" else self._head
        return scanner.expression_spans(atom, text) if scanner is not None else []


def _open(ways: tuple[tuple[plan.Wanted, ...], ...], seen: dict[int, Spans | None]) -> bool:
    found = seen.keys()
    for way in ways:
        for count, atoms in way:
            if found.isdisjoint(atoms) or (count > 1 and len(atoms.intersection(seen)) < count):
                break
        else:
            return True
    return False


def _is_fresh(rule: CompiledRule, reading: Reading) -> bool:
    """Whether the report, and the facts by which the rule holds, are of the last days."""
    published = reading.item.published
    old = reading.now is not None and published is not None and not PAGED_AGE.accepts(reading.now - published)
    return not old and rule.plan.holds(reading.freshly())


def _once(read_facts: ReadFacts | None, item: Item, feed: Feed | None) -> Callable[[], tuple[object, ...]]:
    if read_facts is None:
        return tuple
    kept: list[tuple[object, ...]] = []

    def facts() -> tuple[object, ...]:
        if not kept:
            spoken = replace(item, lang=feed.lang) if feed is not None and not item.lang else item
            kept.append(read_facts(spoken))
        return kept[0]

    return facts


def _parts_of(rule: RuleText) -> list[object]:
    raises = [[level.word, query] for level, query, _ in rule.raises]
    return [rule.id, rule.title, rule.category, rule.level.word, rule.when, rule.tell_when or "", raises]


def hash_of(book: RuleBook) -> str:
    """A hash of all that decides a verdict: the texts of rules, lists and queries, wherever they stand."""
    parts = [
        sorted(map(_parts_of, book.rules)),
        sorted([each.name, [term for term, _ in each.terms]] for each in book.lists),
        sorted([query.name, query.text] for query in book.queries),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:32]
