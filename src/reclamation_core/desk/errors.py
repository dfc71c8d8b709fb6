"""Errors of the desk: scope, clock, repeated messages and circular links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from reclamation_core.calendars.local_times import PARIS
from reclamation_core.errors import ErrorKind, WordedError, quoted
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.facts import label_of
from reclamation_core.wording import LANGUAGES, Lang, Wording, day_text

_RECEIPT: Final = Wording("date de réception", "date of receipt")


@attrs.define
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
        seen = ", ".join(self.sites)
        if self.is_region:
            return Wording(
                f"votre accès est limité à {seen} ; demandez un accès à la région « {self.site} »",
                f"region '{self.site}' is outside your scope, {seen}; request access to that region",
            )
        return Wording(
            f"votre accès est limité à {seen} ; demandez un accès au centre « {self.site} »",
            f"site '{self.site}' is outside your scope, {seen}; request access to that site",
        )


@attrs.define
class SourceConflictError(WordedError, RuntimeError):
    """A source message was registered before, with other facts; the case is unchanged.

    Args:
        source: the identifier of the message.
        reference: the case of that message.
        facts: the names of the facts that differ from those of its registration.
        own: the labels of those that the edition declares itself, by their names.
    """

    code = "source_conflict"
    kind = ErrorKind.CONFLICT
    argument = "source"

    source: str
    reference: str
    facts: tuple[str, ...]
    own: Mapping[str, Wording] = attrs.field(factory=dict)

    @property
    def wording(self) -> Wording:
        source, reference = quoted(self.source), quoted(self.reference)
        labels = [_RECEIPT if name == "received_at" else self.own.get(name, label_of(name)) for name in self.facts]
        fr, en = ", ".join(label.fr for label in labels), ", ".join(label.en for label in labels)
        return Wording(
            f"le message {source.fr} est déjà le dossier {reference.fr}, enregistré avec d'autres informations "
            f"({fr}) ; rectifiez ce dossier, ou indiquez un autre identifiant au message",
            f"the message {source.en} is case {reference.en} already, registered with other facts ({en}); correct that "
            "case, or pass another identifier of the message",
        )

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the error as problem details, with the `reference` of the case and a fault for each fact."""
        detail = self.in_(lang)
        faults = [{"path": f"facts.{name}", "detail": detail} for name in self.facts]
        return super().to_document(lang) | {"reference": self.reference, "faults": faults}


@attrs.define
class ClockError(WordedError, ValueError):
    """The clock of this desk, or the clock that dated an event of the case, is wrong; nothing was written.

    Args:
        reference: the case; empty if the clock is too far ahead of the whole register.
        dated: the date of the latest event of the case, more than a day after the clock; or the latest recording of the
            register, longer before the clock than the `clock_limit` of the desk.
        now: the current time of the clock; aware.
    """

    code = "wrong_clock"
    kind = ErrorKind.CONFLICT

    reference: str
    dated: datetime
    now: datetime

    @property
    def wording(self) -> Wording:
        dated, now = (
            f"{day_text(at, 'en')} {at:%H:%M} UTC" for at in (self.dated.astimezone(UTC), self.now.astimezone(UTC))
        )
        dated_fr, now_fr = (f"{at.astimezone(PARIS):%d/%m/%Y %H:%M}, heure de Paris" for at in (self.dated, self.now))
        if self.dated > self.now:
            return Wording(
                f"le dossier {self.reference} a une opération datée du {dated_fr}, et l'heure de l'ordinateur est "
                f"{now_fr} : réglez-la si elle retarde, ou rectifiez la date de l'opération",
                f"case {self.reference} has an event dated {dated}, and the clock shows {now}; set the clock if it is "
                "slow, else correct the date of the event",
            )
        return Wording(
            f"la dernière opération du registre est du {dated_fr}, et l'heure de l'ordinateur est {now_fr} : "
            f"réglez-la si elle avance ; si elle est juste et que le registre est resté inactif, confirmez-la : "
            "reclamation db clock --confirm",
            f"the latest event of the register is of {dated}, and the clock of the machine shows {now}; set it if it "
            "is fast; if it is right, and the register was idle, confirm it: reclamation db clock --confirm, "
            "desk.maintenance.confirm_clock(), or the option clock_limit of the desk",
        )


