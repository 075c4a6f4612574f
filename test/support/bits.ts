/** Whether two arrays hold the same bytes; vitest compares large typed arrays value by value, which takes seconds. */
export function sameBits(a: Float32Array | undefined, b: Float32Array): boolean {
  return a !== undefined && Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
