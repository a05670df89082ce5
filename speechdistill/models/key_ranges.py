"""Which values the well-known keys of YAMLs may have: told before anything is built."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import Node, ScalarNode

from speechdistill.base.errors import InputError
from speechdistill.models.plain_values import plain_value

PLAIN_TAGS = tuple(f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "str", "null"))


@dataclass(frozen=True)
class Range:
    """What the value of a key is, in words, and whether one is that.

    Arguments
    ---------
    words: after "it is".
    holds: whether a finite number is in the range.
    is_whole: no fractions.
    names: what it may be besides a number: ``auto`` say, or None.
    """

    words: str
    holds: Callable[[Any], bool]
    is_whole: bool = False
    names: tuple[Any, ...] = ()

    def __contains__(self, value: object) -> bool:
        if value is None or isinstance(value, str):
            return value in self.names
        if isinstance(value, bool) or not isinstance(value, int if self.is_whole else int | float):
            return False
        return math.isfinite(value) and self.holds(value)


def _one_of(*names: str) -> Range:
    return Range(f"one of {', '.join(names)}", lambda number: False, names=names)


FROM_1 = Range("a whole number from 1", lambda n: n >= 1, is_whole=True)
FROM_0 = Range("a whole number from 0", lambda n: n >= 0, is_whole=True)
POSITIVE = Range("a number above 0", lambda x: x > 0)
NOT_NEGATIVE = Range("a number, 0 or more", lambda x: x >= 0)
SHARE = Range("a share, from 0 to 1", lambda x: 0 <= x <= 1)

RANGES = {
    "batch_size": FROM_1,
    "number_of_epochs": FROM_1,
    "valid_interval": FROM_1,
    "average_checkpoints": FROM_1,
    "sample_rate": FROM_1,
    "n_mels": FROM_1,
    "emb_dim": FROM_1,
    "out_n_neurons": FROM_1,
    "sub_centres": FROM_1,
    "step_size": FROM_1,
    "image_size": FROM_1,
    "dimension": FROM_1,
    "input_dimension": FROM_1,
    "bottleneck": Range("a whole number from 1, or null", FROM_1.holds, True, (None,)),
    "num_workers": FROM_0,
    "patience": FROM_0,
    "inter_top_k": FROM_0,
    "left_frames": FROM_0,
    "right_frames": FROM_0,
    "seed": Range("a whole number from 0 to 2^32 - 1", lambda n: 0 <= n < 2**32, is_whole=True),
    "lr": NOT_NEGATIVE,
    "lr_final": NOT_NEGATIVE,
    "base_lr": NOT_NEGATIVE,
    "max_lr": NOT_NEGATIVE,
    "weight_decay": NOT_NEGATIVE,
    "ckpt_interval_minutes": NOT_NEGATIVE,
    "sentence_len": POSITIVE,
    "temperature": POSITIVE,
    "aam_scale": POSITIVE,
    "aam_margin_start": NOT_NEGATIVE,
    "lone_identity": NOT_NEGATIVE,
    "labelled_speakers": NOT_NEGATIVE,
    "cluster_distance": Range(
        "auto or a cosine distance, from 0 to 2", lambda x: 0 <= x <= 2, names=("auto",)
    ),
    "prototype_temperature": Range(
        "null, auto or a number above 0", POSITIVE.holds, names=("auto", None)
    ),
    "augment_probability": SHARE,
    "augment_prob": SHARE,
    "grey": SHARE,
    "unfound_quality": SHARE,
    "skipped_limit": SHARE,
    "weight_floor": SHARE,
    "label_smoothing": Range("a share, from 0 to below 1", lambda x: 0 <= x < 1),
    "precision": _one_of("auto", "fp32", "bf16", "fp16"),
    "average_by": _one_of("best", "last"),
    "aam_margin_rise": _one_of("linear", "exponential"),
    "control": _one_of("none", "shuffled", "random"),
}
# Terms of objectives are named as their authors like: feature_margin, posterior_weight.
ENDINGS = {"margin": NOT_NEGATIVE, "weight": NOT_NEGATIVE, "temperature": POSITIVE}


def range_of(key: str) -> Range | None:
    """Return what is known of the values of a key, by its name.

    Example
    -------
    >>> range_of("feature_margin").words, range_of("own_key")
    ('a number, 0 or more', None)
    """
    return RANGES.get(key) or ENDINGS.get(key.rpartition("_")[2])


def check_ranges(
    nodes: Mapping[str, Node], overrides: Mapping[str, Any], name: str, option: str = "--"
) -> None:
    """Refuse values that the well-known keys of a YAML cannot have.

    What a YAML says by a tag (``!ref``, ``!new:``) or as a list is left to what is built of it;
    an override has to be a plain value where the key is known.

    Arguments
    ---------
    nodes: of the YAML's keys.
    overrides: key -> value, which go before the YAML's own.
    name: of the YAML.
    option: what an override of it begins with.

    Raises
    ------
    InputError: a value out of range.

    Example
    -------
    >>> from speechdistill.models.yaml_text import key_nodes
    >>> check_ranges(key_nodes("lr: 1\\n", "a.yaml"), {"lr": -1}, "a.yaml")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: a.yaml: lr is a number, 0 or more, not -1: give another \
with --lr
    """
    for key, node in nodes.items():
        allowed = range_of(key)
        if key in overrides:
            value = overrides[key]
        elif isinstance(node, ScalarNode) and node.tag in PLAIN_TAGS:
            value = node.value if node.style in ("'", '"') else plain_value(node.value)
        else:
            continue
        if allowed is not None and value not in allowed:
            raise InputError(
                f"{name}: {key} is {allowed.words}, not {_shown(value)}: give another with "
                f"{option}{key}"
            )


def _shown(value: Any) -> str:
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)
