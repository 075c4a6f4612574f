import { crc32, deflateSync } from 'node:zlib';

export type ColourType = 0 | 2 | 3 | 4 | 6;

const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A PNG of one row for each row of samples, written as the specification says. */
export function png(
  depth: 8 | 16,
  colour: ColourType,
  rows: readonly number[][],
  extra: readonly [string, number[]][] = [],
): Uint8Array {
  const width = rows[0]!.length / SAMPLES[colour];
  const bytes = rows.flatMap((row) => [0, ...row.flatMap((v) => (depth === 16 ? [v >> 8, v & 255] : [v]))]);
  return pngOf([width, rows.length, depth, colour], Buffer.from(bytes), extra);
}

/** A PNG with a header of one's own, whatever its data are. */
export function pngOf(
  [width, height, depth, colour, interlace = 0]: readonly number[],
  data: Uint8Array,
  extra: readonly [string, number[]][] = [],
): Uint8Array {
  const header = Buffer.concat([number(width!), number(height!), Buffer.from([depth!, colour!, 0, 0, interlace])]);
  return new Uint8Array(
    Buffer.concat([
      Buffer.from(SIGNATURE),
      chunk('IHDR', header),
      ...extra.map(([type, content]) => chunk(type, Buffer.from(content))),
      chunk('IDAT', deflateSync(data)),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  return Buffer.concat([number(data.length), body, number(crc32(body))]);
}

function number(value: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32BE(value);
  return field;
}
