"""Texts as a teacher's inputs: descriptions of people, or transcripts of utterances."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.corpora.sentences import holds_facts, load_sentences
from speechdistill.inputs.frozen import EncodedSet
from speechdistill.inputs.set_members import Located, SetMembers, labels_of_people, locate
from speechdistill.teachers.text.cut_texts import cut_texts

logger = logging.getLogger(__name__)

CUTS = "cuts"


class TextEncoder(Protocol):
    """Texts to vectors.

    Attributes
    ----------
    files: what it reads, if anything.
    """

    @property
    def files(self) -> Sequence[Path]: ...

    def fit(self, texts: Sequence[str]) -> None:
        """Learn what is to be learnt from distinct training texts."""
        ...

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts; return float32 ``(texts, dimension)``."""
        ...


class TextSource:
    """Texts of people, utterances or images, encoded by a frozen encoder.

    Where the texts are of people, people of the same text (but for case and spaces) share a label:
    the teacher learns to tell texts apart, not people that it cannot. Where some texts are of
    utterances or images, the label is the person. A text in which the encoder finds nothing that
    it knows, so that its vector is 0, has quality 0; the others have quality 1.

    Arguments
    ---------
    texts: ``cuts``, for what the cuts carry; or a table of lines ``id<TAB>text``, the id that of a
        person, an utterance or an image; or a table of facts such as ``vox1_meta.csv``, from which
        sentences are made (:mod:`speechdistill.corpora.sentences`). A list of tables is joined.
    encoder: texts to vectors.

    Example
    -------
    >>> import tempfile
    >>> from speechdistill.corpora.image_manifest import ImageRecord, save_images
    >>> from speechdistill.teachers.text.tfidf import TfidfSvd
    >>> folder = Path(tempfile.mkdtemp())
    >>> people = [ImageRecord(f"{name}/v/1", "", name, "v") for name in "abc"]
    >>> save_images(people, folder / "train" / "images.jsonl.gz")
    >>> _ = (folder / "texts.tsv").write_text("a\\tTall.\\nb\\tSmall.\\nc\\tTall.\\n")
    >>> source = TextSource(str(folder / "texts.tsv"), TfidfSvd(dimension=2))
    >>> encoded = source.encode({"train": folder / "train"})["train"]
    >>> encoded.vectors.shape, encoded.items[0].id, encoded.items[0].label == encoded.items[2].label
    ((3, 2), 'a/-/text', True)
    """

    kind = "text"

    def __init__(self, texts: str | Sequence[str], encoder: TextEncoder) -> None:
        self.tables = [] if texts == CUTS else [Path(t) for t in _listed(texts)]
        self.encoder = encoder
        if not self.tables and texts != CUTS:
            raise ValueError(f"texts {texts!r}: give {CUTS!r} or a table")

    @property
    def files(self) -> Sequence[Path]:
        """The tables, and what the encoder reads."""
        return [*self.tables, *self.encoder.files]

    def encode(self, folders: Mapping[str, Path]) -> dict[str, EncodedSet]:
        """Encode the texts of sets; the encoder is fitted on the distinct texts of ``train``.

        Raises
        ------
        InputError: a table is missing or malformed; nobody in ``train`` has a text.
        """
        sets = {name: SetMembers.load(folder) for name, folder in folders.items()}
        texts = self._load(folders, sets)
        usable = {name: text for name, text in texts.items() if text}
        empty = {name: "empty text" for name, text in texts.items() if not text}
        located = locate(usable, empty, sets, "text")
        if not located["train"].ids:
            raise InputError(
                f"nobody in {folders['train']} has a text in {self._where}: give lines "
                "`id<TAB>text` with --teacher.texts"
            )
        self.encoder.fit(sorted({usable[name] for name in located["train"].ids}))
        distinct = sorted({usable[name] for part in located.values() for name in part.ids})
        row_of = {text: row for row, text in enumerate(distinct)}
        vectors = self.encoder.transform(distinct)
        labels = labels_of_people(located, lambda key: usable[key].casefold().encode(), "text")
        return {
            name: _encoded(part, vectors[[row_of[usable[key]] for key in part.ids]], labels)
            for name, part in located.items()
        }

    @property
    def _where(self) -> str:
        return ", ".join(map(str, self.tables)) or "its cuts"

    def _load(self, folders: Mapping[str, Path], sets: Mapping[str, SetMembers]) -> dict[str, str]:
        """Read texts by id, with single spaces."""
        if not self.tables:
            texts = cut_texts(folders.values())
        else:
            people = {person for members in sets.values() for person in members.people}
            texts = {}
            for table in sorted(self.tables, key=holds_facts, reverse=True):
                found = load_sentences(table, "--teacher.texts")
                # Tables of facts are of everybody in a corpus, whoever is in the sets.
                is_of_all = holds_facts(table)
                texts |= {
                    name: text for name, text in found.items() if name in people or not is_of_all
                }
        distinct = dict.fromkeys(texts.values())
        logger.info(
            "%d texts in %s, %d of them distinct, such as %s",
            *(len(texts), self._where, len(distinct), "; ".join(map(repr, list(distinct)[:3]))),
        )
        return {name: " ".join(text.split()) for name, text in texts.items()}


def _listed(texts: str | Sequence[str]) -> Sequence[str]:
    return [texts] if isinstance(texts, str) and texts else texts


def _encoded(part: Located, vectors: np.ndarray, labels: Mapping[str, str]) -> EncodedSet:
    return EncodedSet(
        [replace(item, label=labels.get(item.person, item.label)) for item in part.items],
        vectors,
        np.any(vectors != 0, axis=1).astype(float),
        part.skipped,
    )
