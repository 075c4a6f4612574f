import type { HuffmanTable } from './huffman.js';

/** One channel of the file, in blocks of 8×8 samples. */
export interface Component {
  readonly id: number;
  /** Samples across and down in each unit of the picture: 2×2 for luma beside chroma of half the size. */
  readonly across: number;
  readonly down: number;
  readonly quantizationId: number;
  /** Samples that mean something; the blocks hold more. */
  readonly width: number;
  readonly height: number;
  /** Blocks of a row and of a column, filled up to whole units. */
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** Decoded samples, `blocksAcross · 8` in a row. */
  readonly samples: Uint8Array;
  /** Of progressive files alone, whose scans each bring a part of them; 64 for a block, rows first. */
  readonly coefficients: Int16Array | undefined;
  /** Rows first. The table that was there when the component's first scan began. */
  quantization?: Uint16Array;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  readonly components: readonly Component[];
  /** The largest `across` and `down` of all. */
  readonly maxAcross: number;
  readonly maxDown: number;
}

/** What stands between the markers, and is valid until it is written again. */
export interface Tables {
  readonly quantization: (Uint16Array | undefined)[];
  readonly dc: (HuffmanTable | undefined)[];
  readonly ac: (HuffmanTable | undefined)[];
  restartInterval: number;
}

/** Reads a frame header (T.81, B.2.2) and makes room for its components. */
export function readFrame(segment: Uint8Array, progressive: boolean): Frame {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  const height = view.getUint16(1);
  const width = view.getUint16(3);
  const count = view.getUint8(5);
  const headers = Array.from({ length: count }, (_, i) => {
    const sampling = view.getUint8(7 + 3 * i);
    const [across, down] = [sampling >> 4, sampling & 15];
    if (across < 1 || across > 4 || down < 1 || down > 4) throw new Error(`a sampling factor of ${across}×${down}`);
    return { id: view.getUint8(6 + 3 * i), across, down, quantizationId: view.getUint8(8 + 3 * i) };
  });
  const maxAcross = Math.max(...headers.map(({ across }) => across));
  const maxDown = Math.max(...headers.map(({ down }) => down));
  const components = headers.map((header): Component => {
    const blocksAcross = Math.ceil(width / (8 * maxAcross)) * header.across;
    const blocksDown = Math.ceil(height / (8 * maxDown)) * header.down;
    return {
      ...header,
      width: Math.ceil((width * header.across) / maxAcross),
      height: Math.ceil((height * header.down) / maxDown),
      blocksAcross,
      blocksDown,
      samples: new Uint8Array(blocksAcross * blocksDown * 64),
      coefficients: progressive ? new Int16Array(blocksAcross * blocksDown * 64) : undefined,
    };
  });
  return { width, height, progressive, components, maxAcross, maxDown };
}
