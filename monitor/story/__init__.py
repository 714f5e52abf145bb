"""Which story an item joins and what it adds: pure decisions, the store gives the candidates."""

from monitor.story.join import hint, join
from monitor.story.nearest import WINDOW, Nearest, nearest
from monitor.story.origins import Origins
from monitor.story.sketch import sketch
from monitor.story.state import differences, state
from monitor.story.vocabulary import Vocabulary, due, learn

__all__ = [
    "WINDOW", "Nearest", "Origins", "Vocabulary", "differences", "due", "hint", "join", "learn", "nearest", "sketch",
    "state",
]  # fmt: skip
