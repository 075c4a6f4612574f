/** Something with a top and a left edge. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  /** Where its wire is, from the top: panels in a line are aligned there. */
  readonly wire: number;
  draw(x: number, y: number): string;
}

export interface Gap {
  readonly x: number;
  readonly y: number;
}

/**
 * Panels from left to right in as many lines as they need: in two columns where all fit into one, else one after the
 * other. Those of a line share the height of their wires.
 */
export function flowPanels(panels: readonly Panel[], room: number, gap: Gap): Panel {
  const column = (room - gap.x) / 2;
  const inColumns = panels.every(({ width }) => width <= column);
  const lines = breakLines(panels, room, gap.x).map((line) => measureLine(line, inColumns ? column : 0, gap.x));
  return {
    width: room,
    height: lines.reduce((sum, { height }) => sum + height, 0) + gap.y * Math.max(0, lines.length - 1),
    wire: lines[0]?.wire ?? 0,
    draw(x, y) {
      let top = y;
      const drawn = lines.flatMap(({ panels, lefts, wire, height }) => {
        const line = panels.map((panel, i) => panel.draw(x + lefts[i]!, top + wire - panel.wire));
        top += height + gap.y;
        return line;
      });
      return drawn.join('');
    },
  };
}

function breakLines(panels: readonly Panel[], room: number, gap: number): Panel[][] {
  const lines: Panel[][] = [];
  let used = 0;
  for (const panel of panels) {
    const line = lines.at(-1);
    const fits = line && line.length < MOST_IN_LINE && used + gap + panel.width <= room;
    if (fits) line.push(panel);
    else lines.push([panel]);
    used = fits ? used + gap + panel.width : panel.width;
  }
  return lines;
}

const MOST_IN_LINE = 2;

function measureLine(panels: readonly Panel[], column: number, gap: number) {
  const wire = Math.max(...panels.map((panel) => panel.wire));
  const height = wire + Math.max(...panels.map((panel) => panel.height - panel.wire));
  const lefts = panels.map((_, i) => (i === 0 ? 0 : (column || panels[0]!.width) + gap));
  return { panels, wire, height, lefts };
}
