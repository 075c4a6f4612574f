/** Mean and standard deviation of values that come in pieces, by the pairwise update of Chan, Golub and LeVeque (1979). */
export class Statistics {
  private count = 0;
  private average = 0;
  private squares = 0;

  add(values: Float32Array): void {
    if (values.length === 0) return;
    let sum = 0;
    for (const value of values) sum += value;
    const average = sum / values.length;
    let squares = 0;
    for (const value of values) squares += (value - average) ** 2;
    const total = this.count + values.length;
    const difference = average - this.average;
    this.squares += squares + (difference ** 2 * this.count * values.length) / total;
    this.average += (difference * values.length) / total;
    this.count = total;
  }

  get mean(): number {
    return this.average;
  }

  /** Of the values themselves, not an estimate from them: divided by their number, as NumPy does. */
  get std(): number {
    return Math.sqrt(this.squares / this.count);
  }
}
