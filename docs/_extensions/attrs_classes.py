"""Shows the reference how an attrs class is made: griffe reads the source, where such a class has no `__init__`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import griffe

MAKERS = {"attrs.define", "attrs.frozen"}


class AttrsClasses(griffe.Extension):
    """Gives every attrs class the `__init__` that attrs makes for it, and hides the base that has its `repr`."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Griffe calls this once the package is read."""
        made = [cls for cls in _classes(pkg) if _maker(cls) is not None and "__init__" not in cls.members]
        signatures = [_init(cls) for cls in made]
        for cls, signature in zip(made, signatures, strict=True):
            cls.set_member("__init__", signature)
            for attribute in cls.attributes.values():
                if _is_field(attribute.value):
                    attribute.value = None  # the signature shows the default
        for cls in _classes(pkg):
            cls.bases = [base for base in cls.bases if str(base) != "SharedRepr"]  # a reader needs no base for `repr`


def _classes(owner: griffe.Module | griffe.Class) -> Iterator[griffe.Class]:
    for member in owner.members.values():
        if isinstance(member, griffe.Class):
            yield member
        if isinstance(member, griffe.Module | griffe.Class):
            yield from _classes(member)


def _maker(cls: griffe.Class) -> griffe.Decorator | None:
    return next((decorator for decorator in cls.decorators if decorator.callable_path in MAKERS), None)


def _init(cls: griffe.Class) -> griffe.Function:
    parameters = griffe.Parameters(griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword))
    by_name: dict[str, griffe.Parameter] = {}
    for owner in (*reversed(cls.mro()), cls):
        maker = _maker(owner)
        if maker is not None:
            by_name |= {parameter.name: parameter for parameter in _parameters(owner, maker)}
    for parameter in by_name.values():
        parameters.add(parameter)
    return griffe.Function(
        "__init__", parameters=parameters, returns="None", lineno=cls.lineno, endlineno=cls.endlineno
    )


def _parameters(cls: griffe.Class, maker: griffe.Decorator) -> Iterator[griffe.Parameter]:
    by_keyword = _arguments(maker.value).get("kw_only") == "True"
    kind = griffe.ParameterKind.keyword_only if by_keyword else griffe.ParameterKind.positional_or_keyword
    for attribute in cls.attributes.values():
        if attribute.annotation is None or "ClassVar" in str(attribute.annotation):
            continue
        field = _arguments(attribute.value) if _is_field(attribute.value) else {"default": attribute.value}
        if field.get("init") == "False":
            continue
        default = "..." if "factory" in field else field.get("default")
        name = field.get("alias", attribute.name.lstrip("_"))
        yield griffe.Parameter(str(name).strip("'\""), annotation=attribute.annotation, kind=kind, default=default)


def _is_field(value: str | griffe.Expr | None) -> bool:
    return isinstance(value, griffe.ExprCall) and value.canonical_path == "attrs.field"


def _arguments(value: str | griffe.Expr | None) -> dict[str, Any]:
    if not isinstance(value, griffe.ExprCall):
        return {}
    named = {argument.name: argument.value for argument in value.arguments if isinstance(argument, griffe.ExprKeyword)}
    return {name: str(given) if name in ("kw_only", "init") else given for name, given in named.items()}
