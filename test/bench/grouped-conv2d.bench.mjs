// How to run a grouped convolution on tfjs' wasm backend: every way we know, side by side, on the 3×3 of ResNeXt-50
// 32x4d and SENet-154; then whole networks. After `npm run build`:
//   node test/bench/grouped-conv2d.bench.mjs [runs, default 15]
import { cpus } from 'node:os';
import { GroupedConv2D } from '@senet/core/layers';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';

const RUNS = Number(process.argv[2] ?? 15);
const WARM_UP = 3;

/** [map, channels, groups, stride] */
const SHAPES = [
  ...[
    [56, 128, 32, 1],
    [56, 256, 32, 2],
    [28, 256, 32, 1],
    [28, 512, 32, 2],
    [14, 512, 32, 1],
    [14, 1024, 32, 2],
    [7, 1024, 32, 1],
  ], // ResNeXt-50 32x4d
  ...[
    [56, 256, 64, 1],
    [28, 512, 64, 1],
    [14, 1024, 64, 1],
    [7, 2048, 64, 1],
  ], // SENet-154
  ...[
    [28, 512, 16, 1],
    [28, 512, 8, 1],
    [14, 1024, 8, 1],
    [7, 1024, 16, 1],
  ], // wide groups
];

/** Each way takes the kernel [3, 3, width, channels] and makes x => y; padding is 1 on every side. */
function ways({ map, channels, groups, stride }, kernel) {
  const width = channels / groups;
  const size = Math.floor((map - 1) / stride) + 1;
  const around = (left, right) => [
    [0, 0],
    [1, 1],
    [left, right],
    [0, 0],
  ];
  const conv = (x, w) => tf.conv2d(x, w, stride, around(1, 1));

  const bundled = (perBundle) => {
    const bundles = groups / perBundle;
    const kernels = tf.split(kernel, bundles, 3).map((part) => blockDiagonal(part, perBundle));
    if (bundles === 1) return (x) => conv(x, kernels[0]);
    return (x) =>
      tf.concat(
        tf.split(x, bundles, 3).map((part, i) => conv(part, kernels[i])),
        3,
      );
  };

  // Group g of x[h, w, groups * width] is every groups-th column, from g on, of x[h, w * groups, width].
  const stridedView = () => {
    const kernels = tf.split(kernel, groups, 3);
    const window = { strides: [stride, stride * groups], dilations: [1, groups], dataFormat: 'NHWC' };
    return (x) => {
      const view = x.reshape([1, map, map * groups, width]);
      const parts = kernels.map((filter, g) => {
        const left = groups - g;
        const pad = around(left, (size - 1) * stride * groups + 2 * groups + 1 - left - map * groups);
        return tf
          .engine()
          .runKernel('Conv2D', { x: view, filter }, { ...window, pad })
          .reshape([1, size * size, width]);
      });
      return tf.concat(parts, 0).transpose([1, 0, 2]).reshape([1, size, size, channels]);
    };
  };

  const depthwiseSum = () => {
    const filter = kernel.reshape([9, width, groups, width]).transpose([0, 2, 1, 3]).reshape([3, 3, channels, width]);
    return (x) => {
      const products = tf.depthwiseConv2d(x, filter, stride, around(1, 1)).reshape([size * size, groups, width, width]);
      return products.sum(2).reshape([1, size, size, channels]);
    };
  };

  const batchedMatMul = () => {
    const filter = kernel.reshape([9 * width, groups, width]).transpose([1, 0, 2]);
    return (x) => {
      const padded = tf.pad(x, around(1, 1));
      const taps = Array.from({ length: 9 }, (_, tap) => {
        const [row, column] = [Math.floor(tap / 3), tap % 3];
        const end = (start) => start + (size - 1) * stride + 1;
        return tf
          .stridedSlice(padded, [0, row, column, 0], [1, end(row), end(column), channels], [1, stride, stride, 1])
          .reshape([size * size, groups, width])
          .transpose([1, 0, 2]);
      });
      return tf.matMul(tf.concat(taps, 2), filter).transpose([1, 0, 2]).reshape([1, size, size, channels]);
    };
  };

  const shipped = () => {
    const layer = new GroupedConv2D({
      filters: channels,
      kernelSize: 3,
      strides: stride,
      padding: 'valid',
      groups,
      useBias: false,
    });
    layer.build([1, map + 2, map + 2, channels]);
    layer.setWeights([kernel]);
    return (x) => layer.apply(tf.pad(x, around(1, 1)));
  };

  return {
    'split / group': bundled(1),
    ...Object.fromEntries(
      [16, 32, 64].filter((b) => b > width && b < channels).map((b) => [`split / ${b} ch`, bundled(b / width)]),
    ),
    'block-diagonal': bundled(groups),
    'batched matMul': batchedMatMul(),
    'depthwise + sum': depthwiseSum(),
    'strided view': stridedView(),
    GroupedConv2D: shipped(), // with an explicit pad of its own, as networks in torch's padding have it
  };
}

/** [3, 3, width, n * out] of n groups → [3, 3, n * width, n * out], zero off the blocks. */
function blockDiagonal(kernel, groups) {
  const [, , width, out] = kernel.shape;
  const mask = tf.eye(groups).reshape([1, groups, 1, groups, 1]);
  return tf.mul(kernel.reshape([9, 1, width, groups, out / groups]), mask).reshape([3, 3, groups * width, out]);
}

