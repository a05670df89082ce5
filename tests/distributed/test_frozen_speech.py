"""A frozen speech teacher on two processes: the main one encodes, the other finds what it made."""

import numpy as np
import pytest

from speechdistill.inputs.frozen import FrozenInputs
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.teachers.imported.speech_model import SpeechModel
from tests.teachers.conftest import pretrained  # noqa: F401  # a fixture


@pytest.mark.slow
def test_two_processes_encode_what_one_does(on_two_processes, prepared, pretrained, tmp_path):  # noqa: F811
    data = prepared / "data"
    FrozenInputs(SpeechModel(str(pretrained))).prepare(data, tmp_path / "alone", ["dev"])
    on_two_processes("frozen_speech_on_two.py", str(data), str(pretrained))
    alone, shared = (
        KeyedVectors.load(tmp_path / name / "inputs" / "dev" / "vectors")
        for name in ("alone", "teacher")
    )
    assert list(alone.ids) == list(shared.ids)
    atol = 1e-4 * np.abs(alone.vectors).max()  # sums of other numbers of threads
    np.testing.assert_allclose(shared.vectors, alone.vectors, rtol=1e-3, atol=atol)
    assert (tmp_path / "items").read_text() == f"{len(alone.ids)} {len(alone.ids)}"
