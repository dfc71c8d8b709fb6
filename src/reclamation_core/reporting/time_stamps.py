"""Time-stamps of RFC 3161: what an authority is sent, and the time that its answer states for a note."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException
from typing import Any, Final, TypeAlias
from urllib.request import Request, urlopen

from reclamation_core.errors import REDACTED, Fault, FaultsError, MissingExtraError
from reclamation_core.wording import Wording

_CERTIFICATES: Final = Wording(
    "des certificats au format PEM sont attendus (-----BEGIN CERTIFICATE-----) : ceux que publie l'autorité "
    "d'horodatage",
    "certificates in PEM are expected (-----BEGIN CERTIFICATE-----): those that the time-stamping authority publishes",
)
Authority: TypeAlias = Callable[[bytes], bytes]
"""A time-stamping authority: returns the answer (TimeStampResp) to a request (TimeStampReq), both in DER."""


def http_authority(url: str, *, seconds: float = 30) -> Authority:
    """Return an authority that is reached over HTTP, as RFC 3161 (3.4) says.

    Args:
        url: its address, which the host chooses.
        seconds: how long to wait for it.
    """

    def answer(request: bytes) -> bytes:
        sent = Request(url, request, {"Content-Type": "application/timestamp-query"})  # noqa: S310  the host's own
        try:
            with urlopen(sent, timeout=seconds) as response:  # noqa: S310
                found: bytes = response.read(100_000)
        except HTTPException as error:  # no HTTP, or an answer that ends early
            raise ConnectionError(f"{type(error).__name__}: {error}") from error
        return found

    return answer


def time_stamp(note: str, authority: Authority) -> bytes:
    """Return the answer of an authority for a note, as `openssl ts -verify -in` takes it.

    Raises:
        ValueError: it answers for another text, refuses, or its answer is none.
        OSError: it cannot be reached.
        MissingExtraError: `rfc3161-client` is not installed.
    """
    client = _client()
    builder = client.TimestampRequestBuilder().data(note.encode()).hash_algorithm(client.HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    response = authority(request.as_bytes())
    if client.decode_timestamp_response(response).tst_info.nonce != request.nonce:
        raise ValueError("the authority answered another request")
    time_of(response, note)
    return response


def time_of(response: bytes, note: str, roots: bytes | None = None) -> datetime:
    """Return the time that an authority states for a note; aware.

    Args:
        response: the answer of the authority, in DER.
        note: the note.
        roots: the certificates, in PEM, of the authorities that are trusted; without them the signature is not checked.

    Raises:
        FaultsError: the certificates are none.
        ValueError: the answer is none, is not for this note, or is not signed by one of these authorities.
        MissingExtraError: `rfc3161-client` is not installed.
    """
    client = _client()
    trusted = None if roots is None else _certificates(roots)
    found = client.decode_timestamp_response(response)
    stated = found.tst_info
    if found.status > 1 or stated.message_imprint.message != hashlib.sha256(note.encode()).digest():
        raise ValueError("the time-stamp is not for this note")
    if trusted is not None:
        for root in trusted:
            try:
                client.VerifierBuilder(roots=[root]).build().verify_message(found, note.encode())
            except client.VerificationError:
                continue
            break
        else:
            raise ValueError("the time-stamp is not signed by one of these authorities")
    at: datetime = stated.gen_time
    return at


def _certificates(roots: bytes) -> list[Any]:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return list(load_pem_x509_certificates(roots))
    except ValueError:
        raise FaultsError([Fault("roots", REDACTED, _CERTIFICATES)]) from None


def _client() -> Any:
    try:
        import rfc3161_client
    except ImportError as error:
        raise MissingExtraError("rfc3161-client", "timestamp") from error
    return rfc3161_client
