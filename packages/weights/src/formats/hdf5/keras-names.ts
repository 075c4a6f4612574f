/** The part of a layer's configuration that says which weights it has. */
export interface LayerConfig {
  readonly use_bias?: unknown;
  readonly scale?: unknown;
  readonly center?: unknown;
}

/**
 * The names of a layer's weights in the order in which Keras numbers them, `undefined` where that cannot be told.
 *
 * Without a configuration their number decides. Only a batch normalization of three could be read in two ways, and is
 * taken for one without gamma, as keras.applications has them; one without beta then lacks a key where it is loaded.
 *
 * @param kind the layer's class in snake case, as Keras names its group: `depthwise_conv2d`
 * @param major Keras' version: 3 calls a depthwise convolution's kernel `kernel`
 */
export function weightNames(
  kind: string,
  count: number,
  config: LayerConfig | undefined,
  major: number,
): readonly string[] | undefined {
  const names = config === undefined ? fromCount(kind, count, major) : fromConfig(kind, config, major);
  return names?.length === count ? names : undefined;
}

function fromConfig(kind: string, config: LayerConfig, major: number): readonly string[] | undefined {
  const optional = { bias: config.use_bias, gamma: config.scale, beta: config.center };
  return allNames(kind, major)?.filter((name) => optional[name as keyof typeof optional] !== false);
}

function fromCount(kind: string, count: number, major: number): readonly string[] | undefined {
  const names = allNames(kind, major) ?? [];
  const without = (...left: string[]) => names.filter((name) => !left.includes(name));
  const hasStatistics = names.includes('moving_mean');
  const readings = [names, without('bias'), ...(hasStatistics ? [without('gamma'), without('gamma', 'beta')] : [])];
  return readings.find(({ length }) => length === count);
}

function allNames(kind: string, major: number): readonly string[] | undefined {
  const depthwise = major < 3 ? 'depthwise_kernel' : 'kernel';
  if (/^depthwise_conv[12]d$/.test(kind)) return [depthwise, 'bias'];
  if (/^separable_conv[12]d$/.test(kind)) return ['depthwise_kernel', 'pointwise_kernel', 'bias'];
  if (/^(conv[123]d(_transpose)?|dense|einsum_dense)$/.test(kind)) return ['kernel', 'bias'];
  if (kind === 'batch_normalization') return ['gamma', 'beta', 'moving_mean', 'moving_variance'];
  if (kind === 'layer_normalization' || kind === 'group_normalization') return ['gamma', 'beta'];
  if (kind === 'normalization') return ['mean', 'variance', 'count'];
  if (kind === 'p_re_lu') return ['alpha'];
  if (kind === 'embedding') return ['embeddings'];
  return undefined;
}

/** A class name as Keras makes a group's name of it: `DepthwiseConv2D` → `depthwise_conv2d`. */
export function snakeCase(className: string): string {
  const bare = className.slice(className.lastIndexOf('>') + 1).replace(/\W+/g, '');
  return bare
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
