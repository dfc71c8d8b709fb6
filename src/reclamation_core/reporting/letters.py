"""Letters to complainants (courriers): the facts that each one states, and the templates that a host may replace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from traceback import walk_tb
from types import MappingProxyType
from typing import Any, Final

import attrs

from reclamation_core.calendars.codes import in_words, month_in_words
from reclamation_core.cases import (
    Admissibility,
    AnswerDecision,
    Case,
    CaseKind,
    ClosingReason,
    RedirectionKind,
    SupportKind,
)
from reclamation_core.cases.authors import has_same_author
from reclamation_core.cases.events import Acknowledged, SupportAdded
from reclamation_core.cases.plain import plain
from reclamation_core.codes import Audience, LabelledEnum
from reclamation_core.documents.files import read_toml
from reclamation_core.documents.toml_lines import lines_of_faults
from reclamation_core.errors import REDACTED, ErrorKind, Fault, FaultsError, MissingExtraError, WordedError
from reclamation_core.missing import Missing
from reclamation_core.plans import Action, ActionType, PlanPart
from reclamation_core.policy import Policy
from reclamation_core.reporting.report import readable
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import is_storable, refuse_value
from reclamation_core.vocabulary import FACTS, Channel, ComplaintFacts, Nature, RetentionMode
from reclamation_core.vocabulary.commands import CommandType
from reclamation_core.vocabulary.facts import by_key
from reclamation_core.wording import MARKS, Lang, Wording, safe_repr, typeset, verbatim


class LetterKind(LabelledEnum):
    """What a letter is for (type de courrier)."""

    ACKNOWLEDGEMENT = "acknowledgement", "accusé de réception", "acknowledgement"
    INFORMATION_REQUEST = "information_request", "demande de précisions", "request for information"
    ANSWER = "answer", "réponse", "answer"
    REDIRECTION = "redirection", "réorientation", "redirection"
    CLOSING = "closing", "clôture", "closing"


LETTER_COMMANDS: Final[Mapping[LetterKind, CommandType]] = {
    LetterKind.ACKNOWLEDGEMENT: CommandType.ACKNOWLEDGE,
    LetterKind.INFORMATION_REQUEST: CommandType.REQUEST_INFORMATION,
    LetterKind.ANSWER: CommandType.ANSWER,
    LetterKind.CLOSING: CommandType.CLOSE,
}
"""The command that records what a letter states."""

_SETTING: Final = {
    "organisation": Wording("le nom de l'organisme", "the name of the organisation"),
    "address": Wording("l'adresse de l'organisme", "the address of the organisation"),
    "signatory": Wording("le nom du signataire", "the name of the signatory"),
    "signatory_title": Wording("la fonction du signataire", "the position of the signatory"),
    "mediator": Wording("le nom et l'adresse du médiateur", "the name and address of the mediator"),
    "data_protection": Wording(
        "à qui s'adresser pour ses données personnelles (délégué à la protection des données)",
        "whom to contact about personal data (data protection officer)",
    ),
    "legal_basis": Wording(
        "la base légale du traitement des données, par exemple : l'exécution du contrat de formation",
        "the legal basis of the processing of personal data, for example: the performance of the training contract",
    ),
    "recipients": Wording(
        "les destinataires des données personnelles, par exemple : le centre qui traite votre demande",
        "the recipients of personal data, for example: the site that handles your message",
    ),
}
_TEXT: Final = Wording("un texte non vide", "a text that is not blank")


def _setting(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not (isinstance(value, str) and value.strip() and is_storable(value)):
        refuse_value(f"settings.{attribute.name}", REDACTED, _TEXT)


def _path(value: str | Path | None) -> Path | None:
    return None if value is None else Path(value)


def _of_sites(_: object, __: attrs.Attribute[Any], value: Mapping[str, LetterSettings]) -> None:
    for site, settings in value.items():
        if not isinstance(settings, LetterSettings):
            raise TypeError(f"sites: LetterSettings are expected for {site!r}, got {safe_repr(settings)}")
        if settings.sites:
            raise ValueError(f"sites: the settings of {site!r} have sites of their own")


def _read_only(value: Mapping[str, LetterSettings]) -> Mapping[str, LetterSettings]:
    return MappingProxyType(dict(value))


@attrs.frozen(kw_only=True)
class LetterSettings(SharedRepr):
    """What letters state and the cases do not have: the sender, the signatory, the mediator, personal data.

    Each may be omitted; a letter that states one that is missing is refused, and the error names it. The letters of a
    case are those of the site that handles it: a section of `sites` replaces what it has, the rest is common.

    Args:
        organisation: the name of the organisation.
        address: the address of the sender, its lines separated by line breaks.
        contact: how to reach it: an e-mail address, a telephone number.
        signatory: the name of the signatory.
        signatory_title: the position of the signatory.
        mediator: the name and address of the mediator, its lines separated by line breaks.
        data_protection: whom to contact about personal data: the data protection officer, an address.
        legal_basis: the legal basis of the processing of personal data, as the letter states it.
        recipients: the recipients of personal data, or their categories (GDPR, article 13.1.e).
        place: the place of the date.
        salutation: the words that a letter begins with.
        templates: a folder with templates that replace those of the library, each by its name: `fr/closing.html`.
        letterhead: a Word document whose header, footer and styles a `.docx` letter takes.
        sites: by the code of a site, the settings that differ there.
    """

    organisation: str | None = attrs.field(default=None, validator=_setting)
    address: str | None = attrs.field(default=None, validator=_setting)
    contact: str | None = attrs.field(default=None, validator=_setting)
    signatory: str | None = attrs.field(default=None, validator=_setting, repr=False)
    signatory_title: str | None = attrs.field(default=None, validator=_setting)
    mediator: str | None = attrs.field(default=None, validator=_setting)
    data_protection: str | None = attrs.field(default=None, validator=_setting)
    legal_basis: str | None = attrs.field(default=None, validator=_setting)
    recipients: str | None = attrs.field(default=None, validator=_setting)
    place: str | None = attrs.field(default=None, validator=_setting)
    salutation: str | None = attrs.field(default=None, validator=_setting)
    templates: Path | None = attrs.field(default=None, converter=_path)
    letterhead: Path | None = attrs.field(default=None, converter=_path)
    sites: Mapping[str, LetterSettings] = attrs.field(
        factory=dict, converter=_read_only, validator=_of_sites, hash=False, repr=False
    )

    def of_site(self, site: str) -> LetterSettings:
        """Return the settings of a site: those of its section, and the common ones for what it leaves out."""
        section = self.sites.get(site)
        if section is None:
            return attrs.evolve(self, sites={})
        own = attrs.asdict(
            section, recurse=False, filter=lambda field, value: field.name in _KEYS and value is not None
        )
        return attrs.evolve(self, sites={}, **own)

    @classmethod
    def from_toml(cls, path: str | Path, sites: Iterable[str] | None = None) -> LetterSettings:
        """Read the settings of a TOML file: one key each, and a section `[sites.CODE]` for what differs at a site.

        `templates` and `letterhead` are relative to the folder of the file.

        Args:
            path: the file.
            sites: the codes of the sites; a section of another one is a fault. None to accept any.

        Raises:
            OSError: the file cannot be read.
            FaultsError: with every fault of the file, each with its path; unknown keys are faults.
        """
        folder = Path(path).parent
        with lines_of_faults(path):
            document = read_toml(path)
            sections = document.pop("sites", {})
            faults = [] if isinstance(sections, dict) else [Fault("sites", REDACTED, _SECTIONS)]
            sections = sections if isinstance(sections, dict) else {}
            known = None if sites is None else frozenset(sites)
            for code, section in sections.items():
                if known is not None and code not in known:
                    listed = ", ".join(sorted(known))
                    expected = Wording(
                        f"le code d'un centre de la liste : {listed}", f"the code of a listed site: {listed}"
                    )
                    faults.append(Fault(f"sites.{code}", code, expected))
                if not isinstance(section, dict):
                    faults.append(Fault(f"sites.{code}", REDACTED, _SECTIONS))
                    continue
                faults += _faults_of(section, f"sites.{code}.", folder)
            faults = [*_faults_of(document, "", folder), *faults]
            if faults:
                raise FaultsError(faults)
            return cls(
                **_in_folder(document, folder),
                sites={code: cls(**_in_folder(own, folder)) for code, own in sections.items()},
            )


_KEYS: Final = tuple(field.name for field in attrs.fields(LetterSettings) if field.name != "sites")
_ONE_KEY: Final = Wording(
    f"l'une des clés {', '.join(_KEYS)} est attendue", f"one of the keys {', '.join(_KEYS)} is expected"
)
_SECTIONS: Final = Wording(
    "une section par centre : [sites.CODE], puis ses clés", "a section for each site: [sites.CODE], then its keys"
)


_PLACES: Final[Mapping[str, tuple[Callable[[Path], bool], Wording]]] = {
    "templates": (Path.is_dir, Wording("un dossier qui existe est attendu", "a folder that exists is expected")),
    "letterhead": (Path.is_file, Wording("un fichier qui existe est attendu", "a file that exists is expected")),
}


def _faults_of(document: Mapping[str, Any], path: str, folder: Path) -> list[Fault]:
    """Return the faults of the keys of a file or of one of its sections: first unknown keys, then wrong values."""
    faults = [Fault(f"{path}{key}", REDACTED, _ONE_KEY) for key in document if key not in _KEYS]
    for key, value in document.items():
        if key in _KEYS and not (isinstance(value, str) and value.strip() and is_storable(value)):
            faults.append(Fault(f"{path}{key}", REDACTED, _TEXT))
        elif key in _PLACES and not _PLACES[key][0](folder / value):
            faults.append(Fault(f"{path}{key}", value, _PLACES[key][1]))
    return faults


def _in_folder(document: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    return {**document, **{name: folder / document[name] for name in _PLACES if name in document}}


# The letter, which every format is written from


@attrs.frozen
class LetterRun(SharedRepr):
    """Words of one weight; a line break is a line break of the letter."""

    text: str = attrs.field(repr=False)
    strong: bool = False


@attrs.frozen
class LetterBlock(SharedRepr):
    """A paragraph, or an item of a list."""

    runs: tuple[LetterRun, ...]
    is_item: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)


@attrs.frozen(kw_only=True)
class Letter(SharedRepr):
    """A letter to a complainant; `letter_bytes` and `save_letter` write it in each format.

    Args:
        kind: what it is for.
        reference: the reference of the case.
        dated: its date.
        lang: its language.
        sender: the lines of the sender, the name first.
        recipient: the lines of the recipient.
        place_and_date: the line with the place and the date.
        subject: what it is about.
        blocks: its paragraphs and items.
        signature: the lines of the signature.
        letterhead: the Word document that the `.docx` format begins with.
    """

    kind: LetterKind
    reference: str
    dated: date
    lang: Lang
    sender: tuple[str, ...] = attrs.field(repr=False)
    recipient: tuple[str, ...] = attrs.field(repr=False)
    place_and_date: str = attrs.field(repr=False)
    subject: str
    blocks: tuple[LetterBlock, ...] = attrs.field(repr=False)
    signature: tuple[str, ...] = attrs.field(repr=False)
    letterhead: Path | None = attrs.field(default=None, repr=False)

    @property
    def title(self) -> str:
        """The title of its file: no name of a person."""
        label = self.kind.label(self.lang)
        case = "dossier" if self.lang == "fr" else "case"
        return f"{label[0].upper()}{label[1:]}, {case} {self.reference}"

    @property
    def subject_line(self) -> str:
        """The line of the subject."""
        return f"Objet\N{NO-BREAK SPACE}: {self.subject}" if self.lang == "fr" else f"Subject: {self.subject}"

    def to_document(self) -> dict[str, Any]:
        """Return the letter as plain data; `document_schema("view.letter")` describes it."""
        parts = attrs.asdict(self, recurse=False, filter=lambda field, _: field.name not in {"subject", "letterhead"})
        return plain(LetterView(title=self.title, subject_line=self.subject_line, **parts))

    def groups(self) -> Iterator[tuple[LetterBlock, ...]]:
        """Yield the blocks, consecutive items together and consecutive paragraphs together."""
        group: list[LetterBlock] = []
        for block in self.blocks:
            if group and group[-1].is_item != block.is_item:
                yield tuple(group)
                group = []
            group.append(block)
        yield tuple(group)


@attrs.frozen(kw_only=True)
class LetterView(SharedRepr):
    """A letter as plain data: its parts in the order of a page."""

    kind: LetterKind
    reference: str
    dated: date
    lang: str
    title: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    place_and_date: str
    subject_line: str
    blocks: tuple[LetterBlock, ...]
    signature: tuple[str, ...]


@attrs.define
class LetterTemplateError(WordedError):
    """A template of a letter is wrong: it names the file and the line.

    Args:
        template: the file.
        line: the line; None if it is not known.
        problem: what is wrong.
    """

    code = "letter_template"
    kind = ErrorKind.UNAVAILABLE
    argument = "templates"

    template: str
    line: int | None
    problem: Wording

    @property
    def wording(self) -> Wording:
        """The file, the line and the problem."""
        fr, en = ("", "") if self.line is None else (f", ligne {self.line}", f", line {self.line}")
        return Wording(f"{self.template}{fr} : {self.problem.fr}", f"{self.template}{en}: {self.problem.en}")

    def public_message(self, lang: Lang) -> str:
        """The error without the place of the file, and what is in it."""
        return Wording(
            "un modèle de courrier est incorrect ; signalez-le à qui administre l'application",
            "a template of a letter is wrong; tell the administrator of the application",
        ).in_(lang)


# The facts of each letter

_MALFUNCTION: Final = Wording(
    "ce courrier ne s'applique pas : un dysfonctionnement interne n'a pas de client à qui écrire",
    "this letter does not apply: an internal malfunction has no client to write to",
)
_ANONYMISED: Final = Wording(
    "les textes de ce dossier sont effacés : aucun courrier ne peut plus être écrit",
    "the texts of this case are erased: no letter can be written any more",
)
_UNNAMED: Final = Wording(
    "le nom du client manque : il n'a pas été saisi (indiquez l'auteur s'il s'est fait connaître), ou il a été effacé",
    "the name of the client is missing: it was not entered (identify the sender, if known), or it was erased",
)
_ERASED: Final = Wording("ce texte a été effacé : le courrier ne peut plus être écrit", "this text was erased")
_NO_DUE: Final = Wording(
    "ce courrier ne s'applique pas : aucune réponse n'est attendue (hors du cadre, déjà répondu, clos ou délai "
    "suspendu)",
    "this letter does not apply: no answer is due (out of scope, answered, closed, or the clock is suspended)",
)
_NO_REQUEST: Final = Wording(
    "aucune demande de précisions n'est en attente : enregistrez-la d'abord",
    "no request for information is open: record it first",
)
_NO_QUESTION: Final = Wording(
    "la demande de précisions n'a aucune question pour le client : ajoutez-en une",
    "the request for information has no question to the client: add one",
)
_NO_ANSWER: Final = Wording(
    "aucune réponse n'est enregistrée pour le délai en cours : enregistrez-la d'abord",
    "no answer of the current answer cycle is recorded: record it first",
)
_COLLECTIVE: Final = Wording(
    "ce courrier ne s'applique pas : la réponse est collective", "this letter does not apply: the answer is collective"
)
_IN_SCOPE: Final = Wording(
    "ce courrier ne s'applique pas : la demande n'est pas hors du cadre",
    "this letter does not apply: the message is not out of scope",
)
_SATISFIED: Final = Wording(
    "aucun courrier n'est utile : l'auteur a noté la formation à l'enquête et n'a rien demandé",
    "no letter is needed: the sender gave a score in the survey and asked for nothing",
)
_NOWHERE: Final = Wording(
    "le service auquel la demande est réorientée manque : indiquez-le, ou clôturez le dossier avec lui",
    "the department to which the message is redirected is missing: give it, or close the case with it",
)
_TWICE: Final = Wording(
    "n'indiquez pas de service : le dossier comporte déjà celui auquel la demande est réorientée",
    "give no department: the case has the one to which the message is redirected",
)
_NOT_FOR_THIS_LETTER: Final = Wording(
    "n'indiquez pas de service : ce courrier n'en cite pas", "give no department: this letter names none"
)
_NOT_CLOSED: Final = Wording(
    "ce courrier ne s'applique pas : le dossier n'est pas clos", "this letter does not apply: the case is not closed"
)
_REDIRECTED: Final = Wording(
    "ce courrier ne s'applique pas : le dossier est clos comme « hors du cadre ». Écrivez le courrier de réorientation",
    "this letter does not apply: the case is closed as out of scope. Write the letter of redirection",
)
_OTHER_AUTHOR: Final = Wording(
    "ce courrier ne s'applique pas : rien n'établit que le dossier d'origine est du même auteur. Rouvrez ce dossier et "
    "répondez à son auteur",
    "this letter does not apply: nothing shows that the original case has the same author. Reopen this case and answer "
    "its author",
)
_NO_EDITION: Final = Wording(
    "la version de la procédure de ce dossier manque, et avec elle la durée de conservation que le courrier indique",
    "the edition of the procedure of this case is missing, and with it the retention period that the letter states",
)
_KIND: Final = Wording(
    f"l'un des courriers {', '.join(LetterKind)} est attendu", f"one of the letters {', '.join(LetterKind)} is expected"
)
_NOUN: Final = (Wording("demande", "message"), Wording("réclamation", "complaint"))
_SALUTATION: Final = Wording("Madame, Monsieur,", "Dear Sir or Madam,")
_SIGNED: Final = ("organisation", "address", "signatory", "signatory_title")
_IN_A_SENTENCE: Final = ("legal_basis", "recipients")
"""Settings that continue a sentence of the letter, with its apostrophe."""


def letter_of(
    case: Case,
    kind: LetterKind | str,
    settings: LetterSettings,
    *,
    at: datetime,
    plans: Iterable[PlanPart] = (),
    redirected_to: str | None = None,
    redirection: RedirectionKind | str | None = None,
    policy: Policy | None = None,
    original: Case | None = None,
    lang: Lang = "fr",
) -> Letter:
    """Return a letter to the complainant of a case, made from what the case records and nothing else.

    A letter of what the case records (the acknowledgement, the latest open request, the answer of the latest cycle, the
    closing) has its date, as corrected last; an acknowledgement or a redirection that is not recorded has that of `at`.
    It states an action as done only if the plan has its evidence and its day is not after the date of the letter. It
    has no clause, and of names those of the complainant, the signatory and what an agent wrote in a text that the
    letter copies: the reasons, the solution, the question, the department, the curative actions.

    Args:
        case: the case.
        kind: which letter, or its code.
        settings: the sender, the signatory, the mediator, the templates; those of the site that handles the case.
        at: the current instant; aware.
        plans: the parts of the plans with the actions of the case.
        redirected_to: for a redirection that is not recorded yet, the department or organisation.
        redirection: for a redirection that is not recorded yet, which of both it is, or its code.
        policy: the edition of the case: why a message is out of scope, and how long its texts are retained.
        original: of a case closed as a duplicate, the case that it duplicates.
        lang: the language of the letter.

    Raises:
        FaultsError: the case or the settings lack something that the letter states; each is named.
        LetterTemplateError: a template is wrong; the error names the file and the line.
        MissingExtraError: Jinja2 is not installed.
    """
    try:
        kind = LetterKind.parse(kind)
    except ValueError:
        raise FaultsError((Fault("kind", str(kind), _KIND),)) from None
    if case.kind is CaseKind.MALFUNCTION:
        raise FaultsError((Fault("case.kind", case.kind, _MALFUNCTION),))
    if case.anonymised_at is not None:
        raise FaultsError((Fault("case.anonymised_at", case.day_of(case.anonymised_at), _ANONYMISED),))
    settings = settings.of_site(case.handling_unit)
    stated = _Statement(case, settings, at, lang, plans, policy, original)
    template = stated.collect(kind, redirected_to, None if redirection is None else RedirectionKind.parse(redirection))
    if stated.faults:
        raise FaultsError(stated.faults)
    subject, blocks = _rendered(f"{lang}/{template}.html", stated.words, settings.templates, lang)
    return Letter(
        kind=kind,
        reference=_clean(case.reference),
        dated=stated.dated,
        lang=lang,
        sender=_lines(settings.organisation, settings.address),
        recipient=_lines(stated.recipient),
        place_and_date=_place_and_date(settings.place, stated.dated, lang),
        subject=subject,
        blocks=blocks,
        signature=_lines(settings.signatory, settings.signatory_title, settings.organisation),
        letterhead=settings.letterhead,
    )


def _place_and_date(place: str | None, day: date, lang: Lang) -> str:
    """Return the line with the place and the date: "Millau, le 1er juin 2026", or "Le 1er juin 2026"."""
    number = "1er" if day.day == 1 and lang == "fr" else str(day.day)
    article = "" if lang == "en" else "Le " if place is None else "le "
    where = "" if place is None else f"{_typed(place)}, "
    return _clean(typeset(f"{where}{article}{number} {month_in_words(day, lang)}", lang))


def _typed(text: str | None) -> str | None:
    """Return a text that a person typed, marked so that its typography stays as it is; None for None."""
    return None if text is None else verbatim(text)


class _Statement:
    """Collects what a letter states, and the faults where something is missing.

    Args:
        case: the case.
        settings: the settings.
        at: the current instant.
        lang: the language.
        plans: the parts of the plans.
        policy: the edition of the case.
        original: the case that it duplicates.
    """

    def __init__(  # noqa: PLR0917  (one caller)
        self,
        case: Case,
        settings: LetterSettings,
        at: datetime,
        lang: Lang,
        plans: Iterable[PlanPart],
        policy: Policy | None,
        original: Case | None,
    ) -> None:
        self._case, self._settings, self._lang, self._plans = case, settings, lang, tuple(plans)
        self._policy, self._original = policy, original
        self.faults: list[Fault] = []
        self.dated = case.day_of(at)
        is_complaint = case.admissibility is Admissibility.IN_SCOPE
        salutation = settings.salutation or _SALUTATION.in_(lang)
        self.words: dict[str, Any] = {
            "reference": verbatim(case.reference),
            "noun": _NOUN[is_complaint].in_(lang),
            "received": self._day(case.received_on),
            "contact": _typed(settings.contact),
            "salutation": verbatim(salutation),
            "addressed": verbatim(salutation.rstrip(", ")),
            "due": None,
            "is_late": False,
            "acts": [],
            "remedies": None,
        }

    def collect(self, kind: LetterKind, redirected_to: str | None, redirection: RedirectionKind | None) -> str:
        """Collect the facts of a letter, and return the name of its template."""
        self._require_settings(*_SIGNED)
        self.recipient = self._case.read(self._case.complainant) or ""
        if not self.recipient.strip():
            self._miss("case.complainant", REDACTED, _UNNAMED)
        if redirected_to is not None and kind is not LetterKind.REDIRECTION:
            self._miss("redirected_to", REDACTED, _NOT_FOR_THIS_LETTER)
        match kind:
            case LetterKind.ACKNOWLEDGEMENT:
                self._acknowledgement()
            case LetterKind.INFORMATION_REQUEST:
                self._request()
            case LetterKind.ANSWER:
                return f"answer_{self._answer()}"
            case LetterKind.REDIRECTION:
                self._redirection(redirected_to, redirection)
            case _:
                self._closing()
        return kind.value

    def _privacy(self) -> None:
        """State who uses the data, why, how long, for whom, which rights there are, whom to ask (GDPR, art. 13, 14)."""
        self._require_settings("data_protection", "legal_basis", "recipients")
        if self._policy is None:
            self._miss("case.edition", self._case.edition, _NO_EDITION)
            return
        retention = self._policy.retention
        is_archived = retention.mode is RetentionMode.ARCHIVE
        months = retention.archive_months if is_archived else retention.active_months
        self.words |= {"retention": _months(months, self._lang), "is_archived": is_archived}

    def _acknowledgement(self) -> None:
        self._privacy()
        case = self._case
        if self._policy is not None and isinstance(case.facts, ComplaintFacts):
            self.words |= self._survey_note(self._policy, case.facts)
        cycle = case.answer_cycles[-1]
        sent = [
            event.occurred_at
            for event in case.history
            if isinstance(event.data, Acknowledged) and event.occurred_at >= cycle.started_at
        ]
        if sent:
            self.dated = case.day_of(sent[-1])
        self.words["enclosed"] = self._enclosed()
        awaited = case.awaited_on if case.deadline is None or not sent else case.deadline.due
        self._promise(awaited)
        if awaited is None or case.is_deadline_suspended:
            self._miss("case.deadline", None, _NO_DUE)

    def _request(self) -> None:
        case = self._case
        event = case.open_request
        if event is None or case.closed_at is not None:
            self._miss("case.information_request", None, _NO_REQUEST)
            return
        request: Any = event.data
        self.dated = case.day_of(event.occurred_at)
        question = self._text("case.information_request.question", request.question)
        declared = by_key(() if self._policy is None else self._policy.facts)
        asked = (declared.get(name) for name in request.missing(case))
        plain = (fact.question_to_complainant for fact in asked if fact is not None)
        self.words["questions"] = [one.in_(self._lang) for one in plain if one is not None]
        self.words["questions"] += [] if question is None else [question]
        self._privacy()
        if not self.words["questions"] and request.question is None:
            self._miss("case.information_request.facts", request.facts, _NO_QUESTION)
        self._promise(case.awaited_on)

    def _promise(self, due: date | None) -> None:
        """State the day by which an answer is due; a letter of a later day apologises, and promises no day.

        Where the time to answer depends on the level, it is stated too, and the day on which it was counted again.
        """
        deadline = self._case.deadline if self._case.rule.by_level and due is not None else None
        changed_on = None if deadline is None else deadline.not_before
        self.words |= {
            "counted": None if deadline is None else deadline.rule.days_in_words(self._lang),
            "started": None if deadline is None else self._day(deadline.received_on),
            "changed": None if changed_on is None else self._day(changed_on),
        }
        if due is not None:
            self.words |= {"due": self._day(due), "is_late": due < self.dated}

    def _answer(self) -> AnswerDecision:
        case = self._case
        self._require_settings("mediator")
        cycle = case.answer_cycles[-1]
        answer = case.answer_of(cycle)
        if answer is None:
            self._miss("case.answer", None, _NO_ANSWER)
            return AnswerDecision.FOUNDED
        if answer.collective:
            self._miss("case.answer.collective", answer.collective, _COLLECTIVE)
        self.dated = case.day_of(cycle.answered_at)  # type: ignore[arg-type]  # an answered cycle has its instant
        self.words["reasons"] = self._text("case.answer.text", answer.text)
        self.words["remedies"] = self._text("case.answer.remedies", answer.remedies)
        self.words["acts"] = self._acts()
        self.words["enclosed"] = self._enclosed()
        self.words["provider"] = self._text("case.answer.provider", answer.provider)
        texts = [self.words["reasons"], self.words["remedies"]]
        self.words["has_apology"] = any(text is not None and _APOLOGY.search(text) for text in texts)
        return answer.decision

    def _redirection(self, redirected_to: str | None, redirection: RedirectionKind | None) -> None:
        case, closure = self._case, self._case.closure
        if case.admissibility is not Admissibility.OUT_OF_SCOPE:
            self._miss("case.admissibility", case.admissibility, _IN_SCOPE)
            return
        if case.complainant is not None and not case.is_redirection_announced:
            self._miss("case.facts.nature", case.facts.nature, _SATISFIED)  # type: ignore[union-attr]  # of a note
        recorded = None if closure is None else closure.redirected_to
        if recorded is not None and closure is not None:
            redirection = closure.redirection
            if closure.told_at is not None:
                self.dated = case.day_of(closure.told_at)
            if redirected_to is not None:
                self._miss("redirected_to", REDACTED, _TWICE)
        elif redirected_to is None or not redirected_to.strip():
            self._miss("redirected_to", redirected_to, _NOWHERE)
        self.words["redirected_to"] = self._text("case.closure.redirected_to", recorded) or self._written(redirected_to)
        self.words["redirection"] = None if redirection is None else redirection.value
        self._privacy()
        if self._policy is not None and isinstance(case.facts, ComplaintFacts):
            decision = self._policy.assess(case.facts, case.terms.business_calendar).eligibility
            self.words |= self._survey_note(self._policy, case.facts)
            self.words["is_information_request"] = case.facts.nature is Nature.INITIAL_INFORMATION_REQUEST
            self.words["explanation"] = decision.explain(self._lang, audience=Audience.COMPLAINANT)

    def _survey_note(self, policy: Policy, facts: ComplaintFacts) -> dict[str, Any]:
        """Return whether a message is a reply to the survey, its note and the threshold, and whether it is below."""
        note, threshold = facts.satisfaction, policy.parameters.survey.threshold
        label = FACTS["satisfaction"].domain.label
        return {
            "is_reply": facts.channel is Channel.SURVEY,
            "is_low": not isinstance(note, Missing) and note < threshold,
            "note": None if isinstance(note, Missing) else label(note, self._lang),
            "threshold": label(threshold, self._lang),
        }

    def _closing(self) -> None:
        case, closure = self._case, self._case.closure
        if closure is None or case.closed_at is None:
            self._miss("case.closure", None, _NOT_CLOSED)
            return
        if closure.reason is ClosingReason.OUT_OF_SCOPE:
            self._miss("case.closure.reason", closure.reason, _REDIRECTED)
            return
        self.dated = case.day_of(case.closed_at)
        self.words |= {"reason": closure.reason.value, "closed": self._day(self.dated)}
        if closure.reason is ClosingReason.ANSWERED:
            self._require_settings("mediator")
            answered = [cycle.answered_at for cycle in case.answer_cycles if cycle.answered_at is not None]
            self.words |= {"answered": self._day(case.day_of(answered[-1])), "acts": self._acts()}
        elif closure.reason is ClosingReason.WITHDRAWN and case.withdrawn_at is not None:
            self.words["withdrawn"] = self._day(case.day_of(case.withdrawn_at))
        else:
            original = self._original
            if original is None or has_same_author(case, original) is not True:
                self._miss("case.closure.reason", closure.reason, _OTHER_AUTHOR)
                return
            self.words["duplicate_of"] = verbatim(original.reference)

    def _enclosed(self) -> list[str | None]:
        """Return the names of the files that the complainant sent, by the date of the letter."""
        case = self._case
        names = [
            case.read(document.name)
            for event in case.history
            if isinstance(event.data, SupportAdded) and case.day_of(event.occurred_at) <= self.dated
            if event.data.kind in _OF_COMPLAINANTS or event.data.answers_request
            for document in event.data.documents
        ]
        return [_typed(name) for name in names if name is not None]

    def _acts(self) -> list[dict[str, str | None]]:
        """Return the curative actions for this case alone, as the plans prove them on the date of the letter."""
        acts = (
            self._act(action, part)
            for part in self._plans
            for action in part.actions
            if action.type is ActionType.CURATIVE
            and set(action.cases) == {self._case.reference}
            and action.abandonment is None
            and self._case.day_of(action.added) <= self.dated
        )
        return [act for act in acts if act is not None]

    def _act(self, action: Action, part: PlanPart) -> dict[str, str | None] | None:
        what = part.read(action.what)
        done = None if action.done is None or action.evidence is None else self._case.day_of(action.done)
        if what is None:
            return None
        stated = self._written(what)
        if done is not None and done <= self.dated:
            return {"what": stated, "done": self._day(done), "planned": None}
        if action.planned is not None and action.planned >= self.dated:
            return {"what": stated, "done": None, "planned": self._day(action.planned)}
        return None

    def _require_settings(self, *names: str) -> None:
        settings = attrs.asdict(self._settings, recurse=False)
        for name in names:
            value = settings[name]
            self.words[name] = self._written(value) if name in _IN_A_SENTENCE else _typed(value)
            if value is None:
                self._miss(f"settings.{name}", None, _SETTING[name])

    def _text(self, path: str, sealed: object) -> str | None:
        """Return a text of the case; a fault if it was erased."""
        if sealed is None:
            return None
        words = self._case.read(sealed)
        if words is None:
            self._miss(path, REDACTED, _ERASED)
        return self._written(words)

    def _written(self, words: str | None) -> str | None:
        """Return a text that an agent wrote, with the apostrophe of the letter; the rest of its typography stays."""
        return _typed(words if words is None or self._lang == "en" else _APOSTROPHE.sub("’", words))

    def _miss(self, path: str, value: object, expected: Wording) -> None:
        self.faults.append(Fault(path, value, expected))

    def _day(self, day: date) -> str:
        return in_words(day, self._lang)


_OF_COMPLAINANTS: Final = frozenset({SupportKind.LETTER, SupportKind.EMAIL, SupportKind.FORM})
"""The kinds of supports whose files are those of the complainant; an answer to a request for information is, too."""
_APOLOGY: Final = re.compile(
    r"\b(?:nos|mes|toutes nos|nos plus sincères) excuses\b|\bexcusez|\bdésolée?s?\b|\bapolog|\bsorry\b", re.IGNORECASE
)
"""The words by which an agent apologises: the letter does not apologise twice."""


def _months(months: int, lang: Lang) -> str:
    """Return a duration in months, in whole years if it is some: "un an", "18 mois"."""
    years, rest = divmod(months, 12)
    if rest:
        return f"{months} mois" if lang == "fr" else f"{months} month{'' if months == 1 else 's'}"
    if lang == "fr":
        return "un an" if years == 1 else f"{years} ans"
    return "one year" if years == 1 else f"{years} years"


# Templates

_TAGS: Final = ("h1", "p", "ul", "li", "br", "strong")
_HIDDEN: Final = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Characters without a width, and those that change the direction of what follows."""
_CONTROLS: Final = re.compile("[\x7f-\x9f\u2028\u2029]")
_SPACES: Final = re.compile("[ \t\n\r\f]+")
_APOSTROPHE: Final = re.compile(r"(?<=[^\W\d_])'(?=[^\W_])")
_UNDEFINED: Final = re.compile(r"'(\w+)' is undefined")
_BROKEN: Final = Wording("une opération qui échoue", "an operation fails")


