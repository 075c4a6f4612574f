"""Makes HDF5 files that are none of Keras', with h5py 3: `python h5py_files.py`.

types.h5 has every type and way of storage that is read; modern.h5, ordered.h5 and latest.h5 are what `track_order` and
`libver='latest'` make of small files, partly.h5 has values that were never written. Each of the others has something
that is refused: the last three are crafted to keep HDF5 busy for ever, or with all memory.
"""

import gzip
import pathlib
import struct

import h5py
import numpy as np


def pack(name, fill, change=bytes, **options):
    path = pathlib.Path(f'{name}.h5')
    with h5py.File(path, 'w', **options) as file:
        fill(file)
    pathlib.Path(f'{path}.gz').write_bytes(gzip.compress(change(path.read_bytes()), mtime=0))
    path.unlink()


def types(file):
    ramp = np.arange(6).reshape(2, 3)
    for kind in ('f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8'):
        file[f'little/{kind}'] = ramp.astype(f'<{kind}')
        file[f'big/{kind}'] = ramp.astype(f'>{kind}')
    file['bool'] = np.array([True, False, True])
    file['scalar'] = np.float32(1.5)
    file['empty'] = np.zeros((0, 3), '<f4')
    bfloat16 = file.create_dataset('bfloat16', data=np.array([b'\x80\x3f', b'\x00\x40'], 'V2'))
    bfloat16.attrs['dtype'] = 'bfloat16'
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((2,))
    dataset = h5py.h5d.create(file.id, b'compact', h5py.h5t.IEEE_F32LE, space, compact)
    h5py.Dataset(dataset)[:] = [1, 2]
    long = np.arange(7 * 5, dtype='<f4').reshape(7, 5)
    file.create_dataset('chunks', data=long, chunks=(3, 2))
    file.create_dataset('packed', data=long, chunks=(3, 2), compression='gzip', shuffle=True)
    file.create_dataset('many', data=np.arange(200, dtype='<i2'), chunks=(1,))
    file['linked'] = file['scalar']


def unwritten(file):
    file.create_dataset('a', (1000,), '<f4')


def partly(file):
    file.create_dataset('a', (10,), '<f4', chunks=(5,))[:5] = 1


def external_values(file):
    file.create_dataset('a', (2,), '<f4', external=[('/etc/hostname', 0, 8)])


def virtual(file):
    layout = h5py.VirtualLayout((2,), '<f4')
    layout[:] = h5py.VirtualSource('/etc/hostname', 'a', (2,))
    file.create_virtual_dataset('a', layout)


def own_group(file):
    file['a'] = file['/']


def many_members(file):
    for i in range(20):
        file[f'member{i}'] = i


def modern(file):
    file.attrs['keras_version'] = '9.9'
    group = file.create_group('layer/inner')
    for i in range(8):
        group[f'w{i}'] = np.full(2, i, '<f4')
        group.attrs[f'text {i}'] = 'x' * 300 * i


def nested_type(file):
    kind = h5py.h5t.STD_I8LE
    for _ in range(2000):
        kind = h5py.h5t.vlen_create(kind)
    h5py.h5d.create(file.id, b'a', kind, h5py.h5s.create_simple((2,)))


def no_length(file):
    """An object of length 0 behind the first one of the heap of strings."""
    heap = file.index(b'GCOL')
    return file[: heap + 40] + bytes(16) + file[heap + 56 :]


def tree_of_one_leaf(file):
    """Five levels of nodes above the root's leaf, in each of which all 32 children are the same."""
    file = bytearray(file)
    child = leaf = file.index(b'TREE')
    first, _, last = struct.unpack_from('<3Q', file, leaf + 24)
    for level in range(1, 6):
        keys = struct.pack('<Q', first) + b''.join(struct.pack('<2Q', child, last) for _ in range(32))
        child = len(file)
        file += b'TREE' + struct.pack('<BBH', 0, level, 32) + b'\xff' * 16 + keys
    start = 0
    while (at := file.find(struct.pack('<Q', leaf), start, leaf)) >= 0:
        struct.pack_into('<Q', file, at, child)
        start = at + 8
    struct.pack_into('<Q', file, 40, len(file))
    return bytes(file)


pack('types', types)
pack('modern', modern, libver='latest')
pack('unwritten', unwritten)
pack('partly', partly)
pack('external-values', external_values)
pack('virtual', virtual)
pack('soft-link', lambda file: file.__setitem__('a', h5py.SoftLink('/a')))
pack('external-link', lambda file: file.__setitem__('a', h5py.ExternalLink('/etc/hostname', '/')))
pack('own-group', own_group)
pack('complex', lambda file: file.__setitem__('a', np.zeros(2, '<c8')))
pack('text', lambda file: file.__setitem__('a', 'text'))
pack('lzf', lambda file: file.create_dataset('a', data=np.zeros(100, '<f4'), compression='lzf'))
pack('ordered', many_members, track_order=True)
pack('latest', many_members, libver='latest')
pack('nested-type', nested_type)
pack('endless-heap', lambda file: file.attrs.update(text='text'), no_length)
pack('endless-index', lambda file: [file.create_dataset(f'w{i}', data=i) for i in range(8)], tree_of_one_leaf)
