# The array of whatever mode is taken; only the picture is put upright.
# fails: image
# says: shrink wants three numbers for each pixel

# %% image
from PIL import ImageOps


def prepare(image):
    """Return the picture upright, and in RGB."""
    image = ImageOps.exif_transpose(image)
    return image
