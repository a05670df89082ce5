"""Quality of speech and images: its distribution, and the extremes to be heard and seen."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from speechdistill.corpora.image_manifest import iterate_images
from speechdistill.quality.table import QualityTable
from speechdistill.reporting.page.axis import Axis
from speechdistill.reporting.page.items import Cards, Utterances
from speechdistill.reporting.page.markup import Html, element, joined, missing, shown_id
from speechdistill.reporting.page.media import Media
from speechdistill.reporting.page.plane import Plane, figure, legend
from speechdistill.reporting.page.section import Section
from speechdistill.storage.places import IMAGE_QUALITY, IMAGES, SPEECH_QUALITY, TEST, TRAIN, Stage

EXAMPLES = 4  # of the best, and of the worst
BINS = 25
UNITS = {"_db": " dB", "_hz": " Hz", "net_duration": " s", "decay_rate": " dB/s"}


def quality_section(data: Path, utterances: Utterances | None, media: Media) -> Section:
    """Show the qualities of training and test items, and extreme test items.

    Arguments
    ---------
    data: folder of the sets.
    utterances: of the test set; None where there are none.
    media: of the page.
    """
    parts = [
        element(
            "p",
            "A quality is from 0, of no use, to 1. It weighs samples in training and groups trials "
            "above; it is measured on the signal alone, so listen whether you agree.",
        )
    ]
    for name, what in (("Utterances", SPEECH_QUALITY), ("Images", IMAGE_QUALITY)):
        tables = {
            part: QualityTable.load(data / part / what)
            for part in (TRAIN, TEST)
            if (data / part / what).exists()
        }
        tables = {part: found for part, found in tables.items() if len(found)}
        parts.append(element("h3", name))
        if not tables:
            parts.append(
                missing(f"There is no quality of {name.lower()} that {Stage.QUALITY} measured.")
            )
            continue
        parts.append(quality_chart(tables, name.lower()))
        if TEST not in tables:
            parts.append(missing(f"No quality of test {name.lower()}, so no examples."))
        elif what == SPEECH_QUALITY:
            parts.append(_utterances(tables[TEST], utterances, media))
        else:
            parts.append(_images(tables[TEST], data / TEST / IMAGES, media))
    return Section("quality", "Quality", joined(*parts))


def quality_chart(tables: Mapping[str, QualityTable], what: str) -> Html:
    """Draw histograms of qualities, each set's as a share of the set."""
    edges = np.linspace(0, 1, BINS + 1)
    counts = {n: np.histogram(t.columns["quality"], edges)[0] for n, t in tables.items()}
    shares = {name: 100 * found / found.sum() for name, found in counts.items()}
    top = max(float(found.max()) for found in shares.values())
    plane = Plane(
        Axis.linear("quality (0 to 1)", 0, 1),
        Axis.from_zero(f"share of {what} (%)", top, most=4),
        width=560,
        height=250,
    )
    marks: list[Html] = []
    names = []
    for name, found in shares.items():
        size = counts[name].sum()
        median = np.median(tables[name].columns["quality"])
        series = "s1" if name == TRAIN else "s0"
        names.append((series, f"{name}: {size} {what}, median {median:.2f}"))
        if name == TRAIN:
            marks.append(plane.line(np.repeat(edges, 2)[1:-1], np.repeat(found, 2), series))
            continue
        for at in np.flatnonzero(found):
            tip = f"{counts[name][at]} of {size} {what} of {name}\nquality "
            tip += f"{edges[at]:.2f} to {edges[at + 1]:.2f}"
            marks.insert(0, plane.bar((edges[at], edges[at + 1]), found[at], series, tip))
    about = f"Histogram of the quality of {what}: {'; '.join(text for _, text in names)}"
    return figure(plane.chart(marks, about), f"Quality of {what}", legend(names))


def _extremes(table: QualityTable) -> dict[str, Sequence[int]]:
    order = np.argsort(table.columns["quality"], kind="stable").tolist()
    count = min(EXAMPLES, len(order) // 2)
    return {"The worst": order[:count], "The best": order[::-1][:count]}


def _measured(table: QualityTable, row: int) -> Html:
    """List what the quality was made from."""
    items = []
    for name, values in table.columns.items():
        if name == "quality":
            continue
        unit = next((unit for end, unit in UNITS.items() if name.endswith(end)), "")
        title = name.removesuffix("_db").removesuffix("_hz").replace("_", " ")
        number = f"{values[row]:.3g}" if abs(values[row]) < 1000 else f"{values[row]:.0f}"
        items.append(element("li", f"{title} {number}{unit}"))
    return element("ul", *items, class_="measured")


def _utterances(table: QualityTable, utterances: Utterances | None, media: Media) -> Html:
    extremes = _extremes(table)
    names = {str(table.ids[row]) for rows in extremes.values() for row in rows}
    cards = Cards(utterances, names, media)
    return joined(
        *(
            joined(
                element("h4", f"{title} test utterances"),
                element(
                    "div",
                    *(cards.card(str(table.ids[row]), _measured(table, row)) for row in rows),
                    class_="cards",
                ),
            )
            for title, rows in extremes.items()
        )
    )


def _images(table: QualityTable, manifest: Path, media: Media) -> Html:
    extremes = _extremes(table)
    names = {str(table.ids[row]) for rows in extremes.values() for row in rows}
    paths = {image.id: image.path for image in iterate_images(manifest) if image.id in names}
    parts = []
    for title, rows in extremes.items():
        cards = []
        for row in rows:
            name = str(table.ids[row])
            shown = media.image(paths[name], name) if name in paths else None
            quality = f"quality {table.columns['quality'][row]:.3f}"
            facts = element("span", quality, class_="facts")
            said = element("div", shown_id(name), facts, _measured(table, row))
            cards.append(element("div", shown, said, class_="card"))
        parts += [element("h4", f"{title} test images"), element("div", *cards, class_="cards")]
    return joined(*parts)
