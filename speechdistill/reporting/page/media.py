"""Sounds and images inside the page: short, small, each sound once, within a budget."""

import io
from base64 import b64encode
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from lhotse import MonoCut
from PIL import Image
from scipy.signal import resample_poly

from speechdistill.corpora.cut_audio import load_cut_audio
from speechdistill.corpora.upright import open_upright
from speechdistill.reporting.page.markup import Html, element, joined

SECONDS = 4.0
SIDE = 128  # pixels
# What every browser plays, and bytes that do not change: libsndfile numbers Ogg streams at random.
MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
COMPRESSION = 0.7  # 56 kbit/s at 16 kHz
BUDGET = 6_000_000  # bytes


class Media:
    """What the sections of one page show and play; what goes beyond the budget is left out, said.

    Arguments
    ---------
    budget: largest size of all, in bytes as they stand in the page.

    Example
    -------
    >>> from lhotse.testing.dummies import dummy_cut
    >>> media, cut = Media(), dummy_cut(0, duration=1.0, with_data=True)
    >>> button = media.sound("id1/v/1", cut)
    >>> 'data-clip="clip0"' in button and media.sound("id1/v/1", cut) == button
    True
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = self.left = budget
        self._buttons: dict[str, Html] = {}
        self._clips: list[Html] = []

    def sound(self, name: str, cut: MonoCut) -> Html:
        """Return a button that plays the first seconds of an utterance; or why there is none."""
        if name not in self._buttons:
            self._buttons[name] = self._sound(name, cut)
        return self._buttons[name]

    def image(self, path: Path | str, about: str) -> Html:
        """Return a small copy of an image, with a text in its place; or why there is none."""
        try:
            data = _small_jpeg(path)
        except Exception as error:  # whatever a file's contents make a reader raise
            return _absent(f"no image: {_reason(error)}")
        if not self._fits(data):
            return _absent("no image: the page is full")
        return element("img", src=_data_url("image/jpeg", data), alt=about, width=64, height=64)

    @property
    def holds_corpus(self) -> bool:
        """Whether a sound or an image of the corpus is in the page."""
        return self.left < self.budget

    def clips(self) -> Html:
        """Return the sounds, to be put anywhere in the page."""
        return element("div", *self._clips, hidden=True)

    def _sound(self, name: str, cut: MonoCut) -> Html:
        seconds = min(SECONDS, cut.duration)
        try:
            data = _mp3(load_cut_audio(cut, 0.0, seconds), cut.sampling_rate)
        except Exception as error:  # whatever a file's contents make a reader raise
            return _absent(f"no sound: {_reason(error)}")
        if not self._fits(data):
            return _absent("no sound: the page is full")
        clip = f"clip{len(self._clips)}"
        self._clips.append(
            element("audio", id=clip, preload="none", src=_data_url("audio/mpeg", data))
        )
        length = f"{seconds:.1f} s"
        if cut.duration > seconds + 0.05:
            length += f" of {cut.duration:.1f} s"
        return element(
            "button",
            element("span", class_="icon", aria_hidden="true"),
            length,
            type="button",
            class_="play",
            data_clip=clip,
            aria_pressed="false",
            aria_label=f"play {name}, {length}",
        )

    def _fits(self, data: bytes) -> bool:
        size = 4 * len(data) // 3
        if size > self.left:
            return False
        self.left -= size
        return True


def _mp3(samples: np.ndarray, rate: int) -> bytes:
    if rate not in MP3_RATES:
        target = next((each for each in MP3_RATES if each > rate), MP3_RATES[-1])
        common = gcd(rate, target)
        samples, rate = resample_poly(samples, target // common, rate // common), target
    file = io.BytesIO()
    soundfile.write(
        file,
        np.clip(samples, -1, 1),
        rate,
        format="MP3",
        compression_level=COMPRESSION,
        bitrate_mode="CONSTANT",
    )
    return file.getvalue()


def _small_jpeg(path: Path | str) -> bytes:
    with open_upright(path, 2 * SIDE) as image:
        small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    if (times := SIDE // (2 * max(small.size))) > 1:  # pixels of a tiny one stay squares
        small = small.resize((times * small.width, times * small.height), Image.Resampling.NEAREST)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=80)
    return file.getvalue()


def _data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{b64encode(data).decode()}"


def _absent(text: str) -> Html:
    return joined(element("span", text, class_="absent"))


def _reason(error: Exception) -> str:
    """Say an error without the path, which names the machine."""
    reason = getattr(error, "strerror", None) or getattr(error, "error_string", None)
    return str(reason or "the file cannot be read")
