"""Writes the files beside it: `python gen.py`, with PyTorch 2.13 and NumPy 2.4. See ../README.md."""
import base64, builtins, collections, functools, json, os, pickle, struct, zipfile
import numpy as np
import torch
from torch import nn

DTYPES = {torch.float32: 'F32', torch.float16: 'F16', torch.bfloat16: 'BF16', torch.float64: 'F64', torch.int64: 'I64',
          torch.int32: 'I32', torch.int16: 'I16', torch.int8: 'I8', torch.uint8: 'U8', torch.bool: 'BOOL'}
expected = {}


def arange(*shape, dtype=torch.float32):
    count = int(np.prod(shape))
    return (torch.arange(count, dtype=torch.float64) * 0.37 - 1.5).to(dtype).reshape(shape)


def described(tensor):
    tensor = tensor.detach().contiguous()
    data = tensor.reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b''
    return [DTYPES[tensor.dtype], list(tensor.shape), base64.b64encode(data).decode()]


def expect(name, tensors, **metadata):
    expected[name] = {'metadata': {f'checkpoint.{k}': v for k, v in metadata.items()},
                      'tensors': {k: described(v) for k, v in tensors.items()}}


def save(name, value, tensors=None, entry=None, prefix=None, **options):
    torch.save(value, name, **options)
    metadata = {k: v for k, v in (('entry', entry), ('prefix', prefix)) if v}
    expect(name, value if tensors is None else tensors, **metadata)


base = arange(4, 6)
special = torch.tensor([0x7fc01234, 0x7f812345, 1, -0x80000000, 0x7f800000], dtype=torch.int32).view(torch.float32)
net = collections.OrderedDict([
    ('conv.weight', arange(4, 3, 2, 2)),
    ('conv.channels_last', arange(2, 3, 2, 2).contiguous(memory_format=torch.channels_last)),
    ('shared.whole', base), ('shared.row', base[1]), ('shared.column', base[:, 2]), ('shared.transposed', base.t()),
    ('shared.steps', base[1::2, ::3]),
    ('parameter', nn.Parameter(arange(3))),
    ('special', special), ('expanded', torch.tensor([2.5]).expand(3, 4)),
    ('empty', torch.empty(0, 3)), ('scalar', torch.tensor(7)), ('one', arange(1, 1, 1).transpose(0, 2)),
    *((f'dtype.{DTYPES[dtype]}', arange(5, dtype=dtype)) for dtype in DTYPES),
    *((f'transposed.{DTYPES[dtype]}', arange(2, 3, dtype=dtype).t()) for dtype in DTYPES),
    ('odd é"\\ \U0001f600', arange(2)), ('', arange(1)), ('__proto__', arange(2)), ('0', arange(3)),
])
save('net.pth', net)
save('net.legacy.pth', net, _use_new_zipfile_serialization=False)

# Protocols: torch writes 2 unless it is told another.
few = {'weight': arange(2, 3), 'transposed': arange(2, 3).t(), 'count': torch.tensor(5)}
for protocol in (1, 3, 4, 5):
    save(f'protocol{protocol}.pth', few, pickle_protocol=protocol)
save('protocol4.legacy.pth', few, pickle_protocol=4, _use_new_zipfile_serialization=False)


# A module's state_dict carries `_metadata`; its parameters may carry attributes.
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2)


def filled(scale):
    model = Net()
    with torch.no_grad():
        for i, value in enumerate(model.state_dict().values()):
            value.copy_((arange(*value.shape) if value.shape else torch.tensor(3.)) * scale + i)
    return model


plain, averaged = filled(1).state_dict(), filled(2).state_dict()
attributed = nn.Parameter(arange(2))
attributed.origin = 'here'
save('module.pth', plain)
save('attributed.pth', {'weight': attributed}, {'weight': arange(2)})


def prefixed(state, *prefixes):
    return collections.OrderedDict((''.join(prefixes) + key, value) for key, value in state.items())


