"""Makes the fixtures of this folder with the real torchvision, 0.20.1.

    python generate.py

`<model>.tsv` lists the state_dict: key, shape. `<model>.json` holds the logits that the model computes, in eval mode, from
the weights that the formula of ../README.md gives its keys (timm's rules), on the formula's input of `size`.
"""

import json
import sys
from pathlib import Path

import torch

if not torch.__version__.startswith('2.5.'):  # compiled operators of another torch do not load; no model here needs them
    operators = torch.library.Library('torchvision', 'DEF')
    operators.define('nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')
import torchvision
from torchvision import models

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from formula import spread, torch_weight  # noqa: E402

# name, size and gain of the logits, or None where the keys are enough
MODELS = {
    'resnet18': (64, 1),
    'resnet50': None,
    'resnext50_32x4d': None,
    'mobilenet_v2': (65, 1.4),
    'mobilenet_v3_small': (65, 2),
    'mobilenet_v3_large': (65, 1.3),
    'efficientnet_b0': (65, 2),
    'efficientnet_b1': None,
    'efficientnet_b2': None,
    'efficientnet_b3': None,
    'efficientnet_b4': None,
    'inception_v3': (107, 1.7),
    'regnet_y_400mf': (65, 1),
}


def logits(model, size, gain):
    state = model.state_dict()
    floats = [key for key, value in state.items() if value.dtype != torch.int64]
    filled = {key: torch.from_numpy(torch_weight(key, state[key].shape, gain)) for key in floats}
    model.load_state_dict({**state, **filled})
    model.eval()
    x = torch.from_numpy(spread('input', (1, 3, size, size), 1))
    with torch.no_grad():
        single = model(x)[0]
        double = model.double()(x.double())[0]
    error = float((single.double() - double).norm() / double.norm())
    return double, error


for name, run in MODELS.items():
    more = {'init_weights': False} if name == 'inception_v3' else {}
    model = models.get_model(name, weights=None, **more)
    lines = [f'{key}\t{"x".join(map(str, value.shape)) or "scalar"}' for key, value in model.state_dict().items()]
    (HERE / f'{name}.tsv').write_text('key\tshape\n' + '\n'.join(lines) + '\n')
    if run is None:
        continue
    size, gain = run
    values, error = logits(model, size, gain)
    golden = {
        'torchvision': torchvision.__version__,
        'size': size,
        'gain': gain,
        'float32_error': float(f'{error:.2g}'),
        'logits': [float(f'{v:.8g}') for v in values],
    }
    (HERE / f'{name}.json').write_text(json.dumps(golden) + '\n')
    print(name, float(values.std()), error)
