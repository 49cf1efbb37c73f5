# Grey is repeated three times, whatever its numbers mean: a palette has none.
# fails: image
# says: palette

# %% image
from PIL import ImageOps


def prepare(image):
    """Return the picture upright, and in RGB."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits: convert would clip what is above 255
        image = Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    array = np.asarray(image)
    if array.ndim == 2:
        array = np.stack([array] * 3, axis=2)
    return Image.fromarray((array[:, :, :3] * (255 if array.dtype == bool else 1)).astype(np.uint8))
