"""Systems side by side: their metrics, what one changes against the first, and what that means."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from speechdistill.reporting.evaluation import ListResult
from speechdistill.reporting.image_measure import ImageMeasure
from speechdistill.reporting.page.experiment import Experiment
from speechdistill.reporting.tables import (
    ERROR,
    change_with_p,
    metric_title,
    of_the_gap,
    with_interval,
)
from speechdistill.verification.intervals.replicated import Change, Replicated, relative_change

SIGNIFICANT = 0.05
TOO_FEW = "names too few speakers, or says of some what contradicts who they are"


@dataclass(frozen=True)
class Comparison:
    """What systems reach on one test.

    Attributes
    ----------
    title: of the test.
    facts: on it, in a line.
    systems: name -> metric -> value, the baseline first.
    resampled: what the intervals are over.
    ceiling: the system that knows more than the others may, if one does.
    """

    title: str
    facts: str
    systems: Mapping[str, Mapping[str, Replicated]]
    resampled: str
    ceiling: str | None = None

    @classmethod
    def of_list(cls, result: ListResult, ceiling: str | None = None) -> "Comparison":
        """Take what was found on a trial list; one of its systems may be the ceiling."""
        systems = {name: system.metrics for name, system in result.systems.items()}
        facts = result.facts.line("an embedding")
        resampled = f"{result.facts.n_speakers} test speakers"
        return cls(result.name, facts, systems, resampled, ceiling)

    @classmethod
    def of_images(cls, measure: ImageMeasure, experiment: Experiment) -> "Comparison":
        """Evaluate students on test images."""
        systems = {n: measure.evaluate(place) for n, place in experiment.record.systems.items()}
        images = f"{len(measure.images.images)} test images"
        return cls("Test images", measure.facts, systems, images)

    @property
    def baseline(self) -> str:
        """The first system."""
        return next(iter(self.systems))

    @property
    def metrics(self) -> list[str]:
        return list(self.systems[self.baseline])

    def change(self, system: str, metric: str) -> Change | None:
        """Return what a system changes against the first; None where there are no replicates."""
        before, after = self.systems[self.baseline][metric], self.systems[system][metric]
        if system == self.baseline or not (before.replicates.size and after.replicates.size):
            return None
        return relative_change(before, after)

    def verdict(self, system: str) -> tuple[str, str, str]:
        """Say in words what the first metric says of a system against the baseline.

        Returns
        -------
        ``"better"``, ``"worse"`` or ``"open"``, a headline, and an explanation.
        """
        metric, first = self.metrics[0], self.baseline
        name = "error" if metric == ERROR else metric
        values = (
            f"{metric_title(metric)}: {with_interval(self.systems[system][metric], metric)} "
            f"instead of {with_interval(self.systems[first][metric], metric)}"
        )
        change = self.change(system, metric)
        if change is None or not np.isfinite([change.low, change.high]).all():
            return "open", "No interval, so no verdict", f"{values}. {self.title} {TOO_FEW}."
        stated = f"{values}. The {name} changes by {change_with_p(change)}"
        if self.ceiling is not None:
            stated += of_the_gap(self.systems, system, self.ceiling)
        if change.p_value >= SIGNIFICANT:
            return (
                "open",
                f"No difference shown between {system} and {first}",
                f"{stated}. With {self.resampled} the change may lie anywhere from "
                f"{100 * change.low:+.1f} % to {100 * change.high:+.1f} %: others could turn its "
                "sign.",
            )
        kind, word = ("better", "fewer") if change.value < 0 else ("worse", "more")
        return (
            kind,
            f"{system} makes {word} errors than {first}",
            f"{stated}. Which {self.resampled} were taken does not explain it, at the level of "
            f"{100 * SIGNIFICANT:g} %.",
        )
