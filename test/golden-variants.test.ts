/** timm's other networks of the families that are here, and its options: attention arguments, output strides, channels. */
import { beforeAll, expect, test } from 'vitest';
import { formulaInput, formulaState } from './support/formula.js';
import { expectLogits, readGolden, type Summary } from './support/golden.js';
import { assembler, runNodes, setTestBackend } from './support/models.js';

interface Variant {
  readonly timm: string;
  readonly config: Parameters<typeof assembler.assemble>[0];
  readonly input: readonly [number, number, number];
  /** By default the file's. */
  readonly gain?: number;
  readonly params: number;
  readonly logits: Summary;
}

const { gain, cases } = readGolden<{ readonly gain: number; readonly cases: readonly Variant[] }>('timm/variants');

beforeAll(setTestBackend);

test.each(cases.map((variant) => [JSON.stringify(variant.config), variant.input.join('×'), variant] as const))(
  '%s at %s',
  (_config, _input, variant) => {
    const { config, input, params, logits } = variant;
    const net = assembler.assemble(config, { inputShape: input });
    expect(net.plan.params.trainable).toBe(params);
    const [value] = runNodes(
      net,
      formulaState(net, 'timm', variant.gain ?? gain),
      formulaInput(...input, 'nchw'),
      net.graph.outputs,
    );
    expectLogits(value!.data, logits, 'logits');
  },
);
