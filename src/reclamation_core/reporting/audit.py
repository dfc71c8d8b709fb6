"""The audit file (dossier de preuves): proofs of indicators 30, 31, 32 and ISO 9001 10.2, with their hashes.

Its files are documents that people read, the chains of events that prove them, a manifest with the SHA-256 of each
file, a detached signature of the manifest, and `verifier.py`, which checks all of it without this package.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files as resources
from operator import itemgetter
from typing import IO, Any, Final, TypeAlias, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.cases import Case, RecordedEvent, Vault
from reclamation_core.cases.codes import Admissibility, ProofStage
from reclamation_core.cases.documents import CODEC
from reclamation_core.cases.events import SupportAdded
from reclamation_core.cases.journal import WrittenEventStream
from reclamation_core.cases.support_documents import ending_of
from reclamation_core.cases.texts import Commitment, TextKind
from reclamation_core.documents import canonical_json
from reclamation_core.plans import PlanScope, RecordedPlanEvent, ScopeKind
from reclamation_core.plans.events import PlanPublished
from reclamation_core.plans.plan import BasePlan
from reclamation_core.policy import Policy
from reclamation_core.reporting import verifier
from reclamation_core.reporting.case_file import CaseFile, case_report, event_sentence, kinds_of_texts, masked_vault
from reclamation_core.reporting.formats import ReportFormat, report_bytes, tables_apart
from reclamation_core.reporting.notes import private_key
from reclamation_core.reporting.plan import PlanView, plan_report
from reclamation_core.reporting.register import REGISTER_COLUMNS, own_columns, register_report, table_columns
from reclamation_core.reporting.register_lines import RegisterEntry, Totals
from reclamation_core.reporting.report import (
    Report,
    ReportColumn,
    ReportTable,
    TextLink,
    Value,
    ValueKind,
    report_column,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Fact, Role, Sites
from reclamation_core.wording import LANGUAGES, Wording, verbatim

Opened: TypeAlias = Callable[[], AbstractContextManager[IO[bytes]]]
"""A function that opens the bytes of a document at their beginning; it is called several times."""


@attrs.frozen
class AuditRequirement(SharedRepr):
    """A requirement of an audit, and the stages that prove it."""

    name: Wording
    asks: Wording
    stages: tuple[ProofStage, ...]
    note: Wording


REQUIREMENTS: Final = (
    AuditRequirement(
        Wording("Indicateur 30", "Indicator 30"),
        Wording(
            "recueillir les appréciations des parties prenantes et s'en servir",
            "collect the opinions of the parties concerned, and use them",
        ),
        (ProofStage.COLLECTION, ProofStage.CAUSES, ProofStage.ACTIONS),
        Wording(
            "Ce dossier prouve ce qui a été reçu et traité ; le taux de retour des enquêtes n'y est pas.",
            "This file proves what was received and handled; it has no response rate of surveys.",
        ),
    ),
    AuditRequirement(
        Wording("Indicateur 31", "Indicator 31"),
        Wording(
            "traiter les difficultés, les réclamations et les aléas", "handle difficulties, complaints and hazards"
        ),
        (ProofStage.COLLECTION, ProofStage.QUALIFICATION, ProofStage.ANSWER),
        Wording(
            "M2-1 ne traite pas des aléas de formation : ils sont suivis ailleurs, et aucune ligne ne les prouve ici.",
            "M2-1 does not deal with hazards of a training: they are followed elsewhere, and no line proves them here.",
        ),
    ),
    AuditRequirement(
        Wording("Indicateur 32", "Indicator 32"),
        Wording(
            "améliorer à partir de l'analyse des appréciations et des réclamations",
            "improve from the analysis of opinions and complaints",
        ),
        (ProofStage.CAUSES, ProofStage.ACTIONS, ProofStage.EFFECTIVENESS, ProofStage.PUBLICATION),
        Wording(
            "L'effet d'une action est prouvé quand elle est évaluée à son critère, et le plan diffusé.",
            "The effect of an action is proved once it is judged by its criterion, and the plan sent.",
        ),
    ),
    AuditRequirement(
        Wording("ISO 9001, 10.2", "ISO 9001, 10.2"),
        Wording(
            "réagir à la non-conformité, en traiter les causes, vérifier l'effet, voir si d'autres lieux sont "
            "concernés",
            "react to the nonconformity, deal with its causes, review the effect, see whether other places are "
            "concerned",
        ),
        (ProofStage.QUALIFICATION, ProofStage.ANSWER, ProofStage.CAUSES, ProofStage.ACTIONS, ProofStage.EFFECTIVENESS),
        Wording(
            "La colonne « Centres » donne les autres centres concernés.",
            "The column “Sites” has the other sites concerned.",
        ),
    ),
)
"""What the file is to prove."""


@attrs.frozen
class _Proof(SharedRepr):
    """One line of the proofs: an event, and where it is proved."""

    holder: str
    event: RecordedEvent | RecordedPlanEvent
    sentence: Wording
    sites: str
    link: str
    page: TextLink
    chain: TextLink

    @property
    def stage(self) -> ProofStage | None:
        return self.event.data.event_type.stage

    @property
    def requirements(self) -> Wording:
        """The requirements that its stage proves."""
        proved = [one.name for one in REQUIREMENTS if self.stage in one.stages]
        return Wording(*(", ".join(name.in_(lang) for name in proved) or "–" for lang in LANGUAGES))


def _holder_label(holder: str) -> str:
    """Return the name of a case or a plan for a reader: `R-2026-000001`, `région Bretagne`."""
    return PlanScope.parse(holder).label() if ":" in holder or holder == ScopeKind.NATION.value else holder


_STREAM: Final = Wording("événement", "event")
_MANIFEST: Final = Wording("chaîne des événements", "chain of events")
_REQUIREMENTS: Final = Wording("référentiel national qualité ; ISO 9001", "national quality reference; ISO 9001")


_column = partial(report_column, source=_STREAM)
_PROOF_COLUMNS: Final = (
    _column(
        "porteur",
        ("Dossier ou plan", "Case or plan"),
        ("Le dossier ou le plan de l'événement.", "The case or the plan of the event."),
        lambda one: attrs.evolve(one.page, text=one.holder, label=_holder_label(one.holder)),
        width=18,
    ),
    _column(
        "evenement",
        ("Événement", "Event"),
        ("Le numéro de l'événement dans sa chaîne.", "The number of the event in its chain."),
        lambda one: one.event.number,
        ValueKind.INTEGER,
        source=_MANIFEST,
        width=13,
    ),
    _column(
        "survenu_le",
        ("Survenu le", "Happened on"),
        ("Quand l'événement a eu lieu, d'après sa dernière rectification.", "When it happened, as corrected last."),
        lambda one: one.event.occurred_at,
        ValueKind.INSTANT,
        width=15,
    ),
    _column(
        "fait",
        ("Opération", "Operation"),
        ("Ce qui s'est passé ; « [texte] » remplace ce que des personnes ont écrit.", "What happened."),
        lambda one: one.sentence,
        width=50,
    ),
    _column(
        "centres",
        ("Centres", "Sites"),
        ("Les centres concernés.", "The sites concerned."),
        lambda one: one.sites,
        width=16,
    ),
    _column(
        "exigences",
        ("Exigences", "Requirements"),
        ("Les exigences que la ligne prouve.", "The requirements that the line proves."),
        lambda one: one.requirements,
        width=24,
    ),
    _column(
        "empreinte",
        ("Preuve : empreinte dans la chaîne", "Proof: hash in the chain"),
        (
            "L'empreinte SHA-256 de l'événement et de tous ceux d'avant ; le fichier de la chaîne la fait recalculer.",
            "The SHA-256 of the event and of all those before; it can be computed again from the file of the chain.",
        ),
        lambda one: attrs.evolve(one.chain, text=one.link),
        source=_MANIFEST,
        width=66,
    ),
    _column(
        "role",
        ("Rôle", "Role"),
        ("Le rôle de la personne qui a agi.", "The role of the person who acted."),
        lambda one: one.event.role,
        ValueKind.CODE,
        codes=Role,
        width=14,
    ),
    _column(
        "enregistre_le",
        ("Enregistré le", "Recorded on"),
        ("Quand l'événement a été enregistré.", "When it was recorded."),
        lambda one: one.event.recorded_at,
        ValueKind.INSTANT,
        width=15,
    ),
)


def _counted_holders(
    name: str, title: tuple[str, str], meaning: tuple[str, str], *parts: Admissibility | None
) -> ReportColumn[Any]:
    """Return a column with how many cases of some parts of the register, or plans, have a proof."""
    return _column(name, title, meaning, lambda one: sum(one[1][part] for part in parts), ValueKind.INTEGER, width=16)


_SUMMARY_COLUMNS: Final = (
    _column(
        "exigence",
        ("Exigence", "Requirement"),
        ("Ce qu'un audit demande.", "What an audit asks."),
        lambda one: one[0].name,
        source=_REQUIREMENTS,
        width=16,
    ),
    _column(
        "demande",
        ("Ce qu'elle demande", "What it asks"),
        ("L'exigence en bref.", "The requirement in short."),
        lambda one: one[0].asks,
        source=_REQUIREMENTS,
        width=40,
    ),
    _column(
        "etapes",
        ("Étapes qui la prouvent", "Stages that prove it"),
        ("Les tableaux où sont ses preuves.", "The tables with its proofs."),
        lambda one: Wording(*(", ".join(stage.label(lang) for stage in one[0].stages) for lang in LANGUAGES)),
        width=30,
    ),
    _counted_holders(
        "reclamations",
        ("Réclamations", "Complaints"),
        (
            "Combien de réclamations ont une preuve : ce que compte l'indicateur 31.",
            "How many complaints have a proof.",
        ),
        Admissibility.IN_SCOPE,
    ),
    _counted_holders(
        "hors_reclamations",
        ("Hors du cadre ou à clarifier", "Out of scope or to be clarified"),
        (
            "Combien de demandes hors du cadre, ou à clarifier, ont une preuve.",
            "How many messages out of scope, or to be clarified, have a proof.",
        ),
        Admissibility.OUT_OF_SCOPE,
        Admissibility.TO_BE_CLARIFIED,
    ),
    _counted_holders(
        "dysfonctionnements",
        ("Dysfonctionnements internes", "Internal malfunctions"),
        ("Combien de dysfonctionnements internes ont une preuve.", "How many internal malfunctions have a proof."),
        Admissibility.MALFUNCTION,
    ),
    _counted_holders("plans", ("Plans", "Plans"), ("Combien de plans ont une preuve.", "How many have a proof."), None),
    _column(
        "preuves",
        ("Preuves", "Proofs"),
        ("Combien d'événements la prouvent.", "How many events prove it."),
        lambda one: one[2],
        ValueKind.INTEGER,
        width=8,
    ),
    _column(
        "limite",
        ("À savoir", "To know"),
        ("Ce que ces preuves ne disent pas.", "What these proofs do not state."),
        lambda one: one[0].note,
        width=50,
    ),
)
_NOTES: Final = (
    Wording(
        "Chaque ligne mène à l'événement qui la prouve : son numéro et son empreinte dans la chaîne du dossier ou du "
        "plan. « verifier.py » refait ces empreintes hors ligne.",
        "Each line leads to the event that proves it: its number and its hash in the chain of the case or the plan. "
        "“verifier.py” computes these hashes again, offline.",
    ),
    Wording(
        "Le référentiel national qualité appelle réclamation ce qui est reçu par écrit ; M2-1 admet aussi le téléphone "
        "et les notes d'enquête. Le registre joint a une colonne pour chaque définition.",
        "The national quality reference calls a complaint what was received in writing; M2-1 admits the telephone and "
        "survey scores too. The register in this folder has a column for each definition.",
    ),
)
_README: Final = """DOSSIER DE PREUVES

