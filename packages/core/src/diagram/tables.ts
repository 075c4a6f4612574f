import { showMark } from './marks.js';
import { type Diagram, total } from './model.js';
import { count, percent, ranges, short, size, span } from './text.js';

interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** Rows of text under titles: what HTML and Markdown have in common. */
export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** Stages with their units, shapes, parameters and multiply-accumulates; the last line is their sum. */
export function stagesTable({ stages, params, attachedParams, macs }: Diagram): Table {
  const rows = stages.map((stage) => [
    stage.name,
    stage.units.map(([type, times]) => `${times} × ${type}`).join(', '),
    size(stage.output),
    stage.end ? showMark(stage.end) : '',
    count(stage.params),
    percent(stage.params, params),
    count(total(stage.attached)),
    macsOf(stage.macs),
    stage.macs === null || macs === null ? '?' : percent(stage.macs, macs),
  ]);
  const sum = ['total', '', '', '', count(params), '', count(attachedParams), macsOf(macs), ''];
  return {
    title: 'Stages',
    columns: [
      { title: 'stage' },
      { title: 'units' },
      { title: 'output' },
      { title: 'gives' },
      { title: 'parameters', right: true },
      { title: 'of all', right: true },
      { title: 'attached', right: true },
      { title: 'MACs', right: true },
      { title: 'of all', right: true },
    ],
    rows: [...rows, sum],
  };
}

/** Attachments, one line for each type, site and label. */
export function attachmentsTable({ attachments, params }: Diagram): Table {
  return {
    title: 'Attachments',
    columns: [
      { title: 'attention' },
      { title: 'site' },
      { title: 'label' },
      { title: 'stages' },
      { title: 'units', right: true },
      { title: 'channels', right: true },
      { title: 'reduced', right: true },
      { title: 'parameters', right: true },
      { title: 'of all', right: true },
    ],
    rows: attachments.map((group) => [
      group.type,
      group.site,
      group.label,
      ranges(group.stages),
      count(group.entries.length),
      span(group.channels),
      group.reduced.length > 0 ? span(group.reduced) : '–',
      count(group.params),
      percent(group.params, params),
    ]),
  };
}

/** Every attachment, with the nodes it stands between. */
export function placesTable({ attachments }: Diagram): Table {
  return {
    title: 'Places',
    columns: [
      { title: 'node' },
      { title: 'attention' },
      { title: 'site' },
      { title: 'gates' },
      { title: 'channels', right: true },
      { title: 'reduced', right: true },
      { title: 'parameters', right: true },
    ],
    rows: attachments.flatMap(({ entries }) =>
      entries.map(({ node, type, site, producer, channels, reduced, params }) => [
        node,
        type,
        site,
        producer,
        String(channels),
        reduced === undefined ? '–' : String(reduced),
        count(params),
      ]),
    ),
  };
}

/** Taps and outputs. */
export function tapsTable({ marks }: Diagram): Table {
  return {
    title: 'Taps',
    columns: [{ title: 'tap' }, { title: 'node' }, { title: 'shape' }],
    rows: [...marks.values()].map((mark) => [showMark(mark), mark.node, size(mark.shape)]),
  };
}

/** The network's figures in words. */
export function figuresTable({ input, params, attachedParams, macs, activationBytes }: Diagram): Table {
  return {
    title: 'Figures',
    columns: [
      { title: 'input' },
      { title: 'parameters', right: true },
      { title: 'attached', right: true },
      { title: 'MACs', right: true },
      { title: 'activations', right: true },
    ],
    rows: [
      [
        size(input),
        count(params),
        `${count(attachedParams)} (${percent(attachedParams, params)})`,
        macsOf(macs),
        short(activationBytes, 'B'),
      ],
    ],
  };
}

function macsOf(macs: number | null): string {
  return macs === null ? '?' : count(macs);
}
