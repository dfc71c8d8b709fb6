"""Measures against peers, side by side in one run: what counts is the ratio, never the absolute time."""