@attrs.define
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
        seen = ", ".join(self.sites)
        return Wording(
            f"{self.operation} porte sur toute la base, et votre accès est limité à {seen} ; demandez un accès complet",
            f"{self.operation} reads every case, and this desk sees those of {seen} only; use a desk without a scope",
        )


_LABELS: Final = {lang: {role.value: role.label(lang) for role in Role} for lang in LANGUAGES}


@attrs.define
class ReservedDocumentError(WordedError, PermissionError):
    """The edition reserves the reading of documents to other roles.

    Args:
        reference: the case.
        roles: the codes of the roles that may read its documents.
    """

    code = "document_reserved"
    kind = ErrorKind.FORBIDDEN

    reference: str
    roles: tuple[str, ...]

    @property
    def wording(self) -> Wording:
        fr, en = (", ".join(_LABELS[lang].get(role, role) for role in self.roles) for lang in LANGUAGES)
        return Wording(
            f"les documents du dossier {self.reference} sont réservés à ces rôles : {fr} ; adressez-vous à l'un d'eux",
            f"documents of case {self.reference} are reserved to these roles: {en}; ask one of them",
        )


@attrs.define
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
        return Wording(
            (
                f"le dossier « {self.reference} » ne peut pas être lié à « {self.to} » : chacun serait le "
                "doublon de l'autre ; indiquez un autre dossier"
            ),
            f"case '{self.reference}' cannot be linked to '{self.to}', which leads back to it; name another case",
        )


@attrs.define
class JobBusyError(WordedError, RuntimeError):
    """A job of which one may run at a time is running: a consumer of the feed, or the nightly job.

    Args:
        job: the name of the job; `feed:` and the name of a consumer.
        until: the instant from which it may be run in any case; None if it has just ended.
    """

    code = "job_busy"
    kind = ErrorKind.CONFLICT

    job: str
    until: datetime | None

    @property
    def wording(self) -> Wording:
        until = "" if self.until is None else f"{self.until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        fr, en = (f", ou après {until} si elle a été interrompue", f", or after {until} if it was killed")
        return Wording(
            f"la tâche « {self.job} » est déjà en cours ; relancez-la quand elle sera finie{fr if until else ''}",
            f"job '{self.job}' is running already; run it again when it has ended{en if until else ''}",
        )


@attrs.define
class CheckpointError(WordedError, RuntimeError):
    """A checkpoint could not be published, or got no time-stamp.

    Args:
        reason: what the system or the authority answered.
    """

    code = "checkpoint"
    kind = ErrorKind.UNAVAILABLE

    reason: str

    @property
    def wording(self) -> Wording:
        return Wording(
            f"le point de contrôle n'a pas été publié, ou pas horodaté ({self.reason}) ; relancez le travail de nuit",
            f"the checkpoint was not published, or got no time-stamp ({self.reason}); run the nightly job again",
        )


@attrs.define
class DeliveryError(WordedError, RuntimeError):
    """The handler of a consumer refused an event at every attempt; the position of the consumer is before the event.

    Args:
        consumer: the name of the consumer.
        position: the position of the event in the feed.
        holder: the case of the event, or the key of the scope of its plan.
        error: the name of the class of the handler's error, which is the cause of this one.
    """

    code = "delivery_failed"
    kind = ErrorKind.UNAVAILABLE

    consumer: str
    position: int
    holder: str
    error: str

    @property
    def wording(self) -> Wording:
        return Wording(
            f"le consommateur « {self.consumer} » n'a pas pu traiter l'événement {self.position}, de {self.holder} "
            f"({self.error}) ; corrigez la cause puis relancez-le, ou choisissez de passer l'événement ou "
            "de le mettre de côté",
            f"consumer '{self.consumer}' could not handle event {self.position}, of {self.holder} ({self.error}); "
            "remove the cause and run it again, or choose to skip or to park the event",
        )
