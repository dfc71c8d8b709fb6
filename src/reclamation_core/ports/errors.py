"""Errors of the ports: missing, changed or repeated cases and plans, and failures of the database."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Self

import attrs

from reclamation_core.errors import ErrorKind, WordedError, quoted
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import LANGUAGES, Lang, Wording

_UNAVAILABLE: Final = Wording(
    "le registre est indisponible ; signalez-le à la personne qui l'administre",
    "the register is unavailable; tell its administrator",
)
_NO_DOCUMENTS: Final = Wording(
    "l'espace des documents est indisponible ; rien n'a été enregistré, recommencez plus tard",
    "the store of documents is unavailable; nothing was recorded, try again later",
)
_SOON: Final = 5
_LATER_ON: Final = 60
"""Seconds until the next attempt: a lock or a restart lasts some seconds, a full disk longer."""
_LATER: Final = Wording(
    "il est plus récent que cette version : installez une version plus récente de reclamation-core",
    "it is newer than this library: install a later version of reclamation-core",
)
_UPGRADE: Final = Wording(
    "copiez la base, puis : reclamation db upgrade",
    "make a copy of it, then run `reclamation db upgrade`, or reclamation_core.adapters.upgrade(...)",
)
_COPY: Final = Wording("cela ne peut pas être rétabli : reprenez une copie", "this cannot be restored: restore a copy")
_UNKNOWN: Final = Wording(
    "cette version ne le connaît pas : reprenez une copie, ou installez la version de reclamation-core qui l'a fait",
    "this library does not know it: restore a copy, or install the version of reclamation-core that made it",
)


@attrs.define
class CaseNotFoundError(WordedError, LookupError):
    """No case has that reference, or none within the scope: the two are not distinguished.

    Args:
        reference: the requested reference.
    """

    code = "case_not_found"
    kind = ErrorKind.NOT_FOUND
    argument = "reference"

    reference: str

    @property
    def wording(self) -> Wording:
        reference = quoted(self.reference)
        return Wording(
            f"le dossier {reference.fr} est introuvable ; vérifiez la référence",
            f"case {reference.en} is not found; check the reference",
        )


@attrs.define
class PlanNotFoundError(WordedError, LookupError):
    """No plan has that scope, or none within the scope.

    Args:
        scope: the requested scope.
    """

    code = "plan_not_found"
    kind = ErrorKind.NOT_FOUND
    argument = "scope"

    scope: str

    @property
    def wording(self) -> Wording:
        scope = quoted(str(self.scope).removeprefix("site:"))  # the code alone names the plan of a site too
        return Wording(
            f"le plan {scope.fr} est introuvable ; vérifiez son périmètre",
            f"plan {scope.en} is not found; check its scope",
        )


@attrs.define
class ConcurrentChangeError(WordedError, RuntimeError):
    """Another commit changed the same case or plan; nothing was written. Load it again and decide again.

    Args:
        reference: the case or the plan.
        expected: the version that the change was made on.
        found: the version that is stored.
    """

    code = "concurrent_change"
    kind = ErrorKind.CONFLICT

    reference: str
    expected: int
    found: int

    @property
    def wording(self) -> Wording:
        reference = quoted(self.reference)
        return Wording(
            f"{reference.fr} vient d'être modifié par une autre personne (version {self.found}, et non "
            f"{self.expected}) ; rechargez-le et recommencez",
            f"{reference.en}: the change was made on version {self.expected}, version {self.found} is stored; "
            "load it again and decide again",
        )

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the error as problem details, with the `expected_version` and the `current_version`."""
        return super().to_document(lang) | {"expected_version": self.expected, "current_version": self.found}


@attrs.define
class VersionConflictError(ConcurrentChangeError):
    """The case or plan has another version than the one that the caller has seen; nothing was written.

    Show the present state before the command is sent again: another person has changed it, or the same command was
    recorded already, as after a double click.

    Args:
        reference: the case, or the key of the plan's scope.
        expected: the version that the caller passed as `expected_version`.
        found: the version that is stored.
    """

    code = "version_conflict"
    argument = "expected_version"


@attrs.define
class StaleReadError(ConcurrentChangeError):
    """Another commit changed what the decision had read, though not what it writes; nothing was written.

    The desk decides again by itself, a bounded number of times, before it raises this.

    Args:
        reference: the optimistic lock that was held, or the plan that was read; empty where a desk may not name it.
        expected: the version that the decision was made on.
        found: the version that is stored.
    """

    code = "stale_read"
    kind = ErrorKind.CONFLICT

    @property
    def wording(self) -> Wording:
        if not self.reference:
            return Wording(
                "ce sur quoi la décision reposait a changé entre-temps ; recommencez",
                "the basis of the decision has changed in another commit; try again",
            )
        reference = quoted(self.reference)
        return Wording(
            f"{reference.fr}, sur quoi la décision reposait, est passé de la version {self.expected} à la version "
            f"{self.found} entre-temps ; recommencez",
            f"{reference.en}, which the decision was based on, went from version {self.expected} to version "
            f"{self.found} in another commit; try again",
        )


