"""One item to its facts: cut, read each sentence, resolve parties and setting, join what is said twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from monitor.facts import claims
from monitor.facts.casualties import TELLING, tolls
from monitor.facts.claims import Setting
from monitor.facts.events import Event, Events, before
from monitor.facts.fellows import another, as_the_first, inherits, more_of_them, of_the_same, only_who, whole_of
from monitor.facts.gloss import gloss
from monitor.facts.lexicon import Kind, Lexicon, Table
from monitor.facts.merge import Kept, deeds, joined, merged
from monitor.facts.operations import Estimate, deed, estimate, seized
from monitor.facts.parties import background, distinguish
from monitor.facts.places import hits, place_of
from monitor.facts.posture import moves
from monitor.facts.reference import antecedent
from monitor.facts.sentences import Sentence, Toll
from monitor.facts.setting import context_of, domain_at, domain_of, proceedings, tagged
from monitor.facts.speakers import Author, author, responsibility, speaker
from monitor.facts.stationing import OWN, Move
from monitor.facts.times import moments
from monitor.facts.words import Word, cut, sentences
from monitor.model import Basis, Casualty, Fact, Item, Operation, Outcome, Party, Posture, Scope, Strength

FIELDS = ("title", "summary", "body")
MOST = 100_000  # characters of a field that are read: many times the longest article, and a second of work
# "(Name/AFP via Getty Images)": the credit of a picture
_CREDIT = re.compile(
    r"\([^()]{0,60}(?:AP Photo|/AP|/AFP|/Reuters|/Getty|Getty Images|via AP|via Reuters|file photo)[^()]{0,40}\)"
    r"|\((?:[^\W\d_][\w.'’-]* ){1,3}[^\W\d_][\w.'’-]*/(?:[A-Z][\w.]*[ /]?){1,4}(?:via [\w /]{2,30})?\)",
    re.IGNORECASE,
)
_OUTCOMES = Kind.OUTCOME | Kind.TOLL | Kind.SUFFER | Kind.TAKEN
_DEEDS = Table.OPERATION | Table.STRIKE
_ALONE = Table.OPERATION | Table.SEIZE  # tell something by themselves
_HELD = (Outcome.ARRESTED, Outcome.CAPTURED, Outcome.SURRENDERED)  # by who pursues the author
_POSTURE = frozenset({"asset", "withdraw_noun", "deploy_noun", "base_noun", "mission_noun", "presence"})
_AUTHOR = frozenset({"responsibility", "blame", "suspect"})


class Text(NamedTuple):
    """One field of an item, cut into words."""

    field: str
    text: str
    words: list[Word]
    headline: bool


@dataclass
class Found:
    """What has been read of an item so far."""

    casualties: list[Kept] = field(default_factory=list)
    postures: list[Posture] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    strengths: list[Strength] = field(default_factory=list)
    events: Events = field(default_factory=Events)
    authors: dict[int, Author] = field(default_factory=dict)
    sentence: int = 0
    lexicon: Lexicon | None = None  # where claims need an English gloss


def texts(item: Item, lexicon: Lexicon) -> list[Text]:
    """The fields of ``item`` that have text."""
    found = []
    for name in FIELDS:
        text = getattr(item, name)[:MOST]
        if not text:
            continue
        words = cut(text, lexicon)
        found.append(Text(name, text, words, name == "title" and _title_case(words)))
    return found


def _title_case(words: Sequence[Word]) -> bool:
    """Whether most words are capitalised: "Raid Kills Five Near Kirkuk"."""
    capitals = [word.cap for word in words if word.text[0].isalpha()]
    return sum(capitals) * 3 > len(capitals) * 2


def read(item: Item, lexicon: Lexicon, published: datetime | None) -> tuple[Fact, ...]:
    """All facts of ``item``: casualties, then operations, postures and strengths, each in the order of the words."""
    cuts = texts(item, lexicon)
    told = [[word for word in text.words if word.entry.tells] for text in cuts]
    telling = list(chain.from_iterable(told))
    titled = told[0] if cuts and cuts[0].field == "title" else []
    known = background(telling, published)
    distinguish(telling, known)
    domain = domain_of([*titled, *telling])
    contexts = tagged(telling, "context")
    trial = False
    if contexts:
        trials = [proceedings(text.words) for text in cuts]
        contexts["trial"] = sum(trials)
        trial = bool(titled and trials[0])
    found = Found(lexicon=lexicon if lexicon.code != "en" else None)
    for text in cuts:
        captions = [match.span() for match in _CREDIT.finditer(text.text)] if "(" in text.text else []
        for words in sentences(text.words, glued="glued" in lexicon.options):
            found.sentence += 1
            kinds = tables = 0
            for word in words:
                kinds |= word.kind
                tables |= word.entry.tables
            if tables & Table.SAY:
                _note_author(words, text.text, found)
            if not _worth(words, kinds, tables):
                continue
            sentence = Sentence(words, headline=text.headline)
            read_here = tolls(sentence) if kinds & TELLING or tables & Table.UNHURT else []
            caption = bool(captions) and _overlaps(words, captions)
            if caption:
                read_here = [toll for toll in read_here if toll.group.count is not None]  # "a wounded man" in a picture
            taken = {toll.group.start for toll in read_here}
            told_moves = moves(sentence, taken, tables) if not caption else []
            size = estimate(sentence, taken) if tables & Table.STRENGTH else None
            if not read_here and not told_moves and size is None and not tables & _ALONE and not _at_a_site(tables):
                continue
            where = hits(words, text.text, known.nations)
            domain = domain_at(domain, [hit.country for hit in where])
            context = context_of(words, tables, contexts, published, title=trial)
            setting = Setting(
                field=text.field,
                text=text.text,
                words=words,
                where=where,
                when=() if caption else moments(words, text.text, published.date() if published is not None else None),
                said=speaker(words, text.text) if tables & (Table.SAY | Table.SPEAKER) or kinds & Kind.PARTY else None,
                context=context,
                domain=domain,
                lang=lexicon.code,
                known=known,
                published=published,
                tables=tables,
            )
            _claim(sentence, setting, found, read_here=read_here, told_moves=told_moves, size=size)
    return _finished(found)


def _at_a_site(tables: int) -> bool:
    return bool(tables & Table.STRIKE and tables & Table.SITE)


def _overlaps(words: Sequence[Word], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether one of ``spans`` of the text lies in the sentence ``words``, or just behind it."""
    return any(words[0].start < end and words[-1].end + 3 >= start for start, end in spans)


