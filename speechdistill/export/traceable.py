"""Parts of an encoder as ONNX can have them: the same numbers for any length and batch."""

import copy

import torch
from speechbrain.lobes.models.ECAPA_TDNN import AttentiveStatisticsPooling
from speechbrain.nnet.pooling import StatisticsPooling
from speechbrain.processing.features import STFT, InputNormalization

from speechdistill.base.errors import InputError
from speechdistill.students.kaldi_fbank import KaldiSpectrum
from speechdistill.students.xvector import MomentPooling


class ConvolvedSpectrum(torch.nn.Module):
    """Spectra of frames by a convolution: not every runtime has a fast Fourier transform.

    Arguments
    ---------
    matrix: the spectrum of each sample of a frame alone, ``(samples, bins, 2)``.
    shift: from one frame to the next, in samples.
    padding: zeros at both ends, in samples.
    """

    kernel: torch.Tensor

    def __init__(self, matrix: torch.Tensor, shift: int, padding: int = 0) -> None:
        super().__init__()
        self.n_bins, self.shift, self.padding = matrix.shape[1], shift, padding
        self.register_buffer("kernel", matrix.permute(2, 1, 0).flatten(0, 1).unsqueeze(1).float())

    @classmethod
    def of_stft(cls, stft: STFT) -> "ConvolvedSpectrum":
        """Do what SpeechBrain's STFT does.

        Raises
        ------
        InputError: it pads otherwise than by zeros, or gives both halves of the spectrum.

        Example
        -------
        >>> stft, waveforms = STFT(sample_rate=16000), torch.randn(2, 4000)
        >>> torch.allclose(ConvolvedSpectrum.of_stft(stft)(waveforms), stft(waveforms), atol=1e-4)
        True
        """
        if not (stft.onesided and stft.center and stft.pad_mode == "constant"):
            raise InputError("an STFT without onesided, center and zero padding is not exported")
        window = stft.window.double()
        before = (stft.n_fft - len(window)) // 2
        window = torch.nn.functional.pad(window, (before, stft.n_fft - len(window) - before))
        if stft.normalized_stft:
            window = window / stft.n_fft**0.5
        spectra = torch.fft.rfft(torch.diag(window))
        return cls(torch.view_as_real(spectra), stft.hop_length, stft.n_fft // 2)

    def forward(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Turn ``(batch, samples)`` into real and imaginary parts, ``(batch, frames, bins, 2)``."""
        parts = torch.nn.functional.conv1d(
            waveforms.unsqueeze(1), self.kernel, stride=self.shift, padding=self.padding
        )
        return torch.stack([parts[:, : self.n_bins], parts[:, self.n_bins :]], dim=-1).transpose(
            1, 2
        )


class ConvolvedKaldiSpectrum(torch.nn.Module):
    """What a :class:`KaldiSpectrum` gives, by a convolution.

    Example
    -------
    >>> spectrum, waveforms = KaldiSpectrum(16000), torch.randn(2, 4000)
    >>> convolved = ConvolvedKaldiSpectrum(spectrum)
    >>> torch.allclose(convolved(waveforms), spectrum(waveforms), atol=1e-3)
    True
    """

    def __init__(self, spectrum: KaldiSpectrum) -> None:
        super().__init__()
        self.spectrum = spectrum
        matrix = spectrum.of_frames(torch.eye(spectrum.length))
        self.convolution = ConvolvedSpectrum(matrix, spectrum.shift)

    def forward(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Turn ``(batch, samples)`` into ``(batch, frames, bins, 2)``."""
        return self.convolution(self.spectrum.mirrored(waveforms))


class UnpaddedNormalization(torch.nn.Module):
    """SpeechBrain's ``InputNormalization`` by sentence, where nothing is padded.

    Example
    -------
    >>> norm, features = InputNormalization(norm_type="sentence"), torch.randn(2, 50, 3)
    >>> torch.allclose(UnpaddedNormalization(norm)(features), norm(features), atol=1e-5)
    True
    """

    def __init__(self, norm: InputNormalization) -> None:
        super().__init__()
        self.is_scaled, self.epsilon = norm.std_norm, norm.epsilon

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Normalise ``(batch, frames, features)``."""
        centred = features - features.mean(dim=1, keepdim=True)
        if not self.is_scaled:
            return centred
        deviation = centred.square().mean(dim=1, keepdim=True).sqrt()
        return centred / deviation.clamp(min=self.epsilon)


class FixedNormalization(torch.nn.Module):
    """SpeechBrain's ``InputNormalization`` by the statistics of training."""

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, norm: InputNormalization) -> None:
        super().__init__()
        deviation = norm.glob_std if norm.std_norm else torch.ones_like(norm.glob_mean)
        self.register_buffer("mean", norm.glob_mean)
        self.register_buffer("deviation", deviation.clamp(min=norm.epsilon))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Normalise ``(batch, frames, features)``."""
        return (features - self.mean) / self.deviation


class UnpaddedAttention(torch.nn.Module):
    """SpeechBrain's ``AttentiveStatisticsPooling``, where nothing is padded.

    Example
    -------
    >>> pooling, frames = AttentiveStatisticsPooling(8).eval(), torch.randn(2, 8, 50)
    >>> torch.allclose(UnpaddedAttention(pooling)(frames), pooling(frames), atol=1e-5)
    True
    """

    def __init__(self, pooling: AttentiveStatisticsPooling) -> None:
        super().__init__()
        self.pooling = pooling

    def forward(self, frames: torch.Tensor, lengths: None = None) -> torch.Tensor:
        """Pool ``(batch, channels, frames)`` to ``(batch, 2 channels, 1)``."""
        seen = frames
        if self.pooling.global_context:
            statistics = self._statistics(frames, torch.ones_like(frames[:1, :1]) / frames.shape[2])
            seen = torch.cat([frames, *(each.expand_as(frames) for each in statistics)], dim=1)
        attention = self.pooling.conv(self.pooling.tanh(self.pooling.tdnn(seen))).softmax(dim=2)
        return torch.cat(self._statistics(frames, attention), dim=1)

    def _statistics(self, frames: torch.Tensor, weights: torch.Tensor) -> list[torch.Tensor]:
        mean = (weights * frames).sum(dim=2, keepdim=True)
        variance = (weights * (frames - mean).square()).sum(dim=2, keepdim=True)
        return [mean, variance.clamp(min=self.pooling.eps).sqrt()]


def traceable(module: torch.nn.Module) -> torch.nn.Module:
    """Return a copy in which these parts stand for SpeechBrain's and ours.

    Raises
    ------
    InputError: a part that has no such form.
    """
    found = _replacement(module)
    if found is not None:
        return found
    changed = copy.copy(module)
    changed._modules = {
        name: part if part is None else traceable(part) for name, part in module._modules.items()
    }
    return changed


def _replacement(part: torch.nn.Module) -> torch.nn.Module | None:
    if isinstance(part, STFT):
        return ConvolvedSpectrum.of_stft(part)
    if isinstance(part, KaldiSpectrum):
        return ConvolvedKaldiSpectrum(part)
    if isinstance(part, AttentiveStatisticsPooling):
        return UnpaddedAttention(part)
    if isinstance(part, StatisticsPooling) and part.return_mean and part.return_std:
        return MomentPooling()  # without SpeechBrain's noise
    if isinstance(part, InputNormalization):
        if part.norm_type == "batch":
            raise InputError("normalisation by batch is not exported: it is another in each batch")
        of_sentence = part.norm_type == "sentence"
        return UnpaddedNormalization(part) if of_sentence else FixedNormalization(part)
    return None
