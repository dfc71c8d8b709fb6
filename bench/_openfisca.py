"""Eligibility and level of complaints by OpenFisca, all facts being known: the peer that computes rules on columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

_YEAR = "2026"

FLAGS = ("formal", "sold_service")
OUTCOMES = {"eligibility": ("complaint", "out_of_scope"), "level": ("local", "regional", "national")}


def _enumeration(name: str, codes: Sequence[str]) -> Any:
    return Enum(name, {code: code for code in codes})


def _variable(name: str, entity: Any, value_type: Any, **more: Any) -> Any:
    return type(
        name, (Variable,), {"value_type": value_type, "entity": entity, "definition_period": DateUnit.YEAR, **more}
    )


def system(frame: pl.DataFrame) -> TaxBenefitSystem:
    """The rules as OpenFisca has them; the enumerations are those of the frame."""
    entity = build_entity(key="complaint", plural="complaints", label="Complaint", is_person=True)
    made = TaxBenefitSystem([entity])
    codes = {name: dtype.categories.to_list() for name, dtype in frame.schema.items() if isinstance(dtype, pl.Enum)}
    enums = {name: _enumeration(name, of_fact) for name, of_fact in {**codes, **OUTCOMES}.items()}

    def enumerated(name: str, **more: Any) -> Any:
        first = next(iter(enums[name]))
        return _variable(name, entity, Enum, possible_values=enums[name], default_value=first, **more)

    def eligibility(complaints: Any, period: Any) -> Any:
        channel, channels = complaints("channel", period), enums["channel"]
        eligible = (
            complaints("formal", period)
            * (channel != channels.survey)
            * (channel != channels.other)
            * (complaints("complainant", period) != enums["complainant"].other)
            * (complaints("nature", period) == enums["nature"].grievance)
            * (complaints("requirement", period) != enums["requirement"].none)
            * complaints("sold_service", period)
        )
        found = eligible + (complaints("satisfaction", period) < 6)
        return np.where(found, enums["eligibility"].complaint.index, enums["eligibility"].out_of_scope.index)

    def level(complaints: Any, period: Any) -> Any:
        scope, reach, move = (complaints(name, period) for name in ("client_scope", "service_reach", "mobilisation"))
        scopes, reaches, moves, levels = (
            enums[name] for name in ("client_scope", "service_reach", "mobilisation", "level")
        )
        national = (scope == scopes.national) + (move == moves.national) + (reach == reaches.several_regions)
        regional = (scope == scopes.regional) + (move == moves.regional) + (reach == reaches.several_centres)
        return np.select([national, regional], [levels.national.index, levels.regional.index], levels.local.index)

    for name in codes:
        made.add_variable(enumerated(name))
    for name in FLAGS:
        made.add_variable(_variable(name, entity, bool))
    made.add_variable(_variable("satisfaction", entity, float))
    for formula in (eligibility, level):
        made.add_variable(enumerated(formula.__name__, formula=formula))
    return made


def decider(frame: pl.DataFrame) -> Callable[[], dict[str, EnumArray]]:
    """The two outcomes of a frame, the columns being given to OpenFisca each time."""
    made = system(frame)
    enums = {name: made.variables[name].possible_values for name, dtype in frame.schema.items() if dtype == pl.Enum}
    columns: dict[str, Any] = {name: frame[name].to_physical().to_numpy() for name in enums}
    columns |= {name: frame[name].to_numpy() for name in FLAGS}
    columns["satisfaction"] = frame["satisfaction"].fill_null(float("nan")).to_numpy()

    def decide() -> dict[str, EnumArray]:
        simulation = SimulationBuilder().build_default_simulation(made, frame.height)
        for name, column in columns.items():
            given = EnumArray(column, enums[name]) if name in enums else column
            simulation.set_input(name, _YEAR, given)
        return {name: simulation.calculate(name, _YEAR) for name in OUTCOMES}

    return decide
