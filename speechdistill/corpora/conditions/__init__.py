"""Degraded copies of the test set: noise at known levels, and short cuts."""
