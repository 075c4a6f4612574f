import {
  type Assembler,
  bindServices,
  type ConfigSource,
  createAssembler,
  defineModule,
  initialState,
  type Registries,
  type StateInitializer,
  TOKENS,
  toContainerModule,
} from '@senet/core';
import { Container } from 'inversify';
import { describe, expect, test } from 'vitest';
import { gate, mix, residual, tiny, tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';

const gated = { backbone: 'tiny', attach: [{ type: 'gate' }] } as const;
const mixed = { backbone: 'tiny', attach: [{ type: 'mix' }] };
const unknown = expect.objectContaining({ code: 'UnknownName' });

describe('createAssembler', () => {
  test('assemblers know their own modules and no others', () => {
    const one = createAssembler(tinyBackbones, defineModule({ attentions: [gate] }));
    const other = createAssembler(tinyBackbones, defineModule({ attentions: [mix] }));
    expect(one.registries.attentions.names()).toEqual(['gate']);
    expect(other.registries.attentions.names()).toEqual(['mix']);
    expect(() => other.assemble(gated as never)).toThrowError(unknown);
  });

  test('takes modules that share descriptors, and refuses two things of one name', () => {
    const again = defineModule({ attentions: [gate], units: [residual] });
    expect(createAssembler(tinyAttentions, again, tinyBackbones).registries.attentions.names()).toEqual([
      'gate',
      'mix',
    ]);
    const another = defineModule({ backbones: [{ ...tiny }] });
    expect(() => createAssembler(tinyBackbones, another)).toThrowError(
      expect.objectContaining({ code: 'DuplicateName', path: 'tiny' }),
    );
    const replacing = createAssembler(tinyBackbones, { ...another, replace: true });
    expect(replacing.registries.backbones.get('tiny')).toBe(another.backbones[0]);
  });

  test('uses a container of one’s own, and what is bound in it', () => {
    const container = new Container();
    const ones: StateInitializer = (graph) =>
      new Map([...initialState(graph)].map(([key, v]) => [key, v.map(() => 1)]));
    const source: ConfigSource = { load: (reference) => ({ config: gated, location: reference }) };
    container.bind(TOKENS.StateInitializer).toConstantValue(ones);
    container.bind(TOKENS.ConfigSource).toConstantValue(source);
    const assembler = createAssembler(tinyAttentions, tinyBackbones, { container });
    const net = assembler.assemble({ extends: './from/elsewhere.json' });
    expect(net.receipt.attachments.map(({ type }) => type)).toEqual(['gate', 'gate', 'gate']);
    expect([...new Set(net.initialState().get('fc.weight'))]).toEqual([1]);
    expect(container.get<Assembler>(TOKENS.Assembler).assemble('tiny').name).toBe('tiny');
  });

  test('adds to a container that has modules already', () => {
    const container = new Container();
    createAssembler(tinyBackbones, { container });
    const assembler = createAssembler(tinyAttentions, { container }) as Assembler;
    expect(assembler.assemble(gated).receipt.attachments).toHaveLength(3);
  });
});

describe('containers of one’s own', () => {
  test('load modules, and single descriptors by their tokens', () => {
    const container = new Container();
    container.load(toContainerModule(tinyBackbones));
    container.bind(TOKENS.Attention).toConstantValue(mix);
    const assembler = bindServices(container).get<Assembler>(TOKENS.Assembler);
    expect(assembler.assemble(mixed).receipt.attachments[0]!.type).toBe('mix');
    container.bind(TOKENS.Attention).toConstantValue(gate);
    expect(container.get<Registries>(TOKENS.Registries).attentions.names()).toEqual(['mix', 'gate']);
  });

  test('a module can be unloaded again', () => {
    const container = bindServices(new Container());
    const module = toContainerModule(tinyAttentions);
    container.load(toContainerModule(tinyBackbones), module);
    expect(container.get<Registries>(TOKENS.Registries).attentions.names()).toEqual(['gate', 'mix']);
    container.unload(module);
    expect(container.get<Registries>(TOKENS.Registries).attentions.names()).toEqual([]);
  });

  test('a child knows its parent’s modules and services, and keeps its own to itself', () => {
    const parent = new Container();
    const zeros: StateInitializer = (graph) =>
      new Map([...initialState(graph)].map(([key, v]) => [key, v.map(() => 0)]));
    parent.bind(TOKENS.StateInitializer).toConstantValue(zeros);
    const above = createAssembler(tinyBackbones, { container: parent }) as Assembler;
    const below = createAssembler(tinyAttentions, { container: new Container({ parent }) }) as Assembler;
    const net = below.assemble(gated);
    expect(net.receipt.attachments).toHaveLength(3);
    expect(
      net
        .initialState()
        .get('fc.weight')!
        .every((v) => v === 0),
    ).toBe(true);
    expect(() => above.assemble(gated)).toThrowError(unknown);
    expect(parent.get<Registries>(TOKENS.Registries).attentions.names()).toEqual([]);
  });
});
