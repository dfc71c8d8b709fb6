"""`reclamation db` and `reclamation person`; the database that a command works on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

import typer

from reclamation_core import adapters
from reclamation_core.adapters.document_stores import document_store
from reclamation_core.calendars.codes import in_words
from reclamation_core.calendars.local_times import PARIS
from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.columns import COLUMNS
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.cases.journal import Anomaly, Checkpoint
from reclamation_core.cases.narration import own_text
from reclamation_core.cases.support_documents import SupportDocument
from reclamation_core.cli.errors import CommandError, in_french, read_file
from reclamation_core.cli.options import Db, KeyFile, OutputFile, PoliciesOption, read_editions
from reclamation_core.cli.terminal import number, plural, say, typed, write_document
from reclamation_core.desk import ClockError, Desk, Discrepancy, PersonalDataItem, PersonRelation
from reclamation_core.desk.nightly import JobStatus
from reclamation_core.desk.registration import series_and_number
from reclamation_core.errors import FaultsError
from reclamation_core.markup import without_markdown
from reclamation_core.plans import Action, ActionSheet, ScopeKind
from reclamation_core.plans.events import PLAN_EVENTS, PlanPublished
from reclamation_core.policy import PolicyBook
from reclamation_core.ports import SchemaError
from reclamation_core.vocabulary import Fact, Sites
from reclamation_core.wording import field_labels, typeset, verbatim

Engine: TypeAlias = Any
"""An engine of SQLAlchemy, which only the adapter imports."""

VARIABLE: Final = "RECLAMATION_DB"
"""The environment variable with the address; on a command line, every user of the machine may read it."""

_EXAMPLES: Final = "exemples : sqlite:///reclamations.db ou postgresql+psycopg://utilisateur:motdepasse@serveur/base"


def address(typed: str | None) -> str:
    """Return the address that was typed, or that of the environment.

    Raises:
        CommandError: there is none.
    """
    found = typed or os.environ.get(VARIABLE)
    if not found:
        raise CommandError(f"quelle base ? indiquez son adresse, ou mettez-la dans {VARIABLE} ; {_EXAMPLES}")
    return found


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    """Open an engine on the database at an address, which need not exist yet; it leaves no connection open.

    Raises:
        ValueError: it is not an address; what was typed is not shown, for it may contain a password.
        CommandError: it is that of a database in memory.
    """
    engine = adapters.open_engine(url)
    if is_in_memory(engine):
        raise CommandError(f"une base en mémoire disparaît à la fin de la commande ; {_EXAMPLES}")
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def existing(url: str) -> Iterator[Engine]:
    """Open an engine on a database that exists: reading one must not create it.

    Raises:
        ValueError: it is not an address.
        CommandError: it is that of a database in memory, or of a file that does not exist.
    """
    with engine_at(url) as engine:
        file = file_of(engine)
        if file is not None and not file.exists():
            raise CommandError(f"{file} : cette base n'existe pas ; vérifiez l'adresse")
        yield engine


def is_in_memory(engine: Engine) -> bool:
    """Return True if the database disappears when the command ends."""
    from reclamation_core.adapters.sqlalchemy import addresses

    return addresses.is_in_memory(engine.url)


def file_of(engine: Engine) -> Path | None:
    """Return the file of a database; None where it is not in one."""
    from reclamation_core.adapters.sqlalchemy import addresses

    return addresses.file_of(engine.url)


def name_of(engine: Engine) -> str:
    """Return the address without its password."""
    from reclamation_core.adapters.sqlalchemy.addresses import display_url

    return display_url(engine.url)


def desk_on(
    engine: Engine,
    policy: PolicyBook | None = None,
    sites: Sites | None = None,
    documents: str | None = None,
    taxonomy: Taxonomy | None = None,
) -> Desk:
    """Return a desk on a database whose schema is up to date.

    Raises:
        SchemaError: it is not.
    """
    store = None if documents is None else document_store(documents)
    return Desk(adapters.SqlAlchemyStore(engine), policy=policy, sites=sites, documents=store, taxonomy=taxonomy)


def upgrade(db: Db = None) -> int:
    """Mettre en place ou à jour le schéma d'une base.

    Faites d'abord une copie de la base.
    """
    with engine_at(address(db)) as engine:
        try:
            adapters.check(engine)
        except SchemaError as error:
            restored = adapters.upgrade(engine)
            if not error.missing:
                done = f"schéma mis à jour de la version {error.found} à la version {error.expected}"
                if error.found is None:
                    done = f"schéma créé, version {error.expected}"
                say(f"{name_of(engine)} : {done}")
            if restored:
                say(f"{name_of(engine)} : rétabli : {', '.join(one.fr for one in restored)}")
        else:
            say(f"{name_of(engine)} : le schéma est déjà à jour")
        count = adapters.rebuild_projections(engine)
        if count:
            what = f"{plural('dossier', count)} ou {plural('plan', count)}"
            say(f"{name_of(engine)} : {number(count)} {what} d'une autre version, {plural('relu', count)}")
    return 0


def check(db: Db = None) -> int:
    """Afficher si le schéma d'une base est à jour."""
    with existing(address(db)) as engine:
        try:
            adapters.check(engine)
        except SchemaError as error:
            say(in_french(error))
            return 1
        say(f"{name_of(engine)} : le schéma est à jour")
    return 0


