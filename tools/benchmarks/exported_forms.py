#!/usr/bin/env python3
"""Embed recordings by every form of an exported student: cosines with this toolkit's embeddings.

usage: python tools/benchmarks/exported_forms.py EXPORT FILE [FILE ...]

EXPORT is what stage 9 wrote. Files of any rate and channels: resampled, mixed down. sherpa-onnx
takes part where it is installed and the student hears Kaldi's features.
"""

import argparse
from pathlib import Path

import soundfile
import torch
from lhotse.augmentation import get_or_create_resampler

from speechdistill.export.forms import MODEL, load_forms
from speechdistill.export.model_folder import load_model_folder
from speechdistill.reporting.tables import markdown_table


def read(path: Path, rate: int) -> torch.Tensor:
    """The mean of a file's channels at a rate, ``(1, samples)``."""
    samples, own_rate = soundfile.read(path, dtype="float32", always_2d=True)
    waveform = torch.from_numpy(samples.mean(axis=1))
    return (waveform if own_rate == rate else get_or_create_resampler(own_rate, rate)(waveform))[
        None
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    arguments = parser.parse_args()
    rate = load_model_folder(arguments.export / MODEL).sample_rate
    waveforms = [read(path, rate) for path in arguments.files]
    expected, rows = None, []
    for form in load_forms(arguments.export):
        found = torch.cat([form.embed(waveform) for waveform in waveforms]).double()
        expected = found if expected is None else expected
        cosines = torch.cosine_similarity(expected, found)
        rows.append([form.name, form.loader, *(f"{cosine:.7f}" for cosine in cosines)])
    print(markdown_table(["form", "loaded by", *(path.name for path in arguments.files)], rows))


if __name__ == "__main__":
    main()
