# The picture is converted first, and turned when its EXIF is gone.
# fails: image
# says: expected  200

# %% image
from PIL import ImageOps


def prepare(image):
    """Return the picture upright, and in RGB."""
    if image.mode.startswith("I"):  # 16 bits: convert would clip what is above 255
        image = Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    image = Image.fromarray(np.asarray(image.convert("RGB")))
    return ImageOps.exif_transpose(image)
