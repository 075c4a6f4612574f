import type { Block } from './blocks.js';
import { describeDiagram } from './describe.js';
import { type Element, type Flow, type Meeting, nodesOf, shortcutOf, wordsOf } from './flow.js';
import { showMark } from './marks.js';
import { type Diagram, type Drawable, type Stage, toDiagram, total } from './model.js';
import { clip, collapse, percent, plain, short, size, span } from './text.js';

/**
 * A network as a Mermaid flowchart: a subgraph for each stage, with its units, their layers and their attachments.
 * Identifiers are numbers, and names are quoted entity codes, so that no name can be syntax.
 *
 * @example
 * ```ts
 * await writeFile('seresnet50.mmd', toMermaid(assembler.assemble('seresnet50')));
 * ```
 */
export function toMermaid(assembly: Drawable): string {
  return mermaidOf(toDiagram(assembly));
}

export function mermaidOf(diagram: Diagram): string {
  const chart = new Chart(diagram);
  return [
    'flowchart TB',
    `  accTitle: ${encode(`${clip(diagram.name, 128)}, the network and its attachments`)}`,
    `  accDescr: ${encode(describeDiagram(diagram))}`,
    ...chart.draw(),
    ...CLASSES.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

const CLASSES = [
  'classDef frame fill:none,stroke:#818b98',
  'classDef minor stroke-dasharray:3 2',
  'classDef hue0 fill:#ece8ff,stroke:#7a5af5,color:#3b1f96',
  'classDef hue1 fill:#ffedd8,stroke:#d9730d,color:#713600',
  'classDef hue2 fill:#d5f5ee,stroke:#0d8f78,color:#08493e',
  'classDef hue3 fill:#ffe4ee,stroke:#d1366f,color:#76123a',
];
const HUE_COUNT = 4;
const LONGEST = 40;

/** Where an edge starts, and how it is drawn. */
interface Source {
  readonly id: string;
  readonly edge: string;
}

class Chart {
  private readonly lines: string[] = [];
  private readonly frames: string[] = [];
  private ids = 0;
  private depth = 1;

  constructor(private readonly diagram: Diagram) {}

  draw(): string[] {
    this.put(`input(${label(`input ${size(this.diagram.input)}`)})`);
    let before: Source = { id: 'input', edge: '-->' };
    for (const stage of this.diagram.stages) {
      const id = this.stage(stage);
      this.put(`${before.id} ${before.edge} ${id}`);
      before = { id, edge: `-->|${label(size(stage.output), stage.end ? showMark(stage.end) : '')}|` };
    }
    this.put(`${before.id} ${before.edge} ${this.id()}(( ))`);
    if (this.frames.length > 0) this.put(`class ${this.frames.join(',')} frame`);
    return this.lines;
  }

  private stage(stage: Stage): string {
    const [only, ...others] = stage.blocks;
    if (only && others.length === 0) {
      const unit = only.names.length > 0 ? [clip(collapse(only.names), LONGEST)] : [];
      return this.frame(titleOf(stage, unit), 'LR', () => this.flow(only.flow, this.entry(), stage));
    }
    return this.frame(titleOf(stage), 'TB', () => {
      const blocks = stage.blocks.map((block) =>
        this.frame(nameOf(block), 'LR', () => this.flow(block.flow, this.entry(), stage)),
      );
      for (const [i, block] of blocks.entries()) if (i > 0) this.put(`${blocks[i - 1]} --> ${block}`);
      if (blocks.length === 0) this.entry();
    });
  }

  private frame(title: string, direction: 'TB' | 'LR', draw: () => void): string {
    const id = this.id();
    this.frames.push(id);
    this.put(`subgraph ${id}[${label(title)}]`);
    this.depth++;
    this.put(`direction ${direction}`);
    draw();
    this.depth--;
    this.put('end');
    return id;
  }

  private entry(): Source {
    const id = this.id();
    this.put(`${id}(( ))`);
    return { id, edge: '-->' };
  }

  /** Draws a flow that starts at `from`, and returns what the next one starts at. */
  private flow(flow: Flow, from: Source, stage: Stage): Source {
    let source = from;
    for (const element of flow) {
      const ends = element.kind === 'meeting' ? this.paths(element, source, stage) : [source];
      const id = this.id();
      this.put(`${id}${this.shape(element, stage)}`);
      for (const end of ends) this.put(`${end.id} ${end.edge} ${id}`);
      source = { id, edge: '-->' };
    }
    return source;
  }

  private paths(meeting: Meeting, from: Source, stage: Stage): Source[] {
    const shortcut = shortcutOf(meeting);
    return meeting.paths.map((path, i) => {
      const edge = i === shortcut ? `-.->|${label('shortcut')}|` : from.edge;
      return this.flow(path, { id: from.id, edge }, stage);
    });
  }

  private shape(element: Element, stage: Stage): string {
    const marks = this.marks(element, stage);
    if (element.kind === 'meeting') {
      const round = element.title.length === 1 && marks.length === 0;
      return round ? `((${label(element.title)}))` : `[${label(clip(element.title, LONGEST), ...marks)}]`;
    }
    if (element.kind === 'step') {
      const channels = element.channels.length > 0 ? span(element.channels) : '';
      return `[${label(clip(element.title, LONGEST), channels, ...marks)}]${element.minor ? ':::minor' : ''}`;
    }
    const { type, channels, place } = wordsOf(element);
    const lines = label(clip(type, LONGEST), channels, clip(place, LONGEST), ...marks);
    return `([${lines}]):::hue${this.diagram.types.indexOf(type) % HUE_COUNT}`;
  }

  private marks(element: Element, stage: Stage): string[] {
    const found = nodesOf(element)
      .filter((node) => node !== stage.end?.node)
      .flatMap((node) => this.diagram.marks.get(node) ?? []);
    return found.map((mark) => `◂ ${showMark(mark)}`);
  }

  private put(line: string): void {
    this.lines.push('  '.repeat(this.depth) + line);
  }

  private id(): string {
    return `n${this.ids++}`;
  }
}

function titleOf({ name, units, params, attached, macs }: Stage, unit: readonly string[] = []): string {
  const kinds = units.map(([type, times]) => `${times} × ${clip(type, LONGEST)}`);
  const own = total(attached);
  const share = own > 0 ? `, ${percent(own, params)} attached` : '';
  const cost = [`${short(params)} parameters${share}`, `${short(macs)} MACs`];
  return [clip(name, LONGEST), ...kinds, ...unit, ...cost].join(' · ');
}

function nameOf({ names, type }: Block): string {
  if (names.length === 0) return 'layers';
  const times = names.length > 1 ? `${names.length} × ` : '';
  return `${times}${clip(collapse(names), LONGEST)} · ${clip(type!, LONGEST)}`;
}

/** Lines in quotes. */
function label(...lines: readonly string[]): string {
  return `"${lines
    .filter((line) => line !== '')
    .map(encode)
    .join('<br/>')}"`;
}

/** Every character that could be syntax, or the start of a Markdown list, as its code. */
function encode(text: string): string {
  return plain(text).replace(/[^\w ,.:×→–·…◂%/+-]|[.+-](?=\s)/gu, (character) => `#${character.codePointAt(0)};`);
}
