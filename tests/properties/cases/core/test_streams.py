"""Texts of event streams: no display shows them, and erasing them changes nothing else."""

from typing import Any

import attrs
from hypothesis import given

from reclamation_core.cases import Case, CaseCommand, CommandRefusedError, Vault, handle_command
from reclamation_core.cases.events import SupportAdded
from reclamation_core.cases.texts import commitments
from reclamation_core.vocabulary import Role
from tests.properties.cases.core.streams import ACTS, MARK, lives
from tests.unit.cases.core.life import around, next_hour


@given(lives(), ACTS)
def test_no_text_shows_in_what_is_printed_of_cases_events_commands_and_refusals(case: Case, act: Any) -> None:
    command = CaseCommand(data=act, actor=MARK, role=Role.HANDLING_UNIT, occurred_at=next_hour(case))
    shown = [repr(case), str(case), repr(case.events), str(case.events), repr(act), repr(command), repr(case.vault)]
    try:
        decided = handle_command(case, command, around(next_hour(case)))
    except (CommandRefusedError, TypeError) as refusal:
        shown += [str(refusal), repr(refusal), repr(refusal.args)]
        shown += [refusal.in_("fr")] if isinstance(refusal, CommandRefusedError) else []
    else:
        shown += [repr(decided), repr(decided.secrets), str(decided.event)]
    assert not [text for text in shown if "phyrine" in text or "Quatrebarbes" in text]


@given(lives())
def test_erasing_changes_neither_the_state_nor_the_chain(case: Case) -> None:
    told = Case.from_events(case.events, Vault())
    assert attrs.evolve(told, vault=case.vault) == case
    assert told.events == case.events
    assert {told.read(text) for event in told.events for text in commitments(event.data)} <= {None}
    texts = {text for event in case.events for text in commitments(event.data)}
    supports = [event.data for event in case.events if isinstance(event.data, SupportAdded)]
    of_documents = {text for support in supports for one in support.documents for text in commitments(one)}
    assert all(MARK in str(case.read(text)) for text in texts - of_documents)
    assert None not in {case.read(text) for text in of_documents}
