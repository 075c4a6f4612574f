import { type BackboneContext, parseWith, SenetError, type UnitDescriptor, type UnitSpec } from '@senet/core/graph';
import * as z from 'zod';
import { channels, strides } from '../units/options.js';
import { nodeName, type Shared, sharedShape } from './staged-layers.js';

const own = {
  name: nodeName.optional().describe('scope of its units, and its name in `where`; by default blocks.0, blocks.1 …'),
  tap: z
    .boolean()
    .optional()
    .describe('its value is a tap; by default where the next stage has a stride, or none follows'),
};
const repeat = z.int().min(1).max(512).optional().describe('how many units; 1 by default');
const rows = <Row extends z.ZodType>(row: Row) => z.array(row).min(1).max(512);

/** A stage as anybody may write it: which options its units have depends on what is registered. */
export const stageSchema = z.strictObject({
  ...own,
  unit: z.looseObject({ type: z.string() }).optional().describe('a registered unit, with its options'),
  filters: channels.optional().describe('channels that the units give out'),
  stride: strides.optional().describe('of the first unit; the others have none'),
  repeat,
  units: rows(z.looseObject({ type: z.string().optional() }))
    .optional()
    .describe('unit by unit, in place of `filters`, `stride` and `repeat`; what a row leaves out is as in `unit`'),
});
export type Stage = z.output<typeof stageSchema>;
type Options = Readonly<Record<string, unknown>>;

/** A stage of one kind of unit, repeated. */
function repeated({ type, options }: UnitDescriptor) {
  const { filters, stride, ...rest } = options.shape;
  return z.strictObject({
    ...own,
    unit: z.strictObject({ type: z.literal(type), ...rest }),
    ...(filters && { filters }),
    ...(stride && { stride }),
    repeat,
  });
}

function whole({ type, options }: UnitDescriptor) {
  return z.strictObject({ type: z.literal(type), ...options.shape });
}

/** Stages as the registered units allow them, for the JSON Schema. */
export function registeredStages({ units }: BackboneContext): z.ZodType {
  const all = units.all();
  if (all.length === 0) return z.never();
  const parts = z.union(all.map((unit) => whole(unit).partial()));
  return z.union([...all.map(repeated), z.strictObject({ ...own, unit: parts.optional(), units: rows(parts) })]);
}

/**
 * The units of a stage, their options checked against the registered kinds.
 *
 * @param at path of the stage in the config: `backbone.stages[2]`
 * @throws SenetError `UnknownName` for an unknown kind of unit, `ConfigInvalid` for what its options refuse
 */
export function unitsOf(stage: Stage, name: string, shared: Shared, context: BackboneContext, at: string): UnitSpec[] {
  const found = stage.units ? listed(stage, stage.units, shared, context, at) : repeats(stage, shared, context, at);
  return found.map(({ unit, options }, i) => ({ name: `${name}.${i}`, unit, options }));
}

interface Found {
  readonly unit: UnitDescriptor;
  readonly options: Options;
}

function repeats(stage: Stage, shared: Shared, { units }: BackboneContext, at: string): Found[] {
  if (!stage.unit) throw new SenetError('ConfigInvalid', 'has no unit', { path: at, expected: '`unit`, or `units`' });
  const { type, ...given } = stage.unit;
  refuseBeside(given, `${at}.unit`);
  const unit = units.get(type, `${at}.unit.type`);
  const options = { ...sharedBy(unit, shared), ...given };
  parseWith(repeated(unit), { ...stage, unit: { type, ...options } }, at);
  const { filters, stride, repeat = 1 } = stage;
  const following = { ...options, ...(filters !== undefined && { filters }) };
  const first = { ...following, ...(stride !== undefined && { stride }) };
  parseWith(unit.options, first, `${at}.unit`); // what its options demand of each other
  return Array.from({ length: repeat }, (_, i) => ({ unit, options: i === 0 ? first : following }));
}

function listed(
  stage: Stage,
  rows: NonNullable<Stage['units']>,
  shared: Shared,
  { units }: BackboneContext,
  at: string,
): Found[] {
  refuseRepetition(stage, at);
  const { type: usual, ...common } = stage.unit ?? {};
  if (usual !== undefined) {
    parseWith(whole(units.get(usual, `${at}.unit.type`)).partial(), stage.unit, `${at}.unit`);
    refuseUnused(usual, rows, at);
  }
  return rows.map(({ type = usual, ...own }, i) => {
    const path = `${at}.units[${i}]`;
    if (type === undefined) {
      throw new SenetError('ConfigInvalid', 'says of no unit', { path, expected: `a \`type\`, or \`unit\` in ${at}` });
    }
    const unit = units.get(type, `${path}.type`);
    const options = { ...sharedBy(unit, shared), ...(type === usual && common), ...own };
    parseWith(whole(unit), { type, ...options }, path);
    parseWith(unit.options, options, path);
    return { unit, options };
  });
}

/** Of what all layers follow, that which this kind of unit knows. */
function sharedBy({ options }: UnitDescriptor, shared: Shared): Options {
  const known = (Object.keys(sharedShape) as (keyof Shared)[]).filter((key) => key in options.shape);
  return Object.fromEntries(known.flatMap((key) => (shared[key] === undefined ? [] : [[key, shared[key]]])));
}

function refuseBeside(given: Options, path: string): void {
  const key = ['filters', 'stride'].find((key) => key in given);
  if (key === undefined) return;
  throw new SenetError('ConfigInvalid', `\`${key}\` is the stage's`, {
    path: `${path}.${key}`,
    expected: `\`${key}\` beside \`unit\``,
  });
}

function refuseRepetition(stage: Stage, at: string): void {
  const key = (['filters', 'stride', 'repeat'] as const).find((key) => stage[key] !== undefined);
  if (key === undefined) return;
  const expected = key === 'repeat' ? 'a row for each unit' : `\`${key}\` in the rows of \`units\`, or in \`unit\``;
  throw new SenetError('ConfigInvalid', `\`${key}\` says nothing beside \`units\``, { path: `${at}.${key}`, expected });
}

function refuseUnused(usual: string, rows: NonNullable<Stage['units']>, at: string): void {
  if (rows.some(({ type = usual }) => type === usual)) return;
  throw new SenetError('ConfigInvalid', `no row is a '${usual}'`, {
    path: `${at}.unit`,
    expected: 'a row without a `type`',
  });
}
