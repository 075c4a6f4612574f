import { type Assembler, SenetError } from '@senet/core/graph';
import { describeIdentity } from '../dialects/dialect.js';
import { sizeOfDiff } from '../diff.js';
import type { TensorFile } from '../formats/tensor.js';
import { fitOf } from './fit.js';
import type { Candidate, Reading } from './identify.js';
import { outlineOf, scopesOf, unitsApart } from './outline.js';

/** Several networks have these keys and shapes, and compute differently. */
export function ambiguous(assembler: Assembler, candidates: readonly Candidate[], path: string): SenetError {
  const lines = candidates.map(({ recipe, dialect }) => {
    const { identity } = outlineOf(assembler, recipe);
    return `\n    ${recipe} (dialect ${dialect}), ${describeIdentity(identity)}`;
  });
  return new SenetError('DialectMismatch', `the weights fit ${candidates.length} networks${lines.join('')}\n`, {
    path,
    expected: 'the recipe to be named: their keys and shapes are the same',
    suggestions: candidates.map(({ recipe }) => recipe),
  });
}

/** Recipes of which the whole difference is looked at, where no unit's name tells. */
const TRIED = 48;

/** No network has these keys and shapes: says which comes nearest, and by how much it misses. */
export function nothingFits(readings: readonly Reading[], file: TensorFile, path: string): SenetError {
  const scopes = scopesOf(file);
  const nearest = readings
    .map((reading) => ({ ...reading, apart: unitsApart(reading.outline, scopes, reading.dialect) }))
    .sort((a, b) => a.apart - b.apart)
    .slice(0, TRIED)
    .map((reading) => ({ ...reading, diff: fitOf(reading.outline.assembly(), file, reading.dialect).diff }))
    .sort((a, b) => sizeOfDiff(a.diff) - sizeOfDiff(b.diff))[0];
  if (!nearest) {
    const { 'senet.family': family = 'any family', 'senet.style': style = 'any style' } = file.metadata;
    const expected = 'a recipe that one of the dialects takes';
    return new SenetError('WeightsMismatch', `no network of ${family}, ${style} is known`, { path, expected });
  }
  const { outline, dialect, diff } = nearest;
  const { missing, unexpected, misshapen } = diff;
  const counts = `${missing.length} missing, ${unexpected.length} unexpected, ${misshapen.length} of another shape`;
  const example = missing[0] ?? unexpected[0] ?? misshapen[0]?.key;
  return new SenetError('WeightsMismatch', 'the weights fit no recipe', {
    path,
    expected:
      `a network of its keys and shapes; nearest is ${outline.recipe.name}, read as dialect ${dialect.name}: ` +
      `${counts} (the first: ${example})`,
  });
}
