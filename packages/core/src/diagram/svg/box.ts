import { dot, n, wire } from './draw.js';

/** Something drawn around a wire that runs from left to right: its width, and its reach above and below the wire. */
export interface Box {
  readonly width: number;
  readonly up: number;
  readonly down: number;
  /** SVG with the wire's left end at (x, y). */
  draw(x: number, y: number): string;
}

/** Boxes one after the other on one wire. */
export function row(boxes: readonly Box[], gap: number): Box {
  const width = boxes.reduce((sum, box) => sum + box.width, 0) + gap * Math.max(0, boxes.length - 1);
  return {
    width,
    up: Math.max(0, ...boxes.map(({ up }) => up)),
    down: Math.max(0, ...boxes.map(({ down }) => down)),
    draw(x, y) {
      let left = x;
      const parts = boxes.map((box, i) => {
        const before = i === 0 ? '' : wire(left - gap, y, gap);
        const drawn = box.draw(left, y);
        left += box.width + gap;
        return before + drawn;
      });
      return parts.join('');
    },
  };
}

/**
 * A branch on the wire and a shortcut in an arc above it; they meet in `meet`. The arc leaves at the left end and
 * comes down on the middle of `meet`, which stands as far to the right as the shortcut needs.
 */
export function arc(branch: Box, shortcut: Box | undefined, meet: Box, gap: number): Box {
  const natural = gap + branch.width + gap + meet.width / 2;
  const right = Math.max(natural, (shortcut?.width ?? 0) + 2 * CURVE);
  const rise = Math.max(branch.up, meet.up) + 8 + (shortcut?.down ?? 0);
  const start = right - meet.width / 2;
  return {
    width: start + meet.width,
    up: rise + (shortcut?.up ?? 2),
    down: Math.max(branch.down, meet.down),
    draw(x, y) {
      const top = y - rise;
      const left = x + (right - (shortcut?.width ?? 0)) / 2;
      const skip = shortcut ? `H${n(left)}m${n(shortcut.width)} 0` : '';
      const up = `M${n(x)} ${n(y)}V${n(top + CURVE)}q0 ${-CURVE} ${CURVE} ${-CURVE}`;
      const down = `H${n(x + right - CURVE)}q${CURVE} 0 ${CURVE} ${CURVE}V${n(y - 8)}`;
      const end = x + gap + branch.width;
      return [
        `<path class="wire" d="${up}${skip}${down}"/>`,
        dot(x, y),
        wire(x, y, gap),
        branch.draw(x + gap, y),
        wire(end, y, x + start - end),
        meet.draw(x + start, y),
        shortcut?.draw(left, top) ?? '',
      ].join('');
    },
  };
}

/** Paths above one another, between a fork and what joins them. */
export function lanes(paths: readonly Box[], join: (height: number) => Box, gap: number): Box {
  const inner = Math.max(...paths.map(({ width }) => width));
  const heights = paths.map(({ up, down }) => up + down);
  const height = heights.reduce((sum, h) => sum + h, 0) + LANE_GAP * (paths.length - 1);
  const wires: number[] = [];
  let top = -height / 2;
  for (const [i, { up }] of paths.entries()) {
    wires.push(top + up);
    top += heights[i]! + LANE_GAP;
  }
  const meet = join(Math.max(...wires) - Math.min(...wires));
  return {
    width: FAN + inner + gap + meet.width,
    up: Math.max(height / 2, meet.up),
    down: Math.max(height / 2, meet.down),
    draw(x, y) {
      const drawn = paths.map((path, i) => {
        const lane = y + wires[i]!;
        const end = x + FAN + path.width;
        return `${fan(x, y, lane)}${path.draw(x + FAN, lane)}${wire(end, lane, x + FAN + inner + gap - end)}`;
      });
      const middle = (Math.max(...wires) + Math.min(...wires)) / 2;
      const bend = meet.up + meet.down > 0 ? meet.draw(x + FAN + inner + gap, y + middle) : '';
      return dot(x, y) + drawn.join('') + bend;
    },
  };
}

/** A box in its place, and smaller where `scale` is below 1. */
export function at(box: Box, x: number, y: number, scale: number): string {
  if (scale === 1) return box.draw(x, y);
  return `<g transform="translate(${n(x)} ${n(y)}) scale(${Math.floor(scale * 1000) / 1000})">${box.draw(0, 0)}</g>`;
}

const CURVE = 10;
const FAN = 20;
const LANE_GAP = 6;

function fan(x: number, y: number, lane: number): string {
  if (Math.abs(lane - y) < 0.01) return wire(x, y, FAN);
  return `<path class="wire" d="M${n(x)} ${n(y)}c${FAN / 2} 0 ${FAN / 2} ${n(lane - y)} ${FAN} ${n(lane - y)}"/>`;
}
