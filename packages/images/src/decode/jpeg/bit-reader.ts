/** Bits of entropy-coded data, first bit first, up to the next marker (ITU-T T.81, B.1.1.5). */
export class BitReader {
  private held = 0;
  private count = 0;
  /** Zeros that were put behind the last bit, so that a code can be looked up there; they must not be taken. */
  private padded = 0;

  /** @param position of the first byte; afterwards of the first that was not looked at */
  constructor(
    private readonly bytes: Uint8Array,
    public position: number,
  ) {}

  /** The next bits, up to 16 of them, without taking them. */
  peek(length: number): number {
    while (this.count < length) this.fill();
    return (this.held >>> (this.count - length)) & ((1 << length) - 1);
  }

  skip(length: number): void {
    this.count -= length;
    if (this.count < this.padded) throw new Error('the data ends within the picture');
  }

  read(length: number): number {
    const value = this.peek(length);
    this.skip(length);
    return value;
  }

  /** A signed number of `length` bits: where the first is 0, it is negative (T.81, F.2.2.1). */
  readSigned(length: number): number {
    if (length === 0) return 0;
    if (length > 15) throw new Error(`a coefficient of ${length} bits`);
    const value = this.read(length);
    return value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  /** Drops what is left of the byte, and passes the restart marker that has to follow. */
  restart(): void {
    this.held = this.count = this.padded = 0;
    while (this.bytes[this.position] === 0xff && this.bytes[this.position + 1] === 0xff) this.position++;
    const marker = this.bytes[this.position + 1];
    if (this.bytes[this.position] !== 0xff || marker === undefined || (marker & 0xf8) !== 0xd0) {
      throw new Error('a restart marker is missing');
    }
    this.position += 2;
  }

  private fill(): void {
    const byte = this.bytes[this.position];
    const isData = byte !== undefined && (byte !== 0xff || this.bytes[this.position + 1] === 0);
    if (isData) this.position += byte === 0xff ? 2 : 1;
    else this.padded += 8;
    this.held = (this.held << 8) | (isData ? byte : 0);
    this.count += 8;
  }
}
