"""Letters to complainants (courriers): the facts that each one states, and the templates that a host may replace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from traceback import walk_tb
from typing import Any, Final

import attrs

from reclamation_core.calendars.codes import in_words, month_in_words
from reclamation_core.cases import Admissibility, AnswerDecision, Case, CaseKind, ClosingReason, LinkKind
from reclamation_core.cases.events import Acknowledged
from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.files import read_toml
from reclamation_core.errors import REDACTED, ErrorKind, Fault, FaultsError, MissingExtraError, WordedError
from reclamation_core.plans import Action, ActionType, LineReference, PlanPart
from reclamation_core.reporting.report import readable
from reclamation_core.validators import is_storable, refuse_value
from reclamation_core.vocabulary import FACTS
from reclamation_core.wording import MARKS, Lang, Wording, typeset, verbatim


class LetterKind(LabelledEnum):
    """What a letter is for (type de courrier)."""

    ACKNOWLEDGEMENT = "acknowledgement", "accusé de réception", "acknowledgement"
    INFORMATION_REQUEST = "information_request", "demande de précisions", "request for information"
    ANSWER = "answer", "réponse", "answer"
    REDIRECTION = "redirection", "réorientation", "redirection"
    CLOSING = "closing", "clôture", "closing"


_SETTING: Final = {
    "organisation": Wording("le nom de l'organisme", "the name of the organisation"),
    "address": Wording("l'adresse de l'organisme", "the address of the organisation"),
    "signatory": Wording("le nom du signataire", "the name of the signatory"),
    "signatory_title": Wording("la fonction du signataire", "the position of the signatory"),
    "mediator": Wording("le nom et l'adresse du médiateur", "the name and address of the mediator"),
}
_TEXT: Final = Wording("un texte non vide", "a text that is not blank")


def _setting(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not (isinstance(value, str) and value.strip() and is_storable(value)):
        refuse_value(f"settings.{attribute.name}", REDACTED, _TEXT)


def _path(value: str | Path | None) -> Path | None:
    return None if value is None else Path(value)


@attrs.frozen(kw_only=True)
class LetterSettings:
    """What letters state and the cases do not have: the sender, the signatory, the mediator.

    Each may be omitted; a letter that states one that is missing is refused, and the error names it.

    Args:
        organisation: the name of the organisation.
        address: the address of the sender, its lines separated by line breaks.
        contact: how to reach it: an e-mail address, a telephone number.
        signatory: the name of the signatory.
        signatory_title: the position of the signatory.
        mediator: the name and address of the mediator, its lines separated by line breaks.
        place: the place of the date.
        salutation: the words that a letter begins with.
        templates: a folder with templates that replace those of the library, each by its name: `fr/closing.html`.
        letterhead: a Word document whose header, footer and styles a `.docx` letter takes.
    """

    organisation: str | None = attrs.field(default=None, validator=_setting)
    address: str | None = attrs.field(default=None, validator=_setting)
    contact: str | None = attrs.field(default=None, validator=_setting)
    signatory: str | None = attrs.field(default=None, validator=_setting, repr=False)
    signatory_title: str | None = attrs.field(default=None, validator=_setting)
    mediator: str | None = attrs.field(default=None, validator=_setting)
    place: str | None = attrs.field(default=None, validator=_setting)
    salutation: str | None = attrs.field(default=None, validator=_setting)
    templates: Path | None = attrs.field(default=None, converter=_path)
    letterhead: Path | None = attrs.field(default=None, converter=_path)

    @classmethod
    def from_toml(cls, path: str | Path) -> LetterSettings:
        """Read the settings of a TOML file, one key each; `templates` and `letterhead` are relative to its folder.

        Raises:
            OSError: the file cannot be read.
            FaultsError: with every fault of the file, each with its path; unknown keys are faults.
        """
        document = read_toml(path)
        names = [field.name for field in attrs.fields(cls)]
        known = Wording(f"l'une des clés {', '.join(names)}", f"one of the keys {', '.join(names)}")
        faults = [Fault(key, REDACTED, known) for key in document if key not in names]
        faults += [
            Fault(key, REDACTED, _TEXT)
            for key, value in document.items()
            if key in names and not (isinstance(value, str) and value.strip() and is_storable(value))
        ]
        if faults:
            raise FaultsError(faults)
        paths = {name: Path(path).parent / document[name] for name in ("templates", "letterhead") if name in document}
        return cls(**(document | paths))


# The letter, which every format is written from


@attrs.frozen
class LetterRun:
    """Words of one weight; a line break is a line break of the letter."""

    text: str = attrs.field(repr=False)
    strong: bool = False


@attrs.frozen
class LetterBlock:
    """A paragraph, or an item of a list."""

    runs: tuple[LetterRun, ...]
    is_item: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)


@attrs.frozen(kw_only=True)
class Letter:
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

    def groups(self) -> Iterator[tuple[LetterBlock, ...]]:
        """Yield the blocks, consecutive items together and consecutive paragraphs together."""
        group: list[LetterBlock] = []
        for block in self.blocks:
            if group and group[-1].is_item != block.is_item:
                yield tuple(group)
                group = []
            group.append(block)
        yield tuple(group)


@attrs.define(eq=False)
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


# The facts of each letter

_MALFUNCTION: Final = Wording(
    "une demande de client ; un dysfonctionnement interne n'appelle aucun courrier",
    "a customer's message; an internal malfunction has no letter",
)
_ANONYMISED: Final = Wording(
    "un dossier dont les textes ne sont pas effacés ; aucun courrier ne peut plus être écrit",
    "a case whose texts are not erased; no letter can be written any more",
)
_UNNAMED: Final = Wording(
    "le nom du client, pour lui écrire ; le dossier ne le comporte pas, ou il a été effacé",
    "the name of the complainant to write to; the case does not have it, or it was erased",
)
_ERASED: Final = Wording("un texte qui n'a pas été effacé", "a text that was not erased")
_NO_DUE: Final = Wording(
    "un jour pour répondre ; le dossier n'en attend pas : hors du cadre, répondu, clos, ou délai suspendu",
    "a day to answer by; the case awaits none: out of scope, answered, closed, or its clock is suspended",
)
_NO_REQUEST: Final = Wording(
    "une demande de précisions sans réponse ; enregistrez-la d'abord",
    "a request for information without an answer; record it first",
)
_NO_QUESTION: Final = Wording(
    "une question au client ; celles-ci ne s'adressent qu'à l'agent",
    "a question to the complainant; these are for the agent alone",
)
_NO_ANSWER: Final = Wording(
    "une réponse pour le délai en cours ; enregistrez-la d'abord",
    "an answer of the current answer cycle; record it first",
)
_COLLECTIVE: Final = Wording(
    "une réponse adressée au client ; une réponse collective n'est pas un courrier",
    "an answer to the complainant; a collective answer is no letter",
)
_IN_SCOPE: Final = Wording(
    "une demande hors du cadre ; les autres ne sont pas réorientées",
    "a message out of scope; others are not redirected",
)
_NOWHERE: Final = Wording(
    "le service auquel la demande est réorientée ; indiquez-le, ou clôturez le dossier avec lui",
    "the service to which the message is redirected; give it, or close the case with it",
)
_TWICE: Final = Wording(
    "rien : le dossier comporte déjà le service auquel la demande est réorientée",
    "nothing: the case has the service to which the message is redirected",
)
_NOT_CLOSED: Final = Wording("un dossier clos ; clôturez-le d'abord", "a closed case; close it first")
_REDIRECTED: Final = Wording(
    "un autre motif que « hors du cadre » ; écrivez le courrier de réorientation",
    "another reason than out of scope; write the letter of redirection",
)
_KIND: Final = Wording(f"l'un des courriers {', '.join(LetterKind)}", f"one of the letters {', '.join(LetterKind)}")
_NOUN: Final = (Wording("demande", "message"), Wording("réclamation", "complaint"))
_SALUTATION: Final = Wording("Madame, Monsieur,", "Dear Sir or Madam,")
_SIGNED: Final = ("organisation", "address", "signatory", "signatory_title")


def letter_of(
    case: Case,
    kind: LetterKind | str,
    settings: LetterSettings,
    *,
    at: datetime,
    plans: Iterable[PlanPart] = (),
    redirected_to: str | None = None,
    explanation: str | None = None,
    lang: Lang = "fr",
) -> Letter:
    """Return a letter to the complainant of a case, made from what the case records and nothing else.

    A letter of what the case records (the acknowledgement, the latest open request, the answer of the latest cycle, the
    closing) has its date, as corrected last; an acknowledgement or a redirection that is not recorded has that of `at`.
    It states an action as done only if the plan has its evidence and its day is not after the date of the letter. It
    has no cause, no clause, no name other than the complainant's and the signatory's.

    Args:
        case: the case.
        kind: which letter, or its code.
        settings: the sender, the signatory, the mediator, the templates.
        at: the current instant; aware.
        plans: the parts of the plans with the actions of the case.
        redirected_to: for a redirection that is not recorded yet, the service.
        explanation: for a redirection, why the message is out of scope, as the decision explains it to a complainant.
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
    stated = _Statement(case, settings, at, lang, plans)
    template = stated.collect(kind, redirected_to)
    stated.words["explanation"] = explanation
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
    """

    def __init__(
        self, case: Case, settings: LetterSettings, at: datetime, lang: Lang, plans: Iterable[PlanPart]
    ) -> None:
        self._case, self._settings, self._lang, self._plans = case, settings, lang, tuple(plans)
        self.faults: list[Fault] = []
        self.dated = case.day_of(at)
        is_complaint = case.admissibility is Admissibility.IN_SCOPE
        self.words: dict[str, Any] = {
            "reference": verbatim(case.reference),
            "noun": _NOUN[is_complaint].in_(lang),
            "received": self._day(case.received_on),
            "contact": _typed(settings.contact),
            "salutation": _typed(settings.salutation) or _SALUTATION.in_(lang),
            "due": None,
            "is_late": False,
            "acts": [],
            "remedies": None,
        }

    def collect(self, kind: LetterKind, redirected_to: str | None) -> str:
        """Collect the facts of a letter, and return the name of its template."""
        self._require_settings(*_SIGNED)
        self.recipient = self._case.read(self._case.registration.complainant) or ""
        if not self.recipient.strip():
            self._miss("case.complainant", REDACTED, _UNNAMED)
        if redirected_to is not None and kind is not LetterKind.REDIRECTION:
            self._miss("redirected_to", REDACTED, Wording("rien pour ce courrier", "nothing for this letter"))
        match kind:
            case LetterKind.ACKNOWLEDGEMENT:
                self._acknowledgement()
            case LetterKind.INFORMATION_REQUEST:
                self._request()
            case LetterKind.ANSWER:
                return f"answer_{self._answer()}"
            case LetterKind.REDIRECTION:
                self._redirection(redirected_to)
            case _:
                self._closing()
        return kind.value

    def _acknowledgement(self) -> None:
        case = self._case
        cycle = case.answer_cycles[-1]
        sent = [
            event.occurred_at
            for event in case.history
            if isinstance(event.data, Acknowledged) and event.occurred_at >= cycle.started_at
        ]
        if sent:
            self.dated = case.day_of(sent[-1])
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
        plain = (FACTS[name].question_to_complainant for name in request.missing(case))
        self.words["questions"] = [one.in_(self._lang) for one in plain if one is not None]
        self.words["questions"] += [] if question is None else [question]
        if not self.words["questions"] and request.question is None:
            self._miss("case.information_request.facts", request.facts, _NO_QUESTION)
        self._promise(case.awaited_on)

    def _promise(self, due: date | None) -> None:
        """State the day by which an answer is due; a letter of a later day apologises, and promises no day."""
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
        return answer.decision

    def _redirection(self, redirected_to: str | None) -> None:
        case, closure = self._case, self._case.closure
        if case.admissibility is not Admissibility.OUT_OF_SCOPE:
            self._miss("case.admissibility", case.admissibility, _IN_SCOPE)
            return
        recorded = None if closure is None else closure.redirected_to
        if recorded is not None and closure is not None and closure.told_at is not None:
            self.dated = case.day_of(closure.told_at)
            if redirected_to is not None:
                self._miss("redirected_to", REDACTED, _TWICE)
        elif redirected_to is None or not redirected_to.strip():
            self._miss("redirected_to", redirected_to, _NOWHERE)
        self.words["redirected_to"] = self._text("case.closure.redirected_to", recorded) or _typed(redirected_to)

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
            [*_, original] = [link.to for link in case.links if link.kind is LinkKind.DUPLICATE_OF]
            self.words["duplicate_of"] = verbatim(original)

    def _acts(self) -> list[dict[str, str | None]]:
        """Return the curative actions for this case alone, as the plans prove them on the date of the letter."""
        acts = (
            self._act(action, part)
            for part in self._plans
            for action in part.actions
            if LineReference(part.scope, action.reference) in self._case.actions
            and action.type is ActionType.CURATIVE
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
        if done is not None and done <= self.dated:
            return {"what": verbatim(what), "done": self._day(done), "planned": None}
        if action.planned is not None and action.planned >= self.dated:
            return {"what": verbatim(what), "done": None, "planned": self._day(action.planned)}
        return None

    def _require_settings(self, *names: str) -> None:
        for name in names:
            value = getattr(self._settings, name)
            self.words[name] = _typed(value)
            if value is None:
                self._miss(f"settings.{name}", None, _SETTING[name])

    def _text(self, path: str, sealed: object) -> str | None:
        """Return a text of the case; a fault if it was erased."""
        if sealed is None:
            return None
        words = self._case.read(sealed)
        if words is None:
            self._miss(path, REDACTED, _ERASED)
        return _typed(words)

    def _miss(self, path: str, value: object, expected: Wording) -> None:
        self.faults.append(Fault(path, value, expected))

    def _day(self, day: date) -> str:
        return in_words(day, self._lang)


# Templates

_TAGS: Final = ("h1", "p", "ul", "li", "br", "strong")
_HIDDEN: Final = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Characters without a width, and those that change the direction of what follows."""
_CONTROLS: Final = re.compile("[\x7f-\x9f\u2028\u2029]")
_SPACES: Final = re.compile("[ \t\n\r\f]+")
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
