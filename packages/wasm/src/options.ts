/** What {@link install} can be told. */
export interface WasmOptions {
  /**
   * Which SIMD instructions to use at most. `'relaxed'` (default) takes relaxed SIMD where the machine has it: Node 22 and
   * newer, Chromium 114 and newer, Node 20 with `--experimental-wasm-relaxed-simd`; otherwise plain SIMD; `'none'` leaves
   * the kernels that JavaScript composes of tfjs' own.
   */
  simd?: 'relaxed' | 'plain' | 'none';
  /**
   * How 3×3 convolutions of stride 1 are computed: `'fast'` (default) by Winograd's F(4×4, 3×3), `'exact'` by F(2×2, 3×3).
   * Errors relative to the largest value, over 16 to 256 channels: 0.7 to 3.1·10⁻⁶, and 0.2 to 1.9·10⁻⁶; tfjs' own kernels
   * have 0.2 to 0.3·10⁻⁶.
   */
  precision?: 'fast' | 'exact';
}

/** {@link WasmOptions}, every one of them given. */
export type ResolvedOptions = Required<WasmOptions>;

const CHOICES = { simd: ['relaxed', 'plain', 'none'], precision: ['fast', 'exact'] } as const;

/** @throws Error for an option or a value that does not exist */
export function resolveOptions(options: WasmOptions): ResolvedOptions {
  for (const [name, value] of Object.entries(options)) {
    const choices: readonly unknown[] | undefined = CHOICES[name as keyof typeof CHOICES];
    if (!choices) throw new Error(`@senet/wasm: no option '${name}'; there are ${Object.keys(CHOICES).join(', ')}`);
    if (value !== undefined && !choices.includes(value)) {
      throw new Error(`@senet/wasm: ${name} is '${value}', but must be one of ${choices.join(', ')}`);
    }
  }
  return { simd: options.simd ?? 'relaxed', precision: options.precision ?? 'fast' };
}
