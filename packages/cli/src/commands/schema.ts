import { createSenetAssembler } from '../assembler.js';
import { COMMON, defineCommand } from '../command.js';

/** `senet schema`: the JSON Schema of configs, for editors and validators. */
export const schema = defineCommand({
  meta: { name: 'schema', description: 'the JSON Schema of a config, for editors' },
  args: {
    out: { type: 'string', valueHint: 'FILE', description: 'write it there' },
    ...COMMON,
  },
  async run({ out }, output) {
    const value = createSenetAssembler().jsonSchema();
    const text = JSON.stringify(value, null, 2);
    if (out === undefined) return output.text(text);
    const { writeFileAtomic } = await import('@senet/weights/node');
    await writeFileAtomic(out, new TextEncoder().encode(`${text}\n`));
    output.answer({ file: out }, () => `written to ${out}; name it as "$schema" in a config`);
  },
});
