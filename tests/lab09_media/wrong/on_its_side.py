# The orientation of a camera is not obeyed.
# fails: image
# says: lies on its side

# %% image
from PIL import ImageOps


def prepare(image):
    """Return the picture upright, and in RGB."""
    if image.mode.startswith("I"):  # 16 bits: convert would clip what is above 255
        image = Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    return image.convert("RGB")
