"""What a set's manifest and quality table say of its utterances."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.cut_table import CutTable
from speechdistill.corpora.image_manifest import iterate_images
from speechdistill.corpora.json_lines import manifest_lines
from speechdistill.quality.table import QualityTable
from speechdistill.reporting.page.markup import Html, element, shown_id
from speechdistill.reporting.page.media import Media
from speechdistill.storage.places import CUTS, IMAGES, SPEECH_QUALITY
from speechdistill.verification.trials.utterance_facts import UtteranceFacts

SEXES = {"m": "male", "f": "female"}
QUALITY = "quality"


@dataclass(frozen=True)
class Utterances:
    """The utterances of a set.

    Arguments
    ---------
    folder: of the set.
    table: its cuts.
    quality: of speech; None where it was not measured.
    """

    folder: Path
    table: CutTable
    quality: QualityTable | None

    @classmethod
    def load(cls, folder: Path) -> "Utterances":
        """Read a set.

        Raises
        ------
        InputError: a manifest is missing or broken, or a table of quality is broken.
        """
        path = folder / SPEECH_QUALITY
        quality = QualityTable.load(path) if path.exists() else None
        return cls(folder, CutTable.load(folder), quality)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Utterance id -> its row."""
        return {name: row for row, name in enumerate(self.table.columns["id"])}

    @cached_property
    def facts(self) -> UtteranceFacts:
        """Sex, session and quality by utterance: what trials can be grouped by."""
        columns, ids = self.table.columns, self.table.columns["id"]
        texts = {
            "sex": (SEXES.get(gender, gender) for gender in columns["gender"]),
            "session": columns["session"],
        }
        found = {
            name: {
                key: text for key, text in zip(ids, values, strict=True) if text not in ("", "-")
            }
            for name, values in texts.items()
        }
        if self.quality is not None:
            found[QUALITY] = {key: repr(score) for key, score in self.quality.scores.items()}
        return UtteranceFacts({name: values for name, values in found.items() if values})

    @cached_property
    def owners(self) -> dict[str, tuple[str, str]]:
        """Utterance id -> speaker and session."""
        columns = self.table.columns
        pairs = zip(columns["speaker"], columns["session"], strict=True)
        return dict(zip(columns["id"], pairs, strict=True))

    def texts_of(self, names: Collection[str]) -> dict[str, str]:
        """Return what the manifest says of some utterances, where it says anything."""
        found: dict[str, str] = {}
        try:
            for line in manifest_lines(self.folder / CUTS):
                record = json.loads(line)
                if record["id"] in names and (text := record["supervisions"][0].get("text")):
                    found[record["id"]] = text
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise InputError(f"{self.folder / CUTS} is broken ({error})") from error
        return found

    def faces_of(self, names: Collection[str]) -> dict[str, str]:
        """Return an image for some utterances: of their session, if there is one, or person."""
        owners = {name: self.owners[name] for name in names if name in self.owners}
        people = {person for person, _ in owners.values()}
        of_session: dict[tuple[str, str], str] = {}
        of_person: dict[str, str] = {}
        path = self.folder / IMAGES
        for image in iterate_images(path) if path.exists() else ():
            if image.person in people:
                of_session.setdefault((image.person, image.session), image.path)
                of_person.setdefault(image.person, image.path)
        found = {
            name: of_session.get(owner) or of_person.get(owner[0]) for name, owner in owners.items()
        }
        return {name: path for name, path in found.items() if path}


@dataclass(frozen=True)
class Cards:
    """Utterances as a reader meets them: face, sound, who speaks and how well.

    Arguments
    ---------
    utterances: their set; None where there is none, so that names alone are shown.
    names: all that will be asked for.
    media: of the page.
    """

    utterances: Utterances | None
    names: Collection[str]
    media: Media

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {} if self.utterances is None else self.utterances.texts_of(self.names)

    @cached_property
    def _faces(self) -> dict[str, str]:
        return {} if self.utterances is None else self.utterances.faces_of(self.names)

    def card(self, name: str, *more: str | None) -> Html:
        """Return what is known of an utterance; ``more`` stands below."""
        row = None if self.utterances is None else self.utterances.row_of.get(name)
        if self.utterances is None or row is None:
            return element("div", element("div", shown_id(name), *more), class_="card")
        face, text = self._faces.get(name), self._texts.get(name)
        columns = self.utterances.table.columns
        gender = columns["gender"][row]
        facts = [SEXES.get(gender, gender)] if gender else []
        if self.utterances.quality is not None:
            score = self.utterances.quality.scores.get(name)
            facts += [] if score is None else [f"quality {score:.2f}"]
        return element(
            "div",
            self.media.image(face, f"face of {columns['speaker'][row]}") if face else None,
            element(
                "div",
                shown_id(name),
                element("span", ", ".join(facts), class_="facts") if facts else None,
                element("span", f"“{text}”", class_="facts") if text else None,
                *more,
                self.media.sound(name, self.utterances.table.cut(row)),
            ),
            class_="card",
        )