def _worth(words: Sequence[Word], kinds: int, tables: int) -> bool:
    """Whether a sentence of these ``kinds`` and ``tables`` has any word that a fact could be read from."""
    if kinds & _OUTCOMES or tables & (Table.OPERATION | Table.UNHURT) or _at_a_site(tables):
        return True
    fighters = many = leaves = named = False
    for word in words:
        kind, entry = word.kind, word.entry
        if kind & Kind.PERSON:
            if entry.people == "force" and entry.many:
                return True
            fighters = fighters or entry.people == "fighter"
        if kind & Kind.PARTY:
            named = named or (word.cap and entry.party in OWN)
        if kind & Kind.NUMBER:
            many = many or entry.value >= 50
        if entry.tables & Table.POSTURE:
            if kind & Kind.TERM and not _POSTURE.isdisjoint(entry.tags["posture"]):
                return True
            leaves = leaves or _leaves(word)
    return (fighters and many) or (leaves and named)


def _leaves(word: Word) -> bool:
    """Whether ``word`` says that forces come or go: with a force named as such it is all a posture needs."""
    return any(name in ("withdraw_verb", "deploy_verb") for name in word.entry.named("posture"))


def _note_author(words: Sequence[Word], text: str, found: Found) -> None:
    """Keeps who claims or is blamed for the event told last (or for the item's own)."""
    told = responsibility(words)
    if told is not None:
        event = found.events.current
        number = event.number if event is not None else 0
        old = found.authors.get(number)
        if old is None or told.basis is Basis.CLAIMED:
            found.authors[number] = told._replace(name=told.named(text))


def _claim(
    sentence: Sentence,
    setting: Setting,
    found: Found,
    *,
    read_here: list[Toll],
    told_moves: list[Move],
    size: Estimate | None,
) -> None:
    """Makes claims of what was read from one sentence."""
    separate = bool(setting.tables & Table.SCOPE and "separate" in tagged(setting.words, "scope"))
    parties = _casualties(sentence, setting, read_here, found, separate=separate)
    event = found.events.current if read_here else None  # where forces are is of the item, not of what was told last
    for move in told_moves:
        last = found.postures[-1] if found.postures else None
        found.postures.append(claims.posture(setting, move, event, last))
    told = deed(sentence, read_here, setting.text, parties) if setting.tables & _DEEDS else None
    if told is not None:
        known = setting.refers_back(told.at)
        done = _event(setting, found, told.start, told.end, separate=known or (separate and not read_here))
        found.operations.append(claims.operation(setting, told, done))
    elif found.operations and setting.tables & Table.SEIZE:
        _add_seized(setting, found)
    if size is not None:
        found.strengths.append(claims.strength(setting, size, event.number if event is not None else 0))
        found.postures = [
            move
            for move in found.postures
            if move.words.start != setting.evidence(size.start, size.end).start or move.words.field != setting.field
        ]


