import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import attrs

import reclamation_core
from scripts.surface import documented_modules

DOCS = Path(__file__).parents[2] / "docs"
PARTS = DOCS / "reference" / "results.md"
ROOT: ModuleType = reclamation_core
MODULES = [importlib.import_module(name) for name in documented_modules()]


def documented(page: Path) -> list[str]:
    return re.findall(r"^::: (\S+)$", page.read_text(encoding="utf-8"), re.MULTILINE)


def objects(module: ModuleType) -> list[object]:
    return [getattr(module, name) for name in module.__all__]


def test_a_package_states_its_public_names_each_once_and_none_that_is_not_there() -> None:
    for module in [ROOT, *MODULES]:
        assert len(module.__all__) == len(set(module.__all__)), module.__name__
        assert [name for name in module.__all__ if not hasattr(module, name)] == [], module.__name__


def test_every_public_class_and_function_has_a_docstring() -> None:
    public = [thing for module in [ROOT, *MODULES] for thing in objects(module)]
    documentable = [thing for thing in public if inspect.isclass(thing) or inspect.isroutine(thing)]
    assert [thing for thing in documentable if not inspect.getdoc(thing)] == []


def test_every_public_method_has_a_docstring_or_inherits_it() -> None:
    classes = [thing for module in MODULES for thing in objects(module) if isinstance(thing, type)]
    methods = [
        f"{cls.__name__}.{name}"
        for cls in classes
        for name, member in vars(cls).items()
        if not name.startswith("_") and isinstance(member, property | classmethod | staticmethod | type(objects))
        if not inspect.getdoc(getattr(cls, name))
    ]
    assert [name for name in methods if name != "ActForm.media"] == []  # the metaclass of Django makes that one


def test_every_name_of_the_root_comes_from_a_room() -> None:
    of_rooms = {name: thing for module in MODULES for name, thing in zip(module.__all__, objects(module), strict=True)}
    assert {name: of_rooms.get(name) for name in ROOT.__all__} == dict(zip(ROOT.__all__, objects(ROOT), strict=True))


def test_the_reference_has_a_page_for_each_room_and_for_nothing_else() -> None:
    pages = [page for page in (DOCS / "reference").glob("*.md") if page != PARTS]
    assert sorted(name for page in pages for name in documented(page)) == documented_modules()


def test_the_parts_of_results_are_classes_that_no_package_exports() -> None:
    parts = [pkgutil.resolve_name(name) for name in documented(PARTS)]
    exported = {thing for module in MODULES for thing in objects(module) if inspect.isclass(thing)}
    assert parts
    assert [part for part in parts if not inspect.isclass(part) or not inspect.getdoc(part)] == []
    assert exported.isdisjoint(parts)
    assert {part.__module__ for part in parts}.isdisjoint(documented_modules())


def test_the_fields_of_a_long_public_class_are_given_by_name() -> None:
    public = {thing for module in [ROOT, *MODULES] for thing in objects(module) if inspect.isclass(thing)}
    classes = {*public, *(pkgutil.resolve_name(name) for name in documented(PARTS))}
    fields = {cls: [one for one in attrs.fields(cls) if one.init] for cls in classes if attrs.has(cls)}
    long = {cls: own for cls, own in fields.items() if len(own) > 11}
    assert len(long) > 20
    assert [cls for cls, own in long.items() if not all(one.kw_only for one in own)] == []


def test_no_public_name_is_also_that_of_a_module_that_it_would_hide() -> None:
    for module in MODULES:
        modules = {submodule.name for submodule in pkgutil.iter_modules(getattr(module, "__path__", []))}
        assert modules & set(module.__all__) == set(), module.__name__
