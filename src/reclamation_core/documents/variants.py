"""Classes whose documents say which of them they are, and in which version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, get_args

import attrs

from reclamation_core.documents.converter import object_reader
from reclamation_core.documents.encodings import read_object, refuse_other
from reclamation_core.documents.unions import is_union
from reclamation_core.documents.versions import VERSION, Versions
from reclamation_core.missing import ABSENT

if TYPE_CHECKING:  # cattrs is imported where it is used: the package root stays light
    import cattrs


@attrs.frozen(kw_only=True)
class Variants:
    """Some classes, told apart by a key of their documents; another one says the version.

    Wherever one of them stands in a document it says both, also where no other could stand there.

    Args:
        annotation: what stands for any of them: their union, or their base.
        classes: each by the name that its documents give it; names stay.
        key: the key of that name.
        versions: the version of each, and what lifts the older ones; all stand at 1 unless given.
        brief: leave out of their documents what is as it is by default; such a default stays what it is.

    Raises:
        ValueError: a class of the union has no name, or another one has; the versions are those of other names; a class
            has a field called like one of the two keys.
    """

    annotation: Any
    classes: Mapping[str, type[Any]] = attrs.field()
    key: str = "type"
    versions: Versions = attrs.field(default=attrs.Factory(lambda self: Versions.first(self.classes), takes_self=True))
    brief: bool = False

    @classes.validator
    def _all_that_there_are(self, _: object, classes: Mapping[str, type[Any]]) -> None:
        apart = set(get_args(self.annotation)) ^ set(classes.values()) if is_union(self.annotation) else set()
        if apart:
            named = ", ".join(sorted(cls.__name__ for cls in apart))
            raise ValueError(
                f"classes: they are to be those of the annotation; these are only in one of the two: {named}"
            )

    @classes.validator
    def _with_room_for_both(self, _: object, classes: Mapping[str, type[Any]]) -> None:
        for cls in classes.values():
            taken = {self.key, VERSION} & {field.name for field in attrs.fields(cls)}
            if taken:
                raise ValueError(f"classes: {cls.__name__} has a field of its own called {taken.pop()!r}; rename it")

    @versions.validator
    def _of_these_names(self, _: object, versions: Versions) -> None:
        if set(versions.current) != set(self.classes):
            apart = ", ".join(sorted(set(versions.current) ^ set(self.classes)))
            raise ValueError(
                f"versions: they are to be those of the classes; these are only in one of the two: {apart}"
            )

    @property
    def names(self) -> Mapping[type[Any], str]:
        """The name of each class."""
        return {cls: name for name, cls in self.classes.items()}

    def configure(self, converter: cattrs.Converter) -> None:
        """Teach a strict converter to write and read them."""
        classes = frozenset(self.classes.values())
        converter.register_structure_hook_factory(
            lambda cls: cls == self.annotation, lambda _: self._reader(converter, self.classes)
        )
        if self.annotation not in classes and not is_union(self.annotation):  # a base class
            converter.register_unstructure_hook_factory(
                lambda cls: cls == self.annotation, lambda _: converter.unstructure
            )
        converter.register_structure_hook_factory(
            lambda cls: cls in classes, lambda cls: self._reader(converter, {self.names[cls]: cls})
        )
        converter.register_unstructure_hook_factory(
            lambda cls: cls in classes, lambda cls: self._writer(converter, cls)
        )

    def _reader(self, converter: cattrs.Converter, classes: Mapping[str, type[Any]]) -> Callable[[Any, Any], Any]:
        readers = {name: object_reader(converter, cls) for name, cls in classes.items()}
        versions, key = self.versions, self.key
        current = versions.current

        def read(value: Any, _: Any) -> Any:
            body = dict(value if value.__class__ is dict else read_object(value))
            name = body.pop(key, ABSENT)
            if type(name) is not str or name not in readers:
                refuse_other(name, classes, key)
            version, last = body.pop(VERSION, ABSENT), current[name]
            if version is not last:  # true only of the same small integer: True and 1.0 are no versions
                body = versions.upcast_body(name, versions.check_version(name, version), body, last)
            return readers[name](body, classes[name])

        return read

    def _writer(self, converter: cattrs.Converter, cls: type[Any]) -> Callable[[Any], Any]:
        from cattrs.gen import make_dict_unstructure_fn

        name = self.names[cls]
        head = {self.key: name, VERSION: self.versions.current[name]}
        write = make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=self.brief)
        return lambda value: {**head, **write(value)}
