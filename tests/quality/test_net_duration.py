import numpy as np
import pytest

from speechdistill.quality.net_duration import net_duration


@pytest.mark.parametrize("speech", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("rate", [8000, 16000])
def test_net_duration_is_that_of_the_loud_part(speech, rate):
    random = np.random.default_rng(0)
    pause = 0.001 * random.normal(size=round(2 * rate))
    voice = 0.1 * random.normal(size=round(speech * rate))
    assert net_duration(np.concatenate([pause, voice, pause]), rate) == pytest.approx(
        speech, abs=0.05
    )
