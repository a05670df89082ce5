"""An utterance's embedding does not depend on what it is batched with: every student in conf/."""

from pathlib import Path

import pytest
import torch

from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.students.student import build_student, student_of

CONF = Path(__file__).parents[2] / "recipes" / "voxceleb" / "conf"


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(CONF.glob("student_*.yaml")), ids=lambda path: path.stem)
def test_alone_and_padded_beside_longer_ones(path, tmp_path):
    hparams = build_student(Hyperparameters.read(path), {}, tmp_path, seed=1, people=5)
    encoder = student_of(hparams).encoder.eval()
    generator = torch.Generator().manual_seed(0)
    lengths = torch.tensor([0.625, 1.0, 0.625, 0.8])
    signals = 0.1 * torch.randn(4, 16000, generator=generator)
    samples = (lengths * 16000).round().long()
    for row, length in enumerate(samples):
        signals[row, length:] = 0
    with torch.no_grad():
        together = encoder.encode_batch(signals, lengths)
        for row, length in enumerate(samples):
            alone = encoder.encode_batch(signals[row : row + 1, :length])
            torch.testing.assert_close(together[row : row + 1], alone, atol=1e-4, rtol=0)
    assert (together[0] - together[2]).abs().max() > 1e-3
