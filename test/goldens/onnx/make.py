"""Makes the fixtures of this folder: `python make.py`, with onnx 1.23 and torch 2.13.

types.onnx      every data type, as raw_data and in the typed lists, as initializers and as Constant nodes
external.onnx   two tensors whose values are in external.bin
torch.onnx      what PyTorch exports for a small network; torch.json has its state_dict
"""

import hashlib
import json

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

VALUES = [0, 1, 3, 2, 100, 7]
TYPES = {
    'F32': (TensorProto.FLOAT, '<f4'), 'U8': (TensorProto.UINT8, 'u1'), 'I8': (TensorProto.INT8, 'i1'),
    'U16': (TensorProto.UINT16, '<u2'), 'I16': (TensorProto.INT16, '<i2'), 'I32': (TensorProto.INT32, '<i4'),
    'I64': (TensorProto.INT64, '<i8'), 'BOOL': (TensorProto.BOOL, '?'), 'F16': (TensorProto.FLOAT16, '<f2'),
    'F64': (TensorProto.DOUBLE, '<f8'), 'U32': (TensorProto.UINT32, '<u4'), 'U64': (TensorProto.UINT64, '<u8'),
}  # fmt: skip


def model(nodes, initializers, path):
    graph = helper.make_graph(nodes, 'graph', [], [helper.make_tensor_value_info('y', TensorProto.FLOAT, [2, 3])], initializers)
    made = helper.make_model(graph, producer_name='senet', producer_version='1')
    made.opset_import.add(domain='com.example', version=7)
    made.model_version = 2**63 - 1
    with open(path, 'wb') as file:
        file.write(made.SerializeToString())


def types():
    initializers, nodes = [], []
    for name, (code, dtype) in TYPES.items():
        values = np.array(VALUES).astype(dtype).reshape(2, 3)
        initializers.append(helper.make_tensor(f'raw.{name}', code, [2, 3], values.tobytes(), raw=True))
        nodes.append(helper.make_node('Constant', [], [f'list.{name}'], value=helper.make_tensor('unused', code, [2, 3], values.flatten().tolist())))
    bfloat16 = np.array(VALUES, '<f4').view('<u4') >> 16
    initializers.append(helper.make_tensor('raw.BF16', TensorProto.BFLOAT16, [2, 3], bfloat16.astype('<u2').tobytes(), raw=True))
    listed = TensorProto(name='list.BF16', data_type=TensorProto.BFLOAT16, dims=[2, 3], int32_data=bfloat16.tolist())
    large = TensorProto(name='large', data_type=TensorProto.INT64, dims=[2], int64_data=[-(2**63), 2**62 + 1])
    scalar = TensorProto(name='scalar', data_type=TensorProto.FLOAT, float_data=[1.5])
    empty = TensorProto(name='empty', data_type=TensorProto.FLOAT, dims=[0, 3])
    nodes.append(helper.make_node('Identity', ['raw.F32'], ['y']))
    model(nodes, [*initializers, listed, large, scalar, empty], 'types.onnx')


def external():
    tensors = []
    with open('external.bin', 'wb') as file:
        for i, name in enumerate(['first', 'second']):
            tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[3], data_location=TensorProto.EXTERNAL)
            entries = {'location': 'external.bin', 'offset': str(i * 16), 'length': '12'}
            for key, value in entries.items():
                tensor.external_data.add(key=key, value=value)
            file.seek(i * 16)
            file.write(np.arange(3, dtype='<f4') + i)
            tensors.append(tensor)
    model([helper.make_node('Identity', ['first'], ['y'])], tensors, 'external.onnx')


def exported():
    torch.manual_seed(0)
    net = torch.nn.Sequential()
    net.add_module('conv', torch.nn.Conv2d(3, 4, 3))
    net.add_module('bn', torch.nn.BatchNorm2d(4))
    net.add_module('act', torch.nn.ReLU())
    net.add_module('flat', torch.nn.Flatten())
    net.add_module('fc', torch.nn.Linear(4 * 6 * 6, 5))
    net.train()
    options = {'training': torch.onnx.TrainingMode.PRESERVE, 'do_constant_folding': False, 'dynamo': False}
    torch.onnx.export(net, torch.zeros(2, 3, 8, 8), 'torch.onnx', **options)
    state = {
        key: {'shape': list(value.shape), 'sha256': hashlib.sha256(value.numpy().tobytes()).hexdigest()}
        for key, value in net.state_dict().items()
        if value.dtype == torch.float32
    }
    with open('torch.json', 'w') as file:
        json.dump(state, file, indent=1)


types()
external()
exported()
