"""A YAML of plain values: nothing in it is built."""

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from speechdistill.base.errors import InputError
from speechdistill.models.yaml_text import whole_text


def plain_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML of numbers, texts, lists and maps: key -> value; one without keys has none.

    Raises
    ------
    InputError: it cannot be read, or holds something else: an object, a date, a key that comes
        twice.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "fine_tune.yaml"
    >>> _ = path.write_text("lr: 1e-3\\nwav_augment: null\\n")
    >>> plain_yaml(path)
    {'lr': 0.001, 'wav_augment': None}
    """
    try:
        values = YAML(typ="safe").load(whole_text(path))
        json.dumps(values)
    except (YAMLError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        reason = " ".join(str(error).split())
        raise InputError(f"{path} is no YAML of plain values: {reason}") from error
    return values if isinstance(values, dict) else {}
