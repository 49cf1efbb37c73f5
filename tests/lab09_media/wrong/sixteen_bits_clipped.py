# convert makes white of all that is above 255 in 16 bits.
# fails: image
# says: divide first

# %% image
from PIL import ImageOps


def prepare(image):
    """Return the picture upright, and in RGB."""
    image = ImageOps.exif_transpose(image)
    return image.convert("RGB")
