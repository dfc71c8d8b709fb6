"""Shows the reference the verbs that are awaited: griffe reads the source, where each is said to be another's."""

from __future__ import annotations

from typing import Any

import griffe


class AwaitedVerbs(griffe.Extension):
    """Gives every verb that is made by `_awaited` the parameters and the promise of the one that it awaits."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Griffe calls this once the package is read."""
        module = pkg["desk.async_desk"]
        for cls in module.classes.values():
            for name, attribute in list(cls.attributes.items()):
                value = attribute.value
                if isinstance(value, griffe.ExprCall) and str(value.function) == "_awaited":
                    cls.set_member(name, _awaited(pkg, str(value.arguments[0]), attribute))


def _awaited(pkg: griffe.Module, verb: str, attribute: griffe.Attribute) -> griffe.Function:
    owner, _, name = verb.partition(".")
    same = pkg[f"desk.{owner}"].all_members[name]
    shown = griffe.Function(
        name, parameters=same.parameters, returns=same.returns, lineno=attribute.lineno, endlineno=attribute.endlineno
    )
    shown.labels.add("async")
    shown.docstring = same.docstring
    return shown
