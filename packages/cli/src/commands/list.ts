import type { Assembler } from '@senet/core/graph';
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
    ...COMMON,
  },
  async run({ kind }, output) {
    const { registries } = createSenetAssembler() as Assembler;
    const kinds = kind === undefined ? KINDS : [kind as Kind];
    const lists = kinds.map((name) => ({ name, ...LISTINGS[name](registries) }));
    output.answer(Object.fromEntries(lists.map(({ name, items }) => [name, items])), () =>
      lists.map(({ name, items, print }) => `${name} (${items.length})\n\n${print()}`).join('\n\n'),
    );
  },
});
