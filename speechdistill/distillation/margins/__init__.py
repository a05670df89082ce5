"""Margins that change while the student learns: one per file.

A margin is a module with ``forward(distances (batch,), epoch) -> scalar tensor``, detached, where
epochs count from 1. A plain number is a margin too: the fixed one.
"""
