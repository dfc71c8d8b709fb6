"""Qualifying, and giving a case to whom it belongs."""

from __future__ import annotations

from typing import Any, Final

from reclamation_core.cases import Case
from reclamation_core.missing import UNKNOWN
from reclamation_core.simulation.life.bank import life_phrases
from reclamation_core.simulation.life.folder import Folder
from reclamation_core.vocabulary import SEVERITIES, Band, Level, Role

_JUDGED: Final = (
    *("requirement", "client_scope", "service_reach", "mobilisation", "likelihood", "recurrences"),
    *SEVERITIES.values(),
)
_CONFORMING, _DOUBTFUL, _OVERRIDDEN, _CODIR = 0.16, 0.2, 0.35, "CODIR"


def qualified(folder: Folder) -> None:
    """Qualify the case: what is still unknown of it is found out, the risks are judged with those who know."""
    case, draws, theme = folder.case, folder.draws, folder.theme
    role = Role.RQR if case.level > Level.LOCAL else draws.one_of((Role.HANDLING_UNIT, Role.AQ))
    experts = (theme.family_of_experts,) if case.level is Level.LOCAL else (_CODIR, theme.family_of_experts)
    conforming = True if draws.chance(_CONFORMING) else None if draws.chance(_DOUBTFUL) else False
    if folder.message.subject is None:
        conforming = False
    problem = draws.one_of(theme.problem)
    folder.desk(role).qualify(
        folder.reference,
        problem=life_phrases().reasons["claimed"].format(problem=problem) if conforming else problem,
        requirement_reference=theme.requirement,
        conforming=conforming,
        supported_by=None if role is Role.RQR else folder.world.person(folder.unit, Role.RQR),
        experts=experts,
        **_found_out(folder, case),
    )


def _found_out(folder: Folder, case: Case) -> dict[str, Any]:
    truth = folder.message.truth(folder.draws)
    unknown = (name for name in _JUDGED if getattr(case.facts, name, None) is UNKNOWN)
    return {name: truth[name] for name in unknown}


def rerouted(folder: Folder) -> None:
    """Give the case to the centre that delivered the service, or that leads a region; or impose another level."""
    case, sites, reasons = folder.case, folder.world.sites, life_phrases().reasons
    elsewhere = [code for code in case.service_sites if code != case.handling_unit]
    lead = _regional_lead(folder)
    if elsewhere:
        reason = reasons["wrong_centre"].format(site=sites[elsewhere[0]].name)
        folder.desk().reroute(folder.reference, handling_unit=elsewhere[0], reason=reason)
    elif case.level is Level.REGIONAL and lead != case.handling_unit:
        reason = reasons["regional_lead"].format(site=sites[lead].name)
        folder.desk(Role.RQR).reroute(folder.reference, handling_unit=lead, reason=reason)
    elif _is_to_be_raised(folder, case):
        folder.desk(Role.RQR).reroute(
            folder.reference, handling_unit=case.handling_unit, level=Level.REGIONAL, reason=reasons["override"]
        )


def _regional_lead(folder: Folder) -> str:
    """The centre that leads the region of the handling unit: the last of its centres in the order of their codes."""
    sites = folder.world.sites
    region = sites[folder.unit].region
    return max(code for code in sites if sites[code].region == region)


def _is_to_be_raised(folder: Folder, case: Case) -> bool:
    is_critical = case.level is Level.LOCAL and case.verdict.band is Band.CRITICAL
    return is_critical and folder.draws.chance(_OVERRIDDEN)
