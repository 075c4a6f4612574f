import { BitReader } from './bit-reader.js';
import { type Band, type BlockDecoding, progressive, type ScanComponent, sequential } from './coefficients.js';
import type { Component, Frame, Tables } from './frame.js';
import { inverseDct } from './inverse-dct.js';

interface Member extends ScanComponent {
  readonly component: Component;
}

/**
 * Decodes one scan: sequential files give their samples at once, progressive ones add to the coefficients.
 *
 * @param header the segment's content (T.81, B.2.3)
 * @param position of the first byte after it
 * @returns the position of the marker behind the scan
 */
export function decodeScan(
  bytes: Uint8Array,
  position: number,
  header: Uint8Array,
  frame: Frame,
  tables: Tables,
): number {
  const members = readMembers(header, frame, tables);
  const reader = new BitReader(bytes, position);
  const band = readBand(header, members.length, frame.progressive);
  const decoding = frame.progressive ? progressive(reader, band) : sequential(reader);
  const units = members.length === 1 ? blocksOf(members[0]!, decoding) : unitsOf(members, frame, decoding);
  for (let unit = 0; unit < units.count; unit++) {
    if (tables.restartInterval > 0 && unit > 0 && unit % tables.restartInterval === 0) {
      reader.restart();
      decoding.reset();
      for (const member of members) member.predicted = 0;
    }
    units.decode(unit);
  }
  return reader.position;
}

function readMembers(header: Uint8Array, { components }: Frame, tables: Tables): Member[] {
  const count = header[0]!;
  if (count < 1 || count > 4) throw new Error(`a scan of ${count} components`);
  return Array.from({ length: count }, (_, i) => {
    const component = components.find(({ id }) => id === header[1 + 2 * i]);
    if (component === undefined) throw new Error(`a scan of component ${header[1 + 2 * i]}, which is not there`);
    component.quantization ??= tables.quantization[component.quantizationId];
    if (component.quantization === undefined) throw new Error('a quantization table is missing');
    const ids = header[2 + 2 * i]!;
    return { component, dc: tables.dc[ids >> 4], ac: tables.ac[ids & 15], predicted: 0 };
  });
}

function readBand(header: Uint8Array, members: number, progressive: boolean): Band {
  const at = 1 + 2 * members;
  const [from = 0, to = 0, bits = 0] = header.subarray(at);
  const band = { from, to, low: bits & 15, refines: bits >> 4 !== 0 };
  const right = from === 0 ? to === 0 : from <= to && to < 64 && members === 1;
  if (progressive && (header.length < at + 3 || !right || band.low > 13)) throw new Error('a scan of a wrong band');
  return band;
}

interface Units {
  readonly count: number;
  decode(unit: number): void;
}

/** A scan of one component has its blocks row by row, without those that only fill up. */
function blocksOf(member: Member, decoding: BlockDecoding): Units {
  const { width, height } = member.component;
  const across = Math.ceil(width / 8);
  const decode = blockDecoder(member, decoding);
  return {
    count: across * Math.ceil(height / 8),
    decode: (unit) => decode(unit % across, Math.floor(unit / across)),
  };
}

/** A scan of several has all blocks of one unit of the picture together. */
function unitsOf(members: readonly Member[], frame: Frame, decoding: BlockDecoding): Units {
  const across = Math.ceil(frame.width / (8 * frame.maxAcross));
  const decoders = members.map((member) => ({ member, decode: blockDecoder(member, decoding) }));
  return {
    count: across * Math.ceil(frame.height / (8 * frame.maxDown)),
    decode(unit) {
      const column = unit % across;
      const row = Math.floor(unit / across);
      for (const { member, decode } of decoders) {
        const { across: width, down: height } = member.component;
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) decode(column * width + x, row * height + y);
        }
      }
    },
  };
}

/** Decodes the block at a place. */
function blockDecoder(member: Member, { readBlock }: BlockDecoding): (column: number, row: number) => void {
  const { coefficients, blocksAcross, samples, quantization } = member.component;
  if (coefficients !== undefined) {
    return (column, row) => readBlock(member, coefficients, (row * blocksAcross + column) * 64);
  }
  const block = new Int16Array(64);
  return (column, row) => {
    block.fill(0);
    readBlock(member, block, 0);
    inverseDct(block, 0, quantization!, samples, row * 64 * blocksAcross + column * 8, blocksAcross * 8);
  };
}
