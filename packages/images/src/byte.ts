/** The nearest value that a sample can have. */
export function clampToByte(value: number): number {
  return Math.min(Math.max(value, 0), 255);
}
