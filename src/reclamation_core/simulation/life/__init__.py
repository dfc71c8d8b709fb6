"""The whole life of an invented caseload, lived on a desk."""
