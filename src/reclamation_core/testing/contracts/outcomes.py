"""What came of each promise, store by store: a value, for readers and as a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from reclamation_core.codes import OrderedEnum
from reclamation_core.tables.rendering import markdown_text
from reclamation_core.testing.contracts.promises import Promise, lacking_words
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