model = filled(1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
model.bn(model.conv(arange(1, 3, 2, 2))).sum().backward()
optimizer.step()
rest = {'epoch': 12, 'arch': 'tiny', 'best': np.float64(0.75), 'metric': 71.5, 'big': 1 << 70, 'negative': -(1 << 40),
        'optimizer': optimizer.state_dict(), 'args': {'lr': 0.1, 'classes': {'cat', 'dog'}, 'raw': b'\x00\xff', 'none': None,
                                                     'size': torch.Size([1, 2]), 'dtype': torch.float16, 'amp': True},
        'rng': torch.arange(16, dtype=torch.uint8), 'nested': [(1, (2, [3.5, {}]))]}
save('ema.pth.tar', {**rest, 'state_dict': prefixed(plain, 'module.'), 'state_dict_ema': averaged}, averaged,
     entry='state_dict_ema')
save('partial-ema.pth.tar', {'state_dict': plain, 'state_dict_ema': {'module.conv.bias': plain['conv.bias']}}, plain,
     entry='state_dict')
save('legacy.pth.tar', {**rest, 'model': prefixed(plain, 'module.')}, plain, entry='model', prefix='module.',
     _use_new_zipfile_serialization=False)
save('checkpoint4.pth', {**rest, 'net': prefixed(plain, '_orig_mod.', 'module.')}, plain, entry='net',
     prefix='_orig_mod.module.', pickle_protocol=4)
save('lightning.ckpt', {'state_dict': prefixed(plain, 'model.'), 'epoch': 1}, plain, entry='state_dict', prefix='model.')


# The same file as other tools leave it.
def rezipped(name, change=lambda name, data: data, **options):
    with zipfile.ZipFile('protocol3.pth') as source, zipfile.ZipFile(name, 'w', **options) as target:
        for info in source.infolist():
            target.writestr(info.filename.replace('protocol3/', 'any name/'), change(info.filename, source.read(info)))
    expect(name, few)


def swapped(name, data):
    if name.endswith('byteorder'):
        return b'big'
    if '/data/' not in name:
        return data
    size = 8 if len(data) == 8 else 4
    return b''.join(data[i:i + size][::-1] for i in range(0, len(data), size))


rezipped('deflated.pth', compression=zipfile.ZIP_DEFLATED)
rezipped('big-endian.pth', swapped)
torch.serialization.set_crc32_options(False)
save('no-crc.pth', few)
torch.serialization.set_crc32_options(True)

for name, wanted in expected.items():
    loaded = torch.load(name, weights_only=False)
    entry = wanted['metadata'].get('checkpoint.entry')
    tensors = {k.replace('_orig_mod.', '').replace('module.', '').removeprefix('model.'): v
               for k, v in (loaded[entry] if entry else loaded).items()}
    assert {k: described(v) for k, v in tensors.items()} == wanted['tensors'], name

# What is refused: files of other kinds.
class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(arange(2))


torch.save(Scale(), 'whole-model.pth')
torch.save(Scale(), 'whole-model.legacy.pth', _use_new_zipfile_serialization=False)
torch.save({'weight': torch.zeros(3, dtype=torch.uint16)}, 'uint16.pth')
torch.save(arange(2), 'tensor.pth')
torch.save({'epoch': 3, 'args': {'lr': 0.1}}, 'no-tensors.pth')
with torch.no_grad():
    torch.jit.save(torch.jit.trace(nn.ReLU(), arange(2)), 'script.pt')

# What is refused: pickles that would run something. Loading one anywhere would leave a file named RAN.
class Calls:
    def __init__(self, function, *arguments, state=None):
        self.parts = (function, arguments) if state is None else (function, arguments, state)

    def __reduce__(self):
        return self.parts


class StateSetter:
    def __setstate__(self, state):
        os.system('touch RAN')

    def __getstate__(self):
        return {'x': 1}


class NewArguments:
    def __getnewargs_ex__(self):
        return ('touch RAN',), {'key': 1}


class Named(dict):
    pass


touch = 'touch RAN'
command = f"__import__('os').system('{touch}')"
objects = {
    'os.system': (Calls(os.system, touch), 'posix.system'),
    'eval': (Calls(builtins.eval, command), 'eval'),
    'exec': (Calls(builtins.exec, command), 'exec'),
    'nested reduce': (Calls(getattr, Calls(__import__, 'os'), 'system'), 'getattr'),
    'in a dict': ({'weight': [1, (2, {'x': Calls(os.system, touch)})]}, 'posix.system'),
    'as a key': ({(1, Calls(os.system, touch)): 1}, 'posix.system'),
    'OrderedDict of calls': (collections.OrderedDict([('a', Calls(os.system, touch))]), 'posix.system'),
    'state': (StateSetter(), '__main__.StateSetter'),
    'new arguments': (NewArguments(), '__main__.NewArguments'),
    'subclass of dict': (Named(a=1), '__main__.Named'),
    'defaultdict': (collections.defaultdict(list), 'collections.defaultdict'),
    'numpy array': (np.zeros(2), '_reconstruct'),
    'partial': (functools.partial(os.system, touch), 'functools.partial'),
    'torch function': (Calls(torch.hub.load, 'a/b', 'c'), 'torch.hub.load'),
    'load from bytes': (Calls(torch.storage._load_from_bytes, b'x'), 'torch.storage._load_from_bytes'),
    'device': (torch.device('cpu'), 'torch.device'),
}
asked_first = {('state', 0): 'copy_reg._reconstructor', ('new arguments', 0): 'copy_reg._reconstructor',
               ('subclass of dict', 0): 'copy_reg._reconstructor', ('new arguments', 2): 'functools.partial'}
hostile = {}
for name, (value, refused) in objects.items():
    for protocol in (0, 2, 4):
        data = pickle.dumps(value, protocol)
        hostile[f'{name}, protocol {protocol}'] = [data, asked_first.get((name, protocol), refused)]

short = lambda text: b'\x8c' + bytes([len(text)]) + text.encode()
hostile |= {
    'GLOBAL': [b'cposix\nsystem\n(S"touch RAN"\ntR.', 'posix.system'],
    'GLOBAL of a dotted name': [b'\x80\x04ctorch\nhub.load\n.', 'torch.hub.load'],
    'GLOBAL of a prefix': [b'\x80\x02ctorch\nFloatStorage.__class__\n.', 'torch.FloatStorage.__class__'],
    'GLOBAL with a space': [b'\x80\x02ctorch Size\n\n.', 'torch Size'],
    'INST': [b'(S"touch RAN"\nios\nsystem\n.', 'os.system'],
    'OBJ': [b'(cos\nsystem\nS"touch RAN"\no.', 'os.system'],
    'OBJ of what is known': [b'(ccollections\nOrderedDict\no.', 'OBJ'],
    'INST of what is known': [b'(icollections\nOrderedDict\n.', 'INST'],
    'NEWOBJ of what is known': [b'\x80\x02ccollections\nOrderedDict\n)\x81.', 'NEWOBJ'],
    'NEWOBJ_EX of what is known': [b'\x80\x04ccollections\nOrderedDict\n)}\x92.', 'NEWOBJ_EX'],
    'STACK_GLOBAL through the memo': [b'\x80\x04' + short('system') + b'\x940' + short('posix') + b'h\x00\x93' + short(touch) + b'\x85R.', 'posix.system'],
    'STACK_GLOBAL of no text': [b'\x80\x04K\x01K\x02\x93.', 'name'],
    'a memo that is written over': [b'\x80\x02ccollections\nOrderedDict\nq\x000cposix\nsystem\nq\x00h\x00)R.', 'posix.system'],
    'a text that is called': [b'\x80\x02X\x06\x00\x00\x00system)R.', 'called'],
    'a list that is called': [b'\x80\x02])R.', 'called'],
    'a dtype that is called': [b'\x80\x02ctorch\nfloat32\n)R.', 'called'],
    'arguments that are none': [b'\x80\x02ctorch\nSize\n}R.', 'arguments'],
    'BUILD of a list': [b'\x80\x02]}b.', 'state'],
    'BUILD of a function': [b'\x80\x02ctorch._utils\n_rebuild_tensor_v2\n}X\x04\x00\x00\x00callcposix\nsystem\nsb.', 'posix.system'],
    'EXT1': [b'\x80\x02\x82\x01.', 'EXT1'], 'EXT2': [b'\x80\x02\x83\x01\x00.', 'EXT2'],
    'EXT4': [b'\x80\x02\x84\x01\x00\x00\x00.', 'EXT4'],
    'PERSID': [b'Pstorage\n.', 'PERSID'], 'BINPERSID of text': [b'\x80\x02X\x01\x00\x00\x00aQ.', 'persistent id'],
    'a module with its source': [b"\x80\x02(X\x06\x00\x00\x00modulectorch\nFloatStorage\nX\x01\x00\x00\x00aX\x01\x00\x00\x00btQ.", 'whole model'],
    'NEXT_BUFFER': [b'\x80\x05\x97.', 'NEXT_BUFFER'], 'READONLY_BUFFER': [b'\x80\x05]\x98.', 'READONLY_BUFFER'],
    'protocol 6': [b'\x80\x06N.', 'protocol 6'], 'an unknown opcode': [b'\x80\x02\xffN.', '0xff'],
    'nothing': [b'', 'breaks off'], 'no end': [b'\x80\x02N', 'breaks off'], 'no value': [b'\x80\x02.', 'stack'],
    'two values': [b'\x80\x02NN.', 'left over'], 'a mark left over': [b'\x80\x02(N.', 'left over'],
    'no mark': [b'\x80\x02Nt.', 'mark'], 'below a mark': [b'\x80\x02N(\x85.', 'stack'],
    'no such memo': [b'\x80\x02h\x05.', 'memo'], 'a long frame': [b'\x80\x04\x95' + struct.pack('<Q', 2 ** 60) + b'N.', 'frame'],
    'a long text': [b'\x80\x04\x8d' + struct.pack('<Q', 2 ** 62) + b'N.', 'breaks off'],
    'a long byte string': [b'\x80\x02B\xff\xff\xff\xffN.', 'breaks off'],
    'a negative length': [b'\x80\x02\x8b' + struct.pack('<i', -5) + b'.', 'integer'],
    'a long decimal': [b'L' + b'9' * 5000 + b'L\n.', 'integer'],
    'a circular list': [b'\x80\x02]q\x00h\x00a.', 'a list'],
    'a circular dict': [b'\x80\x02}q\x00K\x01h\x00s.', 'no tensor'],
    'a billion laughs': [b'\x80\x02]' + b'q\x000](h\x00h\x00h\x00h\x00h\x00h\x00h\x00h\x00h\x00h\x00e' * 500 + b'.', 'a list'],
}
assert not os.path.exists('RAN')
with open('hostile.json', 'w') as file:
    json.dump({name: [base64.b64encode(data).decode(), asked] for name, (data, asked) in hostile.items()}, file, indent=0)
with open('expected.json', 'w') as file:
    json.dump(expected, file, indent=0)
