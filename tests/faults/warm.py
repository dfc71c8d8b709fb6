"""Imports and caches that the fork server loads once, before it forks."""

from tests.faults import hammering, living
from tests.unit.desk import factories

READY = (hammering, living, factories.closed(factories.new_desk()))
