"""What each exported form weighs, how fast it is, and how near it comes to the trained student."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from speechdistill.export.forms import LoadedForm
from speechdistill.export.parity import SECONDS, Embed, least_cosines
from speechdistill.reporting.provenance import cpu_model
from speechdistill.reporting.tables import markdown_table

REPEATS = 3


@dataclass(frozen=True)
class ExportedForm:
    """One form of a student.

    Attributes
    ----------
    name: of its file or folder.
    loader: what loads it.
    size: of all its files, in bytes.
    cosines: seconds -> the least cosine with the student's embeddings, alone and in a batch.
    real_time_factor: seconds of one embedding of 10 s, per second.
    """

    name: str
    loader: str
    size: int
    cosines: Mapping[int, float]
    real_time_factor: float


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


def write_report(
    folder: Path, name: str, forms: Sequence[ExportedForm], int8_costs: Mapping[str, str]
) -> None:
    """Write ``report.json`` and, with the table, ``README.md``."""
    report = {
        "name": name,
        "forms": [asdict(form) for form in forms],
        "EER of float32 and int8": dict(int8_costs),
        "machine": f"{cpu_model()}, {torch.get_num_threads()} threads",
    }
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    text = (
        f"# {name}, exported\n\n{forms_table(forms)}\nCosine: the least with the trained student's "
        "embeddings of test speakers, alone and in a batch. Real-time factor: of one embedding of "
        f"10 s on {report['machine']}.\n"
    )
    for trials, cost in int8_costs.items():
        text += f"\nint8 on {trials}: EER {cost}.\n"
    (folder / "README.md").write_text(text, encoding="utf-8")
