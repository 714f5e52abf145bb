"""Reads the language files of the package into lexicons, once.

Nothing is read after a language was first asked for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.facts.lexicon import Entry, Kind, Lexicon
from monitor.facts.words import cut, folded

_FRAMES = {
    "after": Kind.AFTER,
    "before": Kind.BEFORE,
    "either": Kind.EITHER,
    "of": Kind.NOUN,
    "attribute": Kind.ATTRIBUTE,
    "taken": Kind.TAKEN,
}
_WORDS = {
    "determiner": Kind.DETERMINER, "no": Kind.NO, "of": Kind.OF, "and": Kind.AND, "by": Kind.BY,
    "including": Kind.INCLUDING, "others": Kind.OTHERS, "be": Kind.BE, "left": Kind.LEFT, "have": Kind.HAVE,
    "modal": Kind.MODAL, "to": Kind.TO, "not": Kind.NOT, "who": Kind.WHO, "possessive": Kind.POSSESSIVE,
    "adverb": Kind.ADVERB, "preposition": Kind.PREPOSITION, "clause": Kind.CLAUSE, "time": Kind.TIME,
    "reflexive": Kind.REFLEXIVE, "ordinal": Kind.ORDINAL, "mostly": Kind.MOSTLY, "pronoun": Kind.PRONOUN,
    "affiliation": Kind.AFFILIATION, "hour": Kind.HOUR,
}  # fmt: skip
_INHERITED = frozenset({"domain", "operation", "weapon"})  # "airstrikes against" is of a conflict as "airstrikes" is
_BOUNDS = {
    "least": Kind.LEAST,
    "most": Kind.MOST,
    "about": Kind.ABOUT,
    "from": Kind.FROM,
    "join": Kind.JOIN,
    "plus": Kind.PLUS,
}


def _entries(data: dict[str, Any], nations: dict[str, Any]) -> Iterator[tuple[str, Entry]]:
    for word, value in data.get("numbers", {}).items():
        yield word, Entry(Kind.NUMBER, value=value)
    for word, value in data.get("multipliers", {}).items():
        yield word, Entry(Kind.MULTIPLIER, value=value)
    for word, value in data.get("vague", {}).items():
        yield word, Entry(Kind.VAGUE, value=value)
    for table, kinds in (("bounds", _BOUNDS), ("words", _WORDS)):
        for name, terms in data.get(table, {}).items():
            for term in terms if name in kinds else ():
                yield term, Entry(kinds[name])
    for people, forms in data.get("people", {}).items():
        for form, terms in forms.items():
            for term in terms:
                yield term, Entry(Kind.PERSON, people=people, many=form != "one", value=2 if form == "two" else 0)
    for role, terms in data.get("roles", {}).items():
        for term in terms:
            yield term, Entry(0, roles=(role,))
    for party, terms in data.get("party", {}).items():
        for term in terms:
            yield term, Entry(Kind.PARTY, party=party)
    for outcome, frames in data.get("outcome", {}).items():
        for frame, terms in frames.items():
            for term in terms:
                yield term, Entry(_FRAMES[frame], outcomes=((_FRAMES[frame], outcome),))
    for outcome, terms in data.get("toll", {}).items():
        for term in terms:
            yield term, Entry(Kind.TOLL, outcomes=((Kind.TOLL, outcome),))
    for outcome, terms in data.get("suffer", {}).items():
        kind = Kind.SUFFER if outcome == "verb" else Kind.INJURY
        for term in terms:
            yield term, Entry(kind, outcomes=() if outcome == "verb" else ((kind, outcome),))
    for table, groups in data.get("terms", {}).items():
        for name, terms in groups.items():
            for term in terms:
                when = Kind.TIME if table in ("day", "weekday", "span", "ago") else 0
                verb = when | Kind.VERB if table == "posture" and name.endswith("_verb") and " " not in term else when
                yield term, Entry(Kind.TERM | Kind.UNKNOWN | verb, tags={table: (name,)})
    for term in data.get("not_people", {}).get("words", ()):
        yield term, Entry(Kind.THING | Kind.UNKNOWN)
    for month, terms in enumerate(data.get("dates", {}).get("months", ()), 1):
        for term in terms:
            yield term, Entry(Kind.DATE | Kind.TIME, value=month)
    for code, line in nations.items():
        names, adjectives, nationals = ([part.split(",") for part in line.split(";")] + [[], []])[:3]
        for kind, terms in ((Kind.COUNTRY, names), (Kind.NATION, adjectives), (Kind.NATIONALS, nationals)):
            for term in terms:
                if term.strip():
                    yield term.strip(), Entry(kind, nation=code)


def _merged(old: Entry | None, new: Entry) -> Entry:
    if old is None:
        return new
    return replace(
        old,
        kind=_kind(old.kind | new.kind),
        value=old.value or new.value,
        party=old.party or new.party,
        nation=old.nation or new.nation,
        people=old.people or new.people,
        many=old.many or new.many,
        roles=(*old.roles, *(role for role in new.roles if role not in old.roles)),
        outcomes=(*old.outcomes, *new.outcomes),
        tags={
            **old.tags,
            **{table: tuple(dict.fromkeys((*old.named(table), *names))) for table, names in new.tags.items()},
        },
    )


def _kind(kind: int) -> int:
    known = kind & ~(Kind.UNKNOWN | Kind.TERM | Kind.THING | Kind.VERB)
    return kind & ~Kind.UNKNOWN if known else kind


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("monitor.facts").joinpath(f"tables/{name}.toml").read_text(encoding="utf-8"))


@cache
def coalition() -> frozenset[str]:
    """Codes of the countries whose forces count as ``coalition``."""
    return frozenset(_data("nations")["coalition"].split())


@cache
def english_names(nation: str) -> tuple[str, ...]:
    """What the country of the code ``nation`` is called in English, the usual name first; () where no table has it."""
    names = _data("nations")["en"].get(nation, "").split(";")[0]
    return tuple(name.strip() for name in names.split(",") if name.strip())


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages that have a file."""
    names = (entry.name for entry in files("monitor.facts").joinpath("tables").iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml") and name != "nations.toml"))


@cache
def lexicon(code: str) -> Lexicon:
    """The lexicon of the language ``code``; raises ``KeyError`` where there is no such file."""
    if code not in languages():
        raise KeyError(code)
    data = _data(code)
    return build(data, data.get("nation") or _data("nations").get(code, {}))


def build(data: dict[str, Any], nations: dict[str, Any]) -> Lexicon:
    """A lexicon from the parsed tables of a language file and that language's names of countries."""
    made = Lexicon(
        code=data["code"],
        name=data["name"],
        marks=frozenset(data.get("marks", ())),
        prefixes=tuple(folded(prefix) for prefix in data.get("prefixes", ())),
        bent={
            ending: kind
            for name, kind in (("where", Kind.WHERE), ("whence", Kind.WHENCE))
            for ending in data.get("bent", {}).get(name, ())
        },
        joined=tuple(data.get("bent", {}).get("joined", ())),
        linked=frozenset(data.get("words", {}).get("linked", ())),
        options=frozenset(data.get("options", ())),
        gloss=dict(data.get("gloss", {})),
    )
    bare = Lexicon(code=made.code, name="", marks=frozenset(), options=made.options)
    gathered: dict[tuple[tuple[str, ...], str], Entry] = {}
    for term, entry in _entries(data, nations):
        stem = term.endswith("*")
        words = _cut_term(term.rstrip("*"), bare)
        exact = term if len(term) <= 5 and term.isupper() and term.replace(".", "").isalpha() and not stem else ""
        key = ((*words[:-1], words[-1] + "*") if stem else words, exact)
        gathered[key] = _merged(gathered.get(key), entry)
    _add_cues(data.get("cues", {}), gathered, bare)
    known: dict[tuple[object, ...], Entry] = {}
    for (words, exact), own in gathered.items():
        entry = _shared(own if len(words) == 1 else _with_tags_of(words, own, gathered), known)
        if len(words) > 1:
            made.terms.setdefault(words[0], {}).setdefault(words[1], []).append((words[1:], entry, exact))
        elif exact:
            made.exact[exact] = entry
        elif words[0].endswith("*"):
            made.stems[words[0][:-1]] = entry
            made.shortest_stem = min(made.shortest_stem, len(words[0]) - 1)
        else:
            made.words[words[0]] = entry
    for behind in made.terms.values():
        for terms in behind.values():
            terms.sort(key=lambda term: -len(term[0]))
    return made


def _shared(entry: Entry, known: dict[tuple[object, ...], Entry]) -> Entry:
    """The one of ``known`` that says what ``entry`` says: most of the thousands of words say what another does."""
    says = (
        entry.kind, entry.value, entry.party, entry.nation, entry.people, entry.many, entry.roles, entry.outcomes,
        tuple(sorted(entry.tags.items())),
    )  # fmt: skip
    return known.setdefault(says, entry)


def _add_cues(cues: dict[str, list[str]], gathered: dict[tuple[tuple[str, ...], str], Entry], bare: Lexicon) -> None:
    """Lists words as cues, which says nothing else of them; of a cue "police*" every term that begins so."""
    for name, terms in cues.items():
        cue = Entry(Kind.UNKNOWN, tags={"cue": (name,)})
        for term in terms:
            if term.endswith("*"):
                begun = [key for key in gathered if " ".join(key[0]).startswith(folded(term[:-1]))]
            else:
                begun = [(_cut_term(term, bare), "")]
            for key in begun:
                gathered[key] = _merged(gathered.get(key), cue)


def _cut_term(term: str, bare: Lexicon) -> tuple[str, ...]:
    if term.endswith("'"):  # an elided word ("d'", "plus d'") is one only before another
        before = tuple(word.text for word in cut(f"{term}a", bare))[:-1]
        if before:
            return before
    return tuple(word.text for word in cut(term, bare))


def _with_tags_of(words: tuple[str, ...], entry: Entry, every: dict[tuple[tuple[str, ...], str], Entry]) -> Entry:
    """``entry`` of a term of several words, with what its words say by themselves where it says nothing of the kind."""
    if not entry.kind & Kind.TERM or entry.kind & (Kind.PARTY | Kind.PERSON) or "asset" in entry.named("posture"):
        return entry  # a "carrier strike group" strikes nobody
    tags = dict(entry.tags)
    for word in words:
        alone = every.get(((word,), ""))
        for table, names in alone.tags.items() if alone is not None else ():
            if table in _INHERITED and table not in entry.tags:
                tags[table] = tuple(dict.fromkeys((*tags.get(table, ()), *names)))
    return replace(entry, tags=tags)
