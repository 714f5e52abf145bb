"""What a group of people is, and what stands behind its noun."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.facts.counts import Count
from monitor.facts.lexicon import Kind
from monitor.facts.words import Word

QUOTES = frozenset("\"'“”‘’«»()")
WEAK = ("armed", "force")  # words that say only that it is an armed group, or a state's forces


class Group:
    """People in a sentence, words ``start`` to ``end`` (exclusive). ``head`` is the class of the noun."""

    __slots__ = (
        "attribute", "count", "end", "head", "many", "mixed", "name", "nation",
        "others", "owner", "party", "roles", "start", "whole",
    )  # fmt: skip

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.count: Count | None = None
        self.head = ""  # class of the noun, or "" for a bare count
        self.party = ""  # whose they are, where the words say so
        self.nation = ""
        self.many = False
        self.roles: tuple[str, ...] = ()
        self.mixed = False  # of two countries: "Turkish and Syrian soldiers"
        self.others = False  # "four more", "20 others"
        self.name: tuple[int, int] | None = None  # a person's name, as words from and to
        self.attribute = ""  # an outcome told by an adjective: "wounded soldiers"
        self.owner = False  # ends in a possessive: "the leader's"
        self.whole: Count | None = None  # "seven of the 23 soldiers": the 23

    @property
    def figures(self) -> tuple[int | None, int | None, int]:
        """(low, high, floor)."""
        if self.count is not None:
            return self.count.low, self.count.high, self.count.floor
        return (None, None, 2) if self.many else (1, 1, 1)

    def __repr__(self) -> str:
        return f"<Group {self.start}-{self.end} {self.figures} {self.head} {self.party} {self.nation}>"


def described_after(words: Sequence[Word], group: Group) -> None:
    """What stands behind the noun and says whose they are: "of the SDF", "from Kuwait", "linked to ISIS"."""
    size = len(words)
    at = group.end
    if at < size and words[at].text in QUOTES:
        at += 1
    # some languages put every adjective there
    while (
        at < size
        and words[at].kind & (Kind.NATION | Kind.NATIONALS | Kind.PARTY)
        and not words[at].kind & (Kind.BE | Kind.OUTCOME | Kind.PERSON)
    ):
        if words[at].kind & Kind.PARTY:
            group.party = group.party or words[at].entry.party
        else:
            group.nation = group.nation or words[at].entry.nation
        at += 1
        group.end = at
    if at >= size or (
        not words[at].kind & (Kind.OF | Kind.PREPOSITION | Kind.WHO | Kind.AFFILIATION)
        and not words[at].text.endswith("ing")
    ):
        return
    with_links = (
        bool(words[at].kind & Kind.AFFILIATION)
        or (words[at].text == "with" and group.head in ("rank", "fighter"))
        or not words[at].kind & (Kind.OF | Kind.PREPOSITION)
    )
    local = words[at].entry.cue("local")
    if local or (words[at].kind & (Kind.BY | Kind.CLAUSE) and not words[at].kind & Kind.WHO):
        return
    strong = words[at].kind & Kind.OF or words[at].text in ("from", "of", "de", "du", "from the")
    for step in range(at + 1, min(at + (8 if with_links else 6), size)):
        word = words[step]
        kind = word.kind
        if word.text in QUOTES:
            continue
        if kind & Kind.PARTY and not (kind & Kind.BE and not word.cap):
            if group.head != "civilian" and (strong or with_links) and not (group.party and group.party not in WEAK):
                if not (word.entry.party in WEAK and group.party):
                    group.party = stronger(group.party, word.entry.party)
                group.end = step + 1 if strong else group.end
                if step + 1 < size and words[step + 1].kind & (Kind.PARTY | Kind.PERSON):
                    continue
            return
        if kind & (Kind.NATION | Kind.COUNTRY):
            if (strong and (group.head in ("folk", "people", "civilian") or words[at].kind & Kind.OF)) or (
                kind & Kind.NATION and not kind & Kind.COUNTRY
            ):
                group.nation = group.nation or word.entry.nation
                if strong:
                    group.end = step + 1
            owns = step + 1 < size and words[step + 1].kind & Kind.POSSESSIVE  # "members of India's security forces"
            if kind & Kind.COUNTRY and not kind & Kind.NATION and not owns:
                return
        elif kind & Kind.PERSON and strong and group.head in ("rank", "people"):
            if step + 1 < size and words[step + 1].kind & Kind.PERSON:
                continue  # "national security forces": the last noun tells
            if word.entry.people in ("force", "civilian", "fighter"):
                group.head = word.entry.people
                group.end = step + 1
            return
        elif kind & Kind.PERSON and strong and group.head == word.entry.people == "force":
            group.end = step + 1  # "soldiers of the Turkish Armed Forces"
            return
        elif kind & (Kind.OUTCOME | Kind.BE | Kind.PUNCTUATION | Kind.MODAL) and not kind & Kind.UNKNOWN:
            return


def stronger(old: str, new: str) -> str:
    """The party that two describing words give together: a named one beats "armed" and "force"."""
    return new if not old or (old in WEAK and new not in WEAK) else old
