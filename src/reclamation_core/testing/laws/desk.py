"""All the laws of a desk."""

from __future__ import annotations

from collections.abc import Collection

from reclamation_core.testing.laws import case, looking, plan
from reclamation_core.testing.laws.law import Law, check_all
from reclamation_core.testing.laws.stage import MakeDesk


def desk_laws() -> tuple[Law[MakeDesk], ...]:
    """The laws that a desk keeps, whatever its store, its editions and its sites; each can be checked alone.

    What is checked is a callable that gives a new desk each time; it is released after use.

    >>> next(law.id for law in desk_laws() if law.reading == "I17")
    'forgetting-leaves-the-story'
    """
    return (
        case.the_fold,
        case.written,
        case.refusals,
        case.judged_risks,
        case.reopening,
        case.re_routing,
        case.no_number,
        case.correcting,
        case.forgetting,
        case.one_source,
        case.malfunctions,
        looking.told_once,
        looking.never_lost,
        looking.the_feed,
        looking.what_is_kept,
        looking.scoped,
        plan.goes_its_course,
        plan.written,
    )


def check_desk_laws(make_desk: MakeDesk, *, exempt: Collection[str] = ()) -> None:
    """Check the desks that something makes against every law: cases, alerts, the feed, what is found.

    Args:
        make_desk: gives a new desk, on one's own store, editions and sites; its clock tells an instant for which there
            is an edition.
        exempt: the ids of laws that are left out, because the edition, the calendar or the desk breaks them on purpose.

    Raises:
        LawsBrokenError: some are not kept; an AssertionError that has each with its clause and its witness.
        TypeError: it makes no desks, or is a desk itself.
        ValueError: a desk that it makes has cases already; or an exemption names no law.

    >>> from reclamation_core import Desk
    >>> check_desk_laws(Desk.in_memory)
    """
    check_all(desk_laws(), make_desk, exempt)
