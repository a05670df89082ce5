"""Images of any depth as eight bits of red, green and blue."""

import numpy as np
from PIL import Image

DEPTH = 257  # 16 bits to 8: 65535 becomes 255


def in_colours(image: Image.Image) -> Image.Image:
    """Return an image in RGB; one of 16 bits keeps its greys, which Pillow cuts off at 255.

    Raises
    ------
    ValueError: its numbers have no known range.

    Example
    -------
    >>> deep = Image.fromarray(np.full((2, 2), 128 * 257, dtype=np.uint16))
    >>> in_colours(deep).getpixel((0, 0)), deep.convert("RGB").getpixel((0, 0))
    ((128, 128, 128), (255, 255, 255))
    """
    if image.mode == "F":
        raise ValueError("an image of floating-point numbers")
    if image.mode[0] != "I":
        return image.convert("RGB")
    pixels = np.asarray(image, dtype=np.int64)
    if pixels.min() < 0 or pixels.max() >= 2**16:
        raise ValueError("an image of more than 16 bits")
    return Image.fromarray(np.rint(pixels / DEPTH).astype(np.uint8)).convert("RGB")
