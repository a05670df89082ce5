"""What a person should know of an exported student before using it: its README.md."""

from collections.abc import Iterator
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.report import CorpusReport
from speechdistill.export.exported_model import ExportedModel
from speechdistill.models.hyperparameters import recall_settings
from speechdistill.reporting.trained_state import is_made_now
from speechdistill.storage.made_from import MADE_FROM, recorded
from speechdistill.storage.places import (
    COMMANDS,
    DATA,
    EMBEDDINGS,
    REPORT,
    RESULTS,
    SETS,
    TEST,
    Stage,
    stages,
)
from speechdistill.verification.calibration.operating_point import DevCalibration

HOW = "## How these numbers were made"  # the section of RESULTS.md
USE = """\
## Use

```python
import speechdistill

model = speechdistill.load(".")  # this folder
first, second = model.embed(["a.wav", "b.mp3"])  # (model.dimension,) each
print(model.similarity(first, second))
```

Two embeddings are compared by their cosine. Recordings are embedded whole, at least 0.1 s of them,
alone or with others of just their length: padding would be heard. Those longer than 60 s are
embedded in windows of equal length, and the windows' embeddings averaged."""


def model_card(student_exp: Path, model: ExportedModel) -> str:
    """Return the card as Markdown: use, calibration, training, data, results, command.

    Results are quoted from RESULTS.md beside the student, unless it was trained on since.

    Arguments
    ---------
    student_exp: the student's folder.
    model: as it was exported.
    """
    exp = student_exp.parent
    parts = [
        f"# {model.name}\n\nAn encoder of voices: {model.sample_rate} Hz speech to "
        f"{model.dimension} numbers that say who speaks.",
        USE,
        f"## Calibration\n\n{_calibration_line(model.calibration)}",
        f"## Training\n\n{_training(student_exp, model.epochs)}",
        f"## Data\n\n{_data(exp / DATA)}",
        f"## Results\n\n{_results(student_exp)}",
        f"{HOW}\n\n{_how(exp)}",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _calibration_line(calibration: DevCalibration | None) -> str:
    if calibration is None:
        return f"None: {Stage.EMBEDDINGS} fits one on the dev trials, if any are decided wrongly."
    weight, offset = calibration.score_weight, calibration.offset
    return (
        f"Natural-log likelihood ratio of one speaker against two: {weight:.4g} cosine "
        f"{offset:+.4g}, {calibration}. Where both are as likely and errors as dear, "
        f"one speaker it is from a cosine of {-offset / weight:.4g} on."
    )


def _training(student_exp: Path, epochs: str) -> str:
    settings = recall_settings(student_exp, Stage.STUDENT)
    overrides = {**settings["student overrides"], **settings.get("distill overrides", {})}
    lines = [
        f"- weights: {epochs}",
        f"- seed: {settings['seed']}",
        f"- classes: {settings['people']}",
        f"- teachers: {', '.join(sorted(settings.get('targets', {}))) or 'none'}",
    ]
    lines += [f"- {key}: {value}" for key, value in sorted(overrides.items())]
    return "\n".join(lines)


def _data(folder: Path) -> str:
    try:
        report = CorpusReport.load(folder)
    except InputError:
        return f"Not known: there is no {REPORT}."
    lines = ["| set | speakers | utterances | hours |", "|---|---|---|---|"]
    for name in SETS:
        if (counts := report.sets.get(name)) is not None:
            hours = f"{counts.seconds / 3600:.2f}"
            lines.append(f"| {name} | {counts.speakers} | {counts.utterances} | {hours} |")
    return "\n".join(lines)


def _results(student_exp: Path) -> str:
    path = student_exp.parent / RESULTS
    embedded = recorded(student_exp / EMBEDDINGS / TEST / MADE_FROM)
    tables: list[str] = []
    if path.exists() and is_made_now(student_exp, embedded):
        tables = list(_rows_of(student_exp.name, path.read_text(encoding="utf-8")))
    return "\n\n".join(tables) or f"None: {stages(Stage.EMBEDDINGS, Stage.REPORT)} make them."


def _rows_of(name: str, results: str) -> Iterator[str]:
    """Give each table of a report that has the student, cut to its row, under its heading."""
    heading, table = "", list[str]()
    for line in results.split("\n"):
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        table = [*table, line] if line.startswith("|") else []
        if len(table) > 2 and line.strip("|").split("|")[0].strip() == name:
            yield f"{heading}:\n\n" + "\n".join([*table[:2], line])


def _how(exp: Path) -> str:
    path = exp / RESULTS
    _, found, section = (path.read_text(encoding="utf-8") if path.exists() else "").partition(HOW)
    if found:
        return section
    path = exp / COMMANDS
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    commands = dict.fromkeys(line.split("\t", 2)[2] for line in lines if line.count("\t") >= 2)
    return "```sh\n" + "\n".join(commands) + "\n```" if commands else "Not known."
