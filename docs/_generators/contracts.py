"""The pages of the contract rules and of the rules that each sabotaged store breaks."""

from __future__ import annotations

from collections.abc import Mapping

from reclamation_core.tables.rendering import markdown_text
from reclamation_core.testing.contracts import ClockContract, DocumentStoreContract, StoreContract
from reclamation_core.testing.contracts.base import ContractRule, rules_of
from reclamation_core.testing.sabotage import Sabotage
from reclamation_core.testing.sabotage.catalogue import broken_rules


def _row(rule: ContractRule) -> str:
    needs = "" if rule.needs is None else rule.needs.label("en")
    return f"| {markdown_text(rule.wording.en)} | {markdown_text(rule.wording.fr)} | {rule.source or ''} | {needs} |"


def _contract_rules() -> str:
    rules = [*rules_of(StoreContract), *rules_of(ClockContract), *rules_of(DocumentStoreContract)]
    lines = ["# The contract rules of the ports", ""]
    lines += [
        "Each rule is a test of the [contracts](testing.md); its source is a clause of M2-1 or an interpretation.",
    ]
    for port in dict.fromkeys(rule.port for rule in rules):
        lines += ["", f"## {port}", "", "| rule | règle | source | needs |", "|---|---|---|---|"]
        lines += [_row(rule) for rule in rules if rule.port == port]
    return "\n".join([*lines, ""])


def sabotage_table(broken: Mapping[Sabotage, tuple[ContractRule, ...]]) -> str:
    """Return a Markdown table of sabotaged stores, their faults and the rules that they break."""
    lines = ["| store | fault | incident that it stands for | rules broken |", "|---|---|---|---|"]
    for one, rules in broken.items():
        shown = "<br>".join(f"{rule.port}: {markdown_text(rule.wording.en)}" for rule in rules) or "–"
        lines.append(f"| `{one.name}` | {markdown_text(one.fault.en)} | {markdown_text(one.incident.en)} | {shown} |")
    return "\n".join([*lines, ""])


def _sabotages() -> str:
    lines = ["# The sabotaged stores", ""]
    lines += [
        "Each store is the store in memory with one fault (`reclamation_core.testing.sabotage`). The last column",
        "is the result of running every contract on it when this page was made; the store in memory breaks no rule.",
        "",
    ]
    return "\n".join([*lines, sabotage_table(broken_rules())])


def pages() -> dict[str, str]:
    """Return the two pages."""
    return {"reference/contract-rules.md": _contract_rules(), "reference/sabotaged-stores.md": _sabotages()}
