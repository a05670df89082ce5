"""What stands for SpeechBrain's parts in ONNX gives the same numbers."""

import pytest
import torch
from speechbrain.lobes.models.ECAPA_TDNN import AttentiveStatisticsPooling
from speechbrain.processing.features import STFT, InputNormalization

from speechdistill.base.errors import InputError
from speechdistill.export.traceable import traceable


@pytest.mark.parametrize(
    "options",
    [{}, {"n_fft": 512}, {"win_length": 20, "hop_length": 5}, {"normalized_stft": True}],
)
def test_an_stft_by_convolution(options):
    stft = STFT(sample_rate=16000, **options)
    waveforms = torch.randn(2, 5000)
    torch.testing.assert_close(traceable(stft)(waveforms), stft(waveforms), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("norm_type", ["global", "sentence"])
@pytest.mark.parametrize("std_norm", [True, False])
def test_normalisation_without_padding(norm_type, std_norm):
    norm = InputNormalization(norm_type=norm_type, std_norm=std_norm)
    norm(5 + 3 * torch.randn(4, 30, 6))
    norm.eval()
    features = torch.randn(2, 40, 6)
    torch.testing.assert_close(traceable(norm)(features), norm(features, torch.ones(2)))


@pytest.mark.parametrize("global_context", [True, False])
def test_attention_without_padding(global_context):
    pooling = AttentiveStatisticsPooling(8, 4, global_context).eval()
    frames = torch.randn(2, 8, 30)
    torch.testing.assert_close(traceable(pooling)(frames), pooling(frames))


@pytest.mark.parametrize(
    "part", [InputNormalization(norm_type="batch"), STFT(16000, pad_mode="reflect")]
)
def test_what_has_no_such_form_is_refused(part):
    with pytest.raises(InputError, match="is not exported"):
        traceable(torch.nn.Sequential(part))


def test_the_module_itself_stays_as_it_was():
    model = torch.nn.Sequential(torch.nn.Sequential(STFT(16000)), torch.nn.Linear(2, 2))
    changed = traceable(model)
    assert isinstance(model[0][0], STFT) and not isinstance(changed[0][0], STFT)
    assert changed[1].weight is model[1].weight
