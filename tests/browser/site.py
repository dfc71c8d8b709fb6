"""A board with cases and plans at every stage, and with hostile texts, served on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI

from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.cases import NewDocument
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk
from reclamation_core.integrations.board import ActingRole, Board, HostLink
from reclamation_core.integrations.fastapi import board_router
from reclamation_core.plans import PlanScope
from reclamation_core.reporting import TextBlock
from reclamation_core.testing import builders
from reclamation_core.vocabulary import Role
from tests import asgi
from tests.unit.desk.factories import SITES, add_as_stored, at
from tests.unit.reporting.test_letters import SETTINGS

TODAY: Final = at(18)
BASE: Final = "/reclamations"
LONG: Final = "Anticonstitutionnellement" * 400
SCRIPT: Final = "<script>document.title = 'volé'</script>"
HOSTILE: Final = (
    f"{SCRIPT}<img src=x onerror=\"document.title = 'volé'\"> "
    "&lt;b&gt; {{ 7 * 7 }} ' \" \N{RIGHT-TO-LEFT OVERRIDE}txet\N{POP DIRECTIONAL FORMATTING} "
    "\N{COMBINING ACUTE ACCENT} e" + "\N{COMBINING DIAERESIS}" * 60 + " "
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} \N{ZERO WIDTH SPACE}\N{BYTE ORDER MARK} السلام عليكم " + LONG
)
"""10,000 characters without a space, markup, both directions of writing, an emoji, a lone combining mark."""
HOSTILE_NAME: Final = "</title><b>Mme</b> \N{RIGHT-TO-LEFT OVERRIDE}xuoR\N{POP DIRECTIONAL FORMATTING} " + "é" * 200
HOSTILE_REFERENCE: Final = '</title><meta http-equiv="refresh" content="0;url=http://evil.example/">'
HOSTILE_ACTION: Final = f"/pgaac/site%3ASTD/actions/{quote(HOSTILE_REFERENCE, safe='')}"
HOSTILE_CASE, UNCLEAR_CASE, ANSWERED_CASE, MALFUNCTION = (f"R-2026-{number:06d}" for number in (63, 64, 61, 62))
FIRST: Final = (
    f"/dossiers/{HOSTILE_CASE}",
    f"/dossiers/{HOSTILE_CASE}?fait=1",
    f"/dossiers/{UNCLEAR_CASE}",
    f"/dossiers/{ANSWERED_CASE}",
    f"/dossiers/{MALFUNCTION}",
    "/pgaac/site%3ACRE",
    "/pgaac/site%3ASTD",
    HOSTILE_ACTION,
    f"{HOSTILE_ACTION}/amend",
    "/",
    "/dossiers?etat=qualified&centre=CRE&tri=received&sens=desc",
    "/dossiers?q=introuvable",
    "/actions?liste=retard",
    "/actions?liste=evaluer",
    "/?suivi=Mme+Roux",
    "/recherche?q=mme",
    "/recherche?q=introuvable",
    "/page-inconnue",
)
"""Pages to begin with: a case and a plan with much in them, others with little, a list with nothing, no page."""


def fill(desk: Desk, clock: builders.FakeClock) -> None:
    """Record the cases and plans: two pages of cases, answers overdue, due today and due next, hostile texts."""
    sites = tuple(SITES)
    for number in range(60):
        clock.set(at(1 + number % 17))
        facts = builders.a_complaint(received_at=clock.now(), mobilisation=None if number % 5 else "local")
        make = (builders.a_registered_case, builders.a_qualified_case, builders.an_analysed_case)[number % 3]
        make(desk, facts, site=sites[number % len(sites)])
    clock.set(at(16))
    builders.an_answered_case(desk, builders.a_complaint(received_at=at(4)), site="CRE")
    builders.a_registered_case(desk, builders.a_malfunction(received_at=at(3)), site="STR")
    hostile = builders.an_analysed_case(
        desk, builders.a_complaint(received_at=at(2)), site="CRE", verbatim=HOSTILE, complainant=HOSTILE_NAME
    )
    desk.plan(
        hostile.reference,
        builders.an_action(reference="A-1", what=HOSTILE, owner=HOSTILE_NAME, check_on=date(2026, 6, 30)),
    )
    desk.plan(
        hostile.reference, builders.an_action(reference="A-2", check_on=date(2026, 6, 17), planned=date(2026, 6, 15))
    )
    documents = [NewDocument(name=name, content=builders.A_PDF) for name in ("courrier.pdf", HOSTILE_NAME)]
    desk.add_support(hostile.reference, kind="letter", title="le courrier", documents=documents)
    builders.a_registered_case(desk, builders.a_complaint(received_at=at(5), nature=None, requirement=None), site="STD")
    add_as_stored(desk.pgaac("STD"), builders.an_action(reference=HOSTILE_REFERENCE, site="STD"))
    plan = desk.pgaac("CRE")
    plan.finish("A-2", evidence=HOSTILE)
    plan.publish()
    plan.publish(recipients=("Direction régionale <b>", "é" * 200))
    desk.pgaac(PlanScope.nation()).publish()
    clock.set(TODAY)


def application(desk: Desk, clock: builders.FakeClock) -> FastAPI:
    """Return an application with the board at `BASE`."""
    served = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    links = [
        HostLink("Revenir à l'application <b>", "/application"),
        HostLink("Se déconnecter", BASE + "/", is_post=True),
    ]
    blocks = [
        TextBlock(name="recue", title="Pièces examinées", text="Nous avons lu votre message du {received}."),
        TextBlock(name="long", title=SCRIPT, text=HOSTILE.replace("{", "{{").replace("}", "}}")[:2000]),
        TextBlock(name="mesure", title="Mesure prise", text="Une mesure est prise le {contained}."),
    ]
    board = Board(sites=SITES, taxonomy=TRAINING_BODY, clock=clock, links=links, letters=SETTINGS, text_blocks=blocks)
    roles = [
        ActingRole(Role.RQR, label=f"RQR, {'centres de la région Provence-Alpes-Côte d’Azur, ' * 3}"),
        ActingRole(Role.HANDLING_UNIT, ("CRE",)),
    ]
    person: dict[str, Any] = {"user": lambda: "Mme Roux", "roles": lambda: roles}
    served.include_router(board_router(lambda: desk, board, **person), prefix=BASE)
    return served


@contextmanager
def seeded() -> Iterator[str]:
    """Serve a filled register; yield the address of the board."""
    clock = builders.FakeClock(at(1))
    options: Any = {"sites": SITES, "clock": clock, "taxonomy": TRAINING_BODY, "documents": InMemoryDocumentStore()}
    desk = Desk.in_memory(**options).acting("Mme Roux", Role.RQR)
    fill(desk, clock)
    with asgi.served(application(desk, clock)) as address:
        yield address + BASE
