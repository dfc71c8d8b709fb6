"""`repr` of the attrs classes of the package, against the method that attrs compiles for a class of the same fields."""

import inspect
import pkgutil
import sys
from importlib import import_module
from typing import Any, Final

import attrs
import pytest

import reclamation_core
from reclamation_core.errors import ReclamationError
from reclamation_core.missing import Missing
from reclamation_core.shared_repr import SharedRepr

MADE: Final = {"CaseSummaryView", "FactsChange", "SheetChange"}
"""The classes of modules that `attrs.make_class` makes, whose `repr` attrs compiles."""


def attrs_classes() -> dict[str, type[Any]]:
    """Return each attrs class of the package, by its module and its name."""
    for module in pkgutil.walk_packages(reclamation_core.__path__, "reclamation_core."):
        # The engines and frameworks of some modules are extras, and Django's need its settings.
        if not module.name.startswith("reclamation_core.integrations.django"):
            try:
                import_module(module.name)
            except ImportError:
                continue
    found = {
        f"{value.__module__}.{value.__qualname__}": value
        for name, module in list(sys.modules.items())
        if name.startswith("reclamation_core.")
        for value in vars(module).values()
        # The settings of Django, which a module may hold, answer `isinstance` only once they are configured.
        if issubclass(type(value), type) and attrs.has(value)
    }
    return {name: value for name, value in found.items() if name.startswith("reclamation_core.")}


def compiled_class(cls: type[Any]) -> type[Any]:
    """Return a class of attrs' own with the same name and fields."""
    fields = {field.name: attrs.field(repr=field.repr, init=field.init) for field in attrs.fields(cls)}
    return attrs.make_class(cls.__name__, fields)


def filled(cls: Any, value: object) -> Any:
    """Return an instance with one value in each of its fields, made without its `__init__`."""
    instance = cls.__new__(cls)
    for field in attrs.fields(cls):
        object.__setattr__(instance, field.name, value)
    return instance


@pytest.mark.slow
def test_repr_of_every_class_is_the_text_that_attrs_writes() -> None:
    classes = attrs_classes()
    shared = {name: cls for name, cls in classes.items() if vars(cls).get("__repr__") is vars(SharedRepr)["__repr__"]}
    for name, cls in shared.items():
        compiled = compiled_class(cls)
        for value in ("é'\n", None, (Missing.UNKNOWN,)):
            assert repr(filled(cls, value)) == repr(filled(compiled, value)), name
    assert len(shared) > 500
    others = {cls for name, cls in classes.items() if name not in shared}
    assert {cls.__name__ for cls in others if "attrs generated" in source_of(vars(cls).get("__repr__"))} == MADE


def source_of(function: object) -> str:
    """Return the file of a function, which is no file for what attrs compiles."""
    return inspect.getfile(function) if inspect.isfunction(function) else ""


@attrs.define
class Tree(SharedRepr):
    """Fields with each declaration of `repr`."""

    name: str
    secret: str = attrs.field(default="x", repr=False)
    size: int = attrs.field(default=3, repr=hex)
    parent: object = None
    later: int = attrs.field(init=False)


def test_repr_follows_the_declarations_of_the_fields() -> None:
    @attrs.define
    class Local(SharedRepr):
        one: int

    tree = Tree("a", parent=Local(1))
    assert repr(tree) == "Tree(name='a', size=0x3, parent=Local(one=1), later=NOTHING)"
    tree.parent = [tree]
    assert repr(tree) == "Tree(name='a', size=0x3, parent=[...], later=NOTHING)"


def test_repr_of_a_class_without_attrs_is_that_of_its_base() -> None:
    class HostError(ReclamationError):
        """An error of a host application."""

    class Shouted(Tree):
        def __repr__(self) -> str:
            return "TREE"

    assert repr(HostError("a", 1)) == "HostError('a', 1)"
    assert repr(Shouted("a")) == "TREE"
