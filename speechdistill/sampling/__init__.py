"""Which items a training step takes: the YAML key ``sampler``."""

from speechdistill.sampling.epoch_batches import EpochBatches
from speechdistill.sampling.quality_weighted import QualityWeighted
from speechdistill.sampling.random_order import RandomOrder
from speechdistill.sampling.speaker_balanced import SpeakerBalanced

__all__ = ["EpochBatches", "QualityWeighted", "RandomOrder", "SpeakerBalanced"]
