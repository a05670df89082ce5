"""Cross-modal distillation for speaker recognition: a teacher that sees, a student that hears."""

from pathlib import Path
from typing import TYPE_CHECKING

from speechdistill.base.torchaudio_build import torchaudio_explained

if TYPE_CHECKING:
    from speechdistill.inference.speaker_embedder import SpeakerEmbedder

__version__ = "0.1.0"


def load(path: str | Path, trust: bool = False, device: str | None = None) -> "SpeakerEmbedder":
    """Load a trained student, to embed speech and to compare voices.

    Arguments
    ---------
    path: the student's folder, such as ``exp/student_small-distill_soft``, or that of its export.
    trust: whether what its YAML names may be built, whatever it is. Parts of models always may.
    device: "cpu", "cuda"; by default the GPU if there is one.

    Raises
    ------
    speechdistill.base.errors.InputError: no trained student in the folder, one of images, or one
        that is not trusted and names more than parts of models.

    Example
    -------
    >>> load("exp/nowhere")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: there is no model exp/nowhere: give the folder of a \
trained student, or of its export
    """
    with torchaudio_explained():
        from speechdistill.inference.load import load_embedder

    return load_embedder(path, trust, device)
