import type { BackboneContext, BackboneDescriptor, UnitDescriptor } from '@senet/core/graph';

/** The sites of one kind of unit. */
export interface UnitSites {
  readonly unit: string;
  readonly sites: readonly string[];
  /** Where an attachment goes that names no site. */
  readonly default: string;
  /** Other name → the site it means. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** The sites that the units of a backbone offer, as its default options build it; none where it has no defaults. */
export function sitesOf({ options, spec }: BackboneDescriptor, context: BackboneContext): UnitSites[] {
  const defaults = options.safeParse({});
  if (!defaults.success) return [];
  const { stages } = spec(defaults.data as never, context);
  const units = new Set<UnitDescriptor>(stages.flatMap((stage) => stage.units.map(({ unit }) => unit)));
  return [...units]
    .filter(({ sites }) => sites.length > 0)
    .map((unit) => ({
      unit: unit.type,
      sites: unit.sites,
      default: unit.defaultSite,
      aliases: unit.aliases ?? {},
    }));
}
