"""Where each system puts the speakers: maps of embeddings."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.reporting.page.axis import Axis
from speechdistill.reporting.page.embedding_map import EmbeddingMap, sample_items
from speechdistill.reporting.page.markup import Html, element, joined, missing
from speechdistill.reporting.page.plane import SERIES, SHAPES, Plane, colour, figure
from speechdistill.reporting.page.section import Section
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import EMBEDDINGS, TEST, Stage

FEWEST = 8  # items


def map_section(
    students: Mapping[str, Path],
    seed: int,
    who: str,
    items: str,
    owners: Mapping[str, tuple[str, str]] | None = None,
) -> Section:
    """Show the same test items as each student embeds them.

    Arguments
    ---------
    students: name -> folder.
    seed: of which items are shown and of the maps.
    who: what items of one colour and shape share: ``speaker`` or ``class``.
    items: what they are: ``utterances`` or ``images``.
    owners: id -> speaker and session, where manifests tell.
    """
    found, lacking = {}, []
    for name, folder in students.items():
        try:
            found[name] = KeyedVectors.load(folder / EMBEDDINGS / TEST, Stage.EMBEDDINGS)
        except InputError:
            lacking.append(name)
    absent = [missing(f"No embeddings of {name}, or broken ones.") for name in lacking]
    common = set.intersection(*(set(each.ids) for each in found.values())) if found else set()
    if len(common) < FEWEST:
        text = f"Too few embeddings for a map: {len(common)} test {items} that all students have."
        return Section("map", "Embedding map", joined(*absent, missing(text)))
    ids = sample_items(sorted(common), seed, owners)
    vectors = {name: np.stack([each[i] for i in ids]) for name, each in found.items()}
    is_finite = np.all([np.isfinite(each).all(axis=1) for each in vectors.values()], axis=0)
    ids = [name for name, kept in zip(ids, is_finite, strict=True) if kept]
    if len(ids) < FEWEST or any(
        np.ptp(each[is_finite], axis=0).max() == 0 for each in vectors.values()
    ):
        text = "No map: embeddings are not finite, or all of a student are equal."
        return Section("map", "Embedding map", joined(*absent, missing(text)))
    maps = {
        name: EmbeddingMap.of(ids, each[is_finite], seed, owners) for name, each in vectors.items()
    }
    count = len(np.unique(next(iter(maps.values())).speakers))
    looks = SERIES * len(SHAPES)
    repeated = f" (of {looks} in turn)" if count > looks else ""
    about = element(
        "p",
        f"{len(ids)} test {items} of {count} {who}{'es' if who == 'class' else 's'}, sampled with "
        f"the run's seed. Colour and shape together{repeated} are a {who}'s; point at one to see "
        f"all of that {who}. t-SNE keeps neighbours together: distances between groups, their "
        "sizes and the axes mean nothing.",
    )
    charts = [_chart(name, each, who, items) for name, each in maps.items()]
    body = joined(about, *absent, element("div", *charts, class_="panels pair"))
    return Section("map", "Embedding map", body)


def _chart(name: str, found: EmbeddingMap, who: str, items: str) -> Html:
    middle = (found.points.min(axis=0) + found.points.max(axis=0)) / 2
    reach = 1.04 * float(np.abs(found.points - middle).max())
    axes = [
        Axis(f"t-SNE {word} dimension (no unit)", float(at) - reach, float(at) + reach, [])
        for word, at in zip(("first", "second"), middle, strict=True)
    ]
    plane = Plane(axes[0], axes[1], width=460, height=448)
    glyphs = [
        plane.glyph(
            float(x),
            float(y),
            colour(number),
            shape=number // SERIES,
            group=str(number),
            tip=f"{item.split('/')[0]}\n{item}",
        )
        for item, number, (x, y) in zip(
            found.ids, found.speakers.tolist(), found.points, strict=True
        )
    ]
    share = found.same_neighbour
    nearest = (
        ""
        if np.isnan(share)
        else (
            f"The nearest of another session is of the same {who} for {100 * share:.1f} % of "
            f"the {items}."
        )
    )
    about = f"Map of the embeddings of {name}. {nearest}"
    return figure(plane.chart(glyphs, about), name, note=nearest or None)
