"""Whose things are whose ids say so."""

from collections.abc import Iterable

from speechdistill.distillation.owners import Owners


def owners_of(ids: Iterable[str]) -> Owners:
    """Read person and session from ids ``person/session/item``."""
    parts = [name.split("/") for name in ids]
    return Owners([part[0] for part in parts], [part[1] for part in parts])
