"""The boundary cases of an edition or of a table: both sides of each threshold, and one for each row."""

from reclamation_core.testing.boundaries.cases import BoundaryCase, boundary_cases

__all__ = ["BoundaryCase", "boundary_cases"]
