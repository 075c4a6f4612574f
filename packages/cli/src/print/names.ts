/**
 * Many names as one: `layer1.{0-2}.se` where only a number differs and none is left out, else the first and the last,
 * and how many there are.
 */
export function collapse(names: readonly string[]): string {
  if (names.length === 1) return names[0]!;
  return collapseNumbers(names) ?? (names.length < 4 ? names.join(', ') : `${names[0]} … ${names.at(-1)}`);
}

function collapseNumbers(names: readonly string[]): string | undefined {
  const split = names.map((name) => name.split('.'));
  const [first] = split as [string[], ...string[][]];
  if (split.some((parts) => parts.length !== first.length)) return undefined;
  const differing = first.flatMap((part, i) => (split.some((parts) => parts[i] !== part) ? [i] : []));
  if (differing.length !== 1) return undefined;
  const at = differing[0]!;
  const numbers = split.map((parts) => Number(parts[at]));
  if (numbers.some((number, i) => number !== numbers[0]! + i)) return undefined;
  return first.with(at, `{${numbers[0]}-${numbers.at(-1)}}`).join('.');
}
