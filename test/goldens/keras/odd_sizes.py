"""Makes odd_sizes.json with the real Keras 2.15: logits of keras.applications where maps have odd sizes.

    python odd_sizes.py
"""

import json
import sys
from pathlib import Path

import keras

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from formula import keras_weight, spread  # noqa: E402

# application: size, g, options
CASES = {
    'ResNet50': (75, 0.95, {}),
    'InceptionV3': (107, 1.3, {}),
    'MobileNet': (75, 1.4, {}),
    'MobileNetV2': (75, 1.2, {}),
    'MobileNetV3Small': (75, 1.35, {'include_preprocessing': False}),
    'MobileNetV3Large': (75, 1.25, {'include_preprocessing': False}),
    'EfficientNetB0': (75, 1.5, {}),
    'EfficientNetB1': (75, 1.3, {}),
}
SHOWN = 64


def filled(layer, g):
    for variable in layer.weights:
        name = variable.name.split(':')[0].rsplit('/', 1)[-1]
        yield keras_weight(f'{layer.name}/{name}', tuple(variable.shape), g)


goldens = {}
for name, (size, g, options) in CASES.items():
    keras.backend.clear_session()
    shape = (size, size, 3)
    model = getattr(keras.applications, name)(weights=None, input_shape=shape, classifier_activation=None, **options)
    for layer in model.layers:
        if layer.weights and type(layer).__name__ != 'Normalization':
            layer.set_weights(list(filled(layer, g)))
    x = spread('input', (1, *shape), 255 if name.startswith('EfficientNet') else 1)
    logits = model(x, training=False).numpy()[0]
    goldens[name] = {'size': size, 'g': g, 'logits': [float(f'{v:.9g}') for v in logits[:SHOWN]]}
    print(name, logits.std())
(HERE / 'odd_sizes.json').write_text(json.dumps({'keras': keras.__version__, 'applications': goldens}) + '\n')
