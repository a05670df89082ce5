"""Scores as log-likelihood ratios, with quality measures or without."""
