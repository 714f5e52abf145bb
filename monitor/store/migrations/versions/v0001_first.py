"""The first schema."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=null)


def _whole(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _sum(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _wide(name: str) -> sa.Column[Any]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, _MOMENT, nullable=null)


def _table(
    name: str, *parts: sa.Column[Any] | sa.Constraint, key: tuple[str, ...], indexes: tuple[str, ...] = ()
) -> None:
    """One table with the names of its constraints; an index is written "column column"."""
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))
    for index in indexes:
        columns = index.split()
        op.create_index(f"ix_{name}_{'_'.join(columns)}", name, columns)


def _refers(name: str, target: str, *columns: str, to: tuple[str, ...]) -> sa.Constraint:
    return sa.ForeignKeyConstraint(columns, [f"{target}.{each}" for each in to], name=f"fk_{name}_{target}")


def _of_version(name: str) -> sa.Constraint:
    return _refers(name, "versions", "item_key", "version", to=("item_key", "version"))


def upgrade() -> None:
    """A released version is never edited: changes go in a new one."""
    _configured()
    _told()
    _items()
    totals = sa.table(
        "totals", *(sa.column(name) for name in ("id", "fetched", "known", "matched", "unmatched", "owed"))
    )
    op.bulk_insert(totals, [{"id": 1, "fetched": 0, "known": 0, "matched": 0, "unmatched": 0, "owed": 0}])


def _configured() -> None:
    _table(
        "feeds",
        _text("id"),
        _text("title"),
        _text("tier"),
        _text("lang", null=True),
        _text("tags"),
        _text("address"),
        _flag("active"),
        _text("condition"),
        _text("etag", null=True),
        _text("last_modified", null=True),
        _moment("next_fetch_at", null=True),
        _moment("last_fetch_at", null=True),
        _moment("last_success_at", null=True),
        _moment("newest_item_at", null=True),
        _whole("failures"),
        _flag("troubled"),
        _text("problem", null=True),
        _text("moved_to", null=True),
        _text("body_hash", null=True),
        _whole("items"),
        _bytes("hashes"),
        _flag("baselined"),
        _text("learned"),
        _text("saved_poll", null=True),
        key=("id",),
        indexes=("active next_fetch_at",),
    )
    _table(
        "channels",
        _text("id"),
        _flag("active"),
        _moment("added_at"),
        _moment("welcomed_at", null=True),
        _moment("removed_at", null=True),
        key=("id",),
    )
    _table(
        "schedules",
        _text("spec"),
        _text("channel"),
        _text("schedule"),
        _moment("next_due_at", null=True),
        key=("spec", "channel"),
    )
    _table("rule_sets", _text("hash"), _text("source"), _moment("saved_at"), key=("hash",))
    _table(
        "notices",
        _whole("id"),
        _text("subject"),
        _text("topic"),
        _text("text"),
        _moment("at"),
        _flag("over"),
        _moment("told_at", null=True),
        key=("id",),
        indexes=("subject topic id", "told_at"),
    )
    _table("notes", _text("key"), _text("value"), _moment("at"), key=("key",))
    _table(
        "totals",
        _whole("id"),
        _sum("fetched"),
        _sum("known"),
        _sum("matched"),
        _sum("unmatched"),
        _sum("owed"),
        key=("id",),
    )


def _told() -> None:
    _table(
        "digests",
        _text("id"),
        _text("spec"),
        _text("channel"),
        _moment("slot", null=True),
        _whole("place"),
        _moment("composed_at"),
        _text("body", null=True),
        sa.UniqueConstraint("spec", "channel", "slot", "place", name="uq_digests_spec_channel_slot_place"),
        key=("id",),
        indexes=("channel composed_at",),
    )
    _table(
        "deliveries",
        _whole("id"),
        _text("digest"),
        _text("channel"),
        _text("recipient"),
        _whole("level"),
        _text("status"),
        _whole("attempts"),
        _whole("parts_done"),
        _flag("possible_repeat"),
        _moment("next_attempt_at", null=True),
        _moment("created_at"),
        _moment("ended_at", null=True),
        _text("last_error", null=True),
        _text("receipt", null=True),
        _text("message_id", null=True),
        _refers("deliveries", "digests", "digest", to=("id",)),
        sa.UniqueConstraint("digest", "recipient", name="uq_deliveries_digest_recipient"),
        key=("id",),
        indexes=("status next_attempt_at", "channel status"),
    )
    _table(
        "attempts",
        _whole("id"),
        _whole("delivery"),
        _whole("number"),
        _moment("started_at"),
        _moment("ended_at", null=True),
        _text("outcome", null=True),
        _text("detail"),
        _refers("attempts", "deliveries", "delivery", to=("id",)),
        key=("id",),
        indexes=("delivery",),
    )
    _table(
        "told",
        _text("channel"),
        _text("story"),
        _text("title"),
        _whole("level"),
        _text("state"),
        _moment("told_at"),
        _text("digest"),
        _text("thread", null=True),
        key=("channel", "story"),
    )


def _items() -> None:
    _table(
        "arrivals",
        _whole("id"),
        _text("body"),
        _text("author"),
        _moment("at"),
        _text("item_key", null=True),
        key=("id",),
        indexes=("item_key",),
    )
    _table(
        "mutes",
        _whole("id"),
        _text("author"),
        _text("reason"),
        _moment("starts_at"),
        _moment("ends_at"),
        _text("rule", null=True),
        _text("feed", null=True),
        _text("story", null=True),
        _text("query", null=True),
        _text("ended_by", null=True),
        key=("id",),
    )
    _table(
        "items",
        _text("key"),
        _text("feed"),
        _whole("version"),
        _text("guid"),
        _text("url"),
        _text("title_hash"),
        _text("content_hash"),
        _moment("published", null=True),
        _moment("first_seen"),
        _refers("items", "feeds", "feed", to=("id",)),
        key=("key",),
        indexes=("feed guid", "url feed", "feed title_hash"),
    )
    _table(
        "versions",
        _text("item_key"),
        _whole("version"),
        _text("guid", null=True),
        _text("url"),
        _text("title"),
        _text("summary"),
        _text("body"),
        _moment("published", null=True),
        _moment("updated", null=True),
        _text("lang", null=True),
        _text("tags"),
        _text("content_hash"),
        _moment("seen_at"),
        _flag("baseline"),
        _flag("matched"),
        _text("rule_set"),
        _flag("pruned"),
        _refers("versions", "items", "item_key", to=("key",)),
        key=("item_key", "version"),
        indexes=("pruned seen_at item_key version",),
    )
    _table(
        "matches",
        _text("item_key"),
        _whole("version"),
        _text("rule"),
        _whole("place"),
        _text("title"),
        _text("category"),
        _whole("level"),
        _text("evidence"),
        _of_version("matches"),
        key=("item_key", "version", "rule"),
    )
    _table(
        "facts",
        _text("item_key"),
        _whole("version"),
        _whole("place"),
        _text("kind"),
        _text("party", null=True),
        _text("outcome"),
        sa.Column("low", sa.BigInteger(), nullable=True),
        sa.Column("high", sa.BigInteger(), nullable=True),
        _text("body"),
        _of_version("facts"),
        key=("item_key", "version", "place"),
        indexes=("kind party outcome",),
    )
    _table(
        "stories",
        _text("id"),
        _moment("began_at"),
        _whole("revision"),
        _text("merged_into", null=True),
        _refers("stories", "stories", "merged_into", to=("id",)),
        key=("id",),
    )
    _table(
        "sketches",
        _wide("number"),
        _text("item_key"),
        _moment("seen_at"),
        _text("story", null=True),
        _text("copy_of", null=True),
        _bytes("body"),
        key=("number",),
        indexes=("item_key", "story"),
    )
    _table("marks", _wide("mark"), _bytes("numbers"), key=("mark",))
    _table("word_counts", _whole("id"), _text("body"), key=("id",))
    _table(
        "story_items",
        _text("item_key"),
        _whole("version"),
        _text("story"),
        _flag("new"),
        _flag("repeat"),
        _text("reasons"),
        _text("changes"),
        _text("copy_of", null=True),
        _text("possibly", null=True),
        _text("origin"),
        _of_version("story_items"),
        _refers("story_items", "stories", "story", to=("id",)),
        key=("item_key", "version"),
        indexes=("story",),
    )
    _table(
        "owed",
        _text("item_key"),
        _whole("version"),
        _text("channel"),
        _text("status"),
        _text("reason", null=True),
        _moment("hold_until", null=True),
        sa.Column("mute", sa.Integer(), nullable=True),
        _text("digest", null=True),
        _moment("owed_at"),
        _moment("changed_at"),
        sa.Column("judged_at", sa.Integer(), nullable=True),
        _of_version("owed"),
        _refers("owed", "mutes", "mute", to=("id",)),
        _refers("owed", "digests", "digest", to=("id",)),
        key=("item_key", "version", "channel"),
        indexes=("channel status reason changed_at", "digest"),
    )
