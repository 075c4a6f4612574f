import { usageError, wholeNumber } from '../arguments.js';
import { createSenetAssembler } from '../assembler.js';
import { BACKEND_FLAGS, useBackend } from '../backend.js';
import { COMMON, defineCommand } from '../command.js';
import { findImages } from '../inputs/find-images.js';
import { imageBatches } from '../inputs/image-batches.js';
import { MODEL, openModel } from '../models.js';
import { networkBuilder, WEIGHTS_FLAGS } from '../network.js';
import { printPredictions } from '../print/predictions.js';
import { runBatch } from '../run/batch.js';
import { labelsOf } from '../run/labels.js';
import { topOf } from '../run/top.js';

const { seed: _, ...TRAINED } = WEIGHTS_FLAGS;

/** What `senet predict` answers for each image. */
export interface Prediction {
  readonly file: string;
  readonly top: readonly {
    readonly index: number;
    /** `null` where nothing says how the class is called. */
    readonly label: string | null;
    readonly probability: number;
  }[];
}

/** `senet predict`: the classes of images, by name. */
export const predict = defineCommand({
  meta: { name: 'predict', description: 'the classes of images, with their names' },
  args: {
    model: MODEL,
    images: {
      type: 'positional',
      required: false,
      repeated: true,
      description: "PNG and JPEG files, folders of them, or patterns: 'photos/*.jpg'",
    },
    ...TRAINED,
    top: { type: 'string', valueHint: 'K', description: 'classes for each image; 5 by default' },
    labels: {
      type: 'string',
      valueHint: 'FILE',
      description: "names of the classes, a JSON array or one to a line; ImageNet's for a thousand classes",
    },
    ...BACKEND_FLAGS,
    ...COMMON,
  },
  async run({ model: reference, images, labels: labelsFile, ...flags }, output) {
    if (images.length === 0) throw usageError('no image is given', { expected: 'files, folders or patterns' });
    const top = wholeNumber(flags.top, '--top', { min: 1 }) ?? 5;
    const assembler = createSenetAssembler();
    const model = await openModel(assembler, reference);
    if (!model.open && flags.weights === undefined) {
      throw usageError('has no trained weights', {
        path: 'MODEL',
        expected: '--weights FILE, or as MODEL a saved folder, a file of weights, or hf:timm/seresnet50.a1_in1k',
      });
    }
    const files = await findImages(images);
    const network = await (await networkBuilder(assembler, model, flags))();
    const { head, input } = network.assembly.config;
    if (head.type === 'features') {
      throw usageError('gives features, and no classes', { path: 'MODEL', expected: 'a head of type classifier' });
    }
    const labels = await labelsOf(head.classes, labelsFile);
    const { name: backend, reason } = await useBackend(flags.backend);
    output.log.debug(`backend ${backend}: ${reason}`);
    const rows: Float32Array[] = [];
    for (const batch of await imageBatches(files, input)) {
      const work = { taps: [], keep: false, backend, optimize: flags.optimize };
      const onProgress = (done: number) => output.log.debug(`${rows.length + done} of ${files.length} images`);
      const { logits, detail } = await runBatch(network, batch, { ...work, onProgress });
      if (rows.length === 0) output.log.debug(`backend ${backend}: ${detail}`);
      rows.push(...logits!);
    }
    const activation = head.activation === 'sigmoid' ? 'sigmoid' : 'softmax';
    const predictions = rows.map((row, i): Prediction => {
      const ranked = topOf(row, top, activation);
      return {
        file: files[i]!,
        top: ranked.map(({ index, probability }) => ({ index, label: labels?.[index] ?? null, probability })),
      };
    });
    output.answer(predictions, () => printPredictions(predictions));
  },
});