def write_sites(
    sites: Annotated[Path, typer.Argument(metavar="FICHIER", help="Les centres : un fichier TOML.")], db: Db = None
) -> int:
    """Écrire les centres et leur région dans la base.

    Les vues en français donnent alors la région de chaque dossier. Aucune règle ne les lit.
    """
    known = read_file(sites, Sites.from_toml)
    with existing(address(db)) as engine:
        adapters.write_sites(engine, known)
        say(f"{name_of(engine)} : {number(len(known))} {plural('centre', len(known))}")
    return 0


def verify(
    db: Db = None,
    checkpoint_file: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FICHIER", help="Le point de contrôle auquel comparer.")
    ] = None,
    key_file: KeyFile = None,
) -> int:
    """Contrôler l'intégrité de l'historique de chaque dossier."""
    if key_file is not None and checkpoint_file is None:
        raise CommandError("--key-file : une clé authentifie un point de contrôle ; indiquez --checkpoint")
    taken = None if checkpoint_file is None else read_file(checkpoint_file, _read_checkpoint)
    key = None if key_file is None else _key(key_file)
    with existing(address(db)) as engine, desk_on(engine) as desk:
        return verify_desk(desk, name_of(engine), taken, key)


def verify_desk(desk: Desk, name: str, taken: Checkpoint | None, key: bytes | None) -> int:
    """Verify a desk on a database of that name; 1 where something is found."""
    found = 0
    for line in _found(desk, taken, key):
        say(line)
        found += 1
    cases = desk.cases.count()
    findings = f"{number(found)} {plural('anomalie', found)}" if found else "aucune anomalie"
    say(f"{name} : {number(cases)} {plural('dossier', cases)}, {findings}")
    if taken is None:
        say(
            "Sans point de contrôle (--checkpoint), un dossier ou un plan supprimé et un historique "
            "entièrement réécrit ne se voient pas."
        )
    elif taken.plan_heads is None:
        say("Ce point de contrôle date d'avant le chaînage des plans : il ne dit rien d'eux ; prenez-en un nouveau.")
    return 1 if found else 0


def _found(desk: Desk, taken: Checkpoint | None, key: bytes | None) -> Iterator[str]:
    if taken is not None and taken.seal is not None and key is None:
        yield "point de contrôle signé : sans --key-file, son authenticité ne peut pas être vérifiée"
    if taken is not None and key is not None and not taken.is_sealed_with(key):
        yield "le point de contrôle n'est pas scellé par cette clé, ou il a été modifié : il ne prouve rien"
    yield from map(_discrepancy, desk.verify())
    yield from map(_anomaly, desk.examine(taken))


def _discrepancy(found: Discrepancy) -> str:
    if found.field is None:
        why = "" if found.damage is None else f" ({found.damage.fr})"
        return f"{found.holder} : le dossier ou le plan ne se lit pas{why}"
    if found.field == "vault":
        return f"{found.holder} : un texte a été modifié ou supprimé hors de l'outil"
    if found.field.startswith("reclamation_"):
        return f"{found.holder} : la table « {found.field} » ne correspond pas à l'historique"
    column = COLUMNS.get(found.field)
    named = f"« {found.field} »" if column is None else f"« {column.title.fr} » ({found.field})"
    return f"{found.holder} : le champ {named} ne correspond pas à l'historique"


