"""Changes of the tables that bypass the library."""

from typing import Any

from reclamation_core.testing.contracts import StoreContract
from tests.unit.adapters.sqlalchemy.asking import run, unguarded

PLAN_TABLES = ("published_lines", "published_plans", "action_cases", "actions", "plan_texts", "plan_events", "plans")


class DatabaseContract(StoreContract):
    """The contract of a store, for a store in a database."""

    def rewrite_event(self, store: Any, reference: str, number: int, text: str) -> None:
        statement = (
            "UPDATE reclamation_case_events SET document = :text WHERE case_reference = :case AND number = :number"
        )
        run(store, statement, text=text, case=reference, number=number)

    def delete_case(self, store: Any, reference: str) -> None:
        unguarded(store, f"DELETE FROM reclamation_cases WHERE reference = '{reference}'")

    def rewrite_plan_event(self, store: Any, scope: str, number: int, text: str) -> None:
        statement = "UPDATE reclamation_plan_events SET document = :text WHERE scope = :scope AND number = :number"
        run(store, statement, text=text, scope=scope, number=number)

    def delete_plan(self, store: Any, scope: str) -> None:
        for table in PLAN_TABLES:
            run(store, f"DELETE FROM reclamation_{table} WHERE scope = :scope", scope=scope)
