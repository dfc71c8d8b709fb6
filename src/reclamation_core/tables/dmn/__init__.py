"""Tables as DMN 1.3, the exchange format of decision tables, and back."""
