"""The formula of README.md in NumPy: what generators fill weights with."""

import numpy as np


def fnv1a(key):
    h = 0x811C9DC5
    for byte in key.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def uniform(key, shape):
    """u of every value, in float64."""
    n = int(np.prod(shape, dtype=np.int64))
    with np.errstate(over='ignore'):
        x = np.arange(n, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(fnv1a(key))
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return (x.astype(np.float64) / 4294967296.0).reshape(shape)


def spread(key, shape, scale, centre=0):
    return (centre + (2 * uniform(key, shape) - 1) * scale).astype(np.float32)


def keras_weight(key, shape, g):
    kind = key.rsplit('/', 1)[-1]
    if len(shape) >= 2:
        inputs = shape[:2] if kind == 'depthwise_kernel' else shape[:-1]
        return spread(key, shape, g * np.sqrt(3 / np.prod(inputs, dtype=np.int64)))
    return spread(key, shape, 0.1) if kind in ('bias', 'beta', 'moving_mean') else spread(key, shape, 0.5, 1)


def torch_weight(key, shape, gain):
    if len(shape) >= 2:
        return spread(key, shape, np.sqrt(3 * gain / np.prod(shape[1:], dtype=np.int64)))
    return spread(key, shape, 0.1) if key.endswith(('running_mean', 'bias')) else spread(key, shape, 0.5, 1)
