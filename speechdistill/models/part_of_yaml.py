"""A part of a YAML: some keys, and what these refer to."""

import re
from collections.abc import Collection

from speechdistill.models.hyperparameters import Hyperparameters

BLOCK = re.compile(r"^(?=[A-Za-z_]\w*\s*:)", flags=re.MULTILINE)
REFERENCE = re.compile(r"<([A-Za-z_]\w*)")


def with_needed_keys(yaml: Hyperparameters, names: Collection[str]) -> Hyperparameters:
    """Return the YAML with those of the named keys that it has, and what they need, alone.

    What a model perceives can so be built before it is known how many classes there are; the
    model itself is built once, with that number.

    Example
    -------
    >>> text = "rate: 16000\\nread: !name:float\\n    x: !ref <rate>\\nnet: !new:Huge\\nrate2: 1\\n"
    >>> with_needed_keys(Hyperparameters(text, "a.yaml"), ["read", "write"]).keys
    ['rate', 'read']
    """
    start, *blocks = BLOCK.split(yaml.text)
    block_of = {block.split(":", 1)[0].strip(): block for block in blocks}
    if not set(yaml.keys) <= block_of.keys():  # written another way, {lr: 0.1, ...} say
        return yaml
    needed: set[str] = set()
    waiting = [name for name in names if name in block_of]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += [found for found in REFERENCE.findall(block_of[name]) if found in block_of]
    kept = [block for name, block in block_of.items() if name in needed]
    return Hyperparameters(start + "".join(kept), yaml.name)
