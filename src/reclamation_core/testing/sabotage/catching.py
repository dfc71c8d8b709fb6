"""Which contract catches which sabotaged store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from reclamation_core.tables.rendering import markdown_text
from reclamation_core.testing.contracts import Outcome, Promise, conformance
from reclamation_core.testing.sabotage.every_sabotage import SABOTAGES
from reclamation_core.testing.sabotage.fault import Sabotage
from reclamation_core.wording import Lang, Wording


def caught(
    sabotages: Iterable[Sabotage] = SABOTAGES, promises: Collection[str] = ()
) -> Mapping[Sabotage, tuple[Promise, ...]]:
    """The promises that each sabotaged store breaks, as running the contracts on it shows.

    Args:
        sabotages: the stores.
        promises: the names of the promises that are tried; all by default.
    """
    asked = tuple(sabotages)
    report = conformance(*(one.contract for one in asked), promises=promises)
    broken = report.with_outcome(Outcome.BROKEN)
    return {one: tuple(result.promise for result in broken if result.store == one.name) for one in asked}


def caught_markdown(broken: Mapping[Sabotage, tuple[Promise, ...]], lang: Lang = "fr") -> str:
    """What `caught` found, as Markdown: a table of the stores, their faults, and the promises that they break."""
    heads = Wording(
        "entrepôt | défaut | ce qu'il représente | promesses rompues",
        "store | fault | what it stands for | promises broken",
    )
    lines = [f"| {heads.in_(lang)} |", "|---|---|---|---|"]
    for one, promises in broken.items():
        told = "<br>".join(f"{held.port} : {markdown_text(held.wording.in_(lang))}" for held in promises) or "–"
        words = (markdown_text(one.fault.in_(lang)), markdown_text(one.incident.in_(lang)))
        lines.append(f"| `{one.name}` | {' | '.join(words)} | {told} |")
    return "\n".join([*lines, ""])
