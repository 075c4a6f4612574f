"""timm's attention layers at places of timm's ResNets, of which timm itself offers only one."""

from timm.layers import get_attn
from torch import nn


def attach(model, attachment):
    """Puts `layer` at `site` of `block`, where its weights are called `block.label`."""
    block = model.get_submodule(attachment['block'])
    options = dict(attachment['layer'])
    layer = get_attn(options.pop('type'))(attachment['channels'], **options)
    block.add_module(attachment['label'], layer.eval())
    SITES[attachment['site']](block, layer)


def after(module, layer):
    module.register_forward_hook(lambda _, inputs, output: layer(output))


def before(module, layer):
    module.register_forward_pre_hook(lambda _, inputs: layer(inputs[0]))


def of_shortcut(block, layer):
    if block.downsample is None:
        block.downsample = nn.Identity()
    after(block.downsample, layer)


def is_bottleneck(block):
    return hasattr(block, 'conv3')


SITES = {
    'input': lambda block, layer: before(block.conv1, layer),
    'hidden-preact': lambda block, layer: after(block.bn2 if is_bottleneck(block) else block.bn1, layer),
    'hidden': lambda block, layer: after(block.act2 if is_bottleneck(block) else block.act1, layer),
    'branch': lambda block, layer: after(block.bn3 if is_bottleneck(block) else block.bn2, layer),
    'shortcut': of_shortcut,
    'output': lambda block, layer: after(block.act3 if is_bottleneck(block) else block.act2, layer),
}
