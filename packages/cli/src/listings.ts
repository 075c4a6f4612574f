import { definitionOf, OPS, type OpName, type RecipeDescriptor, type Registries } from '@senet/core/graph';
import { table } from './print/table.js';
import { sitesOf, type UnitSites } from './sites.js';

export const KINDS = ['attentions', 'backbones', 'recipes', 'sites', 'ops'] as const;
export type Kind = (typeof KINDS)[number];

/** Everything of one kind that configs can name: as data, and as people read it. */
export interface Listing {
  readonly items: readonly object[];
  print(): string;
}

type Matches = (name: string) => boolean;

export const LISTINGS: Readonly<Record<Kind, (registries: Registries, matches: Matches) => Listing>> = {
  attentions({ attentions }, matches) {
    const found = attentions.all().filter(({ type }) => matches(type));
    const items = found.map(({ type, summary = null, identity = false, options }) => ({
      type,
      summary,
      identity,
      options: Object.keys(options.shape),
    }));
    const rows = () => items.map(({ type, summary, options }) => [type, summary ?? '', options.join(', ')]);
    return { items, print: () => table(titles('type', 'what', 'options'), rows()) };
  },

  backbones({ backbones }, matches) {
    const found = backbones.all().filter(({ type }) => matches(type));
    const items = found.map(({ type, summary = null, options }) => ({
      type,
      summary,
      options: Object.keys(options.shape),
    }));
    const rows = () => items.map(({ type, summary }) => [type, summary ?? '']);
    return { items, print: () => table(titles('type', 'what'), rows()) };
  },

  recipes({ recipes }, matches) {
    const found = recipes.all().filter(({ name }) => matches(name));
    const items = found.map(({ name, summary = null, timm = false, config }) => ({
      name,
      summary,
      timm,
      config,
    }));
    const rows = () =>
      items.map(({ name, summary, timm, config }) => [name, inShort(config), timm ? 'yes' : '', summary ?? '']);
    return { items, print: () => table(titles('name', 'made of', 'in timm', 'what'), rows()) };
  },

  sites({ backbones, units }, matches) {
    const found = backbones.all().filter(({ type }) => matches(type));
    const items = found.map((backbone) => ({
      backbone: backbone.type,
      sites: backbone.sites,
      units: sitesOf(backbone, { units }),
    }));
    const rows = () =>
      items.flatMap(({ backbone, sites, units }) =>
        units.length > 0
          ? units.map((unit, i) => [i === 0 ? backbone : '', unit.unit, namesOf(unit), aliasesOf(unit)])
          : [[backbone, 'as configured', sites.join(', '), '']],
      );
    return { items, print: () => table(titles('backbone', 'unit', 'sites', 'aliases'), rows()) };
  },

  ops(_, matches) {
    const found = (Object.keys(OPS) as OpName[]).filter(matches);
    const items = found.map((op) => ({ op, summary: definitionOf(op).summary }));
    return {
      items,
      print: () =>
        table(
          titles('op', 'what'),
          items.map(({ op, summary }) => [op, summary]),
        ),
    };
  },
};

function titles(...names: readonly string[]) {
  return names.map((title) => ({ title }));
}

/** `resnet50 + se` */
function inShort({ extends: base, backbone = base, attach = [] }: RecipeDescriptor['config']): string {
  const types = (attach as { type: string }[]).map(({ type }) => type);
  const trunk = typeof backbone === 'string' ? backbone : (backbone as { type: string }).type;
  return [trunk, ...types].join(' + ');
}

function namesOf({ sites, default: standard }: UnitSites): string {
  return sites.map((site) => (site === standard ? `${site} (default)` : site)).join(', ');
}

function aliasesOf({ aliases }: UnitSites): string {
  return Object.entries(aliases)
    .map(([alias, site]) => `${alias} = ${site}`)
    .join(', ');
}
