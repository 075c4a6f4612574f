import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@senet/weights/node';
import type { io } from '@tensorflow/tfjs';
import { loadTensorFlow, useBackend } from './backend.js';
import type { Network } from './network.js';

export const MODEL_FILE = 'model.json';
export const VALUES_FILE = 'weights.bin';
/** Stands in `model.json`, and tells our files from others'. */
export const GENERATED_BY = '@senet/cli';

export interface SavedLayersModel {
  readonly folder: string;
  /** Classes of layers that TensorFlow.js does not have: whoever loads the model imports `@senet/core/layers` first. */
  readonly customLayers: readonly string[];
}

/**
 * Saves a network as a TensorFlow.js layers model: `model.json` and `weights.bin`, which `tf.loadLayersModel` opens.
 *
 * @throws SenetError `FileUnreadable` where the folder cannot be written
 */
export async function saveLayersModel({ assembly, state }: Network, folder: string): Promise<SavedLayersModel> {
  await useBackend('cpu'); // nothing is computed: any backend can hold the weights
  const tf = await loadTensorFlow();
  await import('@senet/core/layers');
  const model = assembly.toLayersModel({ state });
  try {
    await mkdir(folder, { recursive: true });
    await model.save(tf.io.withSaveHandler((artifacts) => write(artifacts, folder)));
    const classes = new Set(model.layers.map((layer) => layer.getClassName()));
    return { folder, customLayers: [...classes].filter((name) => name.startsWith('Senet')) };
  } finally {
    model.dispose();
  }
}

/** Plain TensorFlow.js has no handler for files; those of Node's package write the same two. */
async function write(artifacts: io.ModelArtifacts, folder: string): Promise<io.SaveResult> {
  const { modelTopology, weightSpecs, weightData, format } = artifacts;
  const json = {
    format,
    generatedBy: GENERATED_BY,
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths: [VALUES_FILE], weights: weightSpecs }],
  };
  const buffers = [weightData!].flat() as ArrayBuffer[];
  await writeFileAtomic(
    join(folder, VALUES_FILE),
    buffers.map((buffer) => new Uint8Array(buffer)),
  );
  await writeFileAtomic(join(folder, MODEL_FILE), new TextEncoder().encode(`${JSON.stringify(json)}\n`));
  return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
}
