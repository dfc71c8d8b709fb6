"""`manage.py reclamation nightly|verify|demo`: the daily job, the check of the register, invented cases."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections, transaction

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.desk import JobBusyError
from reclamation_core.documents.atomic_files import require_output
from reclamation_core.errors import ReclamationError
from reclamation_core.integrations.django.desks import desk
from reclamation_core.integrations.django.settings import database, options
from reclamation_core.ports import SchemaError
from reclamation_core.simulation import seed_register, shipped
from reclamation_core.validators import require, whole_number
from reclamation_core.vocabulary import Sites

_NOT_BEGUN: Final = 2
_BUSY: Final = 3
_INTERRUPTED: Final = 4


class Command(BaseCommand):
    """Jobs on the register in the database of Django."""

    help = "Travaux sur le registre des réclamations : travail quotidien, contrôle, démonstration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add a command for each job."""
        jobs = parser.add_subparsers(dest="job", required=True)
        nightly = jobs.add_parser(
            "nightly", help="Émettre les alertes, effacer ce qui doit l'être et rendre compte en JSON."
        )
        nightly.set_defaults(run=self.nightly)
        nightly.add_argument("--verify", action="store_true", help="Contrôler aussi chaque dossier et chaque plan.")
        nightly.add_argument("--report", type=Path, metavar="FICHIER", help="Où écrire le compte rendu, aussi en JSON.")
        verify = jobs.add_parser("verify", help="Rejouer chaque dossier et chaque plan, et signaler ce qui diffère.")
        verify.set_defaults(run=self.verify)
        demo = jobs.add_parser("demo", help="Remplir un registre vide de demandes inventées et de leur traitement.")
        demo.set_defaults(run=self.demo)
        demo.add_argument("--messages", type=int, default=300, metavar="N", help="Combien de demandes inventer.")

    def handle(self, *_: object, run: Callable[..., None], **given: object) -> None:
        """Run a job; exit with 2 if it is refused or the database does not answer, 3 if it is running already."""
        try:
            run(**given)
        except ReclamationError as error:
            remedy = "\nDans ce projet : manage.py migrate" if isinstance(error, SchemaError) else ""
            status = _BUSY if isinstance(error, JobBusyError) else _NOT_BEGUN
            raise CommandError(f"{error.in_('fr')}{remedy}", returncode=status) from error
        except OperationalError as error:
            raise CommandError(f"la base ne répond pas : {error}", returncode=_NOT_BEGUN) from error

    def nightly(self, verify: bool = False, report: Path | None = None, **_: object) -> None:
        """Run the daily job; exit with 1 if something failed or was found, 4 if interrupted."""
        if report is not None:
            require_output(report)
        done = desk().maintenance.nightly(verify=verify)
        document = json.dumps(done.to_document(), ensure_ascii=False)
        self.stdout.write(document)
        if report is not None:
            report.write_text(f"{document}\n", encoding="utf-8")
        if not done.is_clean:
            raise CommandError(done.to_text(), returncode=1 if done.interrupted is None else _INTERRUPTED)

    def verify(self, **_: object) -> None:
        """Check the whole register; exit with 1 if something differs."""
        found = [*desk().verify(), *desk().examine()]
        if found:
            raise CommandError("\n".join(map(str, found)))
        self.stdout.write("Aucun écart.")

    def demo(self, messages: int, **_: object) -> None:
        """Invent messages of the last two months and handle them, in one transaction, if the register is empty."""
        require(whole_number(0), **{"--messages": messages})
        if desk().cases.count():
            self.stdout.write("Le registre a déjà des dossiers : rien n'est ajouté.")
            return
        sites = options().get("sites") or Sites.from_toml(shipped().sites)
        with transaction.atomic(using=database()):
            store = SqlAlchemyStore.from_connection(connections[database()].connection)
            now, documents = datetime.now(BusinessCalendar.france().zone), options().get("documents")
            count = seed_register(store, sites, now, number=messages, documents=documents)
        self.stdout.write(f"{count} dossiers inventés.")
