"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """A released version is never edited: changes go in a new one."""
    ${upgrades if upgrades else "pass"}
