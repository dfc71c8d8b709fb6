"""Conditions and values in S-FEEL, the simple expressions of DMN."""
