"""The whole page: its sections in order, in one file that loads nothing from elsewhere."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from tqdm import tqdm

from speechdistill.reporting.cross_table import cross_rows
from speechdistill.reporting.freshness import check_fresh, check_predictions
from speechdistill.reporting.image_measure import ImageMeasure
from speechdistill.reporting.page.comparison import Comparison
from speechdistill.reporting.page.data_section import data_section
from speechdistill.reporting.page.det_section import det_section
from speechdistill.reporting.page.error_section import error_section
from speechdistill.reporting.page.experiment import Experiment
from speechdistill.reporting.page.image_error_section import image_error_section
from speechdistill.reporting.page.map_section import map_section
from speechdistill.reporting.page.markup import Html, element, joined, missing, table
from speechdistill.reporting.page.media import Media
from speechdistill.reporting.page.provenance_section import provenance_section
from speechdistill.reporting.page.quality_section import quality_section
from speechdistill.reporting.page.results_section import results_section
from speechdistill.reporting.page.score_section import COLUMNS, score_section
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.page.term_section import term_section
from speechdistill.reporting.page.training_section import training_section
from speechdistill.reporting.results import closing_of_lists
from speechdistill.reporting.training_log import LoggedEpochs
from speechdistill.storage.files import written_whole
from speechdistill.storage.places import TEST
from speechdistill.training.training_log import TRAIN_LOG
from speechdistill.verification.trials.breakdown import SESSION
from speechdistill.verification.trials.utterance_facts import UtteranceFacts

OF_CORPUS = (
    "This file holds sounds or images of the corpus: pass it on only as you may pass on the corpus."
)


def write_page(exp: Path, output: Path) -> None:
    """Write a page on a finished experiment, whole or not at all; twice gives the same bytes.

    It has what RESULTS.md has, computed by the same code, and what a person wants to look at and
    listen to. What an experiment lacks (faces, sounds, a teacher, logs) is said in its place.

    Arguments
    ---------
    exp: the folder that ``--exp`` named, in which ``results.json`` is.
    output: the HTML file.

    Raises
    ------
    InputError: there are no results, they are stale, or a file of them is missing or broken.
    """
    experiment = Experiment.open(exp)
    _check(experiment)
    media = Media()
    makers = (
        _image_sections(experiment, media)
        if experiment.is_of_images
        else _trial_sections(experiment, media)
    )
    sections = [make() for make in tqdm(makers, "page", unit="section")]
    page = _page(experiment, sections, media)
    with written_whole(output) as partial:
        # A path may have bytes that are no text.
        partial.write_bytes(page.encode("utf-8", "xmlcharrefreplace"))


def _check(experiment: Experiment) -> None:
    record = experiment.record
    if record.data is None or not record.data.is_dir():
        return
    students = list(experiment.students.values())
    sets = [TEST]
    if experiment.is_of_images:
        sets = list(ImageMeasure.load(record.data, record.seed).embedded)
        for student in students:
            check_predictions(student, sets)
    tests = {name: place / TEST for name, place in record.tests.items()}
    check_fresh(students, record.teacher_reports, record.data, sets, tests=tests)


def _trial_sections(experiment: Experiment, media: Media) -> list[Callable[[], Section]]:
    record = experiment.record
    facts = experiment.test.facts if experiment.test else UtteranceFacts({})
    return [
        lambda: results_section(
            [Comparison.of_list(each, record.ceiling) for each in experiment.lists],
            closing_of_lists(experiment.lists[0].replicates),
            _overview(experiment) if record.tests else None,
        ),
        lambda: det_section(experiment.lists),
        lambda: score_section(experiment.lists, facts, COLUMNS),
        lambda: error_section(experiment.lists, experiment.tested, media),
        *_shared_sections(experiment, media, "speaker", "utterances"),
    ]


def _overview(experiment: Experiment) -> Html:
    header, rows = cross_rows(experiment.lists, experiment.record.trained_on)
    shown = table(header, rows, "EER (%) on every trial list: value and 95 % interval")
    return joined(element("h3", "All tests"), shown)


def _image_sections(experiment: Experiment, media: Media) -> list[Callable[[], Section]]:
    record = experiment.record
    if record.data is None:
        raise ValueError("a report of images names its data")
    measure = ImageMeasure.load(record.data, record.seed)
    of_trials: list[Callable[[], Section]] = [
        lambda: det_section(experiment.lists),
        lambda: score_section(experiment.lists, UtteranceFacts({}), [SESSION]),
    ]
    return [
        lambda: results_section([Comparison.of_images(measure, experiment)], measure.intervals),
        *(of_trials if experiment.lists else []),
        lambda: image_error_section(experiment.students, record.data, media),
        *_shared_sections(experiment, media, "class", "images"),
    ]


def _shared_sections(
    experiment: Experiment, media: Media, who: str, items: str
) -> list[Callable[[], Section]]:
    record = experiment.record
    folders = {report.parent.name: report.parent for report in record.teacher_reports}
    students = _logs(experiment.students)
    teachers = _logs(folders)
    lacking = [name for name in [*record.systems, *folders] if name not in {**students, **teachers}]
    data = record.data

    def quality() -> Section:
        if data is None:
            return Section("quality", "Quality", missing("Nothing is known of the data."))
        return quality_section(data, experiment.test, media)

    return [
        lambda: map_section(
            experiment.students,
            record.seed,
            who,
            items,
            experiment.test.owners if experiment.test else None,
        ),
        lambda: training_section(students, teachers, lacking),
        lambda: term_section(students),
        quality,
        lambda: data_section(data, record.tests),
        lambda: provenance_section(experiment),
    ]


def _logs(folders: Mapping[str, Path]) -> dict[str, LoggedEpochs]:
    logged = {name: place for name, place in folders.items() if (place / TRAIN_LOG).exists()}
    return {name: LoggedEpochs.read(place) for name, place in logged.items()}


def _page(experiment: Experiment, sections: Sequence[Section], media: Media) -> str:
    own = files(__package__)
    style = own.joinpath("page.css").read_text(encoding="utf-8")
    script = own.joinpath("page.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; img-src data:; media-src data:; style-src {_hash(style)}; "
        f"script-src {_hash(script)}"
    )
    record = experiment.record
    first, *others = record.systems
    systems = f"{', '.join(others)} against {first}" if others else first
    facts = f"seed {record.seed}, commit {record.provenance.commit}"
    contents = (
        element("li", element("a", each.title, href=f"#{each.anchor}")) for each in sections
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"speechdistill: {systems}"),
        element("style", Html(style)),
    )
    body = element(
        "body",
        element("a", "to the results", href="#results", class_="skip"),
        element(
            "div",
            element(
                "nav", element("b", "Contents"), element("ol", *contents), aria_label="contents"
            ),
            element(
                "main",
                element(
                    "header",
                    element("h1", "Experiment report"),
                    element("p", systems),
                    element("p", facts),
                    element("p", OF_CORPUS, class_="note") if media.holds_corpus else None,
                ),
                *(each.html() for each in sections),
            ),
            class_="page",
        ),
        media.clips(),
        element("div", id="tip", role="tooltip", hidden=True),
        element(
            "noscript",
            element("p", "Without JavaScript there is no sound; all else is there.", class_="note"),
        ),
        element("script", Html(script)),
    )
    return joined(Html("<!doctype html>\n"), element("html", head, body, lang="en"), "\n")


def _hash(text: str) -> str:
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
