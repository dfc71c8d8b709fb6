"""Imported once, before processes are made from the one that imported it: what each would otherwise do first."""

from __future__ import annotations

from tests.faults import hammering, living
from tests.unit.desk import factories

READY = (hammering, living, factories.closed(factories.new_desk()))
