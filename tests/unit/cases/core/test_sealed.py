import hashlib
import hmac
import pickle

import pytest

from reclamation_core.cases import TextKind, Vault
from reclamation_core.cases.events import Anonymised, Transcribed
from reclamation_core.cases.texts import Commitment, Secret, commitments, fresh_salt, marked, seal
from tests.unit.cases.core.life import LIVED, SUPPORT, after, guards_of, opened, refused

SALT = b"0123456789abcdef"
CALL = Transcribed(text="aucun poste ne marchait", author="M. Petit")


def test_a_commitment_is_the_keyed_digest_of_its_text() -> None:
    # The same as openssl dgst -sha256 -mac HMAC.
    expected = hmac.digest(SALT, "Réclamation".encode(), "sha256").hex()
    assert Secret("Réclamation", SALT).commitment == Commitment(expected)


def test_a_text_with_its_salt_proves_its_commitment_and_nothing_else_does() -> None:
    secret = Secret("non fondée", SALT)
    assert secret.proves(secret.commitment)
    assert not Secret("fondée", SALT).proves(secret.commitment)
    assert not Secret("non fondée", SALT[::-1]).proves(secret.commitment)
    assert not Secret("fondée", SALT + b"non ").proves(secret.commitment)
    assert not Secret("f" + "non fondée", SALT[:-1] + b"0").proves(secret.commitment)


def test_likely_texts_cannot_be_tried_without_the_salt() -> None:
    digest = Secret("oui", fresh_salt()).commitment.digest
    assert digest not in {hashlib.sha256(b"oui").hexdigest(), hmac.digest(b"", b"oui", "sha256").hex()}
    assert Secret("oui", fresh_salt()).commitment != Secret("oui", fresh_salt()).commitment


@pytest.mark.parametrize("salt", [b"", b"short", SALT[:15]])
def test_a_salt_that_can_be_guessed_is_refused(salt: bytes) -> None:
    with pytest.raises(ValueError, match=rf"^salt: {len(salt)} bytes; give 16 that nobody can foresee"):
        Secret("oui", salt)


def test_fresh_salts_differ() -> None:
    assert len({fresh_salt() for _ in range(50)}) == 50


def test_a_vault_returns_and_erases_texts() -> None:
    kept, gone = Secret("un", SALT), Secret("deux", SALT)
    vault = Vault([kept]).with_([gone])
    rest = vault.without([gone.commitment])
    assert [vault.read(secret.commitment) for secret in (kept, gone)] == ["un", "deux"]
    assert [rest.read(secret.commitment) for secret in (kept, gone)] == ["un", None]
    assert (len(vault), len(rest), list(rest)) == (2, 1, [kept])
    assert rest == Vault([kept])
    assert (Vault().read(None), Vault().read(kept.commitment)) == (None, None)
    assert rest.without([gone.commitment]) == rest


def test_sealing_returns_commitments_and_texts() -> None:
    sealed, secrets = seal(CALL, lambda: SALT)
    assert {secret.text for secret in secrets} == {"aucun poste ne marchait", "M. Petit"}
    assert commitments(sealed) == {
        Secret("aucun poste ne marchait", SALT).commitment: TextKind.FREE,
        Secret("M. Petit", SALT).commitment: TextKind.PERSONAL,
    }
    assert marked(Transcribed) == {"text": TextKind.FREE, "author": TextKind.PERSONAL}
    assert seal(sealed, lambda: SALT) == (sealed, ())
    assert commitments(CALL) == {}


def test_an_erasure_is_an_event_after_which_the_history_has_ended() -> None:
    case = after(opened(), *LIVED, Anonymised())
    assert isinstance(case.events[-1].data, Anonymised)
    assert case.anonymised_at == case.events[-1].occurred_at
    assert guards_of(refused(case, SUPPORT)) == ["anonymised"]


@pytest.mark.parametrize("kind", list(TextKind))
def test_an_erasure_of_one_kind_leaves_the_rest_to_be_forgotten_later(kind: TextKind) -> None:
    partly = after(opened(), *LIVED, Anonymised(kinds=(kind,)))
    assert partly.anonymised_at is None
    assert after(partly, Anonymised()).anonymised_at is not None


def test_secrets_survive_pickling_and_show_nothing() -> None:
    secret = Secret("Mme Durand", SALT)
    assert pickle.loads(pickle.dumps(secret)) == secret
    assert repr(secret) == str(secret) == "Secret(...)"
    assert repr(Vault([secret])) == "Vault()"
