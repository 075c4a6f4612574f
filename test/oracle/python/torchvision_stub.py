"""Names of torchvision, so that timm can be imported without it.

timm imports torchvision for image transforms, data sets and one class it compares types with. The suite uses none of
them, and torchvision's releases import only beside the very PyTorch they were built with.
"""

import enum
import importlib.abc
import importlib.machinery
import sys
import types


class Absent:
    def __init__(self, *arguments, **options):
        raise ImportError(f'{type(self).__name__} is a name only: torchvision is not installed here')


class InterpolationMode(enum.Enum):
    NEAREST = 'nearest'
    NEAREST_EXACT = 'nearest-exact'
    BILINEAR = 'bilinear'
    BICUBIC = 'bicubic'
    BOX = 'box'
    HAMMING = 'hamming'
    LANCZOS = 'lanczos'


class Stub(types.ModuleType):
    """A package in which every name is found."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        value = InterpolationMode if name == 'InterpolationMode' else type(name, (Absent,), {})
        setattr(self, name, value)
        return value


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname, path, target=None):
        if fullname.split('.')[0] == 'torchvision':
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec):
        return Stub(spec.name)

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, Finder())
