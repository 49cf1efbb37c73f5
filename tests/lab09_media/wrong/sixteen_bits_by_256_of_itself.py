# 16 bits are stretched to the brightest pixel of the picture.
# fails: image
# says: 16 bit

# %% image
from PIL import ImageOps


def prepare(image):
    """Return the picture upright, and in RGB."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits: convert would clip what is above 255
        image = Image.fromarray((np.asarray(image) / np.asarray(image).max() * 255).astype(np.uint8))
    return image.convert("RGB")
