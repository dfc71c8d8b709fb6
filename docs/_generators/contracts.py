"""The pages of the contract rules, of the properties, and of the sabotaged stores with rules that each breaks."""

from __future__ import annotations

from typing import Any

from reclamation_core.tables.rendering import markdown_text
from reclamation_core.testing.contracts import ClockContract, DocumentStoreContract, StoreContract
from reclamation_core.testing.contracts.base import ContractRule, rules_of
from reclamation_core.testing.properties import Property, calendar_properties, desk_properties, policy_properties
from reclamation_core.testing.sabotage import DOCUMENT_SABOTAGES, SABOTAGES


def _row(rule: ContractRule) -> str:
    needs = "" if rule.needs is None else rule.needs.label("en")
    return f"| {markdown_text(rule.wording.en)} | {markdown_text(rule.wording.fr)} | {rule.source or ''} | {needs} |"


def _contract_rules() -> str:
    rules = [*rules_of(StoreContract), *rules_of(ClockContract), *rules_of(DocumentStoreContract)]
    lines = ["# The contract rules of the ports", ""]
    lines += [
        "Each rule is a test of the [contracts](testing.md); its source is a clause of M2-1 or an interpretation."
    ]
    for port in dict.fromkeys(rule.port for rule in rules):
        lines += ["", f"## {port}", "", "| rule | règle | source | needs |", "|---|---|---|---|"]
        lines += [_row(rule) for rule in rules if rule.port == port]
    return "\n".join([*lines, ""])


def _properties() -> str:
    lines = ["# The properties", ""]
    lines += [
        "Each is [checked](../how-to/test-your-own-application.md#properties) on an edition, a calendar or a desk."
    ]
    groups: dict[str, tuple[Property[Any], ...]] = {
        "Edition": policy_properties(),
        "Calendar": calendar_properties(),
        "Desk": desk_properties(),
    }
    for title, group in groups.items():
        lines += ["", f"## {title}", "", "| id | property | propriété | source |", "|---|---|---|---|"]
        for one in group:
            wording = f"{markdown_text(one.wording.en)} | {markdown_text(one.wording.fr)}"
            lines.append(f"| `{one.id}` | {wording} | {one.source('en')} |")
    return "\n".join([*lines, ""])


def _fault(one: Any) -> str:
    texts = (one.fault.en, one.fault.fr, one.incident.en, one.incident.fr)
    return f"| `{one.name}` | {' | '.join(map(markdown_text, texts))} |"


def _sabotages() -> str:
    lines = ["# The sabotaged stores", ""]
    lines += [
        "Each store is the store in memory with one fault (`reclamation_core.testing.sabotage`). The last column has",
        "rules of the contract that it breaks for certain; the store in memory breaks no rule.",
        "",
        "| store | fault | défaut | incident that it stands for | incident qu'il représente | rules broken |",
        "|---|---|---|---|---|---|",
    ]
    rules = {rule.name: f"{rule.port}: {markdown_text(rule.wording.en)}" for rule in rules_of(StoreContract)}
    lines += [f"{_fault(one)} {'<br>'.join(rules[name] for name in one.caught_by)} |" for one in SABOTAGES]
    lines += [
        "",
        "Stores of documents (`DOCUMENT_SABOTAGES`):",
        "",
        "| store | fault | défaut | incident that it stands for | incident qu'il représente |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *map(_fault, DOCUMENT_SABOTAGES), ""])


def pages() -> dict[str, str]:
    """Return the three pages."""
    return {
        "reference/contract-rules.md": _contract_rules(),
        "reference/properties.md": _properties(),
        "reference/sabotaged-stores.md": _sabotages(),
    }
