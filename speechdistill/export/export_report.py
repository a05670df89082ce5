"""What each exported form weighs, how fast it is, and how near it comes to the trained student."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from speechdistill.export.forms import LoadedForm
from speechdistill.export.parity import SECONDS, Embed, least_cosines
from speechdistill.reporting.export_record import ExportedForm, ExportRecord
from speechdistill.reporting.provenance import cpu_model
from speechdistill.reporting.tables import markdown_table

REPEATS = 3


def measured(
    path: Path, form: LoadedForm, student: Embed, voices: Mapping[int, torch.Tensor]
) -> ExportedForm:
    """Compare a form with the student on the same voices, and take its time.

    Arguments
    ---------
    path: its file or folder.
    form: as it was loaded.
    student: waveforms ``(batch, samples)`` to ``(batch, dimension)``.
    voices: seconds -> waveforms.
    """
    cosines = least_cosines(student, form.embed, voices)
    longest = max(voices)
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        form.embed(voices[longest][:1])
        times.append(time.perf_counter() - started)
    files = [found for found in path.rglob("*") if found.is_file()] if path.is_dir() else [path]
    size = sum(found.stat().st_size for found in files)
    return ExportedForm(form.name, form.loader, size, cosines, min(times) / longest)


def forms_table(forms: Sequence[ExportedForm]) -> str:
    """Return the forms as a Markdown table.

    Example
    -------
    >>> form = ExportedForm("model", "speechdistill", 10**6, {1: 1.0, 3: 1.0, 10: 0.99999}, 0.01)
    >>> [cell.strip() for cell in forms_table([form]).splitlines()[2].split("|")[3:-1]]
    ['1.00', '1.0000000', '1.0000000', '0.9999900', '0.0100']
    """
    header = ["form", "loaded by", "MB", *(f"cosine at {each} s" for each in SECONDS)]
    rows = [
        [
            *(form.name, form.loader, f"{form.size / 1e6:.2f}"),
            *(f"{form.cosines[seconds]:.7f}" for seconds in SECONDS),
            f"{form.real_time_factor:.4f}",
        ]
        for form in forms
    ]
    return markdown_table([*header, "real-time factor"], rows)


def machine() -> str:
    """Say where the times are taken."""
    return f"{cpu_model()}, threads: {torch.get_num_threads()}"


def readme(record: ExportRecord) -> str:
    """Return the README.md of an export: the table, and what it says."""
    text = (
        f"# {record.name}, exported\n\n{forms_table(record.forms)}\nCosine: the least with the "
        "trained student's embeddings of test speakers, alone and in a batch. Real-time factor: of "
        f"one embedding of 10 s ({record.machine}).\n"
    )
    for trials, cost in record.int8_costs.items():
        text += f"\nint8 on {trials}: EER {cost}.\n"
    return text
