"""Test images that students take for another class."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from speechdistill.corpora.image_manifest import iterate_images
from speechdistill.reporting.page.markup import element, joined, missing, shown_id, table
from speechdistill.reporting.page.media import Media
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.page.tabs import tabs
from speechdistill.storage.places import IMAGES, TEST
from speechdistill.students.predictions import PREDICTIONS, Predictions

MOST = 18  # images of a student
MOST_CONFUSIONS = 10


def image_error_section(students: Mapping[str, Path], data: Path | None, media: Media) -> Section:
    """Show each student's wrong images, those first that most students get wrong.

    Arguments
    ---------
    students: name -> folder with predictions.
    data: folder of the sets.
    media: of the page.
    """
    predictions = {name: Predictions.load(place / PREDICTIONS) for name, place in students.items()}
    wrong = {
        name: {i: (c, p) for i, c, p in zip(f.ids, f.classes, f.predicted, strict=True) if c != p}
        for name, f in predictions.items()
    }
    shared = Counter(image for of_student in wrong.values() for image in of_student)
    manifest = None if data is None else data / TEST / IMAGES
    paths = {}
    if manifest is not None and manifest.exists():
        paths = {each.id: each.path for each in iterate_images(manifest) if each.id in shared}
    panels = {}
    for name, of_student in wrong.items():
        ranked = sorted(of_student, key=lambda image: (-shared[image], image))[:MOST]
        cards = []
        for image in ranked:
            truth, predicted = of_student[image]
            said = element(
                "div",
                shown_id(image),
                element("span", f"{truth} taken for {predicted}", class_="facts"),
                element(
                    "span",
                    f"wrong by {shared[image]} of {len(wrong)} students",
                    class_="facts",
                ),
            )
            shown = media.image(paths[image], image) if image in paths else None
            cards.append(element("div", shown, said, class_="card"))
        pairs = Counter(of_student.values()).most_common()
        rows = [
            [f"{c} taken for {p}", str(count)]
            for (c, p), count in sorted(pairs, key=lambda found: (-found[1], found[0]))[
                :MOST_CONFUSIONS
            ]
        ]
        total = len(predictions[name].ids)
        panels[name] = joined(
            element("p", f"{len(of_student)} of {total} images wrong.", class_="note"),
            table(["most frequent confusions", "images"], rows) if rows else None,
            element("div", *cards, class_="cards"),
        )
    body = tabs(panels, "wrong images") if panels else missing("No student, so no errors.")
    return Section("errors", "Errors", body)