@attrs.define
class UnitOfWorkEndedError(SharedRepr, RuntimeError):
    """A unit of work was used after its commit or its rollback: a mistake in a program."""

    def __str__(self) -> str:
        return "this unit of work has ended and commits nothing more; begin another one"


@attrs.define
class RepeatedSourceError(WordedError, RuntimeError):
    """The site has a case from the same source message already; nothing was written.

    Args:
        source: what identifies the message.
        reference: the case of that message.
    """

    code = "repeated_source"
    kind = ErrorKind.CONFLICT
    argument = "source"

    source: str
    reference: str

    @property
    def wording(self) -> Wording:
        source, reference = quoted(self.source), quoted(self.reference)
        return Wording(
            f"le message {source.fr} est déjà le dossier {reference.fr} ; prenez ce dossier",
            f"the message {source.en} is case {reference.en} already; use that case",
        )


@attrs.define
class DocumentNotFoundError(WordedError, LookupError):
    """No document has that key, or none within the scope, or its bytes are erased: these are not distinguished.

    Args:
        key: the requested key.
    """

    code = "document_not_found"
    kind = ErrorKind.NOT_FOUND
    argument = "key"

    key: str

    @property
    def wording(self) -> Wording:
        key = quoted(self.key)
        return Wording(
            f"le document {key.fr} est introuvable, ou effacé ; vérifiez le dossier",
            f"document {key.en} is not found, or erased; check the case",
        )


@attrs.define
class DamagedDocumentError(WordedError, OSError):
    """The bytes of a document of a case are missing, or are not those that were added; the case itself is whole.

    Args:
        reference: the case.
        number: the number of the document among those of the case.
        is_missing: True if there are none.
    """

    code = "document_damaged"
    kind = ErrorKind.UNAVAILABLE

    reference: str
    number: int
    is_missing: bool = False

    @property
    def wording(self) -> Wording:
        what_fr = "manquent" if self.is_missing else "ne sont plus ceux qui ont été versés"
        what_en = "are missing" if self.is_missing else "are not those that were added"
        return Wording(
            f"dossier {self.reference} : les octets du document {self.number} {what_fr} ; reprenez-les d'une copie de "
            "l'espace des documents",
            f"case {self.reference}: the bytes of document {self.number} {what_en}; restore them from a copy of the "
            "store of documents",
        )

    def public_message(self, lang: Lang) -> str:
        return Wording(
            f"le document {self.number} du dossier {self.reference} est endommagé ou manque ; signalez-le à la "
            "personne qui administre le registre",
            f"document {self.number} of case {self.reference} is damaged or missing; tell the administrator of the "
            "register",
        ).in_(lang)


@attrs.define
class DocumentStoreError(WordedError, OSError):
    """The store of documents cannot be reached, or refused; nothing was recorded, and the register works without it.

    Args:
        store: the store, without credentials.
        reason: the class or code of its error, or the library's own reason.
    """

    code = "document_store_failed"
    kind = ErrorKind.UNAVAILABLE
    retry_after = _LATER_ON

    store: str
    reason: str

    @property
    def wording(self) -> Wording:
        return Wording(
            f"{self.store} : l'espace des documents ne répond pas, ou a refusé ({self.reason}) ; rien n'a été "
            "enregistré, recommencez plus tard",
            f"{self.store}: the store of documents does not answer, or refused ({self.reason}); nothing was recorded, "
            "try again later",
        )

    def public_message(self, lang: Lang) -> str:
        return _NO_DOCUMENTS.in_(lang)


@attrs.define
class StoreError(WordedError, OSError):
    """The database refused a statement; the message has its reason, never what was to be written.

    Args:
        database: the database, without credentials.
        reason: the code and name of the database's error, or the library's own reason.
        reason_fr: the library's own reason in French.
    """

    code = "store_failed"
    kind = ErrorKind.UNAVAILABLE

    _public: ClassVar[Wording] = _UNAVAILABLE
    _advice: ClassVar[Wording] = Wording(
        "la base a refusé ; voir son journal", "the database refused the statement; look in its log"
    )
    _advice_on_postgresql: ClassVar[Wording | None] = None  # if the advice differs

    database: str
    reason: str
    reason_fr: str | None = None

    @classmethod
    def of(cls, database: str, reason: Wording, *more: object) -> Self:
        """Return the error with a reason in both languages.

        Args:
            database: the database, without credentials.
            reason: the reason.
            more: further arguments of this kind of error, in their order.
        """
        return cls(database, reason.en, reason.fr, *more)

    @property
    def why(self) -> Wording:
        """The reason in both languages; a code is the same in each."""
        return Wording(self.reason if self.reason_fr is None else self.reason_fr, self.reason)

    @property
    def wording(self) -> Wording:
        advice = self._words()
        return Wording(
            f"{self.database} : {advice.fr} ({self.why.fr})", f"{self.database}: {advice.en} ({self.why.en})"
        )

    def public_message(self, lang: Lang) -> str:
        return self._public.in_(lang)

    def _words(self) -> Wording:
        of_postgresql = self._advice_on_postgresql if self.database.startswith("postgresql") else None
        return of_postgresql or self._advice