def _anomaly(found: Anomaly) -> str:
    where = "" if found.number is None else f", événement {found.number}"
    return f"{found.holder}{where} : {found.kind.label('fr')}"


def checkpoint(db: Db = None, key_file: KeyFile = None, output: OutputFile = None) -> int:
    """Écrire un point de contrôle des historiques.

    Ce fichier se conserve hors de la base.
    """
    key = None if key_file is None else _key(key_file)
    with existing(address(db)) as engine, desk_on(engine) as desk:
        return checkpoint_desk(desk, key, output)


def checkpoint_desk(desk: Desk, key: bytes | None, output: Path | None) -> int:
    """Write a checkpoint of a desk."""
    taken = desk.checkpoint(key)
    text = json.dumps(taken.to_document(), ensure_ascii=False, indent=1) + "\n"
    count, plans = len(taken.heads), len(taken.plan_heads or {})
    and_plans = f" et {number(plans)} {plural('plan', plans)}" if plans else ""
    write_document(
        text, output, f"Point de contrôle de {number(count)} {plural('dossier', count)}{and_plans} : {output}"
    )
    return 0


def _read_checkpoint(path: Path) -> Checkpoint:
    try:
        return Checkpoint.from_document(json.loads(path.read_text(encoding="utf-8")))
    except FaultsError:
        raise
    except (ValueError, RecursionError):
        raise CommandError(f"{path} : ce n'est pas un point de contrôle, un fichier JSON est attendu") from None


def _key(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) < 16:
        raise CommandError(f"{path} : la clé est trop courte ; il faut 16 octets au moins, que personne ne devine")
    return key


def clock(
    db: Db = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Confirmer que l'horloge est juste, après une longue inactivité.")
    ] = False,
) -> int:
    """Comparer l'horloge au dernier événement du registre.

    Le code de sortie vaut 1 si l'horloge est trop loin du registre pour dater une opération.
    """
    with existing(address(db)) as engine, desk_on(engine) as desk:
        if confirm:
            say(f"{name_of(engine)} : l'horloge est confirmée, {_moment(desk.maintenance.confirm_clock())}")
            return 0
        try:
            now = desk.maintenance.require_clock()
        except ClockError as error:
            say(in_french(error))
            return 1
        say(f"{name_of(engine)} : l'horloge donne {_moment(now)}, ce que le registre permet")
    return 0


def restored(
    db: Db = None,
    checkpoint_files: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", metavar="FICHIER", help="Un point de contrôle pris après la sauvegarde."),
    ] = None,
    seen: Annotated[
        list[str] | None,
        typer.Option(
            "--seen", metavar="RÉFÉRENCE", help="La dernière référence connue d'un client, d'un consommateur."
        ),
    ] = None,
    position: Annotated[
        int, typer.Option("--position", metavar="N", min=0, help="La dernière position reçue par un consommateur.")
    ] = 0,
) -> int:
    """Marquer une base restaurée.

    Aucun numéro n'est alors attribué deux fois.

    Indiquez tout ce qui est connu d'après la sauvegarde ; les options peuvent être répétées. À lancer une fois, avant
    de rouvrir le service.
    """
    references = list(seen or ())
    for file in checkpoint_files or ():
        references += read_file(file, _read_checkpoint).heads
    counters: dict[str, int] = {}
    for reference in references:
        numbered = series_and_number(reference)
        if numbered is None and reference in (seen or ()):
            raise CommandError(f"--seen : {typed(reference)} n'est pas une référence de dossier, comme R-2026-000123")
        if numbered is not None:
            counters[numbered[0]] = max(counters.get(numbered[0], 0), numbered[1])
    if not counters and not position:
        raise CommandError(
            "indiquez ce qui est connu d'après la sauvegarde : --checkpoint, --seen ou --position ; dans le doute, "
            "--seen avec un numéro plus grand que tous"
        )
    with existing(address(db)) as engine:
        done = adapters.mark_restored(engine, datetime.now(UTC), counters=counters, position=position)
        say(f"{name_of(engine)} : restauration n° {done.epoch}, nouvelle identité, tâches libérées")
        for series, last in done.counters.items():
            say(f"prochain dossier : {series}-{last + 1:06d} ou plus")
        say(f"prochaine position du fil : {done.position + 1}")
    return 0


