"""Who handles a caseload, and what comes of it: the production policy and calendars, lived by handlers in SimPy."""
