"""What the desk refuses before any case is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs

from reclamation_core.errors import WordedError
from reclamation_core.wording import Wording


@attrs.define(eq=False)
class OutsideScopeError(WordedError, PermissionError):
    """A site, or a region, is outside the scope of the desk.

    Args:
        site: the site, or the name of the region.
        sites: the sites of the scope.
        is_region: whether it is a region, whose plan is outside also where its sites are within.
    """

    site: str
    sites: tuple[str, ...]
    is_region: bool = False

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        seen = ", ".join(self.sites)
        if self.is_region:
            return Wording(
                f"la région {self.site!r} est hors du périmètre de ce bureau, {seen} ; prenez un bureau de la région",
                f"region {self.site!r} is outside this desk's scope, {seen}; use a desk of that region",
            )
        return Wording(
            f"le site {self.site!r} est hors du périmètre de ce bureau, {seen} ; prenez un bureau de ce site",
            f"site {self.site!r} is outside this desk's scope, {seen}; use a desk of that site",
        )


@attrs.define(eq=False)
class ClockError(WordedError, ValueError):
    """A clock is wrong, this desk's or the one that dated an act of a case; nothing was done to the case.

    Args:
        reference: the case.
        dated: the date of its latest act, more than a day after the clock; or when its last event was recorded, more
            than twenty years before it.
        now: the instant that the clock tells; aware.
    """

    reference: str
    dated: datetime
    now: datetime

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        dated, now = (
            f"{self.dated.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            f"{self.now.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        )
        if self.dated > self.now:
            return Wording(
                f"le dossier {self.reference} a un acte daté du {dated}, et l'horloge donne {now} ; réglez-la si elle "
                "retarde, sinon rectifiez la date de l'acte (correct_date)",
                f"case {self.reference} has an act dated {dated}, and the clock tells {now}; set the clock if it is "
                "slow, else correct the date of the act (correct_date)",
            )
        return Wording(
            f"le dernier événement du dossier {self.reference} est du {dated}, et l'horloge donne {now} ; réglez-la si "
            "elle avance, sinon donnez la date de l'acte (occurred_at)",
            f"the last event of case {self.reference} is of {dated}, and the clock tells {now}; set the clock if it is "
            "fast, else give the date of the act (occurred_at)",
        )


@attrs.define(eq=False)
class WholeStoreError(WordedError, PermissionError):
    """What looks at a whole store was asked of a desk that sees a part of it.

    Args:
        asked: what was asked.
        sites: the sites of the scope.
    """

    asked: str
    sites: tuple[str, ...]

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        seen = ", ".join(self.sites)
        return Wording(
            f"{self.asked} regarde tout, celui-ci ne voit que ceux de {seen} ; prenez un bureau sans périmètre",
            f"{self.asked} looks at every case, and this desk sees those of {seen} only; ask one without a scope",
        )


@attrs.define(eq=False)
class ForeignSourceError(WordedError, PermissionError):
    """A message is registered already, as a case outside the desk's scope; nothing is said of that case.

    Args:
        source: what identifies the message.
    """

    source: str

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"le message {self.source!r} est déjà enregistré, hors de ce périmètre ; prenez un bureau qui le voit",
            f"the message {self.source!r} is registered already, outside this desk's scope; use a desk that sees it",
        )


@attrs.define(eq=False)
class CircularLinkError(WordedError, ValueError):
    """A case would be the duplicate of itself, by one link or by several: then nobody would answer.

    Args:
        reference: the case.
        to: the case that it was to be linked to.
    """

    reference: str
    to: str

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"le dossier {self.reference!r} ne peut être lié à {self.to!r}, qui y ramène ; nommez un autre dossier",
            f"case {self.reference!r} cannot be linked to {self.to!r}, which leads back to it; name another case",
        )