def free(
    job: Annotated[
        str | None, typer.Argument(metavar="[TÂCHE]", help="La tâche à libérer ; sans tâche : leur liste.")
    ] = None,
    db: Db = None,
) -> int:
    """Libérer une tâche dont l'exécution a été tuée.

    Sans tâche, affiche celles de la base. Une exécution encore en vie s'arrête à son prochain enregistrement.
    """
    with existing(address(db)) as engine, desk_on(engine) as desk:
        if job is None:
            found = desk.maintenance.jobs()
            for one in found:
                say(_job(one))
            if not found:
                say("aucune tâche n'a encore été lancée")
            return 0
        try:
            is_freed = desk.maintenance.free(job)
        except FaultsError:
            raise CommandError(
                f"{typed(job)} : aucune tâche de ce nom ; « reclamation db free » en affiche la liste"
            ) from None
        say(f"{job} : {'libérée' if is_freed else 'personne ne la tenait'}")
    return 0


def _job(job: JobStatus) -> str:
    until = "" if job.until is None else f" jusqu'au {_moment(job.until)}, sauf prolongation"
    parked = f", {number(job.parked)} {plural('événement', job.parked)} de côté" if job.parked else ""
    return f"{job.name} : {'prise' + until if job.is_taken else 'libre'}{parked}"


def person(  # noqa: PLR0917  (typer passes them by name)
    name: Annotated[str, typer.Argument(metavar="NOM", help="Un nom, une adresse, ou quelques mots de l'un d'eux.")],
    db: Db = None,
    as_actor: Annotated[
        bool, typer.Option("--as-actor", help="Aussi ce que cette personne a enregistré en traitant des dossiers.")
    ] = False,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="texte ou json (par défaut : selon le nom de SORTIE, sinon texte)."
        ),
    ] = None,
    output: OutputFile = None,
    policy_files: PoliciesOption = None,
) -> int:
    """Un document de travail pour répondre à une demande d'accès, en français ou en JSON."""
    is_json = output is not None and output.suffix.lower() == ".json"
    output_format = output_format or ("json" if is_json else "texte")
    if output_format not in {"texte", "json"}:
        raise CommandError(f"--format : « {output_format} » n'est pas un format ; choisissez texte ou json")
    with existing(address(db)) as engine, desk_on(engine, read_editions(policy_files)) as desk:
        try:
            held = desk.personal_data_of(name, as_actor=as_actor)
        except FaultsError:
            raise CommandError("NOM : indiquez un nom, une adresse, ou quelques mots de l'un ou de l'autre") from None
    asked_at, count = datetime.now(UTC), len(held)
    if output_format == "texte":
        text = personal_data_text(name, held, asked_at, desk.own_facts())
    else:
        document = {
            "person": name,
            "asked_at": asked_at.isoformat(),
            "held": [holding.to_document() for holding in held],
        }
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    write_document(text, output, f"{number(count)} {plural('texte', count)} : {typed(output)}")
    return 0


def personal_data_text(
    name: str, held: Sequence[PersonalDataItem], asked_at: datetime, facts: Mapping[str, Fact]
) -> str:
    """Return a working document for the agent who answers a request for access: the texts by relation, in French.

    Args:
        name: the name that the request gives.
        held: the personal data found.
        asked_at: the instant of the request; aware.
        facts: the facts that editions declare themselves, by name, for their labels.
    """
    count = len(held)
    lines = [
        "DOCUMENT DE TRAVAIL, À NE PAS ENVOYER TEL QUEL",
        f"Demande d'accès : données conservées au sujet de « {verbatim(name)} »",
        "",
        f"Situation au {_moment(asked_at)}, heure de Paris.",
        f"{number(count)} {plural('texte', count)} des dossiers et des actions qui citent ce nom.",
        "Un texte effacé à l'échéance de conservation n'y figure plus.",
        "",
        *_BEFORE_SENDING,
    ]
    own = [item for item in held if item.relation is PersonRelation.AUTHOR]
    authors = {item.holder: item.text for item in own if item.field == "complainant"}
    for author in sorted(set(authors.values())):
        cases = [item for item in own if authors[item.holder] == author]
        lines += [
            "",
            f"1. DOSSIERS DE L'AUTEUR « {verbatim(' '.join(author.split()))} »",
            *_texts_by_event(cases, facts),
        ]
    if len(set(authors.values())) > 1:
        lines += ["", "Plusieurs auteurs portent ce nom : écartez ceux qui ne sont pas la personne qui demande."]
    for place, relation in enumerate((PersonRelation.CITED, PersonRelation.PLAN, PersonRelation.ACTOR), start=2):
        items = [item for item in held if item.relation is relation]
        if items:
            lines += ["", f"{place}. {_SECTIONS[relation]}", *_texts_by_event(items, facts)]
        others = sum(item.relation is PersonRelation.OTHER for item in held)
        if relation is PersonRelation.CITED and others:
            lines += ["", f"Non repris : {number(others)} {plural('texte', others)} d'autrui dans ces dossiers."]
    return typeset("\n".join(lines) + "\n")


