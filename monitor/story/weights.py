"""How much each sign says that two reports are of one event, or that they are not."""

from __future__ import annotations

from collections.abc import Mapping

# Fitted by logistic regression, drawn towards 0, to pairs of reports whose events are known, each held to the side
# it speaks for, and rounded. Chosen by what was left out of the fit: events, a quarter at a time. Near misses of daily
# war news, where nearly every report is of another event, are among them.
WEIGHTS: Mapping[str, float] = {
    "headlines": 0.8,  # cosine of the headlines
    "no text": 0.45,
    "headline covered": 2.15,  # the share of a headline's words, by what they tell, that the other report has
    "telling words missing": -2.4,  # the share of a headline's rarest words that the other report lacks
    "names": 0.6,
    "no names": 1.1,
    "days apart": -1.35,
    "same day of the event": 2.15,
    "other place": -0.9,
    "same toll": 0.8,
    "same people": 1.1,
    "same person and age": 1.9,
    "other people of an age": -0.9,
    "same age": 1.6,
    "other age": -1.75,
    "other numbers": -1.1,
    "rare words": 1.1,
    # Chosen by reading, not fitted: a first sentence in a headline's place says less of which event it is.
    "no headline": -1.5,
}
BASE = -6.2  # 0 is where joining begins: it takes more than as likely as not
