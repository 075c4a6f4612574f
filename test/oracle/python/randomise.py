"""Random values with which a network of PyTorch computes something: with plain noise, deep ones answer every picture
alike."""

import torch
from torch.nn.modules.batchnorm import _BatchNorm


def randomise(model, picture, seed):
    """Every parameter and every statistic at random; the statistics go with `picture`, so that signals neither vanish
    nor explode."""
    generator = torch.Generator().manual_seed(seed)
    for key, value in model.state_dict().items():
        if value.ndim == 0:
            value.fill_(int(torch.randint(1, 10_000, (), generator=generator)))
        elif value.ndim >= 2:
            value.normal_(0, (2 / value[0].numel()) ** 0.5, generator=generator)
        elif key.endswith('bias'):
            value.uniform_(-0.1, 0.1, generator=generator)
        else:
            value.uniform_(0.5, 1.5, generator=generator)
    observe(model, picture, generator)


def observe(model, picture, generator):
    """Sets the statistics of every normalisation by the size of what it is given. Channel by channel, as in training,
    deep networks without shortcuts would make noise of rounding errors."""

    def set_statistics(norm, inputs):
        power = inputs[0].square().mean()
        shift = torch.rand(norm.running_mean.shape, generator=generator) - 0.5
        stretch = torch.rand(norm.running_var.shape, generator=generator) + 0.5
        norm.running_mean.copy_(shift * power.sqrt() / 2)
        norm.running_var.copy_(stretch * power)

    norms = [module for module in model.modules() if isinstance(module, _BatchNorm)]
    hooks = [norm.register_forward_pre_hook(set_statistics) for norm in norms]
    model(picture)
    for hook in hooks:
        hook.remove()
