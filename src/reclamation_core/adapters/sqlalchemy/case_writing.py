"""Writing cases: what is new of each against what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import attrs

from reclamation_core.adapters.sqlalchemy import case_rows as rows
from reclamation_core.adapters.sqlalchemy.case_rows import Base
from reclamation_core.adapters.sqlalchemy.steps import Step
from reclamation_core.adapters.sqlalchemy.tables import CASE_CAUSES, CASE_EVENTS, CASE_SITES, CASE_TEXTS, CASES
from reclamation_core.adapters.sqlalchemy.writing import Writer
from reclamation_core.cases import Case
from reclamation_core.documents import first_link


@attrs.frozen(slots=False)  # keeps what it works out
class CaseChange:
    """A case to be written: as it is stored, None for a new one, and as it is to be."""

    base: Base | None
    case: Case

    @property
    def known(self) -> int:
        """How many of its events are stored."""
        return 0 if self.base is None else self.base.case.version

    @property
    def is_stale(self) -> bool:
        """Whether another fold wrote what it is found by."""
        return self.base is not None and self.base.is_stale

    @cached_property
    def events(self) -> list[rows.Row]:
        """The rows of its new events, chained to those that are stored."""
        last = first_link(self.case.reference) if self.base is None else self.base.link
        return list(rows.event_rows(self.case.events[self.known :], last))

    @property
    def row(self) -> rows.Row:
        """Its row."""
        return rows.case_row(self.case) | {"link": self.events[-1]["link"]}

    def site_keys(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """The sites, each with its part: those to be put in, those to be taken out."""
        before = set() if self.base is None or self.base.is_stale else rows.site_keys(self.base.case)
        after = rows.site_keys(self.case)
        return after - before, before - after

    def cause_keys(self) -> tuple[set[str], set[str]]:
        """The families of causes: those to be put in, those to be taken out."""
        before = set() if self.base is None or self.base.is_stale else rows.cause_keys(self.base.case)
        after = rows.cause_keys(self.case)
        return after - before, before - after

    def digests(self) -> Mapping[str, object]:
        """The texts that are stored, by their digests."""
        return {} if self.base is None else self.base.case.vault.by_digest()


def changes(written: Mapping[str, tuple[int, Case]], bases: Mapping[str, Base]) -> list[CaseChange]:
    """What a unit of work wrote, in the order of the references, so that no two units wait for each other."""
    return [CaseChange(bases.get(reference), written[reference][1]) for reference in sorted(written)]


def steps(writer: Writer, changed: list[CaseChange]) -> Iterator[Step]:
    """What writes cases."""
    new = [change for change in changed if change.base is None]
    old = [change for change in changed if change.base is not None]
    yield from writer.insert(CASES, (change.row for change in new))
    yield from writer.update(CASES, ((change.known, change.row) for change in old))
    yield from writer.insert(CASE_EVENTS, (row for change in changed for row in change.events))
    yield from writer.insert(CASE_TEXTS, _texts(changed))
    yield from writer.delete(CASE_TEXTS, _forgotten(old))
    yield from key_steps(writer, changed)


def key_steps(writer: Writer, changed: list[CaseChange]) -> Iterator[Step]:
    """What writes the sites and families of causes that cases are found by; of another fold, also how texts are."""
    stale = [{"case_reference": change.case.reference} for change in changed if change.is_stale]
    yield from writer.clear(CASE_SITES, stale)
    yield from writer.clear(CASE_CAUSES, stale)
    yield from writer.refold(CASE_TEXTS, _stored_texts(changed))
    sites = [(change.case.reference, *change.site_keys()) for change in changed]
    causes = [(change.case.reference, *change.cause_keys()) for change in changed]
    yield from writer.insert(CASE_SITES, (_site(name, key) for name, new, _ in sites for key in sorted(new)))
    yield from writer.delete(CASE_SITES, (_site(name, key) for name, _, old in sites for key in sorted(old)))
    yield from writer.insert(CASE_CAUSES, (_cause(name, key) for name, new, _ in causes for key in sorted(new)))
    yield from writer.delete(CASE_CAUSES, (_cause(name, key) for name, _, old in causes for key in sorted(old)))


def _site(reference: str, key: tuple[str, str]) -> rows.Row:
    return {"case_reference": reference, "site": key[0], "part": key[1]}


def _cause(reference: str, family: str) -> rows.Row:
    return {"case_reference": reference, "family": family}


def _texts(changed: list[CaseChange]) -> Iterator[rows.Row]:
    for change in changed:
        yield from rows.text_rows(change.case, change.known, change.digests())


def _stored_texts(changed: list[CaseChange]) -> Iterator[rows.Row]:
    """The texts that are stored of the cases that another fold wrote."""
    for change in changed:
        if change.base is not None and change.base.is_stale:
            yield from rows.text_rows(change.base.case, 0, ())


def _forgotten(changed: list[CaseChange]) -> Iterator[rows.Row]:
    for change in changed:
        left = change.case.vault.by_digest()
        for digest in change.digests():
            if digest not in left:
                yield {"case_reference": change.case.reference, "digest": digest}
