import { showMark } from './marks.js';
import { type Diagram, type Stage, total } from './model.js';
import { clip, count, percent, size, span } from './text.js';

const LONGEST = 40;

/** A diagram in sentences, for those who do not see it. */
export function describeDiagram(diagram: Diagram): string {
  const { name, backbone, input, params, macs, stages, attachments } = diagram;
  const cost = macs === null ? 'the input size is open' : `${count(macs)} multiply-accumulates`;
  const attached = attachments.map(({ type, site, label, entries, reduced, params: own }) => {
    const squeeze = reduced.length > 0 ? `, reduced to ${span(reduced)} channels` : '';
    const where = `${clip(type, LONGEST)} at ${clip(site, LONGEST)} of ${units(entries.length)}`;
    return `${where}, label ${clip(label, LONGEST)}${squeeze}, ${count(own)} parameters`;
  });
  return [
    `${clip(name, 128)}: ${clip(backbone, LONGEST)}, input ${size(input)}, ${count(params)} parameters, ${cost}.`,
    ...stages.map(describeStage),
    `Attached: ${attached.join('; ') || 'nothing'}.`,
  ].join(' ');
}

/** `resnet50 with se at branch` */
export function subtitle({ backbone, attachments }: Diagram): string {
  const pairs = attachments.map(({ type, site }) => `${clip(type, 24)} at ${clip(site, 24)}`);
  const shown = [...new Set(pairs)];
  const listed = shown.length > 4 ? [...shown.slice(0, 3), `${shown.length - 3} more`] : shown;
  return clip(backbone, 40) + (listed.length > 0 ? ` with ${listed.join(', ')}` : ', nothing attached');
}

function describeStage({ name, units: kinds, output, params, attached, macs, end }: Stage): string {
  const made = kinds.map(([type, times]) => `${times} × ${clip(type, LONGEST)}`).join(', ');
  const own = total(attached);
  return [
    `${clip(name, LONGEST)}${made && `: ${made}`}`,
    `output ${size(output)}${end ? ` (${showMark(end)})` : ''}`,
    `${count(params)} parameters${own > 0 ? `, ${percent(own, params)} of them attached` : ''}`,
    `${macs === null ? 'MACs open' : `${count(macs)} MACs`}.`,
  ].join(', ');
}

function units(times: number): string {
  return times === 1 ? '1 unit' : `${times} units`;
}
