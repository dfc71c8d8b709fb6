"""What the fields of a class refuse, each on its own: so that one refused field does not hide the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import attrs

from reclamation_core.documents.faults import refusal
from reclamation_core.errors import Fault, FaultsError

if TYPE_CHECKING:  # cattrs is imported where it is used: the package root stays light
    import cattrs


def refused_fields(converter: cattrs.Converter, cls: type[Any], document: Mapping[str, Any]) -> Iterator[Fault]:
    """The values of a document, right by their type, that the converter or the validator of their field refuses.

    A validator that looks at other fields sees those of the document that are right, and the defaults of the others.
    Where it looks at a field that has neither, nothing can be said.
    """
    attrs.resolve_types(cls)
    fields = [field for field in attrs.fields(cls) if field.init]
    defaults = {field.name: field.default for field in fields if _is_value(field.default)}
    instance = SimpleNamespace(**defaults)
    for field in fields:
        if field.name in document:
            try:
                value = converter.structure(document[field.name], field.type)
            except Exception:  # noqa: BLE001, S112  wrong by its type, which is reported already
                continue
            yield from _refusal(instance, field, value, document[field.name])


def _is_value(default: object) -> bool:
    return default is not attrs.NOTHING and not hasattr(default, "factory")


def _refusal(instance: SimpleNamespace, field: attrs.Attribute[Any], value: Any, given: Any) -> Iterator[Fault]:
    try:
        convert: Any = field.converter
        converted = value if convert is None else convert(value)
        setattr(instance, field.name, converted)
        if field.validator is not None:
            field.validator(instance, field, converted)
    except AttributeError:
        return  # it looks at a field that is not there
    except FaultsError as error:
        yield from error.faults
    except (TypeError, ValueError) as error:
        yield Fault(field.name, given, refusal(error))