def _clean(text: str) -> str:
    """Return a text without the characters that no format shows, or that move the words around them."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", _HIDDEN.sub("", readable(text)))


def _lines(*texts: str | None) -> tuple[str, ...]:
    """Return the lines of texts that are not blank."""
    found = (_SPACES.sub(" ", _clean(line)).strip() for text in texts if text for line in text.splitlines())
    return tuple(line for line in found if line)


@cache
def _environment(folder: Path | None) -> Any:
    try:
        from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment
        from markupsafe import Markup, escape
    except ImportError as error:
        raise MissingExtraError("Jinja2", "letters") from error

    def paragraphs(text: str) -> Markup:
        typed = "\n".join(text.strip(MARKS).strip().splitlines())
        chunks = (chunk.split("\n") for chunk in re.split(r"\n\s*\n", typed))
        breaks = (Markup("<br>").join(escape(verbatim(line)) for line in chunk) for chunk in chunks)
        return Markup("").join(Markup("<p>{}</p>").format(chunk) for chunk in breaks)

    def explained(text: str) -> Markup:
        lines = [(line.startswith("- "), escape(line.removeprefix("- "))) for line in text.splitlines()]
        forms = {True: Markup("<li>{}</li>"), False: Markup("<p>{}</p>")}
        return Markup("").join(forms[is_item].format(line) for is_item, line in lines)

    own = [] if folder is None else [FileSystemLoader(folder)]
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*own, PackageLoader("reclamation_core.reporting", "templates/letters")]),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"paragraphs": paragraphs, "explained": explained}
    return environment


def _rendered(
    name: str, words: Mapping[str, Any], folder: Path | None, lang: Lang
) -> tuple[str, tuple[LetterBlock, ...]]:
    """Return the subject and the blocks that a template makes.

    Raises:
        LetterTemplateError: the template is wrong.
    """
    environment = _environment(folder)
    from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

    try:
        _require_known(folder, environment)
        page = environment.get_template(name).render(words)
    except TemplateSyntaxError as error:
        problem = Wording("syntaxe de Jinja incorrecte", f"{error.message}")
        raise LetterTemplateError(str(error.filename), error.lineno, problem) from None
    except TemplateNotFound as error:
        problem = Wording(f"le modèle « {error} » est introuvable", f"template {str(error)!r} is not found")
        raise LetterTemplateError(*_place(error, name), problem) from None
    except UndefinedError as error:
        [variable] = _UNDEFINED.findall(str(error)) or ["?"]
        known = ", ".join(sorted(words))
        problem = Wording(
            f"la variable « {variable} » n'existe pas ; ce courrier a {known}",
            f"there is no variable {variable!r}; this letter has {known}",
        )
        raise LetterTemplateError(*_place(error, name), problem) from None
    except LetterTemplateError:
        raise
    except Exception as error:  # noqa: BLE001  whatever a template does; its message may have a personal text
        kind = type(error).__name__
        problem = Wording(f"{_BROKEN.fr} ({kind})", f"{_BROKEN.en} ({kind})")
        raise LetterTemplateError(*_place(error, name), problem) from None
    parser = _LetterParser()
    try:
        parser.feed(page)
        parser.close()
        return parser.result(lang)
    except ValueError as error:
        file = environment.get_template(name).filename
        raise LetterTemplateError(str(file), None, Wording(*error.args)) from None


def _require_known(folder: Path | None, environment: Any) -> None:
    """Refuse a folder with a template that no letter uses: a slip in its name.

    Raises:
        LetterTemplateError: there is one.
    """
    if folder is None:
        return
    if not folder.is_dir():
        raise LetterTemplateError(str(folder), None, _PLACES["templates"][1])
    own, library = environment.loader.loaders
    known = set(library.list_templates())
    strange = [name for name in own.list_templates() if name.endswith(".html") and name not in known]
    unused = [name for name in strange if not name.rpartition("/")[2].startswith("_")]
    if unused:
        names = ", ".join(name for name in sorted(known) if "/_" not in name)
        problem = Wording(f"aucun courrier n'a ce nom : {names}", f"no letter has that name: {names}")
        raise LetterTemplateError(str(folder / unused[0]), None, problem)


def _place(error: BaseException, name: str) -> tuple[str, int | None]:
    """Return the file and the line of the template where an error was raised."""
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    found = [(file, line) for file, line in frames if file.endswith(".html")]
    return found[-1] if found else (name, None)


class _LetterParser(HTMLParser):
    """Reads the blocks of a page of few elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[tuple[str, list[LetterRun]]] = []
        self._open: str | None = None
        self._strong = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        del attributes
        if tag not in _TAGS:
            known = ", ".join(f"<{name}>" for name in _TAGS)
            raise ValueError(
                f"l'élément <{tag}> n'est pas de ceux d'un courrier : {known}",
                f"the element <{tag}> is not one of a letter: {known}",
            )
        if tag == "strong":
            self._strong = True
        elif tag == "br":
            self._add("\n")
        elif tag != "ul":
            if self._open is not None:
                raise ValueError(
                    f"l'élément <{tag}> est dans un <{self._open}>", f"the element <{tag}> is inside a <{self._open}>"
                )
            self._open = tag
            self._blocks.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        if tag == "strong":
            self._strong = False
        elif tag == self._open:
            self._open = None

    def handle_data(self, data: str) -> None:
        self._add(_SPACES.sub(" ", _clean(data)))

    def _add(self, text: str) -> None:
        if self._open is not None:
            self._blocks[-1][1].append(LetterRun(text, self._strong))
        elif text.strip():
            raise ValueError(
                "un texte est hors de tout paragraphe : écrivez <p>…</p>",
                "a text is outside any paragraph: write <p>…</p>",
            )

    def result(self, lang: Lang) -> tuple[str, tuple[LetterBlock, ...]]:
        """Return the subject and the blocks, those without a word left out."""
        blocks = [(tag, LetterBlock(_trimmed(runs, lang), tag == "li")) for tag, runs in self._blocks]
        subjects = [block.text.replace("\n", " ") for tag, block in blocks if tag == "h1"]
        body = tuple(block for tag, block in blocks if tag != "h1" and block.text.strip())
        if len(subjects) != 1 or not subjects[0].strip() or not body:
            raise ValueError(
                "un seul <h1>, l'objet du courrier, et au moins un paragraphe sont attendus",
                "one <h1>, the subject of the letter, and at least one paragraph are expected",
            )
        return subjects[0], body


def _trimmed(runs: Iterable[LetterRun], lang: Lang) -> tuple[LetterRun, ...]:
    """Return runs with the spaces of the typography of the language, and without those at the ends of lines."""
    found: list[LetterRun] = []
    for run in runs:
        if found and run.text.startswith("\n"):
            found[-1] = attrs.evolve(found[-1], text=found[-1].text.rstrip(" "))
        is_start = not found or found[-1].text.endswith((" ", "\n"))
        words = run.text.lstrip(" ") if is_start else run.text
        if words:
            found.append(attrs.evolve(run, text=words))
    if found:
        found[-1] = attrs.evolve(found[-1], text=found[-1].text.rstrip())
    return tuple(attrs.evolve(run, text=typeset(run.text, lang)) for run in found if run.text)
