"""Tables as DMN, the exchange format of decision tables, and back: 1.3 is written, 1.1 to 1.6 are read."""
