"""All the laws of a policy."""

from __future__ import annotations

from collections.abc import Collection

from reclamation_core.policy import Policy
from reclamation_core.testing.laws import level, risk, scope, table
from reclamation_core.testing.laws.law import Law, check_all


def policy_laws() -> tuple[Law[Policy], ...]:
    """The laws that an edition of the procedure keeps, each a value that can be checked alone.

    >>> next(law.id for law in policy_laws() if law.clause == "M2-1 §1.6")
    'an-opinion-is-out-of-scope'
    """
    return (
        table.proved,
        table.rows_fire,
        table.rows_are_sourced,
        table.completed,
        table.settled,
        table.explained,
        table.written,
        scope.low_note,
        scope.high_note,
        scope.lower_note,
        scope.initial_request,
        scope.opinion,
        scope.no_requirement,
        scope.deadline_in_scope,
        scope.edition_deadline,
        level.never_falls,
        level.highest_wins,
        level.mobilised,
        level.lowest_meanwhile,
        risk.never_falls,
        risk.highest_touched,
        risk.product,
        risk.judged_likelihood,
        risk.gravest,
    )


def check_policy_laws(policy: Policy, *, exempt: Collection[str] = ()) -> None:
    """Check an edition against every law: its tables, what is a complaint, who handles it, how grave it is.

    Args:
        policy: one's own.
        exempt: the ids of laws that are left out, because the edition, the calendar or the desk breaks them on purpose.

    Raises:
        LawsBrokenError: some are not kept; an AssertionError that has each with its clause and its witness.
        TypeError: it is no edition.
        ValueError: an exemption names no law.

    >>> from reclamation_core.policy import m2_1
    >>> check_policy_laws(m2_1())
    """
    check_all(policy_laws(), policy, exempt)
