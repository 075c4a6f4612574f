"""Makes the fixtures of this folder with the real EfficientNet-PyTorch (PyPI: efficientnet_pytorch 0.7.1).

    python generate.py

`efficientnet_b<n>.tsv` lists the state_dict: key, shape. `efficientnet_b0.json` holds the logits from the weights that the
formula of ../README.md gives its keys (timm's rules), on the formula's input of `size`.
"""

import json
import sys
from pathlib import Path

import torch
from efficientnet_pytorch import EfficientNet

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from formula import spread, torch_weight  # noqa: E402

SIZE, GAIN = 65, 2

for n in range(5):
    model = EfficientNet.from_name(f'efficientnet-b{n}', image_size=SIZE)
    state = model.state_dict()
    lines = [f'{key}\t{"x".join(map(str, value.shape)) or "scalar"}' for key, value in state.items()]
    (HERE / f'efficientnet_b{n}.tsv').write_text('key\tshape\n' + '\n'.join(lines) + '\n')
    if n > 0:
        continue
    floats = [key for key, value in state.items() if value.dtype != torch.int64]
    filled = {key: torch.from_numpy(torch_weight(key, state[key].shape, GAIN)) for key in floats}
    model.load_state_dict({**state, **filled})
    with torch.no_grad():
        logits = model.eval()(torch.from_numpy(spread('input', (1, 3, SIZE, SIZE), 1)))[0]
    golden = {'size': SIZE, 'gain': GAIN, 'logits': [float(f'{v:.9g}') for v in logits]}
    (HERE / 'efficientnet_b0.json').write_text(json.dumps(golden) + '\n')
    print(float(logits.std()))
