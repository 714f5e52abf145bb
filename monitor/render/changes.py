"""What changed in a story since its reader was told of it: a line a figure, what matters first, the rest counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.model import Difference, Entry, Figure, Outcome
from monitor.model import News as ModelNews
from monitor.render.clock import Clock
from monitor.render.detail import Detail
from monitor.render.figures import standing
from monitor.render.hostile import Shown, marked, shown

_PLAIN = (ModelNews.LEVEL, ModelNews.STATUS, ModelNews.BY, ModelNews.PLACE, ModelNews.NAMED)
_IN_NO_FEW_WORDS = (ModelNews.LEVEL, ModelNews.STATUS)  # the list of contents has the level anyway
_ORDER = (
    ModelNews.LEVEL, ModelNews.STATUS, ModelNews.FIGURE, ModelNews.PARTY, ModelNews.NAMED, ModelNews.BY,
    ModelNews.POSTURE, ModelNews.PLACE, ModelNews.WORDS,
)  # fmt: skip
_COUNTED_BY_NAME = 4  # changes that are only counted: so many are named


@dataclass(frozen=True, slots=True)
class News:
    """One thing that changed: "Syrian forces killed", "4", "6", "SOHR, Thu 24 Oct 06:10".

    ``since`` is when the reader was told what was ``before``, on the first line that has it. ``plain``: it is no
    figure: "by", "", "Syrian rebels".
    """

    label: Shown
    before: Shown
    after: Shown
    who: Shown
    corrected: bool
    also: bool
    plain: bool = False
    since: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """``news`` in the order of its weight; ``rest`` says how much more there is, ``delta`` the first in a few words."""

    news: tuple[News, ...]
    rest: Shown
    delta: Shown | None


def changes(entry: Entry, clock: Clock, detail: Detail) -> Changes:
    """What of ``entry`` its reader was not told, in at most ``detail.changes`` lines."""
    figures = {figure.label: figure for figure in entry.state.figures}
    weighed = sorted(_by_figure(entry.differences, figures), key=lambda one: _weight(one, figures))
    listed, rest = weighed[: detail.changes], weighed[detail.changes :]
    first = next((at for at, one in enumerate(listed) if one.before and one.news not in _PLAIN), None)
    since = clock.near(entry.told_at) if entry.told_at is not None and detail.why else ""
    return Changes(
        news=tuple(_news(one, clock, detail, since if at == first else "") for at, one in enumerate(listed)),
        rest=_rest(rest),
        delta=_delta([one for one in weighed if one.news not in _IN_NO_FEW_WORDS], detail),
    )


def _by_figure(differences: Sequence[Difference], figures: dict[str, Figure]) -> Iterator[Difference]:
    """``differences`` with those of one figure as one; who corrects himself is told alone."""
    together: dict[str, list[Difference]] = {}
    for one in differences:
        if one.news in _PLAIN or one.corrected or one.label not in figures:
            yield one
        else:
            together.setdefault(one.label, []).append(one)
    for label, ones in together.items():
        figure = figures[label]
        said = {(voice.low, voice.high, voice.floor) for voice in figure.voices}
        if len(ones) > 1:
            yield _one_of_many(ones, figure)
        elif ones[0].news is ModelNews.PARTY and len(said) > 1:
            yield replace(ones[0], who=f"{len(figure.voices)} sources")
        else:
            yield ones[0]


def _one_of_many(ones: Sequence[Difference], figure: Figure) -> Difference:
    """What several say of one figure: "you had 10 to 12 · now 13 to 19, 6 sources, last at 06:45"."""
    stood = next((one.before for one in ones if one.also and one.before), "")
    before = stood or ", ".join(dict.fromkeys(one.before for one in ones if one.before))
    also = before == figure.text  # they lie between what was told
    after = ", ".join(dict.fromkeys(one.after for one in ones)) if also else figure.text
    moments = [one.at for one in ones if one.at is not None]
    return replace(
        ones[0], before=before, after=after, also=also, who=f"{len(figure.voices)} sources, last at",
        at=max(moments, default=None),
    )  # fmt: skip


def _weight(one: Difference, figures: dict[str, Figure]) -> tuple[int, bool, int, bool]:
    figure = figures.get(one.label)
    if figure is None or one.news in _PLAIN:
        return _ORDER.index(one.news), False, 0, False
    return _ORDER.index(one.news), not one.corrected, standing(figure.party), figure.outcome is not Outcome.KILLED


def _news(one: Difference, clock: Clock, detail: Detail, since: str) -> News:
    when = clock.near(one.at) if one.at else ""
    joint = " " if one.who.endswith(" at") else ", "
    return News(
        label=shown(one.label),
        before=marked(one.before, (), detail.title),
        after=marked(one.after, (), detail.title),
        who=shown(joint.join(part for part in (one.who, when) if part)),
        corrected=one.corrected,
        also=one.also,
        plain=one.news in _PLAIN,
        since=since,
    )


def _rest(ones: Sequence[Difference]) -> Shown:
    """ "3 more: Civilians wounded, by, place"; empty where there are none."""
    if not ones:
        return shown("")
    labels = list(dict.fromkeys(one.label for one in ones))
    named = ", ".join(labels[:_COUNTED_BY_NAME])
    return shown(f"{len(ones)} more: {named}{', …' if len(labels) > _COUNTED_BY_NAME else ''}")


def _delta(news: Sequence[Difference], detail: Detail) -> Shown | None:
    """What changed in a few words, else the first of what is new."""
    if not news:
        return None
    one = next((one for one in news if one.before), news[0])
    said = f"{one.label} {one.before} → {one.after}" if one.before else f"{one.label}: {one.after}"
    return marked(said, (), detail.title)
