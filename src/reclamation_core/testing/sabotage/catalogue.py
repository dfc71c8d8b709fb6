"""The catalogue of sabotaged stores, and which contract rules each breaks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, cast

import attrs
import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.ports import Store
from reclamation_core.testing.contracts import Capability, OpenStore, Outcome, StoreContract, run_contracts
from reclamation_core.testing.contracts.base import ContractRule
from reclamation_core.testing.sabotage import reads, writes
from reclamation_core.wording import Wording

_UNSUPPORTED: Final = {
    Capability.REOPENING: "it lives as long as the program",
    Capability.SHARING: "each store is a place of its own",
    Capability.TAMPERING: "what it holds are values, which nothing else reaches",
}


@attrs.frozen(kw_only=True)
class Sabotage:
    """A store with one realistic fault (entrepôt saboté).

    Attributes:
        name: what it does wrong, in a few words.
        fault: what it does wrong.
        incident: what happens so in real systems.
        place: a new place: what opens the store there, empty at first.
        unsupported: what the store does without, and why.
    """

    name: str
    fault: Wording
    incident: Wording
    place: Callable[[], OpenStore] = attrs.field(repr=False, eq=False)
    unsupported: Mapping[Capability, str] = attrs.field(default=_UNSUPPORTED, repr=False, eq=False)

    @classmethod
    def of(cls, store: type[InMemoryStore], fr: str, incident: Wording) -> Sabotage:
        """The sabotage that a class of stores is: it is called as the class is, whose docstring is the fault."""
        name = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in store.__name__).strip("_")
        fault = Wording(fr, " ".join(str(store.__doc__).split()))
        return cls(name=name, fault=fault, incident=incident, place=lambda: store)

    def open(self) -> Store:
        """A new, empty store with the fault."""
        return self.place()()

    @property
    def contract(self) -> type[StoreContract]:
        """The contracts of every port, bound to the store."""

        def open_store(_: StoreContract) -> OpenStore:
            return self.place()

        bound = {"unsupported": self.unsupported, "open_store": pytest.fixture(open_store), "__doc__": self.fault.en}
        return cast(type[StoreContract], type(self.name, (StoreContract,), bound))


SABOTAGES: Final[tuple[Sabotage, ...]] = (
    Sabotage.of(
        writes.HandsOutLiveObjects,
        "Ce qui a été remis change quand quelqu'un d'autre enregistre.",
        Wording(
            "le cache d'objets d'un ORM rend le même objet à tous : un écran décide sur ce qu'un autre change",
            "an ORM's identity map gives everybody one object: a screen decides on what another has just changed",
        ),
    ),
    Sabotage.of(
        writes.LosesTheSecondWriter,
        "Un changement fait sur une autre version que celle tenue est perdu, et personne n'est prévenu.",
        Wording(
            "UPDATE ... WHERE version = ? ne touche aucune ligne, et personne ne lit combien",
            "UPDATE ... WHERE version = ? touches no row, and nobody reads how many",
        ),
    ),
    Sabotage.of(
        writes.OverwritesTheFirstWriter,
        "Un changement est tenu quelle que soit la version : le dernier qui écrit gagne.",
        Wording(
            "deux onglets ouverts sur la même fiche : le second enregistrement efface le premier",
            "two tabs open on one form: the second save wipes out the first",
        ),
    ),
    Sabotage.of(
        writes.SwallowsAConflict,
        "Une référence ou un message déjà pris est passé sous silence.",
        Wording(
            "INSERT ... ON CONFLICT DO NOTHING ou INSERT OR IGNORE : l'appelant croit son dossier tenu",
            "INSERT ... ON CONFLICT DO NOTHING or INSERT OR IGNORE: the caller believes that the case is kept",
        ),
    ),
    Sabotage.of(
        writes.ForgetsARollback,
        "Ce qui n'a pas été validé est tenu tout de même.",
        Wording(
            "une connexion restée en validation automatique : chaque ordre est tenu avant l'erreur qui suit",
            "a connection left in autocommit: each statement is kept before the error that follows",
        ),
    ),
    Sabotage.of(
        writes.CommitsHalfOfAUnit,
        "Chaque chose d'une unité de travail est tenue à part : ce qui précède celle qui est refusée reste.",
        Wording(
            "plusieurs documents écrits l'un après l'autre dans une base sans transaction entre documents",
            "several documents written one after the other where there is no transaction across documents",
        ),
    ),
    Sabotage.of(
        writes.IgnoresGuards,
        "Une garde qu'une autre unité a fait avancer entre-temps ne refuse rien.",
        Wording(
            "READ COMMITTED ou SNAPSHOT sans verrou : deux décisions se croisent, chacune lit ce que l'autre écrit",
            "READ COMMITTED or SNAPSHOT without a lock: write skew, each of two decisions reads what the other writes",
        ),
    ),
    Sabotage.of(
        writes.IgnoresExpectedPlans,
        "Un plan lu, et changé entre-temps, ne refuse rien.",
        Wording(
            "un état tiré de plusieurs lectures : l'édition publiée montre un plan d'avant et un plan d'après",
            "a report made of several reads: the published edition shows one plan from before and one from after",
        ),
    ),
    Sabotage.of(
        writes.ServesAUnitTwice,
        "Une unité de travail continue après sa validation.",
        Wording(
            "une session réutilisée pour la requête suivante : elle y emporte ce qu'elle croit savoir",
            "a session used again for the next request, which it brings what it believes it knows",
        ),
    ),
    Sabotage.of(
        writes.ForgetsTheIdempotencyKey,
        "Aucun dossier n'est retrouvé par son message source, et aucun message n'est refusé.",
        Wording(
            "une boîte aux lettres relue après une panne : chaque message ouvre un second dossier",
            "a mailbox read again after a failure: each message opens a second case",
        ),
    ),
    Sabotage.of(
        writes.ReusesAReference,
        "Le numéro suivant est un de plus que le plus grand qu'un dossier porte.",
        Wording(
            "SELECT MAX(numero) + 1 : un numéro annulé, déjà écrit au plaignant, est redonné à un autre",
            "SELECT MAX(number) + 1: a number given up, already told to a complainant, is given to another",
        ),
    ),
    Sabotage.of(
        writes.DropsTheTimeZone,
        "D'un instant l'heure est tenue, et relue comme universelle.",
        Wording(
            "une colonne sans fuseau (DateTime sur SQLite, TIMESTAMP) : l'heure de Paris devient celle de Greenwich",
            "a column without a zone (DateTime on SQLite, TIMESTAMP): the hour of Paris becomes that of Greenwich",
        ),
    ),
    Sabotage.of(
        writes.RoundsAnInstant,
        "Un instant est tenu à la seconde.",
        Wording(
            "DATETIME de MySQL, sans décimales si on ne les demande pas : ce qui se suivait devient simultané",
            "MySQL's DATETIME, without decimals unless they are asked for: what came in turn is at once",
        ),
    ),
    Sabotage.of(
        writes.TruncatesAText,
        "D'un texte, 255 signes sont tenus.",
        Wording(
            "VARCHAR(255) hors du mode strict : la fin de la plainte disparaît sans erreur",
            "VARCHAR(255) outside strict mode: the end of the complaint is gone without an error",
        ),
    ),
    Sabotage.of(
        writes.NormalisesAText,
        "Un texte est tenu sous une autre forme d'Unicode.",
        Wording(
            "une couche qui normalise ce qu'elle écrit : le texte relu ne prouve plus son empreinte",
            "a layer that normalises what it writes: the text read back proves its digest no more",
        ),
    ),
    Sabotage.of(
        writes.SortsTheTexts,
        "Les textes reviennent dans l'ordre de leurs empreintes.",
        Wording(
            "un SELECT sans ORDER BY : les textes d'une fiche changent d'ordre après une restauration",
            "a SELECT without ORDER BY: the texts of a case change places after a restore",
        ),
    ),
    Sabotage.of(
        writes.ErasureLeavesTheText,
        "Les textes s'ajoutent à ceux tenus, et aucun n'est retiré.",
        Wording(
            "une table de textes où l'on n'efface jamais : l'anonymisation n'est qu'un indicateur",
            "a table of texts from which nothing is deleted: erasure is but a flag",
        ),
    ),
    Sabotage(
        name="loses_the_last_commit_when_closed",
        fault=Wording(
            "La dernière validation est perdue à la fermeture.", "The last commit is lost when the store is closed."
        ),
        incident=Wording(
            "un tampon jamais vidé, un fichier jamais synchronisé : le dernier dossier du soir manque le matin",
            "a buffer never flushed, a file never synchronised: the last case of the evening is missing in the morning",
        ),
        place=writes.a_flushing_place,
        unsupported={
            Capability.SHARING: "it reads its place when it is opened",
            Capability.TAMPERING: "what it holds are values, which nothing else reaches",
        },
    ),
    Sabotage.of(
        reads.PagesTwiceTheSameRow,
        "Une page commence par la dernière ligne de la page d'avant.",
        Wording(
            "« supérieur ou égal » pour « supérieur » dans une pagination par clé",
            "'at least' in the place of 'more than' in keyset paging",
        ),
    ),
    Sabotage.of(
        reads.PagesByOffset,
        "Une page commence après autant de lignes qu'on en a vu, quelles qu'elles soient devenues.",
        Wording(
            "LIMIT ... OFFSET sur une table qui bouge : un dossier exporté deux fois, un autre jamais",
            "LIMIT ... OFFSET over a table that moves: one case exported twice, another never",
        ),
    ),
    Sabotage.of(
        reads.StopsAtTheFirstPage,
        "La première page se dit la dernière.",
        Wording(
            "une interface qui plafonne ses réponses sans le dire : l'export s'arrête à cinquante dossiers",
            "an interface that caps its answers without a word: the export ends at fifty cases",
        ),
    ),
    Sabotage.of(
        reads.OrdersByLocale,
        "Les références sont dans l'ordre où un dictionnaire range les mots.",
        Wording(
            "la collation fr_FR de PostgreSQL : l'ordre change avec le serveur, et les pages avec lui",
            "PostgreSQL's fr_FR collation: the order changes with the server, and the pages with it",
        ),
    ),
    Sabotage.of(
        reads.LeaksAForeignCase,
        "Qui demande un site reçoit les dossiers de tous ceux dont le nom commence ainsi.",
        Wording(
            "LIKE 'CRE%' pour un code de site : Creil lit les dossiers de Créteil",
            "LIKE 'CRE%' for the code of a site: one centre reads the cases of another",
        ),
    ),
    Sabotage.of(
        reads.CountsACaseOncePerSite,
        "Un dossier est compté une fois pour chacun de ses sites qui est demandé.",
        Wording(
            "COUNT(*) sur une jointure : l'indicateur annonce plus de réclamations qu'il n'y en a",
            "COUNT(*) over a join: the indicator tells more complaints than there are",
        ),
    ),
    Sabotage.of(
        reads.CountsDaysInUtc,
        "Le jour de réception est celui de l'instant en temps universel.",
        Wording(
            "DATE(received_at) sur un serveur en UTC : un message du soir est compté la veille",
            "DATE(received_at) on a server in UTC: a message of the evening is counted the day before",
        ),
    ),
    Sabotage.of(
        reads.SearchIsAccentSensitive,
        "Une recherche sans accents ne trouve pas un texte accentué.",
        Wording(
            "ILIKE : « desire » ne trouve pas Mme Désiré, à qui l'on répond que rien n'est tenu sur elle",
            "ILIKE: 'desire' does not find Mme Désiré, who is told that nothing is held on her",
        ),
    ),
    Sabotage.of(
        reads.FindsWhatWasForgotten,
        "Ce qui est cherché n'est jamais retiré de l'index.",
        Wording(
            "un moteur de recherche à côté de la base : ce qui est effacé ici s'y trouve encore",
            "a search engine beside the database: what was erased here is still found there",
        ),
    ),
    Sabotage.of(
        reads.ForgetsWhatItWrote,
        "Une unité de travail ne retrouve pas ce qu'elle a écrit elle-même.",
        Wording(
            "la lecture part vers une réplique en retard sur l'écriture",
            "reading goes to a replica that is behind the writing",
        ),
    ),
    Sabotage.of(
        reads.SeesThePast,
        "Une unité de travail lit ce qui était validé quand elle a commencé.",
        Wording(
            "REPEATABLE READ, le défaut de MySQL : une longue tâche décide sur l'état du matin",
            "REPEATABLE READ, MySQL's default: a long task decides on the state of the morning",
        ),
    ),
    Sabotage.of(
        reads.ReordersEvents,
        "Le fil est dans l'ordre des heures auxquelles les choses se sont passées.",
        Wording(
            "ORDER BY horodatage : un courrier saisi après coup se glisse avant ce que le lecteur a déjà lu",
            "ORDER BY timestamp: a letter entered late slips in before what the reader has read already",
        ),
    ),
    Sabotage.of(
        reads.FeedSkipsALateCommit,
        "Les positions sont données à l'écriture : un événement validé tard vient avant ce qui est déjà lu.",
        Wording(
            "un numéro pris dans la transaction, un lecteur qui retient le plus grand vu : ce qui tarde est manqué",
            "a sequence taken inside the transaction, a reader that keeps the highest seen: what is late is missed",
        ),
    ),
    Sabotage.of(
        reads.FeedRepeatsTheLastEvent,
        "Une page du fil commence par le dernier événement de la page d'avant.",
        Wording(
            "« supérieur ou égal » à la position lue : le dernier message est envoyé sans fin",
            "'at least' the position read: the last message is sent for ever",
        ),
    ),
    Sabotage.of(
        reads.FeedLimitsBeforeItFilters,
        "Une page du fil de certains sites est ce qui leur revient d'une page de tous.",
        Wording(
            "LIMIT dans une sous-requête, le filtre des sites après : une page vide arrête le lecteur avant la fin",
            "LIMIT in a subquery, the filter of sites after it: an empty page stops the reader before the end",
        ),
    ),
    Sabotage.of(
        reads.JournalRepeatsTheLastCase,
        "Une page du journal commence par le dernier dossier de la page d'avant.",
        Wording(
            "« supérieur ou égal » dans la pagination d'un contrôle : l'audit ne finit jamais",
            "'at least' in the paging of a check: the audit never ends",
        ),
    ),
    Sabotage.of(
        reads.TellsForeignEvents,
        "Le fil de certains sites est celui de tous.",
        Wording(
            "un abonnement filtré à l'écran seulement : les événements d'ailleurs partent quand même",
            "a subscription that is filtered on the screen only: the events of elsewhere are sent all the same",
        ),
    ),
    Sabotage.of(
        reads.LeavesPlansUnwatched,
        "Le journal a les événements des dossiers, et aucun des plans.",
        Wording(
            "une table ajoutée après coup, hors de la piste d'audit : une édition du PGAAC est réécrite sans trace",
            "a table that was added later, outside the audit trail: an edition of the PGAAC is rewritten unseen",
        ),
    ),
)
"""The sabotaged stores: those that write, keep, find and tell wrongly."""


def sabotage(name: str) -> Sabotage:
    """Return the sabotage with a name.

    Raises:
        ValueError: no sabotage has that name.

    >>> sabotage("truncates_a_text").fault.en
    'Only 255 characters of a text are stored.'
    """
    for one in SABOTAGES:
        if one.name == name:
            return one
    raise ValueError(f"name: no sabotage is called {name!r}; use one of {', '.join(one.name for one in SABOTAGES)}")


def broken_rules(
    sabotages: Iterable[Sabotage] = SABOTAGES, rules: Collection[str] = ()
) -> Mapping[Sabotage, tuple[ContractRule, ...]]:
    """Run the contracts on sabotaged stores and return the rules that each breaks.

    Args:
        sabotages: the stores.
        rules: the names of the rules to check; all by default.
    """
    stores = tuple(sabotages)
    report = run_contracts(*(one.contract for one in stores), rules=rules)
    broken = report.with_outcome(Outcome.BROKEN)
    return {one: tuple(result.rule for result in broken if result.store == one.name) for one in stores}
