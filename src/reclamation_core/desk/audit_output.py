"""What an audit file is made of: the events of a case or a period, sound chains, and a new folder or archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case
from reclamation_core.cases.journal import WrittenEventStream, examine
from reclamation_core.documents.atomic_files import atomic_file, errors_name
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.plans import Pgaac, PlanScope, RecordedPlanEvent
from reclamation_core.plans.events import PlanPublished
from reclamation_core.ports import StoreDamagedError
from reclamation_core.reporting.verifier import Content, packed
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import require_order
from reclamation_core.wording import Wording

_NEW_FOLDER: Final = Wording(
    "un dossier nouveau ou vide est attendu ; indiquez un autre nom",
    "a new or empty folder is expected; give another name",
)
MOST_FILES: Final = 65_535
"""The most files of an archive."""
_LARGEST_ARCHIVE: Final = 0xFFFFFFFF
_ROOM: Final = 2_000
"""More than the bytes of a file's name and headers in an archive."""
_TOO_LARGE: Final = Wording(
    f"{MOST_FILES} fichiers et 4 Go au plus sont attendus dans une archive ; indiquez un dossier, ou une période plus "
    "courte",
    f"at most {MOST_FILES} files and 4 GB are expected in an archive; give a folder, or a shorter period",
)


@attrs.frozen
class Period(SharedRepr):
    """A period of days, both included; open where a day is None.

    Raises:
        FaultsError: it ends before it begins.
    """

    first: date | None = None
    last: date | None = None

    def __attrs_post_init__(self) -> None:
        require_order(self.first, received_until=self.last)

    def holds(self, day_: date) -> bool:
        """Return True if a day is of the period."""
        return (self.first is None or self.first <= day_) and (self.last is None or day_ <= self.last)

    def __str__(self) -> str:
        return "/".join("" if one is None else one.isoformat() for one in (self.first, self.last))


def plan_subject(scope: PlanScope, number: int | None) -> str:
    """Return the subject of the exports of a plan: its key, and the number of the publication."""
    return scope.key if number is None else f"{scope.key} {number}"


def plan_of_subject(subject: str) -> str:
    """Return the key of the plan of such a subject."""
    return re.sub(r" \d+$", "", subject)


def of_case(plan: Pgaac, case: Case) -> list[RecordedPlanEvent]:
    """Return the events of a plan about the actions of a case, and the publications that have one of these actions."""
    names = {line.action for line in case.actions if line.scope == plan.scope}
    with_lines = {
        one.number for one in plan.published_plans if any(line.reference in case.actions for line in one.lines)
    }
    return [
        event
        for event in plan.events
        if event.subject in names or (isinstance(event.data, PlanPublished) and event.data.number in with_lines)
    ]


def of_period(plan: Pgaac, period: Period) -> list[RecordedPlanEvent]:
    """Return the events of a plan that happened in a period, by the days of metropolitan France."""
    zone = BusinessCalendar.france().zone
    return [event for event in plan.events if period.holds(event.occurred_at.astimezone(zone).date())]


def sound(stream: WrittenEventStream | None, holder: str, version: int) -> WrittenEventStream:
    """Return the first events of a stream, as many as the version of its holder.

    Raises:
        StoreDamagedError: an event is missing, or its chain is broken.
    """
    entries = () if stream is None else stream.entries[:version]
    cut = WrittenEventStream(holder, version, entries)
    for anomaly in examine([cut]):
        fr, en = (
            f"événement {anomaly.number} : {anomaly.kind.label()}",
            f"event {anomaly.number}: {anomaly.kind.label('en')}",
        )
        raise StoreDamagedError.of(holder, Wording(fr, en), holder)
    return cut


def _within_archive(files: Iterable[tuple[str, Content]]) -> Iterator[tuple[str, Content]]:
    """Yield files, as many as an archive holds, whose format numbers files with 16 bits and bytes with 32.

    Raises:
        FaultsError: there are more of them.
    """
    size = 0
    for count, (name, content) in enumerate(files, 1):
        size += content.size + _ROOM
        if count > MOST_FILES or size > _LARGEST_ARCHIVE:
            raise FaultsError([Fault("output", name, _TOO_LARGE)])
        yield name, content


@contextmanager
def new_output(output: Path, files: Iterable[tuple[str, Content]]) -> Iterator[None]:
    """Write the files of an audit file to a folder or an archive, which appears whole once the block ends, or not."""
    if output.suffix.casefold() == ".zip":
        with atomic_file(output) as stream:
            for part in packed(_within_archive(files)):
                stream.write(part)
            yield
        return
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise FaultsError([Fault("output", str(output), _NEW_FOLDER)])
    target = output.absolute()
    temporary = target.with_name(f".{target.name}.{token_hex(4)}.part")
    try:
        for name, content in files:
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with errors_name(output), path.open("wb") as stream:
                stream.writelines(content.parts())
        yield
        if target.exists():
            target.rmdir()
        temporary.rename(target)
    finally:
        rmtree(temporary, ignore_errors=True)
