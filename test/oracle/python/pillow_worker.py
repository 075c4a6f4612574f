"""Pictures, and what they become on their way into a network by timm's rules for evaluation, done by Pillow."""

import math
import os

import numpy as np
from PIL import Image
from safetensors.numpy import save_file
from serve import serve

FILTERS = {
    'nearest': Image.Resampling.NEAREST,
    'bilinear': Image.Resampling.BILINEAR,
    'bicubic': Image.Resampling.BICUBIC,
    'lanczos': Image.Resampling.LANCZOS,
}


def draw(path, width, height, mode, seed):
    """A picture of stripes and noise."""
    random = np.random.default_rng(seed)
    bands = len(Image.new(mode, (1, 1)).getbands())
    y, x = np.mgrid[:height, :width]
    waves = random.uniform(-0.6, 0.6, (bands, 2))
    stripes = np.stack([np.sin(a * x + b * y) for a, b in waves], axis=-1)
    pixels = 127.5 + 100 * stripes + random.normal(0, 30, (height, width, bands))
    data = np.clip(pixels, 0, 255).astype(np.uint8)
    Image.fromarray(data[..., 0] if bands == 1 else data, mode).save(path)


def prepare(path, size, crop_pct, crop_mode, interpolation, channels, mean, std, folder):
    """`Resize`, `CenterCrop`, `ToTensor` and `Normalize` of torchvision, as timm's transforms_factory.py combines them."""
    picture = Image.open(path).convert('L' if channels == 1 else 'RGB')
    scaled = math.floor(size / crop_pct)
    picture = picture.resize(resized(picture, scaled, crop_mode), FILTERS[interpolation])
    left, top = (round((side - size) / 2) for side in picture.size)
    picture = picture.crop((left, top, left + size, top + size))
    samples = np.asarray(picture, dtype=np.float32).reshape(size, size, channels) / np.float32(255)
    values = (samples - np.float32(mean)) / np.float32(std)
    save_file({'image': np.ascontiguousarray(values)}, os.path.join(folder, 'prepared.safetensors'))


def resized(picture, side, crop_mode):
    if crop_mode == 'squash':
        return side, side
    width, height = picture.size
    return (side, int(side * height / width)) if width <= height else (int(side * width / height), side)


serve(draw, prepare)
