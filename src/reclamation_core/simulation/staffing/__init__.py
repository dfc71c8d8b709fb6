"""The staffing model: a simulation in SimPy of the handlers of a caseload, with the production policy and calendars."""
