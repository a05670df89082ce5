"""Students are shown with what they were made from as it is now."""

import json
from pathlib import Path

import pytest

from speechdistill.base.errors import InputError
from speechdistill.reporting.freshness import check_fresh
from speechdistill.storage.places import SETTINGS


def test_voice_of_an_earlier_version(tmp_path):
    """Which kept one digest of the voice, and not which student it was."""
    (tmp_path / SETTINGS).write_text(json.dumps({"targets": {}, "voice": "0f3a"}))
    with pytest.raises(InputError, match=r"earlier version.*train it again"):
        check_fresh([tmp_path], [], Path("data"), [])
