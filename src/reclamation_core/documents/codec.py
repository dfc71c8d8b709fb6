"""What writes and reads the documents of a room: the strict converter, and what the room teaches it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import attrs

from reclamation_core.documents.converter import make_converter, structure
from reclamation_core.documents.schema import Describe, Schema, json_schema
from reclamation_core.documents.variants import Variants
from reclamation_core.errors import Fault, FaultsError

if TYPE_CHECKING:  # cattrs is imported where it is used: the package root stays light
    import cattrs

T = TypeVar("T")

Structure: TypeAlias = Callable[[Any, Any], Any]
"""What reads a part of a document: its value, and the annotation that it is read for."""


@attrs.frozen(kw_only=True)
class Encoding:
    """How the values of one annotation are read, where it is not as the house does it.

    Args:
        annotation: a class or a union, as fields are annotated with it.
        read: gives the value from the plain one, and from what reads its parts.
        schema: gives the JSON Schema of what is read, from what gives that of an annotation.
    """

    annotation: Any
    read: Callable[[Any, Structure], Any]
    schema: Callable[[Describe], Schema]

    def configure(self, converter: cattrs.Converter) -> None:
        """Teach a strict converter to read them."""
        converter.register_structure_hook_func(
            lambda cls: cls == self.annotation, lambda value, _: self.read(value, converter.structure)
        )


@attrs.define(slots=False, eq=False)
class Codec:
    """Writes and reads documents. Made once for each room: what reads a class is made at its first use.

    Args:
        variants: the classes whose documents say which they are.
        encodings: what is read in another way than the house does it.
        redact: removes personal texts from faults (`redact_misplaced`, `redact_all_text`). The error then has no cause
            either, which could hold them too.
    """

    variants: tuple[Variants, ...] = ()
    encodings: tuple[Encoding, ...] = attrs.field(default=(), kw_only=True)
    redact: Callable[[Fault], Fault] | None = attrs.field(default=None, kw_only=True)

    def write(self, value: Any) -> Any:
        """A value as plain data."""
        return self._converter.unstructure(value)

    def read(self, document: Any, cls: type[T]) -> T:
        """The object that a document describes.

        Raises:
            FaultsError: with every fault of the document at once, each with its path from `$`.
        """
        if self.redact is None:
            return structure(self._converter, document, cls)
        faults: tuple[Fault, ...]
        try:
            return structure(self._converter, document, cls)
        except FaultsError as error:
            faults = error.faults
        raise FaultsError(map(self.redact, faults))  # out there, so that it has no context either

    def schema(self, annotation: Any, name: str, **narrowed: Any) -> Schema:
        """The JSON Schema of the documents read for an annotation: their shape, not what validators ask for beyond it.

        Args:
            annotation: a class, or what stands for several.
            name: ends the schema's `$id`.
            narrowed: by the name of a field of the class, another annotation to describe it by.
        """
        return json_schema(self, annotation, name, narrowed)

    @cached_property
    def _converter(self) -> cattrs.Converter:
        converter = make_converter()
        for encoding in self.encodings:
            encoding.configure(converter)
        for variants in self.variants:
            variants.configure(converter)
        return converter
