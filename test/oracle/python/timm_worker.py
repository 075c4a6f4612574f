"""What PyTorch and timm compute."""

import os
import re

import torchvision_stub  # noqa: F401  before timm

import timm
import torch
from compose import attach
from randomise import observe, randomise
from safetensors.torch import load_file, save_file
from serve import serve

torch.set_num_threads(1)
torch.set_grad_enabled(False)


def create(architecture, options):
    return timm.create_model(architecture, pretrained=False, **options).eval()


def image_of(file):
    return load_file(file)['image'].permute(0, 3, 1, 2).contiguous()


def relative_error(actual, expected):
    return ((actual.double() - expected.double()).norm() / expected.double().norm()).item()


def run(model, image):
    """Logits, and how far float32 itself is off: the same network in float64."""
    logits = model(image)
    noise = relative_error(logits, model.double()(image.double()))
    model.float()
    return logits, noise


def keys(architecture, options):
    """Keys and shapes of its state_dict, without values."""
    with torch.device('meta'):
        model = create(architecture, options)
    return {key: list(value.shape) for key, value in model.state_dict().items()}


def open_folder(folder, image):
    """What a saved folder computes, opened strictly as a model of the hub."""
    model = timm.create_model(f'local-dir:{folder}', pretrained=True).eval()
    logits, noise = run(model, image_of(image))
    save_file({'logits': logits}, os.path.join(folder, 'outputs.safetensors'))
    return {'noise': noise, 'architecture': model.pretrained_cfg['architecture']}


def settle_folder(folder, image, seed):
    """Statistics with which a saved folder's network computes something, as `randomise` has them."""
    model = timm.create_model(f'local-dir:{folder}', pretrained=True).eval()
    observe(model, image_of(image), torch.Generator().manual_seed(seed))
    statistics = {key: value for key, value in model.state_dict().items() if '.running_' in key}
    save_file(statistics, os.path.join(folder, 'statistics.safetensors'))


def make(architecture, options, attachments, seed, image, folder, formats, taps):
    """A network with random values, saved as files of weights, and what it computes."""
    model = create(architecture, options)
    for attachment in attachments:
        attach(model, attachment)
    picture = image_of(image)
    randomise(model, picture, seed)
    state = {key: value.clone() for key, value in model.state_dict().items()}
    for name in formats:
        SAVERS[name](state, os.path.join(folder, name))
    logits, noise = run(model, picture)
    outputs = {'logits': logits}
    if taps:
        features = timm.create_model(architecture, pretrained=False, features_only=True, **options).eval()
        features.load_state_dict({key: state[unflattened(key)] for key in features.state_dict()})
        outputs.update({f'tap {i}': tap.contiguous() for i, tap in enumerate(features(picture))})
    save_file(outputs, os.path.join(folder, 'outputs.safetensors'))
    return {'noise': noise, 'taps': len(outputs) - 1}


def unflattened(key):
    """`blocks_0.1.conv.weight`, as features_only names some networks' modules, as `blocks.0.1.conv.weight`."""
    return re.sub(r'^(blocks|layers)_(\d+)\.', r'\1.\2.', key)


SAVERS = {
    'model.safetensors': save_file,
    'model.pth': torch.save,
    'legacy.pth': lambda state, path: torch.save(state, path, _use_new_zipfile_serialization=False),
    'checkpoint.pth.tar': lambda state, path: torch.save(
        {'epoch': 3, 'arch': 'any', 'state_dict': {f'module.{key}': value for key, value in state.items()}}, path
    ),
}

serve(keys, open_folder, settle_folder, make)
