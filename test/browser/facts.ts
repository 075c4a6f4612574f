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
  readonly images: ImageFacts;
}

export interface ImageFacts {
  /** Files at /models/images, and the SHA-256 of the pixels that Pillow decodes: its first 16 digits. */
  readonly files: readonly { readonly file: string; readonly rgb: string }[];
  /** A photograph there, and the same of the crop that Pillow made of it: shorter side 256, centre 224. */
  readonly photograph: { readonly file: string; readonly crop: string };
  /** A file that no decoder of this library reads: the browser's does. */
  readonly webp: { readonly file: string; readonly rgb: string };
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
