"""Messages and a register: what each message is to it, cases opened from messages, and replies put on file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case, CommandRefusedError
from reclamation_core.cases.codes import SupportKind
from reclamation_core.cases.decision import Registration
from reclamation_core.cases.events import NoteAdded
from reclamation_core.cases.support_documents import UploadedDocument
from reclamation_core.cases.themes import ThemeKeywords
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk import Desk
from reclamation_core.desk.documents import too_many
from reclamation_core.desk.similar import SimilarCase
from reclamation_core.errors import FaultsError, MissingExtraError, wording_of
from reclamation_core.intake.mail_messages import MailKind, MailMessage, MailSettings, RejectedMail, read_mail
from reclamation_core.ports import CaseNotFoundError, CaseQuery, DocumentStoreError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import label, require
from reclamation_core.vocabulary import Channel, ComplaintFacts
from reclamation_core.vocabulary.commands import CommandType
from reclamation_core.wording import Lang, Wording

_MOST_CANDIDATES: Final = 20
_ANOTHER_TEXT: Final = Wording(
    "un autre message a le même identifiant (Message-ID) et un autre texte : lisez-le, puis enregistrez-le à la main",
    "another message has the same Message-ID and another text: read this one, and register it by hand",
)

Left: TypeAlias = tuple[str, Wording]
"""An attachment that is not in the case: its name, and why."""


class MailStatus(LabelledEnum):
    """What a message is to the register (suite proposée)."""

    NEW = "new", "nouvelle demande, à enregistrer", "new message, to be registered"
    REPLY = "reply", "réponse, à classer dans un dossier", "reply, to be filed in a case"
    APART = "apart", "automatique, à part", "automatic, apart"
    REGISTERED = "registered", "enregistrée", "registered"
    FILED = "filed", "classée au dossier", "filed in the case"
    KNOWN = "known", "déjà au registre", "already in the register"
    REFUSED = "refused", "refusée par le registre", "refused by the register"


class MailLink(LabelledEnum):
    """Why a case is proposed for a message (lien)."""

    THREAD = "thread", "fil de la conversation", "thread of the conversation"
    SUBJECT = "subject", "référence dans l'objet", "reference in the subject"


@attrs.frozen(kw_only=True)
class ProposedCase(SharedRepr):
    """A case that a message may belong to. It is a suggestion, for headers can be forged.

    Attributes:
        reference: the case.
        link: why it is proposed.
        is_closed: True if it is closed: it has to be reopened before the message is filed.
        has_request: True if it has a request for information without an answer, which the message may be.
    """

    reference: str
    link: MailLink
    is_closed: bool
    has_request: bool

    @classmethod
    def of(cls, case: Case, link: MailLink) -> ProposedCase:
        """Return the proposal of a case."""
        return cls(
            reference=case.reference,
            link=link,
            is_closed=case.closed_at is not None,
            has_request=case.open_request is not None,
        )

    def to_document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**attrs.asdict(self), "link": self.link.value}


@attrs.frozen(kw_only=True)
class MailOutcome(SharedRepr):
    """What a message is to the register, and what was done with it.

    Attributes:
        message: the message.
        status: what it is, or what was done.
        case: the reference of its case, once it has one.
        proposals: the cases that it may belong to, those of its thread first, the nearest message first.
        answers: the key of the earlier message of the same mailbox that it answers, which has no case yet.
        duplicates: likely duplicates of a new message.
        theme: the theme that the words of a new message suggest; None without one, or without the extra `themes`.
        left: the attachments that are not in the case, by name, with the reason.
        refusal: why the register refused it.
    """

    message: MailMessage
    status: MailStatus
    case: str | None = None
    proposals: tuple[ProposedCase, ...] = ()
    answers: str | None = None
    duplicates: tuple[SimilarCase, ...] = ()
    theme: str | None = None
    left: tuple[tuple[str, Wording], ...] = attrs.field(default=(), repr=False)
    refusal: Wording | None = None

    def to_document(self, lang: Lang = "fr", *, texts: bool = False) -> dict[str, Any]:
        """Return the outcome as plain data, with codes.

        Args:
            lang: the language of the reasons.
            texts: True for sender, address, subject, text and names of attachments too; they are null otherwise.
        """
        message = self.message
        left = {name: reason.in_(lang) for name, reason in self.left}
        return {
            "origin": message.origin,
            "key": message.key,
            "status": self.status.value,
            "kind": message.kind.value,
            "case": self.case,
            "site": message.site,
            "received_at": message.received_at.isoformat(),
            "sender": message.sender if texts else None,
            "address": message.address if texts else None,
            "subject": message.subject if texts else None,
            "text": message.text if texts else None,
            "proposals": [one.to_document() for one in self.proposals],
            "answers": self.answers,
            "theme": self.theme,
            "duplicates": [one.to_document(lang, texts=texts) for one in self.duplicates],
            "warnings": [{"code": one.value, "label": one.label(lang)} for one in message.warnings],
            "attachments": [
                {"name": one.name if texts else None, "size": one.size, "left": left.get(one.name)}
                for one in message.attachments
            ],
            "refusal": None if self.refusal is None else self.refusal.in_(lang),
        }


class MailIntake:
    """The intake of messages into the register of a desk (réception des courriels).

    A message is registered once, however often its mailbox is read: its key is the `source` of its case, and of the
    support that has its attachments. What follows from the channel is set; every other fact is unknown until a person
    has read the message. A reply is proposed to the case of its thread, and filed by a person (`file`).

    Args:
        desk: the desk; its actor registers.
        site: the site that registers, but for the messages to an address that the settings give to another one.
        settings: how messages are read.

    Raises:
        FaultsError: the site is not one line of text.
    """

    def __init__(self, desk: Desk, site: str, settings: MailSettings | None = None) -> None:
        require(label, site=site)
        self._desk, self._site = desk, site
        self._settings = MailSettings() if settings is None else settings
        self._seen: set[str] = set()

    def run(self, paths: Iterable[str | Path], *, register: bool = False) -> Iterator[MailOutcome | RejectedMail]:
        """Yield what each message of mailboxes is to the register, in their order.

        Args:
            paths: the files and folders; see `read_mail`.
            register: True to open a case for each new message before its outcome is yielded.

        Raises:
            FaultsError, OSError: a path cannot be read.
            StoreError: the store refused; the messages before are registered.
        """
        for path in paths:
            for message in read_mail(path, self._settings):
                if isinstance(message, RejectedMail):
                    yield message
                else:
                    yield self._outcome(message, register=register)

    def propose(self, message: MailMessage) -> MailOutcome:
        """Return what a message is to the register; nothing is written."""
        if (case := self._case_of(message.key)) is not None:
            return _known(message, case)
        if message.kind is not MailKind.MESSAGE:
            return MailOutcome(message=message, status=MailStatus.APART, proposals=self._proposals(message))
        proposals, answers = self._proposals(message), next((one for one in message.thread if one in self._seen), None)
        if proposals or answers is not None:
            status = MailStatus.REPLY
            return MailOutcome(message=message, status=status, proposals=proposals, answers=answers)
        received_on = BusinessCalendar.france().day_of(message.received_at)
        duplicates = self._desk.cases.similar(
            message.words, site=message.site or self._site, received_on=received_on, sender=message.sender or None
        )
        theme = _theme(message.words)
        return MailOutcome(message=message, status=MailStatus.NEW, duplicates=duplicates, theme=theme)

    def register(self, message: MailMessage) -> MailOutcome:
        """Open the case of a message, whatever it is, with its attachments as documents of its first support.

        The theme that its words suggest is a suggestion of the case. A warning and an attachment that is not accepted
        are noted in the case. The method is idempotent, and goes on where it was interrupted.

        Raises StoreError if the store refuses; what refuses the message itself is in the outcome.
        """
        known = self._case_of(message.key)
        if known is not None and (known.source != message.key or message.key in known.filed_messages):
            return _known(message, known)
        registration = Registration(
            facts=ComplaintFacts(received_at=message.received_at, channel=Channel.EMAIL),
            site=message.site or self._site,
            source=message.key,
            complainant=message.complainant,
            verbatim=message.words or None,
        )
        [result] = self._desk.register_many([registration])
        if result.case is None or result.refusal is not None:
            reference, error = None if result.case is None else result.case.reference, result.refusal
            reason = None if error is None else wording_of(error)
            return MailOutcome(message=message, status=MailStatus.REFUSED, case=reference, refusal=reason)
        with suppress(MissingExtraError):
            self._desk.suggest_theme(result.case.reference)
        try:
            left = self._put_on_file(result.case, message, answers_request=False, text="")
        except (CommandRefusedError, DocumentStoreError, FaultsError) as error:
            reason = wording_of(error)
            return MailOutcome(message=message, status=MailStatus.REFUSED, case=result.case.reference, refusal=reason)
        return MailOutcome(message=message, status=MailStatus.REGISTERED, case=result.case.reference, left=left)

    def file(self, message: MailMessage, reference: str, *, answers_request: bool = False) -> MailOutcome:
        """Put a message on file in a case as a factual support, with its attachments, and its text as a note.

        The method is idempotent. It is the decision of a person: act as that person (`desk.acting`).

        Args:
            message: the message.
            reference: the case.
            answers_request: True if it answers the request for information of the case, which it ends.

        Raises:
            CaseNotFoundError: there is no such case inside the desk's scope.
            CommandRefusedError: the case is closed, or has no request for information.
            FaultsError: the message is a support of another case.
            DocumentStoreError: the store of documents cannot be reached.
        """
        case = self._desk.cases.get(reference)
        if message.key in case.filed_messages:
            return MailOutcome(message=message, status=MailStatus.KNOWN, case=reference)
        left = self._put_on_file(case, message, answers_request=answers_request, text=message.text)
        return MailOutcome(message=message, status=MailStatus.FILED, case=reference, left=left)

    # Parts

    def _outcome(self, message: MailMessage, *, register: bool) -> MailOutcome:
        outcome = self.propose(message)
        if register and outcome.status in {MailStatus.NEW, MailStatus.KNOWN}:  # one may have been interrupted
            outcome = attrs.evolve(self.register(message), duplicates=outcome.duplicates, theme=outcome.theme)
        self._seen.add(message.key)
        return outcome

    def _case_of(self, key: str) -> Case | None:
        """Return the case that was registered from a message, or has it on file."""
        registered = self._desk.cases.find(CaseQuery(source=key, limit=1)).cases
        if registered:
            return registered[0]
        named = self._desk.cases.find(CaseQuery(text=key, in_names=False, limit=_MOST_CANDIDATES)).cases
        return next((case for case in named if key in case.filed_messages), None)

    def _proposals(self, message: MailMessage) -> tuple[ProposedCase, ...]:
        found: dict[str, ProposedCase] = {}
        for key in message.thread:
            if (case := self._case_of(key)) is not None:
                found.setdefault(case.reference, ProposedCase.of(case, MailLink.THREAD))
        for reference in message.references:
            try:
                case = self._desk.cases.get(reference)
            except CaseNotFoundError:
                continue
            found.setdefault(reference, ProposedCase.of(case, MailLink.SUBJECT))
        return tuple(found.values())

    def _put_on_file(
        self, case: Case, message: MailMessage, *, answers_request: bool, text: str
    ) -> tuple[tuple[str, Wording], ...]:
        """Note what is to be noted, then add the support, by which the message is on file; return what is left."""
        title = f"courriel du {case.day_of(message.received_at):%d/%m/%Y} : {message.subject or 'sans objet'}"
        add_support = partial(
            self._desk.add_support,
            case.reference,
            kind=SupportKind.EMAIL,
            title=title,
            answers_request=answers_request,
            source=message.key,
        )
        if self._is_refused(case, answers_request=answers_request):
            add_support()  # raises the refusal before anything is uploaded or noted
        documents, left = self._uploaded(case, message)
        notes = (case.read(event.data.text) for event in case.events if isinstance(event.data, NoteAdded))
        if (note := _note(message, text, left)) and note not in notes:
            self._desk.add_note(case.reference, text=note)
        add_support(documents=documents)
        return tuple(left)

    def _is_refused(self, case: Case, *, answers_request: bool) -> bool:
        commands = self._desk.available_commands(case.reference)
        is_refused = any(one.is_refused for one in commands if one.command is CommandType.ADD_SUPPORT)
        return is_refused or (answers_request and case.open_request is None)

    def _uploaded(self, case: Case, message: MailMessage) -> tuple[list[UploadedDocument], list[Left]]:
        """Upload the attachments that the edition accepts; return them, and the others with the reason."""
        limits = self._desk.document_limits(case.reference)
        documents, left = list[UploadedDocument](), list[Left]()
        for attachment in message.attachments:
            if len(case.documents) + len(documents) >= limits.most_documents:
                left.append((attachment.name, too_many(limits.most_documents)))
                continue
            try:
                documents.append(self._desk.upload_document(case.reference, attachment.document()))
            except FaultsError as error:
                left.append((attachment.name, error.faults[0].expected))
        return documents, left


def _known(message: MailMessage, case: Case) -> MailOutcome:
    """Return the outcome of a message that is in the register; another text under its Message-ID is named."""
    verbatim = case.registration.verbatim
    stored = None if verbatim is None or case.source != message.key else case.read(verbatim)
    refusal = None if stored is None or stored == message.words else _ANOTHER_TEXT
    return MailOutcome(message=message, status=MailStatus.KNOWN, case=case.reference, refusal=refusal)


def _theme(words: str) -> str | None:
    with suppress(MissingExtraError):
        found = ThemeKeywords.proposed().suggest(words)
        return None if found is None else found.theme
    return None


def _note(message: MailMessage, text: str, left: Iterable[Left]) -> str:
    """Return the note of a message: its text if the case has it nowhere else, and what a person has to check."""
    warnings = [f"À vérifier : {warning.label('fr')}." for warning in message.warnings]
    refused = [f"Pièce jointe non versée, {name} : {reason.fr}." for name, reason in left]
    if not (text or warnings or refused):
        return ""
    title = f"Courriel de {message.complainant or 'auteur inconnu'}, reçu le {message.received_at:%d/%m/%Y à %H:%M}"
    return "\n\n".join(filter(None, (f"{title}, objet : {message.subject or 'aucun'}.", text, *warnings, *refused)))