@attrs.define
class StoreBusyError(StoreError, TimeoutError):
    """Another process held the database, or a row to be changed, for too long."""

    code = "store_busy"
    retry_after = _SOON

    _public = Wording(
        "le registre est occupé ; recommencez dans quelques instants", "the register is busy; try again in a moment"
    )
    _advice = Wording(
        "la base est occupée par quelqu'un d'autre depuis trop longtemps ; recommencez",
        "another process held it for too long; try again, or raise the wait",
    )


@attrs.define
class StoreReadOnlyError(StoreError, PermissionError):
    """The database may not be written to from here."""

    code = "store_read_only"
    retry_after = _LATER_ON

    _public = Wording(
        "le registre ne peut pas être modifié pour le moment ; rien n'a été enregistré",
        "the register cannot be changed at the moment; nothing was recorded",
    )
    _advice = Wording(
        "la base ne peut pas être écrite ; accordez le droit d'écrire dans le fichier et son dossier, ou lisez un "
        "fichier d'un support en lecture seule par sqlite:///file:CHEMIN?mode=ro&immutable=1&uri=true",
        "it may not be written to; give the right to write to the file and its folder, or read a file of a read-only "
        "medium by sqlite:///file:PATH?mode=ro&immutable=1&uri=true",
    )
    _advice_on_postgresql = Wording(
        "la base ne peut pas être écrite ; accordez au rôle les droits sur les tables (GRANT SELECT, INSERT, UPDATE, "
        "DELETE) et sur la séquence (GRANT USAGE ON SEQUENCE reclamation_write_order), et n'écrivez dans aucune "
        "transaction en lecture seule",
        "it may not be written to; give the role the rights on the tables (GRANT SELECT, INSERT, UPDATE, DELETE) and "
        "on the sequence (GRANT USAGE ON SEQUENCE reclamation_write_order), and write in a transaction that is not "
        "read only",
    )


@attrs.define
class StoreFullError(StoreError):
    """The disk of the database is full."""

    code = "store_full"
    retry_after = _LATER_ON

    _advice = Wording(
        "le disque de la base est plein ; libérez de l'espace, puis recommencez",
        "there is no room left on its disk; make some, then do it again",
    )


@attrs.define
class StoreUnreachableError(StoreError, ConnectionError):
    """The database does not answer, or refuses the connection.

    If a commit raises it, everything may have been committed before the connection was lost: load the case again. A
    registration with a source may simply be repeated.

    Args:
        is_closed: True if the connection was closed on this side, so that nothing was sent.
    """

    code = "store_unreachable"
    retry_after = _SOON

    _public = Wording(
        "le registre ne répond pas ; vérifiez dans quelques instants si l'opération est enregistrée, puis recommencez",
        "the register does not answer; try again in a moment, and see first whether the command was recorded",
    )
    _advice = Wording(
        "la base ne répond pas ; vérifiez l'adresse, que le serveur est démarré et que votre compte y a accès",
        "it cannot be reached; check its address, that it runs, and the right to enter",
    )
    _advice_on_sqlite: ClassVar[Wording] = Wording(
        "le fichier de la base ne s'ouvre pas ou ne se lit pas ; vérifiez que l'adresse est celle d'un fichier, que "
        "son disque répond et que votre compte y a accès",
        "its file cannot be opened or read; check that the address is that of a file, that its disk answers, and the "
        "right to enter",
    )
    _advice_when_closed: ClassVar[Wording] = Wording(
        "la connexion est fermée : ouvrez-en une autre, et rouvrez le registre sur elle",
        "the connection is closed; open another one, and make a new desk on it",
    )

    is_closed: bool = False

    def _words(self) -> Wording:
        if self.reason.startswith("SQLITE_"):
            return self._advice_on_sqlite
        return self._advice_when_closed if self.is_closed else super()._words()


