import * as tf from '@tensorflow/tfjs';

type SenetWasm = typeof import('@senet/wasm');

/** How often kernels were asked to stay or go: a trial leaves them where that happened meanwhile. */
let decisions = 0;

/** The kernels of the optional package `@senet/wasm` on TensorFlow.js' wasm backend, where the package is there. */
export class WasmKernels {
  private package: SenetWasm | undefined;

  /** @param wanted whether they are to be used; those that are installed go where they are not */
  constructor(private readonly wanted: boolean) {}

  /** Once the backend is active. Kernels that the program itself has installed stay, with its options. */
  async install(): Promise<void> {
    decisions++;
    this.package ??= await importPackage();
    if (this.wanted) await this.package?.install(tf, this.package.installation()?.options);
    else this.package?.uninstall();
  }

  /** What {@link install} would bring, leaving everything as it is. */
  async tryOut(): Promise<string> {
    if (!this.wanted) return STOCK;
    this.package ??= await importPackage();
    if (!this.package || this.package.installation()) return this.describe();
    const before = decisions;
    await this.package.install(tf);
    try {
      return this.describe();
    } finally {
      if (decisions === before) this.package.uninstall();
    }
  }

  /** What models run on now. */
  describe(): string {
    const report = this.package?.installation()?.report;
    if (!report) return this.package || !this.wanted ? STOCK : `${STOCK}; faster with: npm install @senet/wasm`;
    const simd = report.simd === 'none' ? 'no SIMD' : `${report.simd} SIMD`;
    return [`@senet/wasm ${report.version}: ${simd}`, ...report.notes].join('; ');
  }
}

const STOCK = 'stock kernels';

/** `catch` stands at the import: with it, and as an optional peer, bundlers let programs go without the package. */
function importPackage(): Promise<SenetWasm | undefined> {
  return import('@senet/wasm').catch(() => undefined);
}
