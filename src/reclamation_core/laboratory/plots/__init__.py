"""The plots of the laboratory, each from a small frame, as charts of Altair."""