_BEFORE_SENDING: Final = (
    "Avant de répondre (RGPD, articles 12 et 15 ; un mois) :",
    "- vérifiez l'identité de la personne qui demande ;",
    "- écartez les homonymes ;",
    "- masquez ce qui concerne d'autres personnes, agents compris (article 15.4) ;",
    "- ajoutez les finalités, les destinataires, la durée de conservation, les droits et la CNIL (article 15.1).",
)
_SECTIONS: Final[Mapping[PersonRelation, str]] = {
    PersonRelation.CITED: "TEXTES QUI CITENT CE NOM, DANS LES DOSSIERS D'AUTRES PERSONNES",
    PersonRelation.PLAN: "TEXTES DES PLANS D'ACTIONS QUI CITENT CE NOM",
    PersonRelation.ACTOR: "OPÉRATIONS ENREGISTRÉES PAR UNE PERSONNE DE CE NOM",
}


def _texts_by_event(items: Sequence[PersonalDataItem], facts: Mapping[str, Fact]) -> Iterator[str]:
    """Yield the texts by case or plan, and by operation."""
    own = {fact.key: fact for fact in facts.values()}
    for holder, of_holder in groupby(items, key=attrgetter("holder")):
        yield ""
        yield _holder(holder)
        for (place, occurred_at, kind), texts in groupby(
            of_holder, key=attrgetter("number", "occurred_at", "event_type")
        ):
            name = f"export n° {place}" if kind == "exported" else EVENTS[kind].event_type.label.fr
            yield f"  {_moment(occurred_at)} : {name}"
            for one in texts:
                fact = own.get(one.field)
                label = field_in_french(kind, one.field) if fact is None else fact.label.fr
                yield f"    {label} : {_shown(one) if fact is None else own_text(fact, one.text)}"


def _shown(item: PersonalDataItem) -> str:
    """Return a text; an analysis of the causes without its signs of Markdown."""
    text = without_markdown(item.text) if item.field == "report" else item.text
    return verbatim("\n      ".join(text.splitlines()))


EVENTS: Final[Mapping[str, Any]] = {**CASE_EVENTS.classes, **PLAN_EVENTS.classes}
_ACTOR: Final = "enregistré par"


def field_in_french(event_type: str, field: str) -> str:
    """Return the label of a field of an event, or of the action sheet or the document that the event holds."""
    parts = (SupportDocument, Action, ActionSheet, EVENTS.get(event_type, PlanPublished))
    labels = {name: label for part in parts for name, label in field_labels(part).items()}
    return _ACTOR if field == "by" else labels[field].label.fr if field in labels else field


def _holder(key: str) -> str:
    kind, _, code = key.partition(":")
    if kind in _ALONE:
        return _ALONE[kind]
    return f"Dossier {key}" if kind not in _SCOPES else f"PGAAC, {_SCOPES[kind]} {code}"


_ALONE: Final = {"nation": "PGAAC national", "exports": "Journal des exports"}
_SCOPES: Final = {kind.value: kind.label() for kind in ScopeKind}


def _moment(instant: datetime) -> str:
    local = instant.astimezone(PARIS)
    return f"{in_words(local.date())} à {local.hour} h {local.minute:02}"
