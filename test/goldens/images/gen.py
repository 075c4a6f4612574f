"""Makes the files of this folder. Needs Pillow, numpy, torch, torchvision, timm: python gen.py"""
import hashlib
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import PIL
import timm
import torch
import torchvision
from PIL import Image, ImageOps
from timm.data.transforms_factory import transforms_imagenet_eval

HERE = Path(__file__).parent
FILTERS = ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos']


def noise(width, height, channels, seed=0):
    """The hardest image to resize: every byte on its own, and many of them at the ends."""
    i = np.arange(width * height * channels, dtype=np.uint64)
    x = (i * 0x9E3779B9 + seed * 0x7F4A7C15 + 1) % 2**32
    x ^= x >> 16
    x = x * 0x85EBCA6B % 2**32
    x ^= x >> 13
    x = x * 0xC2B2AE35 % 2**32
    x ^= x >> 16
    bytes_ = np.clip((x >> 22).astype(np.int64) - 384, 0, 255).astype(np.uint8)
    return bytes_.reshape((height, width, channels) if channels == 3 else (height, width))


def picture(width, height):
    """A smooth image with edges, as photographs are."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    red = 127 + 120 * np.sin(x / 7 + y / 11)
    green = 255 * ((x // 9 + y // 6) % 2)
    blue = 255 * x / max(width - 1, 1)
    return np.clip(np.stack([red, green, blue], -1), 0, 255).round().astype(np.uint8)


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]


def write_json(name, value):
    entries = ',\n'.join('  ' + json.dumps(key) + ': ' + dump_value(item) for key, item in value.items())
    (HERE / name).write_text('{\n' + entries + '\n}\n')


def dump_value(item):
    if not isinstance(item, list):
        return json.dumps(item)
    return '[\n' + ',\n'.join('    ' + json.dumps(row) for row in item) + '\n  ]'


VERSIONS = {'Pillow': PIL.__version__, 'timm': timm.__version__, 'torchvision': torchvision.__version__.split('+')[0],
            'torch': torch.__version__.split('+')[0]}


def resizes():
    sizes = [(16, 16, 8, 8), (17, 13, 8, 5), (5, 4, 3, 2), (31, 29, 64, 57), (1, 1, 7, 5), (1, 9, 4, 4), (9, 1, 3, 1),
             (200, 3, 2, 3), (3, 200, 3, 7), (64, 48, 64, 17), (64, 48, 21, 48), (100, 75, 99, 76), (257, 255, 33, 31),
             (40, 30, 1, 1), (2, 2, 255, 3), (640, 427, 383, 256), (12, 12, 12, 12), (30, 117, 22, 99), (36, 79, 21, 3),
             (42, 77, 27, 47), (42, 77, 27, 46), (20, 33, 40, 20), (33, 20, 20, 40), (90, 300, 50, 166), (120, 119, 179, 85), (50, 275, 28, 43)]
    cases = []
    for width, height, to_width, to_height in sizes:
        for channels in (1, 3):
            image = Image.fromarray(noise(width, height, channels))
            for name in FILTERS:
                resized = np.array(image.resize((to_width, to_height), getattr(Image.Resampling, name.upper())))
                case = dict(of=[width, height, channels], to=[to_width, to_height], filter=name, sha256=digest(resized))
                if to_width * to_height * channels <= 18:
                    case['values'] = resized.ravel().tolist()
                cases.append(case)
    write_json('resize.json', dict(versions=VERSIONS, cases=cases))


def preprocesses():
    imagenet = dict(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    half = dict(mean=[0.5] * 3, std=[0.5] * 3)
    plain = dict(mean=[0.0] * 3, std=[1.0] * 3)
    cases = []
    for width, height in [(97, 61), (61, 97), (64, 64), (20, 33), (200, 11), (1, 1), (50, 37)]:
        for size, pct in [((32, 32), 0.875), ((33, 33), 0.95), ((24, 40), 0.9), ((41, 25), 1.0), ((7, 7), 0.3)]:
            for mode in ('center', 'squash', 'border'):
                for name, norm in [('bicubic', imagenet), ('bilinear', half), ('nearest', plain)]:
                    for channels in (3, 1):
                        cases.append(preprocessed(width, height, channels, size, pct, mode, name, norm))
    write_json('preprocess.json', dict(versions=VERSIONS, cases=[case for case in cases if case]))


def preprocessed(width, height, channels, size, pct, mode, name, norm):
    if channels == 1 and (mode == 'squash' or name != 'bicubic') or name == 'nearest' and mode != 'border':
        return None
    norm = {key: values[:channels] for key, values in norm.items()}
    transform = transforms_imagenet_eval(size, crop_pct=pct, crop_mode=mode, interpolation=name, **norm)
    image = Image.fromarray(noise(width, height, 3)).convert('RGB' if channels == 3 else 'L')
    try:
        tensor = transform(image).permute(1, 2, 0).contiguous().numpy()
    except ValueError:  # an image so long that a side of it becomes 0
        return None
    return dict(of=[width, height], input=dict(shape=[*size, channels], cropPct=pct, cropMode=mode, interpolation=name, **norm),
                sha256=digest(tensor))


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def interlaced(array, depth=8, palette=None):
    """Adam7, which Pillow reads and does not write."""
    height, width, channels = array.shape
    raw = b''
    for x0, y0, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        for row in array[y0::dy, x0::dx]:
            if row.size:
                bits = np.unpackbits(row.reshape(-1, 1), axis=1)[:, 8 - depth:]
                raw += b'\0' + np.packbits(bits).tobytes()
    header = struct.pack('>IIBBBBB', width, height, depth, 3 if palette else 2 if channels == 3 else 0, 0, 0, 1)
    chunks = chunk(b'IHDR', header) + (chunk(b'PLTE', palette) if palette else b'')
    return b'\x89PNG\r\n\x1a\n' + chunks + chunk(b'IDAT', zlib.compress(raw)) + chunk(b'IEND', b'')


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def with_orientation(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def files():
    colour = Image.fromarray(picture(45, 35))
    alpha = colour.copy()
    alpha.putalpha(Image.fromarray(noise(45, 35, 1)))
    yield 'rgb.png', saved(colour, 'PNG')
    yield 'rgba.png', saved(alpha, 'PNG')
    yield 'la.png', saved(alpha.convert('LA'), 'PNG')
    yield 'grey.png', saved(colour.convert('L'), 'PNG')
    yield 'one-bit.png', saved(colour.convert('1'), 'PNG')
    yield 'palette.png', saved(colour.quantize(200), 'PNG')
    yield 'palette-2-bits.png', saved(colour.quantize(4), 'PNG', bits=2, transparency=1)
    yield 'interlaced.png', interlaced(picture(21, 19))
    yield 'interlaced-1-bit.png', interlaced(noise(21, 19, 1)[..., None] >> 7, 1)
    yield 'interlaced-palette-4-bits.png', interlaced(noise(21, 19, 1)[..., None] >> 4, 4, noise(16, 1, 3).tobytes())
    yield 'orientation-6.png', saved(colour, 'PNG', exif=with_orientation(6))
    yield 'rgb.webp', saved(colour, 'WEBP', lossless=True)
    for name, subsampling in [('444', 0), ('422', 1), ('420', 2)]:
        yield f'{name}.jpg', saved(colour, 'JPEG', quality=85, subsampling=subsampling)
        yield f'{name}-progressive.jpg', saved(colour, 'JPEG', quality=70, subsampling=subsampling, progressive=True)
    square = Image.fromarray(picture(32, 32))
    yield '440.jpg', lying(saved(square, 'JPEG', quality=85, subsampling=1), 0x21, 0x12)
    yield '440-narrow.jpg', lying(saved(square.crop((0, 0, 2, 2)), 'JPEG', quality=85, subsampling=1), 0x21, 0x12)
    yield '411.jpg', lying(saved(square, 'JPEG', quality=85, subsampling=2), 0x22, 0x41)
    yield 'restarts.jpg', saved(colour, 'JPEG', quality=50, restart_marker_blocks=2)
    yield 'coarse.jpg', saved(Image.fromarray(noise(40, 40, 3)), 'JPEG', quality=3)
    yield 'noise.jpg', saved(Image.fromarray(noise(33, 17, 3)), 'JPEG', quality=95)
    yield 'one-pixel.jpg', saved(Image.new('RGB', (1, 1), (200, 30, 90)), 'JPEG')
    yield 'narrow.jpg', saved(colour.crop((0, 0, 3, 35)), 'JPEG', quality=80)
    yield 'grey.jpg', saved(colour.convert('L'), 'JPEG', quality=85)
    yield 'grey-progressive.jpg', saved(colour.convert('L'), 'JPEG', quality=85, progressive=True)
    yield 'rgb.jpg', saved(colour, 'JPEG', quality=85, keep_rgb=True)
    yield 'cmyk.jpg', saved(colour.convert('CMYK'), 'JPEG', quality=85)
    yield 'ycck.jpg', ycck(saved(colour.convert('CMYK'), 'JPEG', quality=85))
    yield 'cmyk-plain.jpg', without_adobe(saved(colour.convert('CMYK'), 'JPEG', quality=85))
    for orientation in range(1, 9):
        yield f'orientation-{orientation}.jpg', saved(colour.resize((14, 9)), 'JPEG', exif=with_orientation(orientation))


def lying(data, said, sampling):
    """The same blocks, declared to be of other sampling factors: another picture."""
    at = data.index(b'\xff\xc0') + 11
    assert data[at] == said
    return data[:at] + bytes([sampling]) + data[at + 1:]


def adobe_at(data):
    return data.index(b'\xff\xee')


def ycck(data):
    """The same samples, declared to be YCCK: other colours, and the transform is put to use."""
    at = adobe_at(data) + 15
    return data[:at] + b'\x02' + data[at + 1:]


def without_adobe(data):
    at = adobe_at(data)
    return data[:at] + data[at + 16:]


def decodes():
    (HERE / 'grey-16.tif').write_bytes(saved(Image.fromarray(np.array([[0, 255, 256, 65535]], np.uint16)), 'TIFF'))
    cases = []
    for name, data in files():
        (HERE / name).write_bytes(data)
        image = Image.open(io.BytesIO(data))
        size, mode = list(image.size), image.mode
        upright = ImageOps.exif_transpose(image)
        cases.append(dict(file=name, mode=mode, size=size, rgb=digest(np.array(image.convert('RGB'))),
                          grey=digest(np.array(image.convert('L'))), upright=digest(np.array(upright.convert('RGB')))))
    write_json('decode.json', dict(versions=VERSIONS, cases=cases))


resizes()
preprocesses()
decodes()