/** ResNet-50 (groups 1, base 64) or ResNeXt-50 32x4d (groups 32, base 128) at 224, batch norm folded or not. */
function resnet({ groups, base, folded }) {
  const bn = (x) => (folded ? x : tf.layers.batchNormalization().apply(x));
  const relu = (x) => tf.layers.activation({ activation: 'relu' }).apply(x);
  const conv = (x, filters, kernelSize, strides, conv2dGroups = 1) => {
    const options = { filters, kernelSize, strides, padding: 'same', useBias: folded };
    const layer =
      conv2dGroups === 1 ? tf.layers.conv2d(options) : new GroupedConv2D({ ...options, groups: conv2dGroups });
    layer.setFastWeightInitDuringBuild(true);
    return bn(layer.apply(x));
  };
  const bottleneck = (x, width, strides, project) => {
    let y = relu(conv(x, width, 1, 1));
    y = relu(conv(y, width, 3, strides, groups));
    y = conv(y, (width / base) * 256, 1, 1);
    return relu(tf.layers.add().apply([y, project ? conv(x, (width / base) * 256, 1, strides) : x]));
  };
  const input = tf.input({ shape: [224, 224, 3] });
  let x = tf.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(relu(conv(input, 64, 7, 2)));
  for (const [stage, repeat] of [3, 4, 6, 3].entries())
    for (let i = 0; i < repeat; i++) x = bottleneck(x, base * 2 ** stage, stage > 0 && i === 0 ? 2 : 1, i === 0);
  const outputs = tf.layers.dense({ units: 1000 }).apply(tf.layers.globalAveragePooling2d({}).apply(x));
  const model = tf.model({ inputs: input, outputs });
  tf.tidy(() => model.setWeights(model.getWeights().map((w) => tf.randomUniform(w.shape, 0, 0.01, 'float32', 1))));
  return model;
}

/** Every way must give the same result. */
function agree(candidates, x) {
  const [expected, ...others] = Object.entries(candidates).map(([name, candidate]) => [
    name,
    tf.tidy(() => candidate(x)),
  ]);
  for (const [name, y] of others) {
    const error = tf.tidy(() => y.sub(expected[1]).abs().max().div(expected[1].abs().max()).dataSync()[0]);
    if (!(error < 1e-5)) throw new Error(`'${name}' differs from '${expected[0]}' by ${error}`);
  }
  tf.dispose([expected[1], ...others.map(([, y]) => y)]);
}

/** Medians in ms, the ways taking turns, each call on a fresh input: kernels stay, inputs do not, as in inference. */
function medians(candidates, freshInput) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let run = -WARM_UP; run < RUNS; run++)
    for (const [name, candidate] of Object.entries(candidates)) {
      const x = freshInput();
      const start = performance.now();
      const y = tf.tidy(() => candidate(x));
      const time = performance.now() - start;
      if (run >= 0) times[name].push(time);
      tf.dispose([x, y]);
    }
  return Object.fromEntries(
    Object.entries(times).map(([name, all]) => [name, all.sort((a, b) => a - b)[all.length >> 1]]),
  );
}

await tf.setBackend('wasm');
console.log(
  `${cpus()[0].model}, Node ${process.versions.node}, tfjs ${tf.version.tfjs}, wasm ${tf.env().get('WASM_HAS_SIMD_SUPPORT') ? 'with' : 'without'} SIMD`,
);
console.log(`medians of ${RUNS} runs in ms, batch 1`);

const table = {};
for (const [map, channels, groups, stride] of SHAPES) {
  const kernel = tf.randomNormal([3, 3, channels / groups, channels], 0, 1, 'float32', 1);
  const base = tf.randomNormal([1, map, map, channels], 0, 1, 'float32', 2);
  const candidates = ways({ map, channels, groups, stride }, kernel);
  agree(candidates, base);
  const result = medians(candidates, () => tf.relu(base));
  const row = `${map}² C=${channels} g=${groups} s${stride}`;
  table[row] = Object.fromEntries(Object.entries(result).map(([name, ms]) => [name, ms.toFixed(2)]));
}
console.table(table);

for (const folded of [false, true]) {
  const [resnet50, resnext50] = [resnet({ groups: 1, base: 64, folded }), resnet({ groups: 32, base: 128, folded })];
  const image = tf.randomUniform([1, 224, 224, 3], 0, 1, 'float32', 3);
  const predict = (model) => (x) => model.predict(x);
  const result = medians({ 'ResNet-50': predict(resnet50), 'ResNeXt-50 32x4d': predict(resnext50) }, () =>
    tf.relu(image),
  );
  const [plain, grouped] = Object.values(result);
  console.log(
    `batch norm ${folded ? 'folded' : 'not folded'}:`,
    `ResNet-50 ${plain.toFixed(0)} ms, ResNeXt-50 32x4d ${grouped.toFixed(0)} ms, ratio ${(grouped / plain).toFixed(2)}`,
  );
  resnet50.dispose();
  resnext50.dispose();
}
