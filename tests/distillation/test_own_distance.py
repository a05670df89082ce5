"""A user's own distance, in a file of their own, works from YAML."""

import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters

MODULE = """
import torch

class HalfCosine(torch.nn.Module):
    level = "feature"

    def __init__(self, share=0.5):
        super().__init__()
        self.share = share

    def forward(self, student, teacher):
        return self.share * (1 - torch.cosine_similarity(student, teacher))
"""
YAML = """
margin: 0.2
soft: !new:speechdistill.distillation.SoftConstraint
    distance: !new:own_distances.HalfCosine
        share: 0.5
    margin: !ref <margin>
"""


def test_own_distance_is_built_from_yaml_by_its_dotted_name(tmp_path, monkeypatch):
    (tmp_path / "own_distances.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    soft = Hyperparameters(YAML, "distill.yaml").build({"margin": 0.3}, {})["soft"]
    assert soft.level == "feature" and not soft.uses_labels
    value = soft(torch.eye(2), torch.tensor([[-1.0, 0.0], [1.0, 0.0]]))
    torch.testing.assert_close(value, torch.tensor([0.7, 0.2]))


def test_a_module_that_is_not_on_the_path_is_named():
    with pytest.raises(InputError, match="nowhere_distances"):
        Hyperparameters(YAML.replace("own_", "nowhere_"), "distill.yaml").build({}, {})
