"""Make torchaudio importable beside a CPU-only torch.

Its wheel carries extensions that want CUDA libraries and stop the import where there are none. What
the recipes use (resampling, transforms) is plain Python, so the extensions are set aside.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path


def imports() -> bool:
    return (
        subprocess.run([sys.executable, "-c", "import torchaudio"], capture_output=True).returncode
        == 0
    )


def main() -> None:
    if imports():
        print("setup: torchaudio's extension loads: left as it is")
        return
    spec = importlib.util.find_spec("torchaudio")
    if spec is None or spec.origin is None:
        sys.exit("setup: error: torchaudio is not installed")
    extensions = sorted((Path(spec.origin).parent / "lib").glob("*torchaudio*.so"))
    for extension in extensions:
        extension.rename(extension.with_name(extension.name + ".aside"))
    if not imports():
        sys.exit("setup: error: torchaudio does not import even without its extensions")
    names = ", ".join(extension.name for extension in extensions)
    print(f"setup: torchaudio's extension cannot load here (no CUDA): set aside {names}")


if __name__ == "__main__":
    main()
