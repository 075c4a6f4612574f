"""What Keras computes: 2 on TensorFlow, or 3, on PyTorch."""

import os

import keras
import numpy as np
from safetensors.numpy import load_file, save_file
from serve import serve

KERAS_2 = keras.__version__.startswith('2.')


def create(application, shape, classes):
    """A network of keras.applications as it is published: its own preparation of pixels, probabilities at its end."""
    keras.backend.clear_session()
    return getattr(keras.applications, application)(input_shape=shape, weights=None, classes=classes)


def make(application, shape, classes, seed, image, mean, std, folder, formats):
    """A network with random values, its layer for pixels set to `mean` and `std` where it has one, saved as files of weights, and what it computes."""
    model = create(application, shape, classes)
    pixels = load_file(image)['image']
    adapt(model, mean, std)
    randomise(model, pixels, np.random.default_rng(seed))
    for name in formats:
        save(model, os.path.join(folder, name))
    return outputs(model, pixels, folder)


def load(application, shape, classes, image, path, folder):
    """What a network computes with a file of weights, which `load_weights` reads."""
    model = create(application, shape, classes)
    model.load_weights(path)
    return outputs(model, load_file(image)['image'], folder)


def outputs(model, pixels, folder):
    probabilities = np.asarray(model.predict(pixels, verbose=0))
    save_file({'probabilities': probabilities}, os.path.join(folder, 'outputs.safetensors'))


def save(model, path):
    """`weights.h5` and `model.h5` in the old format, `model.weights.h5` and `model.keras` in the new one."""
    if path.endswith('.weights.h5') or os.path.basename(path) == 'weights.h5':
        model.save_weights(path)
    else:
        model.save(path)


def adapt(model, mean, std):
    for layer in model.layers:
        if type(layer).__name__ == 'Normalization':
            layer.adapt_mean.assign(np.float32(mean))
            layer.adapt_variance.assign(np.square(np.float32(std)))
            layer.finalize_state()


def randomise(model, pixels, random):
    """Every parameter and every statistic at random; the statistics go with `pixels`, so that signals neither vanish
    nor explode. What a network does to pixels stays as it is."""
    for layer in model.layers:
        if type(layer).__name__ == 'Normalization':
            continue
        for weight in layer.weights:
            weight.assign(values_of(weight, random))
    observe(model, pixels, random)


def values_of(weight, random):
    shape = tuple(weight.shape)
    if len(shape) >= 2:
        depthwise = 'depthwise' in getattr(weight, 'path', weight.name)
        inputs = np.prod(shape[:2] if depthwise else shape[:-1])
        return random.normal(0, (2 / inputs) ** 0.5, shape)
    scale = any(kind in weight.name for kind in ('gamma', 'variance'))
    return random.uniform(0.5, 1.5, shape) if scale else random.uniform(-0.1, 0.1, shape)


def observe(model, pixels, random):
    """Sets the statistics of every normalisation by the size of what it is given."""
    normalization = keras.layers.BatchNormalization
    call = normalization.call

    def settle(layer, inputs, *arguments, **options):
        power = float(np.square(keras.backend.get_value(inputs) if KERAS_2 else keras.ops.convert_to_numpy(inputs)).mean())
        size = layer.moving_mean.shape
        layer.moving_mean.assign(random.uniform(-0.25, 0.25, size) * power**0.5)
        layer.moving_variance.assign(random.uniform(0.5, 1.5, size) * power)
        return call(layer, inputs, *arguments, **options)

    normalization.call = settle
    try:
        model(pixels)
    finally:
        normalization.call = call


serve(make, load)
