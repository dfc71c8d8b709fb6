"""The pages on what the ports promise, and on which promises each sabotaged store breaks: found by running them."""

from __future__ import annotations

from reclamation_core.tables.rendering import markdown_text
from reclamation_core.testing.contracts import ClockContract, Promise, StoreContract, promises_of
from reclamation_core.testing.sabotage import caught, caught_markdown


def _row(held: Promise) -> str:
    source = held.source or ""
    needs = "" if held.needs is None else held.needs.label("en")
    return f"| {markdown_text(held.wording.en)} | {markdown_text(held.wording.fr)} | {source} | {needs} |"


def _promises() -> str:
    held = [*promises_of(StoreContract), *promises_of(ClockContract)]
    lines = ["# What the ports promise", ""]
    lines += ["Each is held by a test of the [contracts](testing.md); a source is a clause of M2-1 or a reading of it."]
    for port in dict.fromkeys(one.port for one in held):
        lines += ["", f"## {port}", "", "| promise | promesse | source | needs |", "|---|---|---|---|"]
        lines += [_row(one) for one in held if one.port == port]
    return "\n".join([*lines, ""])


def _sabotages() -> str:
    lines = ["# The sabotaged stores", ""]
    lines += [
        "Each is the store in memory with one fault (`reclamation_core.testing.sabotage`). The last column is what",
        "came of running every contract on it when this page was made; the store in memory itself breaks no promise.",
        "",
    ]
    return "\n".join([*lines, caught_markdown(caught(), "en")])


def pages() -> dict[str, str]:
    """The two pages."""
    return {"reference/promises.md": _promises(), "reference/sabotaged-stores.md": _sabotages()}
