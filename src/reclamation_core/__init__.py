"""Procedure M2-1 (Piloter les réclamations clients et dysfonctionnements internes) as a library."""
