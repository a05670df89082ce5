"""Which items a training step takes: the YAML key ``sampler``."""

from speechdistill.sampling.epoch_batches import EpochBatches
from speechdistill.sampling.person_balanced import PersonBalanced
from speechdistill.sampling.quality_weighted import QualityWeighted
from speechdistill.sampling.random_order import RandomOrder

__all__ = ["EpochBatches", "PersonBalanced", "QualityWeighted", "RandomOrder"]
