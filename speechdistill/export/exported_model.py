"""A trained student's encoder, free of the recipe that trained it."""

from dataclasses import dataclass

from speechdistill.students.speaker_encoder import SpeakerEncoder
from speechdistill.verification.calibration.operating_point import DevCalibration


@dataclass(frozen=True)
class ExportedModel:
    """An encoder, and what one needs to know to use it.

    Attributes
    ----------
    name: the student's.
    encoder: waveforms ``(batch, samples)`` to embeddings ``(batch, dimension)``, in ``eval`` mode.
    sample_rate: of the waveforms, in Hz.
    dimension: of an embedding.
    calibration: from a cosine to a log-likelihood ratio; None if there is none.
    epochs: of which epochs the numbers are.
    hyperparameters: the YAML that builds the encoder.
    """

    name: str
    encoder: SpeakerEncoder
    sample_rate: int
    dimension: int
    calibration: DevCalibration | None
    epochs: str
    hyperparameters: str
