"""Who may log in: a demonstration, with one password for all. Put your own log-in in its place."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, HTTPException
from fastapi.security import HTTPBasic, HTTPBasicCredentials

PASSWORD: Final = "demo"  # noqa: S105  printed at the start


@dataclass(frozen=True)
class Person:
    """Someone who may log in: the name, the role, and the sites whose cases this person sees; none for all sites."""

    name: str
    role: str
    sites: tuple[str, ...] = ()


PEOPLE: Final = {
    "metz": Person("Nadia Roux", "handling_unit", ("METZ",)),
    "dinan": Person("Yann Le Goff", "handling_unit", ("DINAN",)),
    "valence": Person("Inès Faure", "handling_unit", ("VALENCE",)),
    "rqr": Person("Paul Meyer", "rqr", ("METZ", "COLMAR")),
    "aq": Person("Claire Petit", "aq"),
}


def logged_in(credentials: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]) -> Person:
    """Return the person of a request.

    Raises:
        HTTPException: 401, the name or the password is wrong.
    """
    person = PEOPLE.get(credentials.username)
    if person is None or not secrets.compare_digest(credentials.password.encode(), PASSWORD.encode()):
        raise HTTPException(401, "Le nom ou le mot de passe est faux.", {"WWW-Authenticate": "Basic"})
    return person


LoggedIn = Annotated[Person, Depends(logged_in)]


def name_of(person: LoggedIn) -> str:
    """Return the name of the person of a request, as the board shows it."""
    return person.name
