"""What a set is made of, for all that is made from it."""

import json
from pathlib import Path

from speechdistill.storage.made_from import (
    MADE_FROM,
    MISSING,
    content_of,
    contents_of,
    is_made_from,
)
from speechdistill.storage.places import (
    CONTENT,
    CUTS,
    IMAGE_QUALITY,
    IMAGES,
    ITEMS,
    QUALITY,
    REPORT,
    SPEECH_QUALITY,
    TEST,
)

QUALITY_TABLES = (SPEECH_QUALITY, IMAGE_QUALITY)


def set_sources(folder: Path) -> dict[str, str]:
    """Return the contents of a set's manifests, and what its files were taken from.

    The latter changes with the size or the time of any file of the corpus: the manifests need
    not. Of a test condition it is what the condition was made from.

    Example
    -------
    >>> set_sources(Path("/nonexistent/test"))["cuts.jsonl.gz"]
    'missing'
    """
    folder = folder.resolve()
    sources = contents_of(folder, (CUTS, IMAGES, *([ITEMS] if (folder / ITEMS).exists() else [])))
    sources["corpus"] = _corpus(folder.parent / REPORT)
    sources["condition"] = content_of(folder / MADE_FROM)
    return sources


def set_content(folder: Path) -> dict[str, str]:
    """Return :func:`set_sources` by content alone, where quality has been measured of all of it.

    A corpus that is unpacked again has new times: manifests and quality are made again, but what
    was made from the set stays, as long as every sample and pixel is as it was. Of a test condition
    it is the content of the test set.

    Example
    -------
    >>> set_content(Path("/nonexistent/test")) == set_sources(Path("/nonexistent/test"))
    True
    """
    folder = folder.resolve()
    sources = set_sources(folder)
    clean = folder.with_name(TEST) if sources["condition"] != MISSING else folder
    seen = clean / QUALITY
    if is_made_from(seen / MADE_FROM, set_sources(clean)) and (seen / CONTENT).exists():
        sources["corpus"] = (seen / CONTENT).read_text().strip()
    return sources


def rated_set_sources(folder: Path) -> dict[str, str]:
    """Return :func:`set_content` and the set's quality, which says what of it can be read."""
    return {**set_content(folder), **contents_of(folder, QUALITY_TABLES)}


def _corpus(report: Path) -> str:
    try:
        facts = json.loads(report.read_text(encoding="utf-8"))
        return str(facts.get("content") or facts["fingerprint"])  # that of images has both
    except PermissionError:  # it may be whole
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return MISSING
