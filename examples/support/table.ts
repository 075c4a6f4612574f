/** Rows as aligned columns: the first to the left, the others to the right. */
export function table(rows: readonly (readonly (string | number)[])[], indent = '  '): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? count(cell) : cell)));
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return cells.map((row) => `${indent}${line(row).trimEnd()}`).join('\n');
}

/** 28141144 → 28,141,144 */
export function count(value: number | null): string {
  return value === null ? '?' : value.toLocaleString('en-US');
}
