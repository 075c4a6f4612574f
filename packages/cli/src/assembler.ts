import { backbones } from '@senet/backbones';
import { createAssembler, TOKENS } from '@senet/core/container';
import type { Assembler, ConfigOf } from '@senet/core/graph';
import { fileConfigSource } from '@senet/core/node';
import { attentions } from '@senet/se';
import { Container } from 'inversify';

/** What the command line takes: a recipe's name, or a config of this project's attentions and backbones. */
export type SenetConfig = ConfigOf<[typeof attentions, typeof backbones]>;

/**
 * The composition root of the command line: this project's attentions, backbones and recipes, and configs from files.
 *
 * @example
 * ```ts
 * const assembler = createSenetAssembler();
 * const { config, location } = readConfigFile('models/mine.json');
 * assembler.assemble(config as SenetConfig, { location });
 * ```
 */
export function createSenetAssembler(): Assembler<SenetConfig> {
  const container = new Container();
  container.bind(TOKENS.ConfigSource).toConstantValue(fileConfigSource());
  return createAssembler(attentions, backbones, { container });
}
