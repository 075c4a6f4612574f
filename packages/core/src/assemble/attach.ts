import { type AttentionContext, type AttentionDescriptor, buildAttention } from '../blocks/attention.js';
import type { BackboneSpec } from '../blocks/backbone.js';
import type { Site } from '../blocks/site.js';
import { type Gated, type Woven, weave } from '../blocks/weave.js';
import { parseWith } from '../config/parse.js';
import type { ResolvedAttachment, WhereConfig } from '../config/schema.js';
import { nearest, SenetError } from '../errors.js';
import type { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import type { Registry } from '../registry/registry.js';
import type { PlacedUnit, Skeleton } from './build.js';

/** An attachment in the network: what receipts and plans are made of. */
export interface Attached extends Woven {
  readonly type: string;
  readonly label: string;
  /** Canonical name of the site. */
  readonly site: string;
  readonly stage: string;
  readonly block: string;
  readonly init: 'default' | 'identity';
}

/** A unit that was selected but has no such site in this place: a shortcut that does not exist. */
export interface Skipped {
  readonly type: string;
  readonly block: string;
  readonly site: string;
}

export interface AttachResult {
  readonly attached: readonly Attached[];
  readonly skipped: readonly Skipped[];
}

/**
 * Weaves attachments into a network, in their order: at one site the later one reads the earlier.
 *
 * @throws SenetError `UnknownSite`, `SelectorMatchedNothing`, and what the attentions throw
 */
export function attachAll(
  skeleton: Skeleton,
  spec: BackboneSpec,
  entries: readonly ResolvedAttachment[],
  attentions: Registry<AttentionDescriptor>,
): AttachResult {
  const attached: Attached[] = [...skeleton.attached];
  const skipped: Skipped[] = [];
  const gated: Gated = new Map();
  for (const [index, entry] of entries.entries()) {
    const path = `attach[${index}]`;
    const descriptor = attentions.get(entry.type, `${path}.type`);
    const selected = select(skeleton, entry.where, `${path}.where`);
    refuseOverridesOfNothing(entry, selected, skeleton, path);
    refuseUnknownSite(entry.at, selected, `${path}.at`);
    const before = attached.length;
    for (const unit of selected) {
      const place = findSite(unit, entry.at);
      if (!place.site) {
        skipped.push({ type: entry.type, block: unit.name, site: place.name });
        continue;
      }
      const options = optionsFor(entry, unit, descriptor, path);
      attached.push(attachOne(skeleton.g, spec, unit, place.name, place.site, { entry, descriptor, options, gated }));
    }
    if (attached.length === before)
      throw nothingMatched(`no selected unit has the site '${entry.at}' in its place`, `${path}.at`, selected);
  }
  return { attached, skipped };
}

interface Work {
  readonly entry: ResolvedAttachment;
  readonly descriptor: AttentionDescriptor;
  readonly options: Record<string, unknown>;
  readonly gated: Gated;
}

function attachOne(
  g: GraphBuilder,
  spec: BackboneSpec,
  unit: PlacedUnit,
  site: string,
  place: Site,
  work: Work,
): Attached {
  const { entry, descriptor, options, gated } = work;
  const { label: family, names } = spec.attention;
  const label = freeLabel(g, unit.name, entry.label ?? family, site, entry.label !== undefined);
  const context: AttentionContext = {
    site,
    stage: unit.stageName,
    block: unit.name,
    blockInput: unit.input,
    stride: unit.stride,
    activation: unit.activation,
    names,
    init: entry.init,
  };
  const build = (x: Node) => buildAttention(g, x, descriptor, options, context);
  const woven = g.stage(unit.stageName, () => weave(g, `${unit.name}.${label}`, place, gated, build));
  return { type: entry.type, label, site, stage: unit.stageName, block: unit.name, init: entry.init, ...woven };
}

function select({ units, stageNames }: Skeleton, where: WhereConfig, path: string): PlacedUnit[] {
  refuseUnknownStages(where, stageNames, path);
  const selected = units.filter((unit) => matches(unit, where));
  if (selected.length === 0) throw nothingMatched('no unit is selected', path, units);
  return selected;
}

/** Stages that no feature needs are known, though they are not built. */
function refuseUnknownStages({ stages }: WhereConfig, known: readonly string[], path: string): void {
  if (stages === 'all') return;
  const unknown = stages.findIndex((stage) =>
    typeof stage === 'number' ? stage > known.length : !known.includes(stage),
  );
  if (unknown < 0) return;
  throw new SenetError('SelectorMatchedNothing', `there is no stage ${stages[unknown]}`, {
    path: `${path}.stages[${unknown}]`,
    expected: `1 to ${known.length}, or one of ${known.join(', ')}`,
    suggestions: nearest(String(stages[unknown]), known),
  });
}

function inStages(stage: number, stageName: string, { stages }: WhereConfig): boolean {
  return stages === 'all' || stages.includes(stage) || stages.includes(stageName);
}

function matches({ stage, stageName, block, blocks }: PlacedUnit, where: WhereConfig): boolean {
  const inStage = inStages(stage, stageName, where);
  if (!inStage || where.blocks === 'all') return inStage;
  if (where.blocks === 'first') return block === 0;
  if (where.blocks === 'last') return block === blocks - 1;
  return where.blocks.includes(block);
}

/** A site that some of the units offer is right; the others are skipped, and told. */
function refuseUnknownSite(at: string | undefined, units: readonly PlacedUnit[], path: string): void {
  if (at === undefined) return;
  const kinds = [...new Set(units.map(({ descriptor }) => descriptor))];
  const known = [...new Set(kinds.flatMap(({ sites, aliases = {} }) => [...sites, ...Object.keys(aliases)]))];
  if (known.includes(at)) return;
  const who = kinds.length === 1 ? `the unit '${kinds[0]!.type}' has no` : 'no selected unit has a';
  throw new SenetError('UnknownSite', `${who} site '${at.slice(0, 80)}'`, {
    path,
    expected: `one of ${known.join(', ')}`,
    suggestions: nearest(at, known),
  });
}

function findSite(unit: PlacedUnit, at: string | undefined): { name: string; site: Site | undefined } {
  const { defaultSite, aliases = {} } = unit.descriptor;
  const wanted = at ?? defaultSite;
  const name = Object.hasOwn(aliases, wanted) ? aliases[wanted]! : wanted;
  return { name, site: unit.sites.get(name) };
}

function optionsFor(
  entry: ResolvedAttachment,
  unit: PlacedUnit,
  descriptor: AttentionDescriptor,
  path: string,
): Record<string, unknown> {
  const changes = entry.overrides.filter(({ where }) => matches(unit, where)).map(({ options }) => options);
  return parseWith(descriptor.options, Object.assign({}, entry.options, ...changes), path) as Record<string, unknown>;
}

function refuseOverridesOfNothing(
  { overrides, where }: ResolvedAttachment,
  selected: readonly PlacedUnit[],
  { units, stageNames }: Skeleton,
  path: string,
): void {
  const built = new Set(units.map(({ stageName }) => stageName));
  for (const [i, override] of overrides.entries()) {
    const at = `${path}.overrides[${i}].where`;
    refuseUnknownStages(override.where, stageNames, at);
    const ofNoUse = stageNames.some((name, j) => !built.has(name) && inStages(j + 1, name, override.where));
    if (ofNoUse || selected.some((unit) => matches(unit, override.where))) continue;
    throw nothingMatched(`selects none of the units of \`where\` ${JSON.stringify(where).slice(0, 200)}`, at, selected);
  }
}

function nothingMatched(problem: string, path: string, units: readonly PlacedUnit[]): SenetError {
  const stages = new Map<string, number>();
  for (const { stageName, blocks } of units) stages.set(stageName, blocks);
  const listed = [...stages].map(([name, blocks]) => `${name} (${blocks} units)`).join(', ');
  return new SenetError('SelectorMatchedNothing', problem, {
    path,
    expected: `units of ${listed || 'a network that has some'}`,
  });
}

/** The family's label, or with the site's name where a unit has several attachments; a given label is never changed. */
function freeLabel(g: GraphBuilder, block: string, label: string, site: string, given: boolean): string {
  const taken = (name: string) => g.isTaken(`${block}.${name}`);
  if (!taken(label)) return label;
  if (given) {
    throw new SenetError('DuplicateName', `'${block}' has something labelled '${label}'`, {
      path: 'attach',
      expected: 'another label',
    });
  }
  let free = `${label}_${site}`;
  for (let i = 2; taken(free); i++) free = `${label}_${site}${i}`;
  return free;
}
