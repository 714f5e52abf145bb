"""Which story an item joins and what it adds: pure decisions, the store gives the candidates."""

from monitor.story.join import hint, join
from monitor.story.origins import Origins
from monitor.story.state import differences, state

__all__ = ["Origins", "differences", "hint", "join", "state"]
