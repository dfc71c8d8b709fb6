"""The pages of the contract rules and of the sabotaged stores, with rules that each breaks."""

from __future__ import annotations

from reclamation_core.tables.rendering import markdown_text
from reclamation_core.testing.contracts import ClockContract, DocumentStoreContract, StoreContract
from reclamation_core.testing.contracts.base import ContractRule, rules_of
from reclamation_core.testing.sabotage import SABOTAGES


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


def _sabotages() -> str:
    lines = ["# The sabotaged stores", ""]
    lines += [
        "Each store is the store in memory with one fault (`reclamation_core.testing.sabotage`). The last column has",
        "rules of the contract that it breaks for certain; the store in memory breaks no rule.",
        "",
        "| store | fault | incident that it stands for | rules broken |",
        "|---|---|---|---|",
    ]
    rules = {rule.name: f"{rule.port}: {markdown_text(rule.wording.en)}" for rule in rules_of(StoreContract)}
    for one in SABOTAGES:
        shown = "<br>".join(rules[name] for name in one.caught_by)
        lines.append(f"| `{one.name}` | {markdown_text(one.fault.en)} | {markdown_text(one.incident.en)} | {shown} |")
    return "\n".join([*lines, ""])


def pages() -> dict[str, str]:
    """Return the two pages."""
    return {"reference/contract-rules.md": _contract_rules(), "reference/sabotaged-stores.md": _sabotages()}
