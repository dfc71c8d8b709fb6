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
from reclamation_core.tables.rendering import markdown_text
from reclamation_core.testing.contracts.base import (
    Capability,
    PortContract,
    Promise,
    lacking_words,
    promise_of,
    promises_of,
)
from reclamation_core.wording import Lang, Wording


class Outcome(OrderedEnum):
    """What came of a promise (issue); of several tests of it, the greatest."""

    KEPT = "kept", "tenue", "kept"
    LACKING = "lacking", "absente", "lacking"
    BROKEN = "broken", "rompue", "broken"


@attrs.frozen(kw_only=True)
class Result:
    """What came of one promise.

    Attributes:
        store: the test class that binds the store.
        promise: the promise.
        outcome: what came of it.
        reason: why it is lacking, or how it is broken; None where it is kept.
    """

    store: str
    promise: Promise
    outcome: Outcome
    reason: str | None = None


_TITLE: Final = Wording("Conformité", "Conformance")
_COLON: Final[dict[Lang, str]] = {"fr": " : ", "en": ": "}
_OF_PROMISES: Final = Wording("promesses tenues", "promises kept")
_FOR_WANT: Final = Wording("faute de pouvoir", "for want of")


@attrs.frozen
class ConformanceReport:
    """What came of the promises of the ports (rapport de conformité).

    Attributes:
        results: one for each store and promise, in the order in which they were met.
    """

    results: tuple[Result, ...]

    @classmethod
    def of(cls, results: Iterable[Result]) -> ConformanceReport:
        """The report of results of which a promise may have several, one for each of its tests' parameters."""
        worst: dict[tuple[str, Promise], Result] = {}
        for result in results:
            key = result.store, result.promise
            if key not in worst or result.outcome > worst[key].outcome:
                worst[key] = result
        return cls(tuple(worst.values()))

    @property
    def stores(self) -> tuple[str, ...]:
        """The stores, in the order in which they were met."""
        return tuple(dict.fromkeys(result.store for result in self.results))

    def of_store(self, store: str) -> ConformanceReport:
        """What came of the promises of one store."""
        return ConformanceReport(tuple(result for result in self.results if result.store == store))

    def with_outcome(self, outcome: Outcome) -> tuple[Result, ...]:
        """The results with an outcome."""
        return tuple(result for result in self.results if result.outcome is outcome)

    def lines(self, lang: Lang = "fr") -> Iterator[str]:
        """The report for a terminal: for each store and port how many promises are kept, and those that are not."""
        for store in self.stores:
            yield store
            yield from _of_ports(self.of_store(store), lang)

    def markdown(self, lang: Lang = "fr") -> str:
        """The report as Markdown: a table for each store."""
        lines = [f"# {_TITLE.in_(lang)}"]
        heads = Wording("port | promesse | source | issue | pourquoi", "port | promise | source | outcome | why")
        for store in self.stores:
            lines += ["", f"## {store}", "", f"| {heads.in_(lang)} |", "|---|---|---|---|---|"]
            lines += [f"| {' | '.join(_cells(result, lang))} |" for result in self.of_store(store).results]
        return "\n".join([*lines, ""])

    def to_document(self) -> dict[str, Any]:
        """The report as plain data."""
        stores = [
            {"store": store, "results": [_document(result) for result in self.of_store(store).results]}
            for store in self.stores
        ]
        return {"type": "conformance_report", "version": 1, "stores": stores}


def _of_ports(report: ConformanceReport, lang: Lang) -> Iterator[str]:
    for port in dict.fromkeys(result.promise.port for result in report.results):
        results = [result for result in report.results if result.promise.port == port]
        kept = sum(result.outcome is Outcome.KEPT for result in results)
        yield f"  {port:<17} {kept:>3}/{len(results):<3} {_OF_PROMISES.in_(lang)}"
        for result in results:
            if result.outcome is not Outcome.KEPT:
                yield f"      {_COLON[lang].join(_words(result, lang))}"


def _words(result: Result, lang: Lang) -> Iterator[str]:
    promise = result.promise
    outcome, reason = _outcome(result, lang)
    yield outcome
    yield promise.wording.in_(lang) if promise.source is None else f"{promise.wording.in_(lang)} ({promise.source})"
    if reason is not None:
        yield reason


def _outcome(result: Result, lang: Lang) -> tuple[str, str | None]:
    """What came of a promise, with what the store says it does without; and why."""
    told, reason, needs = result.outcome.label(lang), result.reason, result.promise.needs
    if reason is None or needs is None or not reason.startswith(lacking_words(needs)):
        return told, reason
    return f"{told}, {_FOR_WANT.in_(lang)} {needs.label(lang)}", reason.removeprefix(lacking_words(needs))


def _cells(result: Result, lang: Lang) -> list[str]:
    promise = result.promise
    words = promise.port, promise.wording.in_(lang), promise.source, *_outcome(result, lang)
    return [markdown_text(word or "") for word in words]


def _document(result: Result) -> dict[str, Any]:
    promise = result.promise
    return {
        "port": promise.port,
        "promise": promise.name,
        "wording": {"fr": promise.wording.fr, "en": promise.wording.en},
        "source": promise.source,
        "needs": None if promise.needs is None else promise.needs.value,
        "outcome": result.outcome.value,
        "reason": result.reason,
    }


_WITHOUT: Final = ("cacheprovider", "doctest", "terminal", "unraisableexception")
_ALONE: Final = ("--disable-plugin-autoload", *(f"-pno:{plugin}" for plugin in _WITHOUT))
_DONE: Final = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


