import { COMMON, defineCommand } from '../command.js';
import { table } from '../print/table.js';

/** `senet doctor`: what can run models here. */
export const doctor = defineCommand({
  meta: { name: 'doctor', description: 'which backends are here, and what to install for the others' },
  args: COMMON,
  async run(_, output) {
    const { loadTensorFlow } = await import('../backend.js');
    await loadTensorFlow();
    const { diagnose } = await import('@senet/run');
    const diagnosis = await diagnose();
    output.answer(diagnosis, () => {
      const rows = diagnosis.backends.map(({ name, summary, available, detail, install }) => [
        name,
        available ? 'yes' : 'no',
        summary,
        available ? detail : [detail, install].filter(Boolean).join(': '),
      ]);
      return [
        `${diagnosis.environment}, TensorFlow.js ${diagnosis.tensorflow}`,
        table(
          ['backend', 'here', 'what it is', 'detail'].map((title) => ({ title })),
          rows,
        ),
        `auto takes ${diagnosis.auto ?? 'nothing'}`,
        ...diagnosis.warnings,
      ].join('\n\n');
    });
  },
});
