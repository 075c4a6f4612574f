import { SenetError, type Shape, showShape } from '@senet/core/graph';
import * as tf from '@tensorflow/tfjs';
import type { OpenedModel } from './backends/backend.js';
import type { Runner, RunOptions, Values } from './runner.js';

/** A `tf.LayersModel` on one of TensorFlow.js' backends, which it sets before each run. */
export class LayersRunner implements Runner {
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputs: readonly string[];
  private disposed = false;

  constructor(
    private readonly opened: OpenedModel,
    readonly backend: string,
    readonly reason: string,
    private readonly describe = () => `TensorFlow.js ${tf.version.tfjs}`,
  ) {
    const { model } = opened;
    this.name = model.name;
    this.inputShape = model.inputs[0]!.shape.slice(1);
    this.outputs = model.outputNames;
  }

  get detail(): string {
    return this.describe();
  }

  async run({ data, shape }: Values, { signal }: RunOptions = {}): Promise<Values[]> {
    this.checkOpen();
    this.checkInput(data, shape);
    if (signal?.aborted) throw new SenetError('Aborted', 'the run was aborted', { cause: signal.reason });
    await this.setBackend();
    const outputs = tf.tidy(() => [this.opened.model.predict(tf.tensor(data, [...shape], 'float32'))].flat());
    try {
      return await Promise.all(
        outputs.map(async (output) => ({ data: (await output.data()) as Float32Array, shape: output.shape })),
      );
    } finally {
      tf.dispose(outputs);
    }
  }

  async warmUp(shape: readonly number[] = [1, ...(this.inputShape as number[])]): Promise<void> {
    if (shape.some((size) => size === null)) {
      throw new SenetError('InputInvalid', 'the model leaves its size open', {
        path: 'shape',
        expected: 'the shape to warm up with, batch first',
      });
    }
    await this.run({ data: new Float32Array(tf.util.sizeFromShape([...shape])), shape });
  }

  dispose(): void {
    if (!this.disposed && this.opened.owned) this.opened.model.dispose();
    this.disposed = true;
  }

  private async setBackend(): Promise<void> {
    if (tf.getBackend() !== this.backend) await tf.setBackend(this.backend);
  }

  private checkOpen(): void {
    if (this.disposed)
      throw new SenetError('InputInvalid', 'the runner was disposed', {
        path: this.name,
        expected: 'a runner that is open',
      });
  }

  private checkInput(data: Float32Array, shape: readonly number[]): void {
    const [batch, ...sizes] = shape;
    const fits =
      sizes.length === this.inputShape.length && this.inputShape.every((size, i) => size === null || size === sizes[i]);
    const expected = `[batch, ${showShape(this.inputShape).slice(1)}`;
    if (!fits || !batch || batch < 0)
      throw new SenetError('InputInvalid', `has the shape [${shape.join(', ')}]`, { path: 'input', expected });
    const size = tf.util.sizeFromShape([...shape]);
    if (data.length !== size) {
      throw new SenetError('InputInvalid', `has ${data.length} values for the shape [${shape.join(', ')}]`, {
        path: 'input',
        expected: `${size} values`,
      });
    }
  }
}