preuves.html        les preuves, par étape : commencer ici (aussi en .csv et .json)
registre.html       le registre des dossiers (aussi en .csv)
dossiers/           la fiche de chaque dossier
pieces/             les pièces des dossiers, si elles ont été demandées
pgaac/              les plans publiés
chaines/            les événements et leurs empreintes
point-de-controle.* le point de contrôle du journal des événements, et ce qui le prouve
manifest.json       l'empreinte SHA-256 de chaque fichier
manifest.json.sig   la signature, s'il y en a une

Vérifier, avec Python 3.10 ou plus récent, sans réseau, depuis un autre dossier (n'ajoutez rien à celui-ci) :

    python -I verifier.py preuves.zip --key cle.pub

« preuves.zip » est l'archive reçue, ou ce dossier. Sans Python, ouvrez « verifier.html » dans un navigateur.

Prenez « verifier.py » et la clé publique d'une source sûre, et non de ce dossier : qui peut modifier le dossier peut
les modifier aussi. La signature se vérifie aussi avec OpenSSH :

    echo "agence $(cut -d' ' -f1,2 cle.pub)" > signataires
    ssh-keygen -Y verify -f signataires -I agence -n reclamation-audit \\
        -s preuves/manifest.json.sig < preuves/manifest.json


AUDIT FILE (in English)

preuves.html        the proofs, by stage: begin here (also .csv and .json)
registre.html       the register of the cases (also .csv)
dossiers/           the file of each case
pieces/             the documents of the cases, if they were asked for
pgaac/              the published plans
chaines/            the events and their hashes
point-de-controle.* the checkpoint of the log of events, and its proofs
manifest.json       the SHA-256 of each file
manifest.json.sig   the signature, if there is one

To check it, with Python 3.10 or later and offline, run the first command above from another folder (add nothing to this
one); “preuves.zip” is the archive that you got, or this folder. Or open “verifier.html” in a browser. Take both and the
public key from a source that you trust, not from this folder. The other commands check the signature with OpenSSH.
"""


@attrs.frozen(kw_only=True)
class AuditedPlan(SharedRepr):
    """A plan of an audit file.

    Args:
        view: the plan, with its texts.
        stream: its events as they are stored.
        events: the numbers of its events that are proofs.
        publications: the numbers of its publications that are in the file; the living plan is there if there is none.
    """

    view: PlanView
    stream: WrittenEventStream
    events: frozenset[int]
    publications: tuple[int, ...]


@attrs.frozen(kw_only=True)
class AuditSubject(SharedRepr):
    """What an audit file is about.

    Args:
        cases: the cases, each with its events as they are stored; iterated once.
        plans: the plans.
        at: the instant of the export; aware.
        zone: the time zone of the headings.
        sites: the sites, for their names.
        filters: what limits the file, for a reader.
        with_texts: True to show free texts; personal ones are never shown.
        with_notes: True to show internal notes among them.
        policies: the versions of the procedure that the desk has.
        log: returns the checkpoint of the log, signed or not, with its proofs of some holders and of consistency; None
            without a log.
        own: the facts that these versions declare themselves, by name.
        documents: yields the documents of a case that are not erased, each with the number of its event, its place in
            the event, its media type and a function that opens its bytes; None for a file without them.
    """

    cases: Iterable[tuple[CaseFile, WrittenEventStream]]
    plans: tuple[AuditedPlan, ...]
    at: datetime
    zone: ZoneInfo
    sites: Sites
    filters: tuple[tuple[Wording, Value], ...]
    with_texts: bool = False
    with_notes: bool = False
    policies: tuple[Policy, ...] = ()
    log: Callable[[Iterable[str]], tuple[str, dict[str, Any]] | None] = lambda _: None
    own: Mapping[str, Fact] = attrs.field(factory=dict)
    documents: Callable[[Case], Iterable[tuple[int, int, str, Opened]]] | None = None


def audit_files(subject: AuditSubject, key: bytes | None = None) -> Iterator[tuple[str, verifier.Content]]:
    """Yield the files of an audit file, each with its path; the manifest and its signature are the last.

    The content of a file can be read until the next one is taken: the bytes of a document are in no memory as a whole.

    Args:
        subject: what it is about.
        key: the Ed25519 private key that signs the manifest, in OpenSSH or PEM format; None for no signature.

    Raises:
        FaultsError: the key is not such a key.
        MissingExtraError: a key is passed and `cryptography` is not installed, or Jinja2 is not installed.
    """
    signer = None if key is None else private_key(key)
    found = _Collected(subject)
    hashes: dict[str, dict[str, Any]] = {}
    for name, data in found.files():
        content = verifier.content(data) if isinstance(data, bytes) else verifier.Content(data)
        hashes[name] = {"bytes": content.size, "sha256": content.sha256}
        yield name, content
    order = verifier.order_of([*hashes, verifier.MANIFEST, *([] if signer is None else [verifier.SIGNATURE])])
    about = {"files": hashes, "order": order, "signed": signer is not None}
    manifest = verifier.canonical({**found.manifest(), **about})
    yield verifier.MANIFEST, verifier.content(manifest)
    if signer is not None:
        yield verifier.SIGNATURE, verifier.content(signature_of(signer, manifest))


class _Collected:
    """The files of an audit file in the order in which they are written, and what the manifest has of them."""

    def __init__(self, subject: AuditSubject) -> None:
        self._subject = subject
        self._proofs: list[_Proof] = []
        self._register: list[tuple[Value, ...]] = []
        self._columns = (*REGISTER_COLUMNS, *own_columns(subject.own.values()), *table_columns(subject.policies))
        self._totals = Totals()
        self._parts: dict[str, Admissibility] = {}
        self._chains: list[dict[str, Any]] = []
        self._documents: list[dict[str, Any]] = []
        self._names: set[str] = set()
        self._policies = {policy.edition: policy.digest for policy in subject.policies}
        self._calendars: dict[str, Any] = {}
        self._events = 0

    def files(self) -> Iterator[tuple[str, bytes | Opened]]:
        for file, stream in self._subject.cases:
            yield from self._case(file, stream)
        for plan in self._subject.plans:
            yield from self._plan(plan)
        evidence, register = self._evidence(), self._register_report()
        yield from _report_files("preuves", evidence)
        yield "preuves.json", report_bytes(evidence, ReportFormat.JSON)
        yield from _report_files("registre", register)
        for ending, part in tables_apart(register):  # registre.json has the lines alone: `verifier.py` reads them
            yield f"registre{ending}.json", report_bytes(part, ReportFormat.JSON)
        if (log := self._subject.log(chain["holder"] for chain in self._chains)) is not None:
            note, proofs = log
            yield verifier.CHECKPOINT, note.encode()
            yield verifier.PROOFS, verifier.canonical(proofs)
        yield "LISEZMOI.txt", _README.encode()
        for name in ("verifier.py", "verifier.html"):
            yield name, resources("reclamation_core.reporting").joinpath(name).read_bytes()

    def manifest(self) -> dict[str, Any]:
        """Return the manifest without the hashes of the files."""
        subject = self._subject
        return {
            "format": "reclamation-audit",
            "version": 1,
            "exported_at": subject.at.isoformat(),
            "subject": {label.fr: str(_text(value)) for label, value in subject.filters},
            "tool": {"name": "reclamation-core", "version": _installed("reclamation-core")},
            "policies": [{"name": name, "sha256": self._policies[name]} for name in sorted(self._policies)],
            "calendars": [self._calendars[name] for name in sorted(self._calendars)],
            "holidays": _installed("holidays"),
            "chains": self._chains,
            "counts": {"chains": len(self._chains), "events": self._events, "proofs": len(self._proofs)},
            **({} if subject.documents is None else {"documents": self._documents}),
        }

    def _case(self, file: CaseFile, stream: WrittenEventStream) -> Iterator[tuple[str, bytes | Opened]]:
        case, subject_documents = file.case, self._subject.documents
        page, chain = self._paths("dossiers", case.reference)
        shown = attrs.evolve(case, vault=masked_vault(case.vault, self._shown(case.events)))
        links = {entry.number: entry.link for entry in stream.entries}
        known = self._subject.sites
        sites = ", ".join(map(known.name_of, dict.fromkeys((case.site, *case.service_sites))))
        for event in case.history:
            self._add(event, event_sentence(shown, event, file), sites, links[event.number], (page, chain))
        actions = {line.reference: line.action for line in file.lines}
        entry = RegisterEntry(shown, self._subject.at, known, actions, self._subject.with_texts, file.taxonomy)
        self._register.append(tuple(column.value(entry) for column in self._columns))
        self._totals.add(entry)
        self._parts[case.reference] = case.admissibility
        if case.terms.digest is not None:
            self._policies[case.edition] = case.terms.digest
        calendar = canonical_json(CODEC.write(case.terms.calendar))
        self._calendars[calendar] = {
            "territory": case.terms.calendar.territory.value,
            "sha256": verifier.digest(calendar.encode()),
        }
        report = case_report(attrs.evolve(file, case=shown, links=links), at=self._subject.at).complete()
        yield page, report_bytes(report, ReportFormat.HTML)
        yield chain, self._chain("case", chain, stream, case.vault, case.events)
        for number, place, media_type, opened in () if subject_documents is None else subject_documents(case):
            name = f"{page.removesuffix('.html')}/{number}-{place + 1}{ending_of(media_type)}".replace(
                "dossiers/", "pieces/", 1
            )
            self._documents.append({"file": name, "holder": case.reference, "event": number, "place": place})
            yield name, opened

    def _plan(self, plan: AuditedPlan) -> Iterator[tuple[str, bytes]]:
        view, subject = plan.view, self._subject
        scope, events = view.plan.scope, view.plan.events
        digests = self._shown(view.plan.events)
        shown = attrs.evolve(view, texts_of=lambda scope: masked_vault(view.texts_of(scope), digests))
        name, chain = self._paths("pgaac", scope.key)
        stem = name.removesuffix(".html")
        pages: dict[int | None, str] = {number: f"{stem}-{number}.html" for number in plan.publications}
        pages = pages or {None: name}
        links = {entry.number: entry.link for entry in plan.stream.entries}
        for event in events:
            if event.number in plan.events:
                published = event.data.number if isinstance(event.data, PlanPublished) else None
                page = pages.get(published, next(reversed(pages.values())))
                sites = _sites(view.plan, event, subject.sites)
                self._add(event, _plan_sentence(event), sites, links[event.number], (page, chain))
        for number, page in pages.items():
            yield page, report_bytes(plan_report(shown, number, at=subject.at), ReportFormat.HTML)
        yield chain, self._chain("plan", chain, plan.stream, view.plan.vault, events)

    def _add(
        self, event: RecordedEvent | RecordedPlanEvent, sentence: Wording, sites: str, link: str, paths: tuple[str, str]
    ) -> None:
        if event.data.event_type.stage is None:  # who works on the case, and notes, prove nothing
            return
        page, chain = map(quote, paths)
        holder = event.case if isinstance(event, RecordedEvent) else event.plan.key
        anchor = f"{page}#t3-{event.number}" if isinstance(event, RecordedEvent) else page
        self._proofs.append(_Proof(holder, event, sentence, sites, link, TextLink("", anchor), TextLink("", chain)))

    def _paths(self, folder: str, holder: str) -> tuple[str, str]:
        """Return the paths of the page and of the chain of a case or a plan; no two are equal, whatever the case."""
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", holder).strip("-.") or "sans-nom"
        name, number = stem, 1
        while f"{folder}/{name}".casefold() in self._names:
            number += 1
            name = f"{stem}-{number}"
        self._names.add(f"{folder}/{name}".casefold())
        return f"{folder}/{name}.html", f"chaines/{folder}/{name}.json"

    def _chain(
        self,
        kind: str,
        path: str,
        stream: WrittenEventStream,
        vault: Vault,
        events: Iterable[RecordedEvent | RecordedPlanEvent],
    ) -> bytes:
        """Return the file of a chain: the document of each event exactly as it is stored, and its link."""
        head = stream.entries[-1]
        self._chains.append(
            {"kind": kind, "holder": stream.holder, "file": path, "version": head.number, "link": head.link}
        )
        self._events += len(stream.entries)
        shown = self._shown(events)
        texts = {
            digest: {"salt": secret.salt.hex(), "text": secret.text}
            for digest, secret in vault.by_digest().items()
            if digest in shown
        }
        rows = [{"number": one.number, "link": one.link, "document": one.text} for one in stream.entries]
        return verifier.canonical({"holder": stream.holder, "events": rows, "texts": texts})

    def _shown(self, events: Iterable[RecordedEvent | RecordedPlanEvent]) -> AbstractSet[str]:
        """Return the digests of the texts that the file shows: free ones, without internal notes unless asked for.

        The hashes of documents, which name nobody, are always among them.
        """
        subject, events = self._subject, tuple(events)
        kinds = kinds_of_texts(event for event in events if subject.with_notes or not event.data.event_type.is_internal)
        free = (commitment.digest for commitment, kind in kinds.items() if kind is TextKind.FREE)
        added = (event.data.documents for event in events if isinstance(event.data, SupportAdded))
        hashes = (document.sha256 for documents in added for document in documents)
        return frozenset(free if subject.with_texts else ()) | {
            one.digest for one in hashes if isinstance(one, Commitment)
        }

    def _evidence(self) -> Report:
        counts = Counter(proof.stage for proof in self._proofs)
        summary = []
        for one in REQUIREMENTS:
            holders = {proof.holder for proof in self._proofs if proof.stage in one.stages}
            parts = Counter(map(self._parts.get, holders))  # None for a plan
            summary.append((one, parts, sum(counts[stage] for stage in one.stages)))
        tables: list[ReportTable[Any]] = [
            ReportTable(title=Wording("Synthèse", "Summary"), columns=_SUMMARY_COLUMNS, records=tuple(summary))
        ]
        for stage in ProofStage:
            rows = tuple(proof for proof in self._proofs if proof.stage is stage)
            title = Wording(*(label[0].upper() + label[1:] for label in map(stage.label, LANGUAGES)))
            tables.append(ReportTable(title=title, columns=_PROOF_COLUMNS, records=rows))
        return self._report("preuves", Wording("Dossier de preuves", "Audit file"), tuple(tables), _NOTES)

    def _register_report(self) -> Report:
        register = register_report((), at=self._subject.at, sites=self._subject.sites, zone=self._subject.zone)
        columns: tuple[ReportColumn[Any], ...] = tuple(
            attrs.evolve(column, value=cast("Any", itemgetter(place))) for place, column in enumerate(self._columns)
        )
        lines, totals = register.tables
        tables = (
            attrs.evolve(lines, columns=columns, records=tuple(self._register)),
            attrs.evolve(totals, records=tuple(self._totals.rows())),
        )
        return attrs.evolve(register, tables=tables, filters=self._subject.filters)

    def _report(
        self, name: str, title: Wording, tables: tuple[ReportTable[Any], ...], notes: tuple[Wording, ...]
    ) -> Report:
        subject = self._subject
        return Report(
            name=name,
            title=title,
            tables=tables,
            as_of=subject.at.astimezone(subject.zone).date(),
            exported_at=subject.at,
            zone=subject.zone,
            filters=subject.filters,
            notes=notes,
        )


def _report_files(name: str, report: Report) -> Iterator[tuple[str, bytes]]:
    """Yield a report as a page, and each of its tables as CSV."""
    yield f"{name}.html", report_bytes(report, ReportFormat.HTML)
    for ending, part in tables_apart(report):
        yield f"{name}{ending}.csv", report_bytes(part, ReportFormat.CSV)


def _text(value: Value) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _plan_sentence(event: RecordedPlanEvent) -> Wording:
    label = event.data.event_type.label
    if isinstance(event.data, PlanPublished):
        return Wording(f"{label.fr} : n° {event.data.number}", f"{label.en}: no. {event.data.number}")
    named = verbatim(str(event.subject))
    return Wording(f"{label.fr} : {named}", f"{label.en}: {named}")


def _sites(plan: BasePlan, event: RecordedPlanEvent, known: Sites) -> str:
    """Return the sites of the action of an event: its own, and those that it is extended to."""
    found = [(action.site, *action.spread) for action in plan.actions if action.reference == event.subject]
    return ", ".join(known.name_of(site) for sites in found for site in sites if site is not None)


def signature_of(signer: Any, message: bytes) -> bytes:
    """Return a detached signature of a message in the format of OpenSSH (SSHSIG)."""
    parts = (verifier.NAMESPACE, b"", b"sha512", hashlib.sha512(message).digest())
    value = signer.sign(b"SSHSIG" + verifier.strings(*parts))
    return verifier.armored(signer.public_key().public_bytes_raw(), value)
