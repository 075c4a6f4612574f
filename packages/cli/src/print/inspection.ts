import type { Candidate, WeightsComparison, WeightsDescription } from '@senet/weights';
import { count, size } from './numbers.js';
import { table } from './table.js';

export interface Inspection extends WeightsDescription {
  readonly file: string;
  readonly fits: readonly Omit<Candidate, 'config'>[];
  readonly compared?: WeightsComparison & { readonly model: string | undefined };
}

/** Keys of one kind that a comparison prints; `--json` has all of them. */
const SHOWN = 20;

/** What a file of weights is, as text. */
export function printInspection(inspection: Inspection): string {
  const { file, tensors, elements, bytes } = inspection;
  const head = `${file}: ${count(tensors.length)} tensors, ${count(elements)} values, ${count(bytes)} bytes`;
  return [head, ...printMetadata(inspection), printTensors(inspection), printFits(inspection), ...printDiff(inspection)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function printMetadata({ metadata }: Inspection): string[] {
  const lines = Object.entries(metadata).map(([key, value]) => `${key}: ${value}`);
  return lines.length > 0 ? [lines.join('\n')] : [];
}

function printTensors({ tensors }: Inspection): string {
  const rows = tensors.map(({ key, dtype, shape }) => [key, dtype, shape.length > 0 ? size(shape) : 'scalar']);
  return table([{ title: 'key' }, { title: 'type' }, { title: 'shape' }], rows);
}

function printFits({ fits }: Inspection): string {
  if (fits.length === 0) return 'fits no recipe';
  const rows = fits.map(({ recipe, dialect, classes, inputChannels }) => [
    recipe,
    dialect,
    classes === undefined ? '' : count(classes),
    String(inputChannels),
  ]);
  const columns = [{ title: 'fits' }, { title: 'dialect' }, { title: 'classes' }, { title: 'channels' }];
  return table(columns, rows);
}

function printDiff({ compared }: Inspection): string[] {
  if (!compared) return [];
  const { model, dialect, fits, strangeness, missing, unexpected, misshapen } = compared;
  if (fits) return [`${model}: fits, read as dialect ${dialect}`];
  const shapes = misshapen.map(({ key, found, expected }) => `${key}: ${size(found)}, expected ${size(expected)}`);
  return [
    `${model}: does not fit, read as dialect ${dialect}`,
    ...(strangeness === undefined ? [] : [`the file says that it is of ${strangeness}`]),
    ...section('missing', missing),
    ...section('unexpected', unexpected),
    ...section('of another shape', shapes),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > SHOWN ? [`  … and ${count(lines.length - SHOWN)} more`] : [];
  return [
    [`${title}: ${count(lines.length)}`, ...lines.slice(0, SHOWN).map((line) => `  ${line}`), ...more].join('\n'),
  ];
}
