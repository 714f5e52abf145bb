"""The JSON Schema of each kind of file, which editors complete and check by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from monitor.config.files import ChannelsFile, DigestsFile, FeedsFile, PublishersFile, RulesFile
from monitor.config.values import spell
from monitor.model import Level

_FILES: dict[str, type[BaseModel]] = {
    "feeds": FeedsFile,
    "rules": RulesFile,
    "channels": ChannelsFile,
    "digests": DigestsFile,
    "publishers": PublishersFile,
}


def schemas() -> Mapping[str, dict[str, Any]]:
    """A JSON Schema (draft 2020-12) for each of ``feeds``, ``rules``, ``channels``, ``digests`` and ``publishers``."""
    return {name: schema(model) for name, model in _FILES.items()}


def schema(model: type[BaseModel], *, without: str = "") -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what people may write for ``model``, the key ``without`` left out."""
    found = model.model_json_schema(schema_generator=_Plain)
    found["properties"].pop(without, None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


class _Plain(GenerateJsonSchema):
    """Without titles that only repeat a key, and without defaults that say no more than "left out"."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - the library asks it of each
        return False

    def encode_default(self, dft: Any) -> Any:
        """A default as people would write it."""
        if isinstance(dft, timedelta):
            return spell(dft)
        return dft.word if isinstance(dft, Level) else super().encode_default(dft)

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        if isinstance(found.get("default"), dict | list | None):
            found.pop("default", None)
        return found
