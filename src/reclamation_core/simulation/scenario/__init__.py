"""The demonstration's scenario: an invented caseload handled on a desk, by steps that `data/scenario.toml` lists."""
