/** What the server tells the page: what timm and Node computed. */
export interface Facts {
  readonly goldens: readonly GoldenFacts[];
  readonly narrow: {
    readonly config: Record<string, unknown>;
    readonly seed: number;
    /** SHA-256 of the initial state in Node. */
    readonly digest: string;
    /** Logits of the formula's input, on Node's wasm backend. */
    readonly logits: readonly number[];
  };
}

export interface GoldenFacts {
  readonly name: string;
  readonly config: Record<string, unknown> | string;
  /** Height and width of the input. */
  readonly size: number;
  /** Trainable parameters. */
  readonly params: number;
  readonly logits: readonly number[];
}