@attrs.define
class StoreReplacedError(StoreError):
    """The database was deleted or replaced since it was opened. Nothing was written."""

    code = "store_replaced"

    _advice = Wording(
        "la base a été supprimée ou remplacée depuis qu'elle est ouverte, et rien n'a été écrit ; remettez son fichier "
        "s'il manque, sans -wal ni -shm d'un autre, puis fermez et rouvrez-la",
        "it was deleted or replaced since it was opened, and nothing was written; put its file back where it is "
        "missing, without the -wal and -shm of another one, then close it and open it again",
    )


@attrs.define
class StoreDamagedError(StoreError, ValueError):
    """Stored data cannot be read: the file is not a database, or a part of it is damaged.

    Everything else stays readable: continue with the cases after `holder`, or the events after `position`.

    Args:
        holder: the reference of the damaged case, or the scope of the damaged plan; None for the whole database.
        position: the position in the feed of the event that cannot be read, if it was read from there.
    """

    code = "store_damaged"

    _advice = Wording(
        "ce que la base contient ne se lit pas ; reprenez-la d'une copie",
        "what it holds cannot be read; restore it from a copy",
    )

    holder: str | None = None
    position: int | None = None

    def public_message(self, lang: Lang) -> str:
        if self.holder is None:
            return super().public_message(lang)
        holder = quoted(self.holder)
        return Wording(
            f"{holder.fr} est endommagé et ne se lit pas ; signalez-le à la personne qui administre le registre",
            f"{holder.en} is damaged and cannot be read; tell the administrator of the register",
        ).in_(lang)


@attrs.define
class StoreEncodingError(StoreError, ValueError):
    """The database or the connection uses another encoding than UTF-8.

    Not every text could be stored, or damaged texts could not be distinguished from others.

    Args:
        of_connection: True for the encoding of the connection.
    """

    code = "store_encoding"

    _advice = Wording(
        "la base ne garde pas son texte en UTF-8 ; recopiez-la : sqlite3 ANCIENNE.db .dump | sqlite3 NOUVELLE.db",
        "its text is not in UTF-8; make a copy that is: sqlite3 OLD.db .dump | sqlite3 NEW.db",
    )
    _advice_on_postgresql = Wording(
        "la base ne garde pas son texte en UTF-8 ; créez-en une en UTF-8, createdb -E UTF8 -T template0 "
        "NOUVELLE, puis recopiez-y les données : pg_dump -E UTF8 ANCIENNE | psql NOUVELLE",
        "its text is not in UTF-8; create one that is, createdb -E UTF8 -T template0 NEW, and copy the content "
        "into it: pg_dump -E UTF8 OLD | psql NEW",
    )
    _advice_on_connection: ClassVar[Wording] = Wording(
        "la connexion ne parle pas UTF-8 ; ouvrez-la avec client_encoding=utf8",
        "the connection does not speak UTF-8; open it with client_encoding=utf8",
    )

    of_connection: bool = False

    def _words(self) -> Wording:
        return self._advice_on_connection if self.of_connection else super()._words()


@attrs.define
class SchemaError(WordedError, RuntimeError):
    """The schema of the database is missing, incomplete or of another version; opening it never changes the schema.

    Args:
        database: the database, without credentials.
        found: the version of the schema; None without a schema, empty if the database has lost its version.
        expected: the version that is needed.
        known: True if `upgrade` leads to that version, or restores the missing parts.
        missing: the missing parts, if the version is the expected one or is lost.
    """

    code = "unsupported_schema"
    kind = ErrorKind.UNAVAILABLE

    database: str
    found: str | None
    expected: str
    known: bool = True
    missing: tuple[Wording, ...] = ()

    def public_message(self, lang: Lang) -> str:
        return _UNAVAILABLE.in_(lang)

    @property
    def wording(self) -> Wording:
        found = self._found()
        remedy = self._remedy()
        if self.missing:
            fr, en = (", ".join(one.in_(lang) for one in self.missing) for lang in LANGUAGES)
            return Wording(
                f"{self.database} : il manque au schéma {self.expected} : {fr} ; {remedy.fr}",
                f"{self.database}: schema version {self.expected} lacks {en}; {remedy.en}",
            )
        return Wording(
            f"{self.database} : {found.fr}, il faut le {self.expected} ; {remedy.fr}",
            f"{self.database}: it {found.en}, version {self.expected} is needed; {remedy.en}",
        )

    def _found(self) -> Wording:
        if self.found is None:
            return Wording("la base n'a pas de schéma", "has no schema")
        if not self.found:
            return Wording("la base ne dit plus la version de son schéma", "has lost the version of its schema")
        return Wording(f"la base a le schéma {self.found}", f"has schema version {self.found}")

    def _remedy(self) -> Wording:
        if self.found is not None and self.found.isdecimal() and self.found > self.expected:
            return _LATER
        if self.missing and not self.known:
            return _COPY
        return _UPGRADE if self.known else _UNKNOWN
