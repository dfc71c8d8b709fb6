"""Every sabotaged store, with what happens so in real systems."""

from __future__ import annotations

from typing import Final

from reclamation_core.testing.contracts import Capability
from reclamation_core.testing.sabotage import finding, following, keeping, writing
from reclamation_core.testing.sabotage.fault import Sabotage
from reclamation_core.wording import Wording

SABOTAGES: Final[tuple[Sabotage, ...]] = (
    Sabotage.of(
        writing.HandsOutLiveObjects,
        "Ce qui a été remis change quand quelqu'un d'autre enregistre.",
        Wording(
            "le cache d'objets d'un ORM rend le même objet à tous : un écran décide sur ce qu'un autre change",
            "an ORM's identity map gives everybody one object: a screen decides on what another has just changed",
        ),
    ),
    Sabotage.of(
        writing.LosesTheSecondWriter,
        "Un changement fait sur une autre version que celle tenue est perdu, et personne n'est prévenu.",
        Wording(
            "UPDATE ... WHERE version = ? ne touche aucune ligne, et personne ne lit combien",
            "UPDATE ... WHERE version = ? touches no row, and nobody reads how many",
        ),
    ),
    Sabotage.of(
        writing.OverwritesTheFirstWriter,
        "Un changement est tenu quelle que soit la version : le dernier qui écrit gagne.",
        Wording(
            "deux onglets ouverts sur la même fiche : le second enregistrement efface le premier",
            "two tabs open on one form: the second save wipes out the first",
        ),
    ),
    Sabotage.of(
        writing.SwallowsAConflict,
        "Une référence ou un message déjà pris est passé sous silence.",
        Wording(
            "INSERT ... ON CONFLICT DO NOTHING ou INSERT OR IGNORE : l'appelant croit son dossier tenu",
            "INSERT ... ON CONFLICT DO NOTHING or INSERT OR IGNORE: the caller believes that the case is kept",
        ),
    ),
    Sabotage.of(
        writing.ForgetsARollback,
        "Ce qui n'a pas été validé est tenu tout de même.",
        Wording(
            "une connexion restée en validation automatique : chaque ordre est tenu avant l'erreur qui suit",
            "a connection left in autocommit: each statement is kept before the error that follows",
        ),
    ),
    Sabotage.of(
        writing.CommitsHalfOfAUnit,
        "Chaque chose d'une unité de travail est tenue à part : ce qui précède celle qui est refusée reste.",
        Wording(
            "plusieurs documents écrits l'un après l'autre dans une base sans transaction entre documents",
            "several documents written one after the other where there is no transaction across documents",
        ),
    ),
    Sabotage.of(
        writing.IgnoresGuards,
        "Une garde qu'une autre unité a fait avancer entre-temps ne refuse rien.",
        Wording(
            "READ COMMITTED ou SNAPSHOT sans verrou : deux décisions se croisent, chacune lit ce que l'autre écrit",
            "READ COMMITTED or SNAPSHOT without a lock: write skew, each of two decisions reads what the other writes",
        ),
    ),
    Sabotage.of(
        writing.IgnoresExpectedPlans,
        "Un plan lu, et changé entre-temps, ne refuse rien.",
        Wording(
            "un état tiré de plusieurs lectures : l'édition publiée montre un plan d'avant et un plan d'après",
            "a report made of several reads: the published edition shows one plan from before and one from after",
        ),
    ),
    Sabotage.of(
        writing.ServesAUnitTwice,
        "Une unité de travail continue après sa validation.",
        Wording(
            "une session réutilisée pour la requête suivante : elle y emporte ce qu'elle croit savoir",
            "a session used again for the next request, which it brings what it believes it knows",
        ),
    ),
    Sabotage.of(
        writing.ForgetsTheIdempotencyKey,
        "Aucun dossier n'est retrouvé par son message source, et aucun message n'est refusé.",
        Wording(
            "une boîte aux lettres relue après une panne : chaque message ouvre un second dossier",
            "a mailbox read again after a failure: each message opens a second case",
        ),
    ),
    Sabotage.of(
        writing.ReusesAReference,
        "Le numéro suivant est un de plus que le plus grand qu'un dossier porte.",
        Wording(
            "SELECT MAX(numero) + 1 : un numéro annulé, déjà écrit au plaignant, est redonné à un autre",
            "SELECT MAX(number) + 1: a number given up, already told to a complainant, is given to another",
        ),
    ),
    Sabotage.of(
        keeping.DropsTheTimeZone,
        "D'un instant l'heure est tenue, et relue comme universelle.",
        Wording(
            "une colonne sans fuseau (DateTime sur SQLite, TIMESTAMP) : l'heure de Paris devient celle de Greenwich",
            "a column without a zone (DateTime on SQLite, TIMESTAMP): the hour of Paris becomes that of Greenwich",
        ),
    ),
    Sabotage.of(
        keeping.RoundsAnInstant,
        "Un instant est tenu à la seconde.",
        Wording(
            "DATETIME de MySQL, sans décimales si on ne les demande pas : ce qui se suivait devient simultané",
            "MySQL's DATETIME, without decimals unless they are asked for: what came in turn is at once",
        ),
    ),
    Sabotage.of(
        keeping.TruncatesAText,
        "D'un texte, 255 signes sont tenus.",
        Wording(
            "VARCHAR(255) hors du mode strict : la fin de la plainte disparaît sans erreur",
            "VARCHAR(255) outside strict mode: the end of the complaint is gone without an error",
        ),
    ),
    Sabotage.of(
        keeping.NormalisesAText,
        "Un texte est tenu sous une autre forme d'Unicode.",
        Wording(
            "une couche qui normalise ce qu'elle écrit : le texte relu ne prouve plus son empreinte",
            "a layer that normalises what it writes: the text read back proves its digest no more",
        ),
    ),
    Sabotage.of(
        keeping.SortsTheTexts,
        "Les textes reviennent dans l'ordre de leurs empreintes.",
        Wording(
            "un SELECT sans ORDER BY : les textes d'une fiche changent d'ordre après une restauration",
            "a SELECT without ORDER BY: the texts of a case change places after a restore",
        ),
    ),
    Sabotage.of(
        keeping.ErasureLeavesTheText,
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
        place=keeping.a_flushing_place,
        lacks={
            Capability.SHARING: "it reads its place when it is opened",
            Capability.TAMPERING: "what it holds are values, which nothing else reaches",
        },
    ),
    Sabotage.of(
        finding.PagesTwiceTheSameRow,
        "Une page commence par la dernière ligne de la page d'avant.",
        Wording(
            "« supérieur ou égal » pour « supérieur » dans une pagination par clé",
            "'at least' in the place of 'more than' in keyset paging",
        ),
    ),
    Sabotage.of(
        finding.PagesByOffset,
        "Une page commence après autant de lignes qu'on en a vu, quelles qu'elles soient devenues.",
        Wording(
            "LIMIT ... OFFSET sur une table qui bouge : un dossier exporté deux fois, un autre jamais",
            "LIMIT ... OFFSET over a table that moves: one case exported twice, another never",
        ),
    ),
    Sabotage.of(
        finding.StopsAtTheFirstPage,
        "La première page se dit la dernière.",
        Wording(
            "une interface qui plafonne ses réponses sans le dire : l'export s'arrête à cinquante dossiers",
            "an interface that caps its answers without a word: the export ends at fifty cases",
        ),
    ),
    Sabotage.of(
        finding.OrdersByLocale,
        "Les références sont dans l'ordre où un dictionnaire range les mots.",
        Wording(
            "la collation fr_FR de PostgreSQL : l'ordre change avec le serveur, et les pages avec lui",
            "PostgreSQL's fr_FR collation: the order changes with the server, and the pages with it",
        ),
    ),
    Sabotage.of(
        finding.LeaksAForeignCase,
        "Qui demande un site reçoit les dossiers de tous ceux dont le nom commence ainsi.",
        Wording(
            "LIKE 'CRE%' pour un code de site : Creil lit les dossiers de Créteil",
            "LIKE 'CRE%' for the code of a site: one centre reads the cases of another",
        ),
    ),
    Sabotage.of(
        finding.CountsACaseOncePerSite,
        "Un dossier est compté une fois pour chacun de ses sites qui est demandé.",
        Wording(
            "COUNT(*) sur une jointure : l'indicateur annonce plus de réclamations qu'il n'y en a",
            "COUNT(*) over a join: the indicator tells more complaints than there are",
        ),
    ),
    Sabotage.of(
        finding.CountsDaysInUtc,
        "Le jour de réception est celui de l'instant en temps universel.",
        Wording(
            "DATE(received_at) sur un serveur en UTC : un message du soir est compté la veille",
            "DATE(received_at) on a server in UTC: a message of the evening is counted the day before",
        ),
    ),
    Sabotage.of(
        finding.SearchIsAccentSensitive,
        "Une recherche sans accents ne trouve pas un texte accentué.",
        Wording(
            "ILIKE : « desire » ne trouve pas Mme Désiré, à qui l'on répond que rien n'est tenu sur elle",
            "ILIKE: 'desire' does not find Mme Désiré, who is told that nothing is held on her",
        ),
    ),
    Sabotage.of(
        finding.FindsWhatWasForgotten,
        "Ce qui est cherché n'est jamais retiré de l'index.",
        Wording(
            "un moteur de recherche à côté de la base : ce qui est effacé ici s'y trouve encore",
            "a search engine beside the database: what was erased here is still found there",
        ),
    ),
    Sabotage.of(
        finding.ForgetsWhatItWrote,
        "Une unité de travail ne retrouve pas ce qu'elle a écrit elle-même.",
        Wording(
            "la lecture part vers une réplique en retard sur l'écriture",
            "reading goes to a replica that is behind the writing",
        ),
    ),
    Sabotage.of(
        finding.SeesThePast,
        "Une unité de travail lit ce qui était validé quand elle a commencé.",
        Wording(
            "REPEATABLE READ, le défaut de MySQL : une longue tâche décide sur l'état du matin",
            "REPEATABLE READ, MySQL's default: a long task decides on the state of the morning",
        ),
    ),
    Sabotage.of(
        following.ReordersEvents,
        "Le fil est dans l'ordre des heures auxquelles les choses se sont passées.",
        Wording(
            "ORDER BY horodatage : un courrier saisi après coup se glisse avant ce que le lecteur a déjà lu",
            "ORDER BY timestamp: a letter entered late slips in before what the reader has read already",
        ),
    ),
    Sabotage.of(
        following.FeedSkipsALateCommit,
        "Les positions sont données à l'écriture : un événement validé tard vient avant ce qui est déjà lu.",
        Wording(
            "un numéro pris dans la transaction, un lecteur qui retient le plus grand vu : ce qui tarde est manqué",
            "a sequence taken inside the transaction, a reader that keeps the highest seen: what is late is missed",
        ),
    ),
    Sabotage.of(
        following.FeedRepeatsTheLastEvent,
        "Une page du fil commence par le dernier événement de la page d'avant.",
        Wording(
            "« supérieur ou égal » à la position lue : le dernier message est envoyé sans fin",
            "'at least' the position read: the last message is sent for ever",
        ),
    ),
    Sabotage.of(
        following.FeedLimitsBeforeItFilters,
        "Une page du fil de certains sites est ce qui leur revient d'une page de tous.",
        Wording(
            "LIMIT dans une sous-requête, le filtre des sites après : une page vide arrête le lecteur avant la fin",
            "LIMIT in a subquery, the filter of sites after it: an empty page stops the reader before the end",
        ),
    ),
    Sabotage.of(
        following.JournalRepeatsTheLastCase,
        "Une page du journal commence par le dernier dossier de la page d'avant.",
        Wording(
            "« supérieur ou égal » dans la pagination d'un contrôle : l'audit ne finit jamais",
            "'at least' in the paging of a check: the audit never ends",
        ),
    ),
    Sabotage.of(
        following.TellsForeignEvents,
        "Le fil de certains sites est celui de tous.",
        Wording(
            "un abonnement filtré à l'écran seulement : les événements d'ailleurs partent quand même",
            "a subscription that is filtered on the screen only: the events of elsewhere are sent all the same",
        ),
    ),
    Sabotage.of(
        following.LeavesPlansUnwatched,
        "Le journal a les événements des dossiers, et aucun des plans.",
        Wording(
            "une table ajoutée après coup, hors de la piste d'audit : une édition du PGAAC est réécrite sans trace",
            "a table that was added later, outside the audit trail: an edition of the PGAAC is rewritten unseen",
        ),
    ),
)
"""The sabotaged stores: those that write, keep, find and tell wrongly."""


def sabotage(name: str) -> Sabotage:
    """The sabotage with a name.

    Raises:
        ValueError: there is none.

    >>> sabotage("truncates_a_text").fault.en
    'Of a text 255 signs are kept.'
    """
    for one in SABOTAGES:
        if one.name == name:
            return one
    raise ValueError(f"name: {name!r} is no sabotage's; give one of {', '.join(one.name for one in SABOTAGES)}")