class _Bound:
    """A pytest plugin: what is collected are contracts, in the place of a file of tests."""

    def __init__(self, contracts: Iterable[type[PortContract]], promises: Collection[str]) -> None:
        self._promises = promises
        self._module = ModuleType("test_bound")
        vars(self._module).update({f"Test{number}": contract for number, contract in enumerate(contracts)})

    def pytest_configure(self, config: pytest.Config) -> None:
        """Of what goes wrong one line is told."""
        config.option.tbstyle = "native"

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Module:
        """The contracts, whatever the file."""
        module: Any = pytest.Module.from_parent(parent, path=file_path)
        module.obj = self._module
        return module  # type: ignore[no-any-return]

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        """Leave out the promises that are not asked for."""
        if self._promises:
            items[:] = [item for item in items if item.originalname.removeprefix("test_") in self._promises]


def conformance(*contracts: type[PortContract], promises: Collection[str] = ()) -> ConformanceReport:
    """What comes of the promises of contracts, each a class that gives its fixture.

    They are run by pytest in this process, with its own plugins alone and no configuration file.

    Args:
        contracts: the classes.
        promises: the names of those that are wanted; all by default.

    Raises:
        TypeError: one is no class of contracts.
        ValueError: no contract is given, or none has a promise of such a name.
        RuntimeError: they could not be run to the end.
    """
    if not contracts:
        raise ValueError("contracts: none is given; give a subclass of StoreContract")
    given: tuple[object, ...] = contracts
    for contract in given:
        if not isinstance(contract, type) or not issubclass(contract, PortContract):
            raise TypeError(f"contracts: a subclass of StoreContract or of a port's is expected, got {contract!r}")
    known = {held.name for contract in contracts for held in promises_of(contract)}
    if unknown := sorted(set(promises) - known):
        raise ValueError(f"promises: {', '.join(map(repr, unknown))} is none of these contracts'; see promises_of")
    reporter = ConformanceReporter(lang=None)
    with TemporaryDirectory() as folder, patch.dict(os.environ):
        os.environ.pop("PYTEST_ADDOPTS", None)
        places = (f"--rootdir={folder}", f"--basetemp={folder}/tests", "-c", os.devnull, "--capture=no")
        ended = pytest.main([__file__, *places, *_ALONE], plugins=[_Bound(contracts, promises), reporter])
    if ended not in _DONE:
        raise RuntimeError(f"contracts: pytest ended with {ended!r}; run them from a file of tests to see why")
    return reporter.report


_PROPERTY: Final = "reclamation_promise"
_OUTCOMES: Final = {"passed": Outcome.KEPT, "skipped": Outcome.LACKING, "failed": Outcome.BROKEN}
_HEADING: Final = Wording("conformité des entrepôts", "conformance of the stores")
_NOTHING: Final = Wording("aucune promesse d'entrepôt n'a été essayée", "no promise of a store was tried")


class ConformanceReporter:
    """A pytest plugin: notes what comes of each promise, and tells it at the end.

    Args:
        lang: the language of the terminal's report; None where none is wanted.
        file: where the report is written as JSON; None where it is not.
    """

    def __init__(self, lang: Lang | None = "fr", file: Path | None = None) -> None:
        self._lang = lang
        self._file = file
        self._results: list[Result] = []

    @property
    def report(self) -> ConformanceReport:
        """What came of the promises until now."""
        return ConformanceReport.of(self._results)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note the promise in the report of its test, which goes from a worker to the process that tells."""
        made = yield
        if isinstance(item, pytest.Function) and item.cls is not None:
            held = promise_of(item.cls, item.originalname)
            if held is not None:
                made.user_properties.append((_PROPERTY, _noted(item.cls.__name__, held)))
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what came of a test, once: at its call, or earlier or later where that went wrong."""
        noted = dict(report.user_properties).get(_PROPERTY)
        if noted is not None and (report.when == "call" or report.outcome != "passed"):
            self._results.append(_result(json.loads(str(noted)), report))

    def pytest_report_teststatus(self, report: pytest.TestReport | pytest.CollectReport) -> tuple[str, str, str] | None:
        """A promise that a store does not make is neither passed nor skipped; what was collected holds none."""
        if report.outcome == "skipped" and _PROPERTY in dict(getattr(report, "user_properties", ())):
            return "lacking", "l", "LACKING"
        return None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the report."""
        if self._lang is not None:
            terminalreporter.section(_HEADING.in_(self._lang))
            for line in list(self.report.lines(self._lang)) or [_NOTHING.in_(self._lang)]:
                terminalreporter.write_line(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report, unless this is a worker."""
        if self._file is not None and not hasattr(session.config, "workerinput"):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self.report.to_document(), ensure_ascii=False, indent=2)
            self._file.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _noted(store: str, held: Promise) -> str:
    told = {"store": store, "port": held.port, "name": held.name, "fr": held.wording.fr, "en": held.wording.en}
    return json.dumps({**told, "source": held.source, "needs": held.needs})


def _result(noted: dict[str, Any], report: pytest.TestReport) -> Result:
    needs = noted["needs"]
    held = Promise(
        port=noted["port"],
        name=noted["name"],
        wording=Wording(noted["fr"], noted["en"]),
        source=noted["source"],
        needs=None if needs is None else Capability.parse(needs),
    )
    outcome = _OUTCOMES[report.outcome]
    return Result(store=noted["store"], promise=held, outcome=outcome, reason=_reason(report))


def _reason(report: pytest.TestReport) -> str | None:
    """Why a promise is lacking; of what went wrong the first line."""
    if report.outcome == "passed":
        return None
    if report.outcome == "skipped":
        skipped = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        return str(getattr(report, "wasxfail", skipped)).removeprefix("reason: ").removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    message = str(getattr(crash, "message", report.longrepr))
    return message.strip().partition("\n")[0]
