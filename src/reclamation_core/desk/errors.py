"""Errors of the desk: scope, clock, repeated messages and circular links."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs

from reclamation_core.errors import ErrorKind, WordedError
from reclamation_core.wording import Wording


@attrs.define(eq=False)
class OutsideScopeError(WordedError, PermissionError):
    """A site, or a region, is outside the scope of the desk.

    Args:
        site: the site, or the name of the region.
        sites: the sites of the scope.
        is_region: True for a region; its plan may be outside the scope although its sites are inside.
    """

    code = "outside_scope"
    kind = ErrorKind.FORBIDDEN
    argument = "site"

    site: str
    sites: tuple[str, ...]
    is_region: bool = False

    @property
    def wording(self) -> Wording:
        """The error and its remedy, in both languages."""
        seen = ", ".join(self.sites)
        if self.is_region:
            return Wording(
                f"votre accès est limité à {seen} ; demandez un accès à la région « {self.site} »",
                f"region '{self.site}' is outside this desk's scope, {seen}; use a desk of that region",
            )
        return Wording(
            f"votre accès est limité à {seen} ; demandez un accès au centre « {self.site} »",
            f"site '{self.site}' is outside this desk's scope, {seen}; use a desk of that site",
        )


@attrs.define(eq=False)
class ClockError(WordedError, ValueError):
    """The clock of this desk, or the clock that dated an event of the case, is wrong; the case is unchanged.

    Args:
        reference: the case.
        dated: the date of the latest event, more than a day after the clock; or the recording of the last event, more
            than twenty years before the clock.
        now: the current time of the clock; aware.
    """

    code = "wrong_clock"
    kind = ErrorKind.CONFLICT

    reference: str
    dated: datetime
    now: datetime

    @property
    def wording(self) -> Wording:
        """The error and its remedy, in both languages."""
        dated, now = (
            f"{self.dated.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            f"{self.now.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        )
        if self.dated > self.now:
            return Wording(
                f"le dossier {self.reference} a un acte daté du {dated}, et l'horloge donne {now} ; réglez-la si elle "
                "retarde, sinon rectifiez la date de l'acte",
                f"case {self.reference} has an event dated {dated}, and the clock shows {now}; set the clock if it is "
                "slow, else correct the date of the event",
            )
        return Wording(
            f"le dernier événement du dossier {self.reference} est du {dated}, et l'horloge donne {now} ; réglez-la si "
            "elle avance, sinon indiquez la date de l'acte",
            f"the last event of case {self.reference} is of {dated}, and the clock shows {now}; set the clock if it is "
            "fast, else enter the date of the event",
        )


@attrs.define(eq=False)
class WholeStoreError(WordedError, PermissionError):
    """An operation on the whole store was called on a desk with a scope.

    Args:
        operation: the name of the operation.
        sites: the sites of the scope.
    """

    code = "whole_store_only"
    kind = ErrorKind.FORBIDDEN

    operation: str
    sites: tuple[str, ...]

    @property
    def wording(self) -> Wording:
        """The error and its remedy, in both languages."""
        seen = ", ".join(self.sites)
        return Wording(
            f"{self.operation} porte sur toute la base, et votre accès est limité à {seen} ; demandez un accès complet",
            f"{self.operation} reads every case, and this desk sees those of {seen} only; use a desk without a scope",
        )


@attrs.define(eq=False)
class ForeignSourceError(WordedError, PermissionError):
    """A message is registered already, as a case outside the desk's scope; the error does not name that case.

    Args:
        source: the identifier of the message.
    """

    code = "foreign_source"
    kind = ErrorKind.FORBIDDEN
    argument = "source"

    source: str

    @property
    def wording(self) -> Wording:
        """The error and its remedy, in both languages."""
        return Wording(
            f"le message « {self.source} » est déjà enregistré par un autre centre ; rapprochez-vous du RQR",
            f"the message '{self.source}' is registered already, outside this desk's scope; use a desk that sees it",
        )


@attrs.define(eq=False)
class CircularLinkError(WordedError, ValueError):
    """A case would be the duplicate of itself, through one link or several: no answer would be due.

    Args:
        reference: the case.
        to: the case at the other end of the link.
    """

    code = "circular_link"
    kind = ErrorKind.REFUSED
    argument = "to"

    reference: str
    to: str

    @property
    def wording(self) -> Wording:
        """The error and its remedy, in both languages."""
        return Wording(
            (
                f"le dossier « {self.reference} » ne peut pas être lié à « {self.to} » : chacun serait le "
                "doublon de l'autre ; indiquez un autre dossier"
            ),
            f"case '{self.reference}' cannot be linked to '{self.to}', which leads back to it; name another case",
        )
