/**
 * Inflates zlib data up to a size, and no further.
 *
 * @throws Error where there is less
 */
export async function inflate(parts: readonly Uint8Array<ArrayBuffer>[], size: number): Promise<Uint8Array> {
  const inflated = new Uint8Array(size);
  const stream = new Blob([...parts]).stream().pipeThrough(new DecompressionStream('deflate'));
  let filled = 0;
  for (const reader = stream.getReader(); filled < size; ) {
    const { value, done } = await reader.read();
    if (done) throw new Error('the data ends within the picture');
    inflated.set(value.subarray(0, size - filled), filled);
    filled += value.length;
    if (filled >= size) reader.cancel().catch(() => undefined); // what else there is does not matter
  }
  return inflated;
}
