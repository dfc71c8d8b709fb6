"""Which level handles the case? The clauses of M2-1 §5, the highest that any of them gives."""

from __future__ import annotations

from functools import cache

from reclamation_core.missing import ABSENT
from reclamation_core.policy.m2_1_tables.inputs import CLIENT_SCOPE, MOBILISATION, SERVICE_REACH
from reclamation_core.tables import DecisionTable, Enumeration, HitPolicy, Row, is_
from reclamation_core.vocabulary import ClientScope, Level, Mobilisation, ServiceReach
from reclamation_core.wording import Wording


@cache
def level_table() -> DecisionTable[Level]:
    """The level that handles a case (niveau de traitement): local, regional or national.

    The clauses overlap; the highest level wins (I7). Source: M2-1 §5.1 to §5.3.
    """
    return DecisionTable(
        "level",
        (CLIENT_SCOPE, SERVICE_REACH, MOBILISATION),
        Enumeration.of(Level),
        (*_literal(), *_read()),
        HitPolicy.PRIORITY,
        Wording("niveau de traitement", "handling level"),
        priority=(Level.NATIONAL, Level.REGIONAL, Level.LOCAL),
        monotone=("client_scope", "service_reach", "mobilisation"),
        statements={
            Level.LOCAL: Wording("le cas est traité au niveau local", "the case is handled at local level"),
            Level.REGIONAL: Wording("le cas est traité au niveau régional", "the case is handled at regional level"),
            Level.NATIONAL: Wording("le cas est traité au niveau national", "the case is handled at national level"),
        },
    )


def _literal() -> tuple[Row, ...]:
    """The seven rows of the text."""
    return (
        Row(
            "local-client",
            {"client_scope": ClientScope.LOCAL},
            Level.LOCAL,
            "M2-1 §5.1",
            Wording("le client est local", "the client is local"),
        ),
        Row(
            "one-centre",
            {"service_reach": ServiceReach.ONE_CENTRE},
            Level.LOCAL,
            "M2-1 §5.1",
            Wording("la prestation est réalisée par un centre", "the service is delivered by one centre"),
        ),
        Row(
            "regional-client",
            {"client_scope": ClientScope.REGIONAL},
            Level.REGIONAL,
            "M2-1 §5.2",
            Wording("le client est régional", "the client is regional"),
        ),
        Row(
            "several-centres",
            {"service_reach": ServiceReach.SEVERAL_CENTRES},
            Level.REGIONAL,
            "M2-1 §5.2",
            Wording(
                "la prestation est réalisée par plusieurs centres de la région",
                "the service is delivered by several centres of the region",
            ),
        ),
        Row(
            "regional-mobilisation",
            {"client_scope": ClientScope.LOCAL, "mobilisation": Mobilisation.REGIONAL},
            Level.REGIONAL,
            "M2-1 §5.2",
            Wording(
                "le client est local, mais le traitement du problème nécessite une mobilisation régionale",
                "the client is local, but handling the problem calls for a regional mobilisation",
            ),
        ),
        Row(
            "national-client",
            {"client_scope": ClientScope.NATIONAL},
            Level.NATIONAL,
            "M2-1 §5.3",
            Wording("le client est national (« Grands Comptes »)", "the client is national (Grands Comptes)"),
        ),
        Row(
            "national-mobilisation",
            {"client_scope": (ClientScope.LOCAL, ClientScope.REGIONAL), "mobilisation": Mobilisation.NATIONAL},
            Level.NATIONAL,
            "M2-1 §5.3",
            Wording(
                "le client est local ou régional, mais le traitement du problème nécessite une mobilisation nationale",
                "the client is local or regional, but handling the problem calls for a national mobilisation",
            ),
        ),
    )


def _read() -> tuple[Row, ...]:
    """What the text leaves open."""
    return (
        Row(
            "several-regions",
            {"service_reach": ServiceReach.SEVERAL_REGIONS},
            Level.NATIONAL,
            "M2-1 §5.2",
            Wording(
                "la prestation est réalisée par des centres de plusieurs régions",
                "the service is delivered by centres of several regions",
            ),
            reading="I6",
        ),
        Row(
            "malfunction-regional-mobilisation",
            {"client_scope": is_(ABSENT), "mobilisation": Mobilisation.REGIONAL},
            Level.REGIONAL,
            "M2-1 §5.2, §7",
            Wording(
                "c'est un dysfonctionnement interne dont le traitement nécessite une mobilisation régionale",
                "it is an internal malfunction, and handling it calls for a regional mobilisation",
            ),
            reading="I22",
        ),
        Row(
            "malfunction-national-mobilisation",
            {"client_scope": is_(ABSENT), "mobilisation": Mobilisation.NATIONAL},
            Level.NATIONAL,
            "M2-1 §5.3, §7",
            Wording(
                "c'est un dysfonctionnement interne dont le traitement nécessite une mobilisation nationale",
                "it is an internal malfunction, and handling it calls for a national mobilisation",
            ),
            reading="I22",
        ),
    )
