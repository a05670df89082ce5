"""Speech to speaker embedding, the same for an utterance alone and in any batch."""

import torch


class SpeakerEncoder(torch.nn.Module):
    """Features, normalisation and embedding model of a SpeechBrain speaker YAML, in one module.

    Arguments
    ---------
    compute_features: waveforms ``(batch, samples)`` to ``(batch, frames, mels)``.
    mean_var_norm: SpeechBrain's ``InputNormalization``.
    embedding_model: features to ``(batch, 1, dimension)`` or ``(batch, dimension)``.

    Example
    -------
    >>> from speechbrain.lobes.features import Fbank
    >>> from speechbrain.lobes.models.Xvector import Xvector
    >>> from speechbrain.processing.features import InputNormalization
    >>> model = Xvector(in_channels=24, lin_neurons=8).eval()
    >>> encoder = SpeakerEncoder(Fbank(n_mels=24), InputNormalization(norm_type="sentence"), model)
    >>> signals, lengths = torch.randn(2, 16000), torch.tensor([1.0, 0.5])
    >>> padded = encoder.encode_batch(signals, lengths)
    >>> torch.allclose(padded[1:], encoder.encode_batch(signals[1:, :8000]), atol=1e-4)
    True
    """

    def __init__(
        self,
        compute_features: torch.nn.Module,
        mean_var_norm: torch.nn.Module,
        embedding_model: torch.nn.Module,
    ) -> None:
        super().__init__()
        self.compute_features = compute_features
        self.mean_var_norm = mean_var_norm
        self.embedding_model = embedding_model

    def forward(self, signals: torch.Tensor) -> torch.Tensor:
        """Encode waveforms of one length, ``(batch, samples)``, to ``(batch, dimension)``."""
        features = self.compute_features(signals)
        features = self.mean_var_norm(features, torch.ones(len(signals), device=signals.device))
        embeddings = self.embedding_model(features)
        return embeddings.reshape(len(signals), embeddings.shape[-1])

    def encode_batch(
        self, signals: torch.Tensor, lengths: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Encode waveforms of unequal lengths without letting the padding be heard.

        SpeechBrain's convolutions see past an utterance's end into the padding, so that its
        embedding would depend on its neighbours in the batch. Here utterances of equal length are
        encoded together, each group without padding.

        Arguments
        ---------
        signals: ``(batch, samples)``, padded at the end.
        lengths: relative lengths in (0, 1], ``(batch,)``; None if all are whole.

        Returns
        -------
        ``(batch, dimension)``.
        """
        if lengths is None:
            return self(signals)
        samples = torch.round(lengths * signals.shape[1]).long()
        rows_by_length = [torch.nonzero(samples == n).squeeze(1) for n in samples.unique()]
        encoded = torch.cat([self(signals[rows, : samples[rows[0]]]) for rows in rows_by_length])
        return encoded[torch.argsort(torch.cat(rows_by_length))]
