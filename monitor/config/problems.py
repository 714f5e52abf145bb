"""What pydantic found wrong, as problems with a place and with what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from monitor.config.reading import Document
from monitor.config.values import Wrong, choices, kind_of, shown
from monitor.errors import Problem

Found = tuple[tuple[int | str, ...], bool, str, str]  # loc, whether the key is meant, what, instead

_KINDS = {
    "string_type": ("text", "put it in quotes"),
    "bool_type": ("true or false", "write true or false"),
    "list_type": ("a list", "write [one, two], or one '- ' line for each"),
    "dict_type": ("a mapping", "write key: value below it"),
    "model_type": ("a mapping", "write key: value below it"),
}


def located(error: ValidationError, document: Document, model: type[BaseModel]) -> Iterator[Problem]:
    """The problems of ``error``, placed in ``document``, which was to be a ``model``."""
    for loc, key, what, instead in explained(error, model):
        yield document.problem(document.place(loc, key=key), what, instead)


def explained(error: ValidationError, model: type[BaseModel]) -> Iterator[Found]:
    """The problems of ``error`` in people's words, each with the path to its value."""
    for detail in error.errors(include_url=False):
        loc, kind = detail["loc"], detail["type"]
        context = detail.get("ctx", {})
        if kind == "value_error" and isinstance(context.get("error"), Wrong):
            wrong = context["error"]
            on_key = loc[-1:] == ("[key]",)
            path = loc[:-1] if on_key else loc
            key = next((str(step) for step in reversed(path) if isinstance(step, str)), "when")
            yield (*path, wrong.key) if wrong.key else path, on_key, wrong.what, wrong.instead.replace("{key}", key)
        elif kind == "extra_forbidden":
            yield loc, True, f"unknown key {shown(loc[-1])}", choices(str(loc[-1]), _keys(_model_at(model, loc[:-1])))
        elif kind == "missing":
            yield loc, False, f"{loc[-1]!r} is missing", _add(_model_at(model, loc[:-1]), str(loc[-1]))
        elif kind in _KINDS:
            yield loc, False, *_wrong_kind(loc, kind, detail["input"])
        elif kind == "too_short":
            yield loc, False, f"{loc[-1]!r} is empty", "name at least one"
        else:
            yield loc, False, f"{_name(loc)}: {detail['msg'][:1].lower()}{detail['msg'][1:]}", ""


def _wrong_kind(loc: tuple[int | str, ...], kind: str, value: object) -> tuple[str, str]:
    wanted, advice = _KINDS[kind]
    name = _name(loc)
    if value is None:
        return f"{name} is empty", "write a value, or remove the key" if wanted == "text" else advice
    if kind == "string_type" and isinstance(value, list | dict):
        advice = "write one text"
    return f"{name} must be {wanted}, not {kind_of(value)}", advice


def _name(loc: tuple[int | str, ...]) -> str:
    words = [step for step in loc if isinstance(step, str)]
    if not words:
        return "the file" if not loc else "an entry"
    return repr(words[-1]) if isinstance(loc[-1], str) else f"an entry of {words[-1]!r}"


def _keys(model: type[BaseModel] | None) -> Iterable[str]:
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _add(model: type[BaseModel] | None, key: str) -> str:
    for name, info in model.model_fields.items() if model else ():
        if key in (name, info.alias) and info.examples:
            example = info.examples[0]
            return f"add {key}: {'[' + ', '.join(example) + ']' if isinstance(example, list) else example}"
    return f"add {key}:"


def _model_at(model: type[BaseModel] | None, loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model of the mapping at ``loc``, where it is one."""
    for step in loc:
        if model is None or isinstance(step, int):
            continue
        fields: dict[str, Any] = {info.alias or name: info.annotation for name, info in model.model_fields.items()}
        model = _model_in(fields[step]) if step in fields else None
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and not get_args(annotation) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
