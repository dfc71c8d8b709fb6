"""Run contracts and report which rules each store satisfies."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Generator, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

import attrs
import pytest

from reclamation_core.codes import OrderedEnum
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.rendering import markdown_text
from reclamation_core.testing.contracts.base import (
    Capability,
    ContractRule,
    PortContract,
    rule_of,
    rules_of,
    unsupported_prefix,
)
from reclamation_core.wording import Lang, Wording


class Outcome(OrderedEnum):
    """The outcome of a contract rule (issue), in the order of gravity."""

    SATISFIED = "satisfied", "tenue", "satisfied"
    UNSUPPORTED = "unsupported", "absente", "unsupported"
    BROKEN = "broken", "rompue", "broken"


@attrs.frozen(kw_only=True)
class Result(SharedRepr):
    """The result of a rule for a store.

    Attributes:
        store: the test class that binds the store.
        rule: the rule.
        outcome: the gravest outcome of the rule's tests.
        reason: the reason of an unsupported rule, or the failure of a broken one; else None.
    """

    store: str
    rule: ContractRule
    outcome: Outcome
    reason: str | None = None

    def outcome_and_reason(self, lang: Lang) -> tuple[str, str | None]:
        """Return the outcome, with the capability that is missing, and the reason."""
        label, reason = self.outcome.label(lang), self.reason or ""
        needs = next((one for one in Capability if reason.startswith(unsupported_prefix(one))), None)
        if needs is None:
            return label, self.reason
        return f"{label}, {_MISSING.in_(lang)} {needs.label(lang)}", reason.removeprefix(unsupported_prefix(needs))


_TITLE: Final = Wording("Conformité", "Conformance")
_COLON: Final[dict[Lang, str]] = {"fr": " : ", "en": ": "}
_RULES_SATISFIED: Final = Wording("règles tenues", "rules satisfied")
_MISSING: Final = Wording("faute de pouvoir", "for want of")
_HEADS: Final = Wording("port | règle | source | issue | pourquoi", "port | rule | source | outcome | why")


@attrs.frozen
class ContractReport(SharedRepr):
    """The results of the contract rules (rapport de conformité).

    Attributes:
        results: one for each store and rule, in the order of the run.
    """

    results: tuple[Result, ...]

    @classmethod
    def of(cls, results: Iterable[Result]) -> ContractReport:
        """Return the report of results; of several results of one rule, the gravest counts."""
        worst: dict[tuple[str, ContractRule], Result] = {}
        for result in results:
            key = result.store, result.rule
            if key not in worst or result.outcome > worst[key].outcome:
                worst[key] = result
        return cls(tuple(worst.values()))

    @property
    def stores(self) -> tuple[str, ...]:
        """The stores, in the order of the run."""
        return tuple(dict.fromkeys(result.store for result in self.results))

    def of_store(self, store: str) -> ContractReport:
        """Return the report of one store."""
        return ContractReport(tuple(result for result in self.results if result.store == store))

    def with_outcome(self, outcome: Outcome) -> tuple[Result, ...]:
        """Return the results with an outcome."""
        return tuple(result for result in self.results if result.outcome is outcome)

    def lines(self, lang: Lang = "fr") -> Iterator[str]:
        """Yield the lines for a terminal: the number of satisfied rules of each store and port, and the other rules."""
        for store in self.stores:
            yield store
            yield from _port_lines(self.of_store(store).results, lang)

    def markdown(self, lang: Lang = "fr") -> str:
        """Return the report as Markdown: a table for each store."""
        lines = [f"# {_TITLE.in_(lang)}"]
        for store in self.stores:
            lines += ["", f"## {store}", "", f"| {_HEADS.in_(lang)} |", "|---|---|---|---|---|"]
            for result in self.of_store(store).results:
                rule = result.rule
                cells = (rule.port, rule.wording.in_(lang), rule.source, *result.outcome_and_reason(lang))
                lines.append(f"| {' | '.join(markdown_text(cell or '') for cell in cells)} |")
        return "\n".join([*lines, ""])

    def to_document(self) -> dict[str, Any]:
        """Return the report as plain data."""
        stores = [
            {
                "store": store,
                "results": [
                    {**_rule_document(result.rule), "outcome": result.outcome.value, "reason": result.reason}
                    for result in self.of_store(store).results
                ],
            }
            for store in self.stores
        ]
        return {"type": "contract_report", "version": 1, "stores": stores}


def _port_lines(of_store: tuple[Result, ...], lang: Lang) -> Iterator[str]:
    for port in dict.fromkeys(result.rule.port for result in of_store):
        results = [result for result in of_store if result.rule.port == port]
        failed = [result for result in results if result.outcome is not Outcome.SATISFIED]
        satisfied = len(results) - len(failed)
        yield f"  {port:<17} {satisfied:>3}/{len(results):<3} {_RULES_SATISFIED.in_(lang)}"
        for result in failed:
            outcome, reason = result.outcome_and_reason(lang)
            source = "" if result.rule.source is None else f" ({result.rule.source})"
            parts = [outcome, f"{result.rule.wording.in_(lang)}{source}", *([] if reason is None else [reason])]
            yield f"      {_COLON[lang].join(parts)}"


def _rule_document(rule: ContractRule) -> dict[str, Any]:
    return {
        "port": rule.port,
        "rule": rule.name,
        "wording": attrs.asdict(rule.wording),
        "source": rule.source,
        "needs": None if rule.needs is None else rule.needs.value,
    }


def _read_rule(document: dict[str, Any]) -> ContractRule:
    needs = document["needs"]
    return ContractRule(
        port=document["port"],
        name=document["rule"],
        wording=Wording(**document["wording"]),
        source=document["source"],
        needs=None if needs is None else Capability.parse(needs),
    )


_WITHOUT: Final = ("cacheprovider", "doctest", "terminal", "unraisableexception")
_ALONE: Final = ("--disable-plugin-autoload", *(f"-pno:{plugin}" for plugin in _WITHOUT))


class _ContractCollector:
    """A pytest plugin that collects contracts in place of a test file."""

    def __init__(self, contracts: Iterable[type[PortContract]], rules: Collection[str]) -> None:
        self._rules = rules
        self._module = ModuleType("test_bound")
        vars(self._module).update({f"Test{number}": contract for number, contract in enumerate(contracts)})

    def pytest_configure(self, config: pytest.Config) -> None:
        """Report one line of a failure."""
        config.option.tbstyle = "native"

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Module:
        """Collect the contracts for any file."""
        module: Any = pytest.Module.from_parent(parent, path=file_path)
        module.obj = self._module
        return module  # type: ignore[no-any-return]

    def pytest_pycollect_makeitem(self, name: str) -> list[pytest.Item] | None:
        """Leave out the other rules."""
        is_other = name.startswith("test_") and name.removeprefix("test_") not in self._rules
        return [] if self._rules and is_other else None


def run_contracts(*contracts: type[PortContract], rules: Collection[str] = ()) -> ContractReport:
    """Run contracts, each a class that defines its fixture, and return the results.

    pytest runs them in this process, with its own plugins alone and no configuration file.

    Args:
        contracts: the classes.
        rules: the names of the rules to check; all by default.

    Raises:
        TypeError: an argument is not a class of contracts.
        ValueError: there is no contract, or no contract has a rule of that name.
        RuntimeError: pytest could not run the contracts to the end.
    """
    if not contracts:
        raise ValueError("contracts: at least one is required; give a subclass of StoreContract")
    checked: tuple[object, ...] = contracts
    for contract in checked:
        if not isinstance(contract, type) or not issubclass(contract, PortContract):
            raise TypeError(f"contracts: a subclass of StoreContract or of a port's is expected, got {contract!r}")
    known = {rule.name for contract in contracts for rule in rules_of(contract)}
    if unknown := sorted(set(rules) - known):
        raise ValueError(f"rules: no contract has {', '.join(map(repr, unknown))}; see rules_of")
    reporter = ContractReporter()
    with TemporaryDirectory() as folder, patch.dict(os.environ):
        os.environ.pop("PYTEST_ADDOPTS", None)
        places = (f"--rootdir={folder}", f"--basetemp={folder}/tests", "-c", os.devnull, "--capture=no")
        code = pytest.main([__file__, *places, *_ALONE], plugins=[_ContractCollector(contracts, rules), reporter])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"contracts: pytest ended with {code!r}; run them from a test file to see why")
    return reporter.report


_USER_PROPERTY: Final = "reclamation_rule"
_OUTCOMES: Final = {"passed": Outcome.SATISFIED, "skipped": Outcome.UNSUPPORTED, "failed": Outcome.BROKEN}
_HEADING: Final = Wording("conformité des entrepôts", "conformance of the stores")
_NOTHING: Final = Wording("aucune règle d'entrepôt n'a été essayée", "no rule of a store was checked")


class ContractReporter:
    """A pytest plugin that collects the results of contract rules and reports them at the end.

    Args:
        lang: the language of the terminal's report; None for no report.
        file: the JSON file of the report, or None.
    """

    def __init__(self, lang: Lang | None = "fr", file: Path | None = None) -> None:
        self._lang = lang
        self._file = file
        self._results: list[Result] = []

    @property
    def report(self) -> ContractReport:
        """The results until now."""
        return ContractReport.of(self._results)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Attach the rule to the report of its test; pytest-xdist sends reports from workers to the controller."""
        made = yield
        if isinstance(item, pytest.Function) and item.cls is not None:
            rule = rule_of(item.cls, item.originalname)
            if rule is not None:
                noted = json.dumps({"store": item.cls.__name__, **_rule_document(rule)})
                made.user_properties.append((_USER_PROPERTY, noted))
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the result of a test once: its call, or the set-up or tear-down that failed."""
        noted = dict(report.user_properties).get(_USER_PROPERTY)
        if noted is not None and (report.when == "call" or report.outcome != "passed"):
            document = json.loads(str(noted))
            result = Result(
                store=document["store"],
                rule=_read_rule(document),
                outcome=_OUTCOMES[report.outcome],
                reason=_reason(report),
            )
            self._results.append(result)

    def pytest_report_teststatus(self, report: pytest.TestReport | pytest.CollectReport) -> tuple[str, str, str] | None:
        """Show an unsupported rule as neither passed nor skipped; the report of a collection has no rule."""
        is_of_test = isinstance(report, pytest.TestReport)
        if is_of_test and report.outcome == "skipped" and _USER_PROPERTY in dict(report.user_properties):
            return "unsupported", "u", "UNSUPPORTED"
        return None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the report."""
        if self._lang is not None:
            terminalreporter.section(_HEADING.in_(self._lang))
            for line in list(self.report.lines(self._lang)) or [_NOTHING.in_(self._lang)]:
                terminalreporter.write_line(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report, except in a worker."""
        if self._file is not None and not hasattr(session.config, "workerinput"):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self.report.to_document(), ensure_ascii=False, indent=2)
            self._file.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _reason(report: pytest.TestReport) -> str | None:
    """Return the reason of an unsupported rule, or the first line of a failure."""
    if report.outcome == "passed":
        return None
    if report.outcome == "skipped":
        skipped = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        return str(getattr(report, "wasxfail", skipped)).removeprefix("reason: ").removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    message = str(report.longrepr if crash is None else crash.message)
    return message.strip().partition("\n")[0]
