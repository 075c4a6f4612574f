import { describe, expect, test } from 'vitest';
import { sketches } from '../../../../test/support/diagrams.js';
import type { Flow } from './flow.js';
import { toDiagram } from './model.js';

type Config = Parameters<typeof sketches.assemble>[0];
type Attach = NonNullable<Exclude<Config, string>['attach']>;

/** `a b [+ p | q] c` */
function show(flow: Flow): string {
  return flow
    .map((element) => {
      if (element.kind === 'step') return element.title;
      if (element.kind === 'gate') return `<${element.entries[0]!.type}>`;
      return `[${element.title} ${element.paths.map((path) => show(path) || '–').join(' | ')}]`;
    })
    .join(' ');
}

function unitFlows(unit: 'residual' | 'paths' | 'dense', attach: Attach = [], repeat = 1, filters = 8): string[] {
  const assembly = sketches.assemble({
    backbone: { type: 'sketch', stages: [{ name: 's', unit, repeat, filters }] },
    attach,
  });
  const stage = toDiagram(assembly).stages.find(({ name }) => name === 's')!;
  return stage.blocks.map(({ names, flow }) => `${names.join(',')}: ${show(flow)}`);
}

describe('what a value goes through in a unit', () => {
  test('a shortcut is a path without anything, or with its projection', () => {
    expect(unitFlows('residual')).toEqual(['s.0: [+ 3×3 1×1 | –]']);
    expect(unitFlows('residual', [], 1, 12)).toEqual(['s.0: [+ 3×3 1×1 | 1×1]']);
  });

  test.each([
    ['input', 's.0: [+ <squeeze> 3×3 1×1 | –]'],
    ['hidden', 's.0: [+ 3×3 <squeeze> 1×1 | –]'],
    ['hidden-preact', 's.0: [+ 3×3 <squeeze> relu 1×1 | –]'],
    ['branch', 's.0: [+ 3×3 1×1 <squeeze> | –]'],
    ['shortcut', 's.0: [+ 3×3 1×1 | <squeeze>]'],
    ['output', 's.0: [+ 3×3 1×1 | –] <squeeze>'],
  ] as const)('an attachment at %s stands in its place', (at, expected) => {
    expect(unitFlows('residual', [{ type: 'squeeze', at }])).toEqual([expected]);
  });

  test('several at one site stand in the order of the config', () => {
    const attach: Attach = [
      { type: 'squeeze', at: 'output' },
      { type: 'halve', at: 'branch' },
      { type: 'halve', at: 'output' },
      { type: 'squeeze', at: 'branch' },
    ];
    expect(unitFlows('residual', attach)).toEqual(['s.0: [+ 3×3 1×1 <halve> <squeeze> | –] <squeeze> <halve>']);
  });

  test('an attachment that reads the one before its unit is told once, in its own unit', () => {
    const attach: Attach = [
      { type: 'squeeze', at: 'input', where: { blocks: [1] } },
      { type: 'halve', at: 'output', where: { blocks: [0] } },
    ];
    expect(unitFlows('residual', attach, 2)).toEqual([
      's.0: [+ 3×3 1×1 | –] <halve>',
      's.1: [+ <squeeze> 3×3 1×1 | –]',
    ]);
  });

  test('parallel paths keep the order in which they are joined', () => {
    expect(unitFlows('paths', [{ type: 'squeeze', at: 'path:narrow' }])).toEqual([
      's.0: [concat 1×1 <squeeze> | 1×1 5×5 g2 | max 3×3]',
    ]);
  });

  test('where paths share layers, each layer and attachment is told once', () => {
    expect(unitFlows('dense', [{ type: 'squeeze', at: 'first' }])).toEqual([
      's.0: [concat – | 3×3 <squeeze> | [concat – | from se] 3×3 | [concat – | from se | from conv1] 3×3]',
    ]);
  });
});

describe('units alike', () => {
  test('are one block, with the channels of all', () => {
    expect(unitFlows('residual', [], 4)).toEqual(['s.0,s.1,s.2,s.3: [+ 3×3 1×1 | –]']);
    expect(unitFlows('residual', [], 3, 12)).toEqual(['s.0: [+ 3×3 1×1 | 1×1]', 's.1,s.2: [+ 3×3 1×1 | –]']);
  });

  test('are not alike where something else is attached', () => {
    expect(unitFlows('residual', [{ type: 'squeeze', where: { blocks: [1] } }], 3)).toEqual([
      's.0: [+ 3×3 1×1 | –]',
      's.1: [+ 3×3 1×1 <squeeze> | –]',
      's.2: [+ 3×3 1×1 | –]',
    ]);
  });

  test('stand alone where an output is read within them', () => {
    const assembly = sketches.assemble({
      backbone: { type: 'sketch', stages: [{ name: 's', repeat: 4 }] },
      head: { type: 'features', taps: ['s.1.act2', 's.3.act2'] },
    });
    expect(
      toDiagram(assembly)
        .stages.at(-1)!
        .blocks.map(({ names }) => names),
    ).toEqual([['s.0'], ['s.1'], ['s.2', 's.3']]);
  });
});
