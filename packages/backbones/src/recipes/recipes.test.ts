/** What every recipe can do: trade its attention for another, go without, take other sizes; and where units offer sites. */
import { beforeAll, describe, expect, test } from 'vitest';
import { formulaInput, formulaState } from '../../../../test/support/formula.js';
import { assembler, runNodes, setTestBackend } from '../../../../test/support/models.js';
import { units } from '../units/all.js';

type Config = Parameters<typeof assembler.assemble>[0];
const SMALL = { inputShape: [64, 64, 3] };
const sizeOf = (name: string) => (name.includes('inception') ? { inputShape: [96, 96, 3] } : SMALL);
const assemble = (config: unknown, name: string) => assembler.assemble(config as Config, sizeOf(name));

beforeAll(setTestBackend);

const recipes = assembler.registries.recipes.all();
const typesOf = (name: string) => new Set(assembler.resolve(name).attach.map(({ type }) => type));
const named = (type: string) => recipes.map(({ name }) => name).filter((name) => typesOf(name).has(type));

describe.each([
  ['se', 'eca'],
  ['eca', 'se'],
])('%s, replaced by %s', (type, other) => {
  test.each(named(type))('%s', (name) => {
    const before = assemble(name, name);
    const after = assemble({ extends: name, replace: { [type]: { type: other } } }, name);
    const places = ({ receipt }: typeof before) => receipt.attachments.map(({ node, site }) => `${node} at ${site}`);
    expect(places(after)).toEqual(places(before));
    expect(new Set(after.receipt.attachments.map((attachment) => attachment.type))).toEqual(new Set([other]));

    const without = assemble({ extends: name, attach: [] }, name);
    expect(without.receipt.attachments).toEqual([]);
    const added = before.receipt.attachments.flatMap(({ parameters }) => parameters);
    expect(without.graph.parameters.size).toBe(before.graph.parameters.size - added.length);
  });
});

const RESIDUAL = units.filter(({ sites }) => (sites as readonly string[]).includes('shortcut'));

test.each(RESIDUAL.map((unit) => [unit.type, unit] as const))('%s offers where papers gate', (_, { sites }) => {
  for (const site of ['input', 'hidden', 'branch', 'shortcut', 'output']) expect(sites).toContain(site);
});

describe('sizes', () => {
  const features = (type: string, options: object, shape = [64, 64, 3]) => {
    const net = assembler.assemble({ backbone: { type, ...options } } as Config, { inputShape: shape });
    return net.taps.map((tap) =>
      net.graph.nodes
        .find(({ name }) => name === tap)!
        .shape.slice(0, 2)
        .join('×'),
    );
  };
  const TRADING = ['mobilenetv1', 'mobilenetv2', 'mobilenetv3_small', 'mobilenetv3_large', 'efficientnet_b0', 'regnet'];

  test.each(TRADING)('%s keeps its last maps as large as the output stride says', (type) => {
    expect(features(type, {})).toEqual(['32×32', '16×16', '8×8', '4×4', '2×2']);
    expect(features(type, { outputStride: 32 })).toEqual(['32×32', '16×16', '8×8', '4×4', '2×2']);
    expect(features(type, { outputStride: 16 })).toEqual(['32×32', '16×16', '8×8', '4×4', '4×4']);
    expect(features(type, { outputStride: 8 })).toEqual(['32×32', '16×16', '8×8', '8×8', '8×8']);
  });

  test.each([...TRADING, 'ghostnet'])('%s takes open and oblong maps of any number of channels', (type) => {
    expect(features(type, {}, [33, 70, 1])).toEqual(['17×35', '9×18', '5×9', '3×5', '2×3']);
    const net = assembler.assemble({ backbone: type } as Config, { inputShape: [null, null, 5] });
    expect(net.graph.parameters.size).toBeGreaterThan(0);
  });

  test.each(['mobilenetv3_small_050', 'regnety_002'])('%s computes the same with a drop path, but to train', (name) => {
    const outputs = [0, 0.4].map((dropPath) => {
      const config = { extends: name, backbone: { dropPath }, head: { type: 'classifier', classes: 5 } };
      const net = assembler.assemble(config as Config, { inputShape: [32, 32, 3] });
      const drops = net.graph.nodes.filter(({ op }) => op === 'dropPath').length;
      expect(drops > 0).toBe(dropPath > 0);
      const state = formulaState(net, 'timm', 1);
      return [...runNodes(net, state, formulaInput(32, 32, 3, 'nchw'), net.graph.outputs)[0]!.data];
    });
    expect(outputs[1]).toEqual(outputs[0]);
    expect(outputs[0]!.some((value) => Math.abs(value) > 1e-3)).toBe(true);
  });

  test.each(['mobilenetv3_small', 'efficientnet_b0', 'regnet'])('%s drops what its branch gates', (type) => {
    const config = { backbone: { type, dropPath: 0.2 }, attach: [{ type: 'eca', at: 'branch' }] };
    const { graph, receipt } = assembler.assemble(config as Config, SMALL);
    const gated = new Set(receipt.attachments.map(({ node }) => node));
    const drops = graph.nodes.filter(({ op }) => op === 'dropPath');
    expect(drops.length).toBeGreaterThan(5);
    for (const { inputs } of drops) expect(gated).toContain(inputs[0]);
  });

  test('regnet’s stages are those of its widths', () => {
    const stages = (options: object) => {
      const net = assembler.assemble({ backbone: { type: 'regnet', ...options } } as Config, SMALL);
      return net.plan.stages.filter(({ name }) => name.startsWith('s') && name !== 'stem').length;
    };
    expect(stages({})).toBe(4);
    expect(stages({ wa: 0, depth: 3 })).toBe(1);
    expect(() => stages({ w0: 12 })).toThrowError(
      expect.objectContaining({ name: 'SenetError', code: 'ConfigInvalid', path: 'backbone.w0' }),
    );
  });
});
