"""From what a sentence was read to say to claims as values: party, place, date, speaker, context, gloss."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from monitor.facts.events import Event
from monitor.facts.lexicon import Kind, Table
from monitor.facts.modality import attempted, modality_of
from monitor.facts.operations import OUTCOMES, Deed, Estimate, tags
from monitor.facts.parties import PARTIES, Background, force_of, party_of
from monitor.facts.places import Hit, place_of
from monitor.facts.scope import running_from, scope_of
from monitor.facts.sentences import Toll
from monitor.facts.setting import apart
from monitor.facts.speakers import Author
from monitor.facts.stationing import Move, has
from monitor.facts.times import Moment, moment_of
from monitor.facts.words import Word
from monitor.model import (
    Assertion,
    Basis,
    Casualty,
    Context,
    Dated,
    Domain,
    Location,
    Modality,
    Operation,
    Party,
    Posture,
    Role,
    Scope,
    Strength,
    Words,
)  # fmt: skip

_LINKS = {
    "withdraw": frozenset({"from", "leave", "leaves", "left", "leaving", "in"}),
    "deploy": frozenset({"to", "into", "in", "near", "on", "at", "around", "toward", "towards", "across", "outside"}),
}
_TRIED = frozenset({"seizure", "raid", "attack", "siege"})
_OWN = frozenset({"kurdish", "iraqi", "syrian", "us", "coalition", "un", "isis", "militant"})


class Setting(NamedTuple):
    """What a sentence says around its claims, shared by all of them."""

    field: str
    text: str
    words: Sequence[Word]
    where: Sequence[Hit]
    when: Sequence[Moment]
    said: Assertion | None
    context: Context
    domain: Domain
    lang: str
    known: Background
    tables: int  # the bits of the tables that list words of the sentence
    published: datetime | None = None

    def evidence(self, start: int, end: int) -> Words:
        """Words ``start`` to ``end`` (exclusive) of the sentence, verbatim."""
        first, last = self.words[start].start, self.words[end - 1].end
        return Words(self.field, first, last, self.text[first:last])

    def context_at(self, start: int, end: int) -> Context:
        """The context of the claim that the words tell: a year in another clause makes it no history."""
        if self.context is Context.HISTORICAL and apart(self.words, start, end, self.published):
            return Context.CURRENT
        return self.context

    def dated(self, start: int, end: int, *, since: bool = False) -> Dated | None:
        """The date the words are bound to; with ``since`` also the day since when something has been running."""
        if not self.when:
            return None
        words = self.words
        since = since or not self.tables & Table.SCOPE

        def binds(moment: Moment) -> bool:
            if _lies_ahead(words, moment):
                return False  # "ahead of the election on 30 April"
            if any(word.kind & Kind.WHO for word in words[end : moment.start]):
                return False  # "a truce which began on 19 January"
            return since or not running_from(words, moment.start)

        return moment_of([moment for moment in self.when if binds(moment)], start, end)

    def refers_back(self, start: int) -> bool:
        """Whether the event that word ``start`` names is one that readers know by its day: "the October 7 attacks"."""
        words = self.words
        return any(
            moment.end == start
            and moment.start > 0
            and bool(words[moment.start - 1].kind & Kind.DETERMINER)
            and any(word.kind & Kind.DATE for word in words[moment.start : start])
            for moment in self.when
        )


def _lies_ahead(words: Sequence[Word], moment: Moment) -> bool:
    """Whether the date is that of what comes later: "ahead of the election on 30 April", "before Sunday's vote"."""
    for at in range(moment.start - 1, max(-1, moment.start - 8), -1):
        word = words[at]
        if word.entry.named("ahead"):
            between = words[at + 1 : moment.start]
            if any(other.kind & (Kind.TIME | Kind.HOUR) for other in between):
                return False  # "before dawn on Sunday"
            return not between or not word.kind & Kind.CLAUSE or bool(between[0].kind & Kind.DETERMINER)
        if word.text == "," or word.kind & (Kind.OUTCOME | Kind.BE | Kind.HAVE | Kind.CLAUSE):
            return False
    return False


def casualty(
    setting: Setting,
    toll: Toll,
    party: Party,
    event: Event,
    doer: Author | None,
    *,
    place: Location | None,
    dated: Dated | None,
) -> Casualty:
    """``toll`` as a claim on people of ``party`` in ``event``, with the ``place`` and date its words are bound to."""
    group = toll.group
    low, high, floor = group.figures
    words = setting.words
    condition = None
    if setting.tables & Table.CONDITION and toll.outcome == "wounded":
        around = words[max(0, toll.start - 1) : toll.end + 6]
        condition = next((name for word in around for name in tags(word, "condition")), None)
    name = None
    if group.name is not None:
        name = setting.text[words[group.name[0]].start : words[group.name[1] - 1].end]
    modality = modality_of(words, toll.verb, active=not toll.passive)
    if (low, high) == (0, 0):
        modality = Modality.HAPPENED
    whole = toll.part_of or toll
    scope = scope_of(words, whole.start, toll.end) if setting.tables & Table.SCOPE else Scope.EVENT
    if scope is Scope.RUNNING and dated is None:
        dated = setting.dated(toll.start, toll.end, since=True)
    return Casualty(
        words=setting.evidence(toll.start, toll.end),
        event=event.number,
        place=place or event.place,
        when=dated or event.when,
        said=setting.said,
        modality=modality,
        context=setting.context_at(toll.start, toll.end),
        domain=_domain(setting, toll, doer),
        lang=setting.lang,
        outcome=OUTCOMES[toll.outcome],
        party=party,
        low=low,
        high=high,
        floor=floor,
        nation=group.nation or None,
        roles=group.roles,
        name=name,
        condition=condition,
        by=doer.party if doer is not None else None,
        basis=doer.basis if doer is not None else Basis.UNKNOWN,
        doer=doer.named(setting.text) if doer is not None else "",
        scope=scope,
    )


def _domain(setting: Setting, toll: Toll, doer: Author | None) -> Domain:
    """The kind of event that ``toll`` is of: what armed groups do is of a conflict where no other word tells."""
    if _of_age(setting.words, toll.verb):
        return Domain.UNKNOWN
    armed = doer is not None and doer.party in (Party.MILITANT, Party.ISIS)
    return Domain.CONFLICT if armed and setting.domain is Domain.UNKNOWN else setting.domain


def _of_age(words: Sequence[Word], verb: int) -> bool:
    """ "dies at 96", "dead aged 71": how the news tells of a death that nobody caused."""
    return (
        verb + 2 < len(words)
        and words[verb].entry.cue("dies")
        and words[verb + 1].entry.cue("aged")
        and bool(words[verb + 2].kind & Kind.NUMBER)
        and 50 <= words[verb + 2].entry.value <= 120
    )


def party(setting: Setting, toll: Toll, hit: Hit | None, doer: Author | None) -> Party:
    """Whose the victims of ``toll`` are, where that happened at ``hit`` and ``doer`` did it."""
    teller = setting.said.party if setting.said is not None else None
    own = setting.words[toll.verb].entry.named("own")
    if "dead" in own and toll.group.head == "fighter" and not toll.group.party and teller:
        return teller  # "the SDF: two fighters martyred"
    if "lost" in own and not toll.passive and not toll.group.party and not toll.group.nation:
        toll.group.head = (
            "force" if toll.group.head in ("folk", "people") else toll.group.head
        )  # "the army lost 11 men"
        its_own = any(word.entry.cue("own") for word in setting.words[toll.group.start : toll.group.end])
        loser = doer.party if doer is not None else None if its_own else _loser(setting.words, toll.verb)
        if loser is not None:
            return loser
    return party_of(
        toll.group,
        setting.words,
        setting.known,
        toll.outcome,
        country=hit.country if hit is not None else "",
        passive=toll.passive,
        by=doer.party if doer is not None else None,
        said=setting.said.party if setting.said is not None and setting.said.role is not Role.THIRD else None,
    )


def _loser(words: Sequence[Word], verb: int) -> Party | None:
    """The side that lost soldiers: "says Russia has lost 40 soldiers", "the rebels admitted losing 30"."""
    for at in range(verb - 1, -1, -1):
        if words[at].entry.people == "fighter":
            return PARTIES.get(words[at].entry.party) or Party.MILITANT
        if words[at].kind & Kind.COUNTRY and not (at and words[at - 1].kind & (Kind.PREPOSITION | Kind.OF)):
            return force_of(words[at].entry.nation)
        if words[at].kind & Kind.CLAUSE and not words[at + 1].kind & Kind.PRONOUN:  # "the rebels said they lost"
            break
    return None


def posture(setting: Setting, move: Move, event: Event | None, told: Posture | None = None) -> Posture:
    """``move`` as a claim; ``told`` is the posture told before it in the item."""
    low = high = None
    floor = 0
    if move.count is not None:
        low, high, floor = move.count.low, move.count.high, move.count.floor
    where = setting.where
    hit = place_of(where, move.start, move.end, links=_LINKS.get(move.action)) or place_of(where, move.start, move.end)
    ahead = setting.words[max(0, move.verb - 5) : move.verb]
    negated = move.action == "deploy" and any(word.kind & Kind.NOT for word in ahead[-3:])
    no_plans = any(word.kind & Kind.NO for word in ahead) and any(word.kind & Kind.TO for word in ahead[-1:])
    refuted = modality_of(setting.words, move.verb, active=True) is Modality.DENIED and move.action != "stay"
    return Posture(
        words=setting.evidence(move.start, move.end),
        event=event.number if event is not None else 0,
        place=hit.location if hit is not None else None,
        when=setting.dated(move.start, move.end),
        said=setting.said,
        modality=Modality.DENIED if negated or no_plans or refuted else Modality.HAPPENED,
        context=setting.context_at(move.start, move.end),
        domain=setting.domain,
        lang=setting.lang,
        action=move.action,
        force=_force(setting, move, told),
        nation=move.nation or None,
        low=low,
        high=high,
        floor=floor,
        before=move.before,
        phase=_phase(setting.words, move),
        timeframe=_timeframe(setting, move),
    )


def _force(setting: Setting, move: Move, told: Posture | None) -> Party:
    """Whose forces move; ``told`` is the posture told last in the item."""
    if move.party in _OWN:
        return PARTIES[move.party]
    if move.nation:
        return force_of(move.nation)
    words = setting.words
    clause = move.start
    while clause > 0 and not (words[clause - 1].kind & Kind.CLAUSE or words[clause - 1].text in (";", ":")):
        clause -= 1
    if clause > 1 and words[clause - 1].kind & Kind.WHO:  # "Russia, which has massed troops"
        owner = words[clause - 2 - (words[clause - 2].text == "," and clause > 2)]
        if owner.entry.nation:
            return force_of(owner.entry.nation)
    order = [*range(clause, len(words)), *range(clause)]
    for at in order:
        word = words[at]
        if at >= move.verb and at >= move.end:
            continue
        nation = word.entry.nation or next(iter(tags(word, "capital")), "")
        if nation and nation != move.away and not (at and words[at - 1].kind & (Kind.PREPOSITION | Kind.OF)):
            return force_of(nation)
        if word.kind & Kind.PARTY and word.entry.party in ("us", "coalition", "kurdish", "iraqi", "syrian", "un"):
            return PARTIES[word.entry.party]
    if told is not None and told.action == move.action:
        return told.force  # "Russian bombers mass at a base. Two dozen have gathered"
    if move.group is not None:
        return party_of(move.group, words, setting.known, "")
    if setting.said is not None and setting.said.role is Role.SIDE and setting.said.party is not None:
        return setting.said.party  # "an aircraft carrier is on its way, the US Navy said"
    others = [nation for nation in setting.known.nations if nation != move.away]
    if others:
        return force_of(others[0])
    return Party.US if any(word.entry.cue("guard_at_home") for word in words) else Party.STATE


def _phase(words: Sequence[Word], move: Move) -> str:
    if move.action == "strength":
        return "complete"
    before = words[max(0, move.verb - 6) : move.verb]
    if words[move.verb].text.endswith(("al", "ment", "out", "down", "tion")):  # "the withdrawal was completed"
        for word in words[move.end : move.end + 8]:
            if has(word, "complete") or has(word, "begun"):
                return "complete" if has(word, "complete") else "begun"
    for phase in ("debated", "begun"):
        if any(has(word, phase) for word in before):
            return phase
    verb = words[move.verb].text
    if any(word.kind & Kind.HAVE for word in before[-3:]) or has(words[move.verb], "complete"):
        return "complete"
    if any(has(word, "announced") or word.kind & Kind.MODAL for word in before):
        return "announced"
    return "complete" if verb.endswith(("ed", "ent", "ew", "eft")) else "begun" if verb.endswith("ing") else "announced"


def _timeframe(setting: Setting, move: Move) -> str | None:
    """ "within a year", "by the end of the year", "next month"."""
    words = setting.words
    for at in range(move.verb, min(move.end + 14, len(words))):
        if words[at].entry.cue("within") or (
            words[at].entry.cue("in") and at + 1 < len(words) and words[at + 1].entry.cue("coming")
        ):
            for end in range(at + 1, min(at + 7, len(words))):
                if words[end].kind & (Kind.TIME | Kind.HOUR | Kind.DATE) or (
                    words[end].text.isdigit() and len(words[end].text) == 4
                ):
                    stop = end + 1
                    while stop < len(words) and (
                        words[stop].kind & (Kind.TIME | Kind.DATE | Kind.NUMBER)
                        or (words[stop].kind & Kind.POSSESSIVE and stop + 1 < len(words))
                        or (words[stop].entry.cue("end") and words[stop - 1].kind & Kind.POSSESSIVE)
                    ):
                        stop += 1
                    return setting.text[words[at].start : words[stop - 1].end]
                if words[end].kind & (Kind.OUTCOME | Kind.CLAUSE | Kind.PUNCTUATION):
                    break
    return None


def operation(setting: Setting, deed: Deed, event: Event) -> Operation:
    """``deed`` as a claim."""
    hit = place_of(setting.where, deed.start, deed.end)
    modality = modality_of(setting.words, deed.at, active=True)
    if deed.operation == "plot foiled":
        modality = Modality.FOILED
    kind = deed.operation
    if modality is Modality.PLANNED and kind in _TRIED and attempted(setting.words, deed.at):
        modality, kind = Modality.HAPPENED, "attack"  # who tries to overrun a base attacks it
    return Operation(
        words=setting.evidence(deed.start, deed.end),
        event=event.number,
        place=hit.location if hit is not None else event.place,
        when=setting.dated(deed.start, deed.end) or event.when,
        said=setting.said,
        modality=modality,
        context=setting.context_at(deed.start, deed.end),
        domain=setting.domain,
        lang=setting.lang,
        operation=kind,
        weapons=deed.weapons,
        actors=(deed.actor.party,) if deed.actor is not None else (),
        basis=deed.actor.basis if deed.actor is not None else Basis.UNKNOWN,
        doer=deed.actor.named(setting.text) if deed.actor is not None else "",
        targets=deed.targets,
        people=deed.people,
        seized=deed.seized,
    )


def strength(setting: Setting, estimate: Estimate, number: int) -> Strength:
    """``estimate`` as a claim."""
    hit = place_of(setting.where, estimate.start, estimate.end)
    return Strength(
        words=setting.evidence(estimate.start, estimate.end),
        event=number,
        place=hit.location if hit is not None else None,
        when=setting.dated(estimate.start, estimate.end),
        said=setting.said,
        context=setting.context,
        domain=setting.domain,
        lang=setting.lang,
        party=PARTIES[estimate.party],
        low=estimate.count.low,
        high=estimate.count.high,
        floor=estimate.count.floor,
        source=setting.said.who if setting.said is not None else None,
    )
