"""Files as numpy and safetensors read them."""

import os

import numpy as np
from safetensors.numpy import load_file, save_file
from serve import serve


def read(path, folder):
    arrays = dict(np.load(path)) if path.endswith('.npz') else load_file(path)
    whole = {key: np.ascontiguousarray(array).reshape(array.shape) for key, array in arrays.items()}
    save_file(whole, os.path.join(folder, 'read.safetensors'))


serve(read)
