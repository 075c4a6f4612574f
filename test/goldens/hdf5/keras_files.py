"""Makes the fixtures of this folder with a real Keras.

    python keras_files.py keras2        under tensorflow-cpu 2.15.1 (Keras 2.15)
    python keras_files.py keras3        under a TensorFlow with Keras 3

One network of eight layers with weights, filled by the formula of ../README.md from their canonical keys, saved in every
layout that Keras writes, and packed with gzip (HDF5 files of small tensors are mostly zeros). `<prefix>.json` has the
canonical keys in the order of `model.layers`, with shape and SHA-256 of the little-endian float32 values.
"""

import gzip
import hashlib
import json
import pathlib
import sys

import keras
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from formula import uniform  # noqa: E402

PREFIX = sys.argv[1]
SLASH = '/' if PREFIX == 'keras2' else '_'


def weight_name(variable):
    return getattr(variable, 'path', variable.name).split(':')[0].rsplit('/', 1)[-1]


layers = keras.layers
inputs = keras.Input((8, 8, 3))
x = layers.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0], name='preprocess')(inputs)
x = layers.Conv2D(4, 3, name='conv')(x)
x = layers.BatchNormalization(scale=False, name=f'conv{SLASH}BatchNorm')(x)
x = layers.ReLU()(x)
x = layers.DepthwiseConv2D(3, use_bias=False)(x)
x = layers.BatchNormalization()(x)
x = layers.Conv2D(6, 1, use_bias=False)(x)
x = layers.BatchNormalization()(x)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dense(5, name='predictions')(x)
model = keras.Model(inputs, x, name='tiny')

expected = []
for layer in model.layers:
    values = []
    for variable in layer.weights:
        name = weight_name(variable)
        key = f'{layer.name}/{name}'
        old = np.asarray(variable)
        values.append(old if layer.name == 'preprocess' else uniform(key, old.shape).astype(np.float32))
        digest = hashlib.sha256(values[-1].astype('<f4').tobytes()).hexdigest()
        expected.append({'key': key, 'shape': list(old.shape), 'sha256': digest})
    if layer.name != 'preprocess':
        layer.set_weights(values)

model.save(f'{PREFIX}.full.h5')
model.save(f'{PREFIX}.keras')
model.save_weights(f'{PREFIX}.weights.h5')
if PREFIX == 'keras2':
    model.save_weights(f'{PREFIX}.legacy.h5')
# A model in a model, random state and a class of other weights: the same in a whole model's .h5 and in .keras.
inner = keras.Sequential(
    [
        keras.Input((8, 8, 4)),
        layers.Conv2D(4, 1),
        layers.BatchNormalization(center=False),
        layers.Conv2D(2, 1),
        layers.BatchNormalization(),
    ],
    name='inner',
)
inputs = keras.Input((8, 8, 4))
x = layers.LayerNormalization()(layers.Dropout(0.5)(inner(inputs)))
nested = keras.Model(inputs, layers.PReLU(shared_axes=[1, 2])(x))
for i, variable in enumerate(nested.weights):
    variable.assign(uniform(str(i), variable.shape).astype(np.float32))
for ending in ('h5', 'keras'):
    nested.save(f'{PREFIX}.nested.{ending}')

for path in pathlib.Path().glob(f'{PREFIX}.*'):
    if path.suffix in ('.h5', '.keras'):
        pathlib.Path(f'{path}.gz').write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        path.unlink()
with open(f'{PREFIX}.json', 'w') as file:
    json.dump(expected, file, indent=1)
