"""The journal: the stories of cases as they were written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from reclamation_core.cases.journal import WrittenStory
from reclamation_core.ports.bounds import require_progress


class Journal(ABC):
    """Every committed story, as it was written: the text of each event and its link, whether or not they hold together.

    Nothing is decoded, lifted or mended on the way: what was tampered with comes as it is.
    """

    @abstractmethod
    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenStory, ...]:
        """The stories of the cases whose references come after one, at most so many, in their order by code point.

        Each is of one moment. Empty where there are no more. Of a case that has events and is no more itself, the
        version is 0.

        Raises:
            ValueError: the limit is less than 1.
        """

    def stories(self) -> Iterator[WrittenStory]:
        """Yield every story, page by page.

        Raises:
            RuntimeError: a page does not come after the one before; the store breaks its contract.
        """
        after: str | None = None
        while page := self.read(after):
            require_progress(page[-1].case, after, "journal")
            after = page[-1].case
            yield from page
