"""An action: what was decided, and what its history has made of it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Final

import attrs

from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.codes import ScopeKind
from reclamation_core.cases.plain import plain
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.texts import Commitment, Text, Vault, free, personal
from reclamation_core.markup import html_of
from reclamation_core.plans.codes import ActionOrigin, ActionStatus, ActionType, Effectiveness, Priority
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import coded, day, each_a_label, each_once, label, member_of, optional, refuse_value
from reclamation_core.vocabulary import Level
from reclamation_core.wording import ChosenFrom, Wording, day_text, labelled

_SITE_OR_LEVEL: Final = Wording(
    "le site où l'action est menée, ou le niveau, est attendu, et pas les deux",
    "the site where the action is done, or the level, is expected, and not both",
)

_SHORT_CODE: Final = re.compile("[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_NEW_REFERENCE: Final = Wording(
    "un code de 40 caractères au plus est attendu, comme A-12 : lettres sans accent, chiffres et tirets",
    "a code of at most 40 characters is expected, such as A-12: letters without accents, digits and dashes",
)
PLACE: Final = Wording("Numéro, origine et lieu", "Number, origin and place")
_FINDING: Final = Wording("Constat et exigence", "Finding and requirement")
_MEANS: Final = Wording("Moyens et suivi", "Resources and follow-up")
_CRITERION: Final = Wording(
    "À quoi on verra que l'action a eu l'effet attendu. Il se fixe avant la réalisation.",
    "What will show that the action had the expected effect. It is set before the action is done.",
)
_NUMBER: Final = Wording(
    "Lettres sans accent, chiffres et tirets, 40 caractères au plus. Il ne change plus ensuite.",
    "Letters without accents, digits and dashes, at most 40 characters. It does not change afterwards.",
)


def _type(value: ActionType | str) -> ActionType:
    return coded(ActionType, value)  # type: ignore[no-any-return]


def _origin(value: ActionOrigin | str) -> ActionOrigin:
    return coded(ActionOrigin, value)  # type: ignore[no-any-return]


def _level(value: Level | str | None) -> Level | None:
    return coded(Level, value)  # type: ignore[no-any-return]


def _priority(value: Priority | str) -> Priority:
    return coded(Priority, value)  # type: ignore[no-any-return]


def _instead_of_site(sheet: ActionSheet, attribute: attrs.Attribute[Any], value: Level | None) -> None:
    if (sheet.site is None) == (value is None):
        refuse_value(attribute.name, value, _SITE_OR_LEVEL)


OPEN_STATUSES: Final = (ActionStatus.TO_DO, ActionStatus.IN_PROGRESS)
"""The statuses of an action that is not done."""
ENDED_STATUSES: Final = (ActionStatus.CLOSED, ActionStatus.ABANDONED)
"""The statuses of an action of which nothing more is awaited."""
LEVELS: Final = {ScopeKind.REGION: Level.REGIONAL, ScopeKind.NATION: Level.NATIONAL}
"""The level of an action that has no site, by the kind of its plan."""


def _after_planned(sheet: ActionSheet, attribute: attrs.Attribute[Any], value: date | None) -> None:
    if value is not None and sheet.planned is not None and value < sheet.planned:
        expected = Wording(
            f"une date à partir de celle de l'action, {sheet.planned:%d/%m/%Y}, est attendue",
            f"a date on or after that of the action, {day_text(sheet.planned, 'en')}, is expected",
        )
        refuse_value(attribute.name, value, expected)


@attrs.frozen(kw_only=True, cache_hash=True)
class ActionSheet(SharedRepr):
    """What is decided of an action (fiche d'action): given when it is added, and whole again when it is amended.

    Args:
        reference: its number; it stays. That of a new action is a short code: letters without accents, digits and
            dashes, at most 40.
        type: what it is for.
        origin: where it comes from.
        origin_reference: the reference of where it comes from: an audit's finding, a survey's wave.
        cases: the cases that it serves, by their references.
        process: the process concerned, as a label (PCS).
        site: the site where it is done;
        level: or the level, where it is not a site's.
        cause_family: the family of the cause that it acts on, so that recurrence can be counted.
        cause: the cause, in words. Source: M2-1 §4.1.
        finding: what was found.
        requirement: the requirement concerned.
        what: the action itself.
        priority: how pressing it is.
        owner: who answers for it.
        resources: what it takes.
        planned: the day by which it is to be done.
        criterion: how its effectiveness will be judged.
        check_on: when.
        spread: the other sites that it is extended to.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.
    """

    reference: str = attrs.field(validator=label, metadata=labelled("numéro", "number", _NUMBER, group=PLACE))
    type: ActionType = attrs.field(
        converter=_type, validator=member_of(ActionType), metadata=labelled("type d'action", "type of action")
    )
    origin: ActionOrigin = attrs.field(
        converter=_origin, validator=member_of(ActionOrigin), metadata=labelled("origine", "origin", group=PLACE)
    )
    origin_reference: str | None = attrs.field(
        default=None,
        validator=optional(label),
        metadata=labelled("référence de l'origine", "reference of the origin", group=PLACE),
    )
    cases: tuple[str, ...] = attrs.field(
        default=(), converter=each_once, validator=each_a_label, metadata=labelled("dossiers", "cases")
    )
    process: str | None = attrs.field(
        default=None, validator=optional(label), metadata=labelled("processus", "process", group=PLACE)
    )
    site: str | None = attrs.field(
        default=None,
        validator=optional(label),
        metadata=labelled("centre", "site", chosen_from=ChosenFrom.SITES, group=PLACE),
    )
    level: Level | None = attrs.field(
        default=None,
        converter=_level,
        validator=[optional(member_of(Level)), _instead_of_site],
        metadata=labelled("niveau", "level", group=PLACE),
    )
    cause_family: str | None = attrs.field(
        default=None,
        validator=optional(label),
        metadata=labelled("famille de cause", "family of the cause", chosen_from=ChosenFrom.CAUSE_FAMILIES),
    )
    cause: Text | None = free(default=None, metadata=labelled("cause", "cause"))
    finding: Text | None = free(default=None, metadata=labelled("constat", "finding", group=_FINDING))
    requirement: Text | None = free(default=None, metadata=labelled("exigence", "requirement", group=_FINDING))
    what: Text = free(
        metadata=labelled(
            "action",
            "action",
            Wording(
                "D'une action curative, cet intitulé est repris dans le courrier au client : adressez-vous à lui (« "
                "vous »).",
                "Of a curative action, the letter to the client has these words: address the client ('you').",
            ),
        )
    )
    priority: Priority = attrs.field(
        default=Priority.NORMAL,
        converter=_priority,
        validator=member_of(Priority),
        metadata=labelled("priorité", "priority", group=_MEANS),
    )
    owner: Text = personal(metadata=labelled("pilote", "owner"))
    resources: Text | None = free(default=None, metadata=labelled("moyens", "resources", group=_MEANS))
    planned: date | None = attrs.field(
        default=None, validator=optional(day), metadata=labelled("échéance", "due date", is_required=True)
    )
    criterion: Text | None = free(
        default=None, metadata=labelled("critère d'efficacité", "effectiveness criterion", _CRITERION, is_required=True)
    )
    check_on: date | None = attrs.field(
        default=None,
        validator=[optional(day), _after_planned],
        metadata=labelled("efficacité à évaluer le", "effectiveness check on", group=_MEANS),
    )
    spread: tuple[str, ...] = attrs.field(
        default=(),
        converter=each_once,
        validator=each_a_label,
        metadata=labelled("généralisée à", "extended to", chosen_from=ChosenFrom.SITES, group=_MEANS),
    )

    @property
    def cites_cause(self) -> bool:
        """Whether it names a cause: its family, and the cause in words."""
        return self.cause_family is not None and self.cause is not None


def new_action(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse the sheet of a new action whose reference is no short code; stored actions may have another reference.

    The reference is part of addresses, file names, headings and sentences.
    """
    if isinstance(value, ActionSheet) and _SHORT_CODE.fullmatch(value.reference) is None:
        refuse_value(f"{attribute.name}.reference", value.reference, _NEW_REFERENCE)


@attrs.frozen(kw_only=True)
class Judgement(SharedRepr):
    """Whether an action was effective: its author, date and grounds."""

    effectiveness: Effectiveness
    at: datetime
    by: Commitment
    why: Text | None


@attrs.frozen(kw_only=True)
class Abandonment(SharedRepr):
    """When and why an action was given up."""

    at: datetime
    reason: Text | None


@attrs.frozen(kw_only=True)
class Reopening(SharedRepr):
    """When and why an action was opened again: a reason given, or a case of the same cause.

    Args:
        at: when.
        reason: the reason, if it was given.
        case: the case of the same cause; None if there is none, or if the reader may not know it.
        cause_family: the family of that cause; None if it was reopened for another reason.
    """

    at: datetime
    reason: Text | None
    case: str | None
    cause_family: str | None

    @property
    def recurrence(self) -> Wording | None:
        """The recurrence that reopened it, as a sentence; None where it was reopened for another reason.

        Its family has the name that this library proposes, as in `recurrence_among`.
        """
        return self.recurrence_among(TRAINING_BODY)

    def recurrence_among(self, families: Taxonomy) -> Wording | None:
        """The same, the family under the name that it has among one's own; its code where it is none of them."""
        if self.cause_family is None:
            return None
        named = families.named(self.cause_family)
        fr, en = (
            ("un dossier d'un autre centre", "a case of another site")
            if self.case is None
            else (f"le dossier {self.case}", f"case {self.case}")
        )
        return Wording(
            f"récurrence : {fr} a la même famille de cause « {named.fr} »",
            f"recurrence: {en} has the same family of cause {named.en!r}",
        )


@attrs.frozen(kw_only=True)
class Action(ActionSheet):
    """An action on a plan, as its history has made it; only replaying events makes one.

    Args:
        added: when it was put on the plan.
        started: when its first progress happened.
        done: when it was done.
        evidence: what shows it.
        judgement: the judgement of its effectiveness.
        follow_ups: the actions that follow it up, where it was not effective.
        closed: when it was closed.
        abandonment: when and why it was given up.
        reopenings: when and why it was opened again.
    """

    added: datetime
    started: datetime | None = None
    done: datetime | None = None
    evidence: Text | None = None
    judgement: Judgement | None = None
    follow_ups: tuple[LineReference, ...] = ()
    closed: datetime | None = None
    abandonment: Abandonment | None = None
    reopenings: tuple[Reopening, ...] = ()

    @property
    def sheet(self) -> ActionSheet:
        """What is decided of it."""
        fields = attrs.asdict(self, recurse=False)
        return ActionSheet(**{field.name: fields[field.name] for field in attrs.fields(ActionSheet)})

    @property
    def status(self) -> ActionStatus:
        """How far it has come."""
        reached = (
            (self.abandonment, ActionStatus.ABANDONED),
            (self.closed, ActionStatus.CLOSED),
            (self.judgement, ActionStatus.VERIFIED),
            (self.done, ActionStatus.DONE),
            (self.started, ActionStatus.IN_PROGRESS),
        )
        return next((status for mark, status in reached if mark is not None), ActionStatus.TO_DO)

    @property
    def effectiveness(self) -> Effectiveness | None:
        """Whether it was judged effective; None while it is not judged."""
        return None if self.judgement is None else self.judgement.effectiveness

    @property
    def latest(self) -> datetime | None:
        """When the last thing that counts for its state happened; None where nothing has yet.

        Putting it on the plan does not count: what was done at once is often written down afterwards.
        """
        marks = (
            self.started,
            self.done,
            None if self.judgement is None else self.judgement.at,
            self.closed,
            None if self.abandonment is None else self.abandonment.at,
            self.reopenings[-1].at if self.reopenings else None,
        )
        return max((mark for mark in marks if mark is not None), default=None)

    def is_late(self, on: date) -> bool:
        """Return True if it is to be done or in progress on a day that is after the planned one."""
        return self.status in OPEN_STATUSES and self.planned is not None and self.planned < on

    def status_in_words(self, on: date) -> Wording:
        """Return its status on a day, with its lateness: what every list and document of actions shows."""
        return self.status.in_words(is_late=self.is_late(on))

    def has_check_due(self, until: date) -> bool:
        """Return True if its effectiveness is still to be judged, on a day until this one."""
        is_awaited = self.judgement is None and self.abandonment is None
        return is_awaited and self.check_on is not None and self.check_on <= until

    def charted_from(self, *, of_signal: bool) -> datetime | None:
        """Return when it was done, if its effect has a chart: a family of causes or a signal says what to count."""
        return self.done if of_signal or self.cause_family is not None else None

    @property
    def settled_at(self) -> datetime | None:
        """When nothing more was awaited: closed with its effectiveness judged, or abandoned with a reason; else None.

        Source: the closing table (interpretation I27).
        """
        if self.abandonment is not None:
            return None if self.abandonment.reason is None else self.abandonment.at
        return None if self.judgement is None else self.closed

    def to_document(self, vault: Vault | None = None) -> dict[str, Any]:
        """Return the action as plain data; `document_schema("view.action")` describes it.

        Args:
            vault: the texts of its plan, to include them; by default each is null.
        """
        return plain(action_view(self), vault)

    def _repr_html_(self) -> str:
        return html_of(self, "reclamation_core.plans.rendering")


@attrs.frozen(kw_only=True)
class ActionView(Action):
    """An action on a plan as plain data (action). A text is null once it is erased, and where texts are left out.

    Args:
        status: how far it has come.
        effectiveness: whether it was judged effective; null while it is not judged.
    """

    status: ActionStatus
    effectiveness: Effectiveness | None


def action_view(action: Action) -> ActionView:
    """Return the view of an action, with its texts sealed."""
    fields = attrs.asdict(action, recurse=False)
    return ActionView(**fields, status=action.status, effectiveness=action.effectiveness)
