"""A tiny folder of class-named folders of images, with a text on each class."""

from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = ("bar", "cross", "dot", "ring")


def make_classes(folder: Path, images: int = 12, sessions: int = 0) -> tuple[Path, Path]:
    """Four shapes at random places in noise; return the folder of classes and the texts.

    With sessions, the images of a class lie in so many folders within its own.
    """
    rng = np.random.default_rng(0)
    for name in CLASSES:
        for number in range(images):
            inside = f"s{number % sessions}" if sessions else ""
            path = folder / "classes" / name / inside / f"{number:03d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(_shape(name, rng)).save(path)
    texts = folder / "texts.tsv"
    texts.write_text(
        "bar\tA long stroke.\ncross\tTwo strokes.\ndot\tA small spot.\nring\tAn empty circle.\n"
    )
    return folder / "classes", texts


def _shape(name: str, rng: np.random.Generator) -> np.ndarray:
    down, across = np.mgrid[:16, :16] - rng.uniform(6, 10, (2, 1, 1))
    distance = np.hypot(down, across)
    is_inside = {
        "bar": np.abs(across) < 1.5,
        "cross": np.minimum(np.abs(across), np.abs(down)) < 1.5,
        "dot": distance < 3,
        "ring": np.abs(distance - 5) < 1,
    }[name]
    pixels = 200 * is_inside + rng.normal(25, 8, (16, 16))
    return pixels.clip(0, 255).astype(np.uint8)
