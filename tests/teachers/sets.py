"""Manifests of a set without the files that they name."""

from pathlib import Path

from lhotse import MonoCut

from speechdistill.corpora.cut_records import cut_record
from speechdistill.corpora.image_manifest import ImageRecord, save_images
from speechdistill.corpora.integrity import AudioHeader
from speechdistill.corpora.manifests import cut_writer
from speechdistill.storage.places import IMAGES
from tests.corpora.media import utterance_of


def make_set(folder: Path, utterances=(), faces=None, texts=None, gender: str = "f") -> Path:
    """Write ``cuts.jsonl.gz`` of utterance ids, and ``images.jsonl.gz`` where there are image ids.

    ``texts`` are by utterance or by speaker, as stage 1 takes them.
    """
    texts = texts or {}
    with cut_writer(folder) as write:
        for name in utterances:
            utterance = utterance_of(name, Path(f"{name}.wav"))
            text = texts.get(name, texts.get(utterance.speaker))
            header = AudioHeader(sample_rate=16000, frames=16000)
            record = cut_record(utterance, header, utterance.path, gender, text)
            write(MonoCut.from_dict(record))
    if faces is not None:
        images = [ImageRecord(name, f"{name}.jpg", *name.split("/")[:2], gender) for name in faces]
        save_images(images, folder / IMAGES)
    return folder
