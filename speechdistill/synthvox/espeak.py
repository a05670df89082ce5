"""Speech from espeak-ng, called through its C library.

espeak-ng is under the GNU GPL; it is only loaded at run time, from the package espeakng-loader
(the extra ``synth``), which brings the library and its data.
"""

import ctypes
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.synthvox.voice import Voice

ESPEAK_SAMPLE_RATE = 22050

_SYNCHRONOUS_OUTPUT = 2
_BUFFER_MS = 200
_DO_NOT_EXIT = 0x8000
_RATE = 1
_POSITION_IN_CHARACTERS = 1
_UTF8 = 1
_DATA_FILES = ("phondata", "phonindex", "phontab", "intonations", "en_dict")
_SYNTHESIS_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class Synthesizer:
    """espeak-ng with a state of its own; made by :func:`synthesizer`."""

    def __init__(self, library: ctypes.CDLL, variant_file: Path) -> None:
        self._library = library
        self._variant_file = variant_file
        self._heard: list[bytes] = []
        # Kept as an attribute: the library calls it as long as it lives.
        self._callback = _SYNTHESIS_CALLBACK(self._hear)
        library.espeak_SetSynthCallback(self._callback)

    def _hear(self, samples, count: int, events) -> int:
        if samples and count > 0:
            self._heard.append(ctypes.string_at(samples, 2 * count))
        return 0

    def speak(self, text: str, voice: Voice, seed: int) -> np.ndarray:
        """Return ``text`` spoken, int16 at 22,050 Hz, of shape ``(samples,)``.

        Arguments
        ---------
        text: English.
        voice: who speaks.
        seed: of espeak-ng's own noise (the breath).
        """
        self._variant_file.write_text(voice.variant_file())
        name = f"{voice.language}+{self._variant_file.name}"
        if self._library.espeak_SetVoiceByName(name.encode()) != 0:
            raise RuntimeError(f"espeak-ng has no voice {name}")
        self._library.espeak_SetParameter(_RATE, round(voice.words_per_minute), 0)
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(seed))
        self._heard.clear()
        encoded = text.encode() + b"\0"
        self._library.espeak_Synth(
            encoded, len(encoded), 0, _POSITION_IN_CHARACTERS, 0, _UTF8, None, None
        )
        return np.frombuffer(b"".join(self._heard), np.int16)


@contextmanager
def synthesizer() -> Iterator[Synthesizer]:
    """Give a freshly started espeak-ng.

    The library keeps a state between utterances (phases, filters) that nothing resets, so what
    it says depends on what it said before. Each call here loads a private copy of the library:
    the same utterances in the same order give the same samples, in any process.

    Raises
    ------
    InputError: the package espeakng-loader is missing, or its data are.

    Example
    -------
    >>> from speechdistill.synthvox.face_geometry import GEOMETRY_MEASURES
    >>> from speechdistill.synthvox.traits import sample_person
    >>> from speechdistill.synthvox.voice import voice_of
    >>> voice = voice_of(sample_person(1, 0, GEOMETRY_MEASURES))
    >>> with synthesizer() as espeak:
    ...     samples = espeak.speak("Good morning.", voice, seed=1)
    >>> 0.4 < len(samples) / ESPEAK_SAMPLE_RATE < 2
    True
    """
    library_file, data = _installed_files()
    with tempfile.TemporaryDirectory(prefix="espeak-") as home:
        private_data = Path(home) / "espeak-ng-data"
        variants = private_data / "voices" / "!v"
        variants.mkdir(parents=True)
        for name in (*_DATA_FILES, "lang"):
            (private_data / name).symlink_to(data / name)
        library = ctypes.CDLL(str(shutil.copy(library_file, home)))
        rate = library.espeak_Initialize(
            _SYNCHRONOUS_OUTPUT, _BUFFER_MS, home.encode(), _DO_NOT_EXIT
        )
        if rate != ESPEAK_SAMPLE_RATE:
            raise InputError(
                f"espeak-ng does not start with its data in {data}: reinstall espeakng-loader"
            )
        try:
            yield Synthesizer(library, variants / "person")
        finally:
            library.espeak_Terminate()


def _installed_files() -> tuple[Path, Path]:
    try:
        import espeakng_loader
    except ImportError as error:
        raise InputError(
            "the voices need the package espeakng-loader: pip install 'speechdistill[synth]'"
        ) from error
    return Path(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path())
