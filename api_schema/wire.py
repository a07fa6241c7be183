"""
Turn frozen dataclasses into JSON-ready values and back.

The rule for messages already in flight: a reader ignores keys it does not know, and a field that is
added later carries a default. So an old sender and a new reader (and the reverse) understand each other.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar, cast
from uuid import UUID

T = TypeVar("T")


class WireError(ValueError):
    """A message that does not have the promised shape; the text names the field."""


def to_wire(value: Any) -> Any:
    """Return `value` as JSON-ready data: dataclasses become dicts, UUIDs, enums and datetimes become strings."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_wire(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [to_wire(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_wire(item) for key, item in value.items()}
    return value


def from_wire(cls: type[T], data: Any, *, where: str = "") -> T:
    """
    Return the `cls` that `data` describes, every field checked for its type.

    :raises WireError: a field is missing, or has another type than promised.
    """
    if not isinstance(data, dict):
        raise WireError(f"{where or cls.__name__}: an object was expected")
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(cast(Any, cls)):
        path = f"{where}.{field.name}" if where else field.name
        if field.name in data:
            values[field.name] = _parse(hints[field.name], data[field.name], path)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise WireError(f"{path}: missing")
    return cls(**values)


def _parse(hint: Any, value: Any, path: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _parse_optional(hint, value, path)
    if origin is tuple:
        return _parse_tuple(hint, value, path)
    if origin is dict:
        if not isinstance(value, dict):
            raise WireError(f"{path}: an object was expected")
        item_hint = typing.get_args(hint)[1]
        return {str(key): _parse(item_hint, item, f"{path}.{key}") for key, item in value.items()}
    if dataclasses.is_dataclass(hint):
        return from_wire(cast(type[Any], hint), value, where=path)
    return _parse_scalar(hint, value, path)


def _parse_optional(hint: Any, value: Any, path: str) -> Any:
    if value is None:
        return None
    inner = next(arg for arg in typing.get_args(hint) if arg is not type(None))
    return _parse(inner, value, path)


def _parse_tuple(hint: Any, value: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise WireError(f"{path}: a list was expected")
    item_hint = typing.get_args(hint)[0]
    return tuple(_parse(item_hint, item, f"{path}[{index}]") for index, item in enumerate(value))


def _parse_scalar(hint: Any, value: Any, path: str) -> Any:
    if hint is Any:
        return value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return _parse_float(value, path)
    if hint is UUID or hint is datetime or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return _parse_text_form(hint, value, path)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise WireError(f"{path}: {hint.__name__} was expected, not {type(value).__name__}")
    return value


def _parse_float(value: int, path: str) -> float:
    try:
        return float(value)
    except OverflowError:
        raise WireError(f"{path}: the number is too large") from None


def _parse_text_form(hint: Any, value: Any, path: str) -> Any:
    if not isinstance(value, str):
        raise WireError(f"{path}: text was expected, not {type(value).__name__}")
    try:
        return datetime.fromisoformat(value) if hint is datetime else hint(value)
    except ValueError as error:
        raise WireError(f"{path}: {value[:60]!r} is not a {hint.__name__}") from error
