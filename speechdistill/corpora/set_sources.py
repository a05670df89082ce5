"""What a set is made of, for all that is made from it."""

import json
from pathlib import Path

from speechdistill.storage.made_from import MADE_FROM, content_of, contents_of
from speechdistill.storage.places import CUTS, IMAGE_QUALITY, IMAGES, REPORT, SPEECH_QUALITY

QUALITY_TABLES = (SPEECH_QUALITY, IMAGE_QUALITY)


def set_sources(folder: Path) -> dict[str, str]:
    """Return the contents of a set's manifests, and what stage 1 took its files from.

    The latter changes with the size or the time of any file of the corpus: the manifests need
    not. Of a test condition it is what the condition was made from.

    Example
    -------
    >>> set_sources(Path("/nonexistent/test"))["cuts.jsonl.gz"]
    'missing'
    """
    folder = folder.resolve()
    sources = contents_of(folder, (CUTS, IMAGES))
    sources["corpus"] = _corpus(folder.parent / REPORT)
    sources["condition"] = content_of(folder / MADE_FROM)
    return sources


def rated_set_sources(folder: Path) -> dict[str, str]:
    """Return :func:`set_sources` and the set's quality, which says what of it can be read."""
    return {**set_sources(folder), **contents_of(folder, QUALITY_TABLES)}


def _corpus(report: Path) -> str:
    try:
        return str(json.loads(report.read_text(encoding="utf-8"))["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return "missing"