def _add_seized(setting: Setting, found: Found) -> None:
    """ "Weapons were seized" in a sentence of its own belongs to the operation told before."""
    material = seized(setting.words)
    if material:
        last = found.operations[-1]
        found.operations[-1] = replace(last, seized=tuple(dict.fromkeys((*last.seized, *material))))


def _event(setting: Setting, found: Found, start: int, end: int, *, separate: bool) -> Event:
    hit = place_of(setting.where, start, end)
    return found.events.of(setting.dated(start, end), hit.location if hit is not None else None, separate=separate)


def _casualties(
    sentence: Sentence, setting: Setting, read_here: list[Toll], found: Found, *, separate: bool
) -> dict[int, Party]:
    parties: dict[int, Party] = {}
    last: tuple[Party, Toll] | None = None
    for number, toll in enumerate(read_here):
        group = toll.group
        hit = place_of(setting.where, toll.start, toll.end)
        doer = author(setting.words, toll.verb, passive=toll.passive)
        bare = not group.head and group.count is not None
        own = _lost(setting.words[toll.verb])
        if bare and (meant := antecedent(sentence, toll)) is not None:
            described = replace(toll, group=meant)
            party = claims.party(setting, described, hit, doer)
        elif bare and last is not None and not own and inherits(last[1], toll, setting.words):
            party = last[0]
        elif bare and last is None and (same := more_of_them(found.casualties, group, found.sentence)) is not None:
            party = same
        elif (kept := of_the_same(setting, toll, parties, last)) is not None:
            party = kept
        else:
            party = claims.party(setting, toll, hit, doer)
            if toll.part_of is not None and only_who(toll.part_of.group, group, party):
                party = parties.get(whole_of(toll), party)  # "13 fighters, including five foreigners"
            elif another(setting.words, group):
                party = as_the_first(group, found.casualties) or party
        if toll.part_of is None and (group.head or group.count):
            last = (party, toll)
        if own and doer is not None and doer.party is party:
            doer = None  # who loses soldiers has not killed them
        parties[group.start] = party
        toll.of_wounds = toll.outcome == "killed" and _wounded(setting.words[group.start : toll.verb])
        dated = setting.dated(toll.start, toll.end)
        place = hit.location if hit is not None else None
        event = found.events.of(dated, place, separate=separate and number == 0)
        claim = claims.casualty(setting, toll, party, event, doer, place=place, dated=dated)
        if found.lexicon is not None:
            nouns = tuple(word.text for word in setting.words[group.start : group.end])
            claim = replace(claim, gloss=gloss(claim, nouns, found.lexicon))
        found.casualties.append(Kept(claim, found.sentence, toll))
    return parties


def _lost(word: Word) -> bool:
    return "lost" in word.entry.named("own")


def _wounded(words: Sequence[Word]) -> bool:
    return any(outcome == "wounded" for word in words for _, outcome in word.entry.outcomes)


def _finished(found: Found) -> tuple[Fact, ...]:
    kept = merged(found.casualties)
    first = found.events.known[0] if found.events.known else None
    index = {id(toll): number for number, one in enumerate(kept) for toll in one.tolls}
    people: list[Fact] = []
    for one in kept:
        claim = one.claim
        event = found.events.known[claim.event]
        changes: dict[str, Any] = {}
        said = found.authors.get(claim.event)
        if (
            said is not None
            and claim.outcome not in _HELD
            and (claim.by is None or said.basis is Basis.CLAIMED)
            and said.party != claim.party
        ):
            changes.update(by=said.party, basis=said.basis, doer=said.name)
        if claim.when is None and event.when is not None:
            changes["when"] = event.when
        if claim.place is None and event.place is not None:
            changes["place"] = event.place
        if first is not None and claim.event and before(changes.get("when", claim.when), first.when, 2):
            changes["scope"] = Scope.PAST
        if one.toll.part_of is not None:
            whole = index.get(id(one.toll.part_of))
            changes["part_of"] = whole if whole is not None and kept[whole] is not one else None
        if changes:
            claim = replace(claim, **changes)
        if one.toll.of_wounds and one.toll.part_of is None:
            claim = _among_the_dead(claim, [other.claim for other in kept])
        people.append(claim)
    return (*people, *deeds(found.operations, found.authors), *joined(found.postures), *found.strengths)


def _among_the_dead(claim: Casualty, told: Sequence[Casualty]) -> Casualty:
    """``claim``, of people who died of their wounds, as a part of the greatest toll of its event that can hold them."""
    wholes = [
        number
        for number, other in enumerate(told)
        if other.outcome is Outcome.KILLED and other.event == claim.event and other.floor > claim.floor
    ]
    whole = max(wholes, key=lambda number: told[number].floor, default=None)
    return claim if whole is None else replace(claim, party=told[whole].party, part_of=whole)
