import type { Assembler } from '@senet/core/graph';
import picomatch from 'picomatch';
import { createSenetAssembler } from '../assembler.js';
import { COMMON, defineCommand } from '../command.js';
import { KINDS, type Kind, LISTINGS } from '../listings.js';

/** `senet list`: what configs can name. */
export const list = defineCommand({
  meta: { name: 'list', description: 'what configs can name: attentions, backbones, recipes, sites, ops' },
  args: {
    kind: {
      type: 'positional',
      required: false,
      description: `${KINDS.join(', ')}; all of them by default`,
      options: [...KINDS],
    },
    filter: {
      type: 'string',
      valueHint: 'PATTERN',
      description: "only the names that match: 'mobilenet*', '*{se,eca}*'",
    },
    ...COMMON,
  },
  async run({ kind, filter }, output) {
    const { registries } = createSenetAssembler() as Assembler;
    const kinds = kind === undefined ? KINDS : [kind as Kind];
    const matches = filter === undefined ? () => true : picomatch(filter, { nocase: true });
    const lists = kinds.map((name) => ({ name, ...LISTINGS[name](registries, matches) }));
    output.answer(Object.fromEntries(lists.map(({ name, items }) => [name, items])), () =>
      lists.map(({ name, items, print }) => `${name} (${items.length})\n\n${print()}`).join('\n\n'),
    );
  },
});
