"""The application: its tickets, the routes of the cases, and the board, on one database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel, Field
from sqlalchemy import Column, Connection, Engine, ForeignKey, Integer, MetaData, Table, Text, select

from examples.fastapi_app.people import LoggedIn, name_of
from reclamation_core import Desk, Sites
from reclamation_core.adapters import CASES, upgrade
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.integrations import fastapi as reclamation
from reclamation_core.integrations.board import ActingRole, Board
from reclamation_core.simulation import shipped

# The application's own table, with a foreign key to the cases

OWN = MetaData()
TICKETS = Table(
    "tickets",
    OWN,
    Column("number", Integer, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("site", Text, nullable=False),
)
TICKETS.append_column(Column("case_reference", ForeignKey(CASES.c.reference), nullable=False, unique=True))


def prepare(engine: Engine) -> None:
    """Create the tables of the library and the application's own, or upgrade them."""
    upgrade(engine)
    OWN.create_all(engine)


# A transaction for each request, and the desk of the person who is logged in within it

SITES = Sites.from_toml(shipped().sites)


def transaction(request: Request) -> Iterator[Connection]:
    """Yield a connection; commit before the response is sent, roll back if the request is refused."""
    with request.app.state.engine.begin() as connection:
        yield connection


Transaction = Annotated[Connection, Depends(transaction, scope="function")]


def any_desk(connection: Transaction, request: Request) -> Desk:
    """Return a desk without a person, for the readiness of the service."""
    return Desk.from_connection(connection, sites=SITES, taxonomy=TRAINING_BODY, documents=request.app.state.documents)


def roles_of(person: LoggedIn) -> list[ActingRole]:
    """Return the roles of the person who is logged in: for all sites of this person, then for each one alone."""
    alone = [(site,) for site in person.sites] if len(person.sites) > 1 else []
    return [ActingRole(person.role, sites) for sites in (person.sites, *alone)]


desk_of = reclamation.acting_desk(any_desk, user=name_of, roles=roles_of)
PersonDesk = Annotated[Desk, Depends(desk_of, scope="function")]


# The application's own routes

of_tickets: dict[str, Any] = {"prefix": "/tickets", "tags": ["tickets"]}
tickets = APIRouter(**of_tickets, route_class=reclamation.ProblemRoute, responses=reclamation.PROBLEM_RESPONSES)


class NewTicket(BaseModel):
    """A ticket to open: its subject, and the command that registers the complaint."""

    subject: str = Field(min_length=1, max_length=200, pattern="^[^\\x00]+$", examples=["Pas de formateur"])
    complaint: dict[str, Any] = Field(
        examples=[{"site": "METZ", "facts": {"type": "complaint", "received_at": "2026-06-30T09:30:00+02:00"}}]
    )


class Ticket(BaseModel):
    """A ticket, with the reference of its case."""

    number: int
    subject: str
    case: str


@tickets.post("", status_code=201, summary="Open a ticket and its complaint")
def open_ticket(new: NewTicket, connection: Transaction, desk: PersonDesk) -> Ticket:
    """Register a complaint and write a ticket: both are committed, or neither."""
    case = desk.execute(None, {**new.complaint, "type": "register"})
    ticket = {"subject": new.subject, "site": case.site, "case_reference": case.reference}
    number = connection.execute(TICKETS.insert().values(ticket).returning(TICKETS.c.number)).scalar_one()
    return Ticket(number=number, subject=new.subject, case=case.reference)


@tickets.get("", summary="List the tickets of the person's sites, newest first")
def list_tickets(connection: Transaction, person: LoggedIn) -> list[Ticket]:
    """Return the last hundred tickets."""
    query = select(TICKETS.c.number, TICKETS.c.subject, TICKETS.c.case_reference)
    if person.sites:
        query = query.where(TICKETS.c.site.in_(person.sites))
    rows = connection.execute(query.order_by(TICKETS.c.number.desc()).limit(100))
    return [Ticket(number=number, subject=subject, case=case) for number, subject, case in rows]


def create_app(engine: Engine, documents: Any = None) -> FastAPI:
    """Return the application on a database that is prepared, and a store of documents; without one, cases have none."""
    app = FastAPI(title="Help desk")
    app.state.engine = engine
    app.state.documents = documents
    app.include_router(tickets)
    embed(app)
    return app


def embed(app: FastAPI) -> None:
    """Add the routes of the cases, and the board."""
    board = Board(sites=SITES, taxonomy=TRAINING_BODY)
    app.include_router(reclamation.reclamation_router(desk_of, ready=any_desk), prefix="/api")
    app.include_router(reclamation.board_router(desk_of, board, user=name_of, roles=roles_of), prefix="/board")
    reclamation.add_schemas(app)
    reclamation.add_problem_details(app)
