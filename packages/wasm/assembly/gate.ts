// Gates of channels, and sums and means over the middle of a tensor.
//
// x is [images][pixels][channels], a gate [images][channels]. Sums run in floats over a chunk of pixels, in doubles
// over chunks. Gradients, which walk through many tensors at once, go row by row: column by column those would evict
// each other from the first-level cache wherever a row's length divides 4096.

import { accumulate, chunkRows, doubles, storeFirst, storeSums, storeWithin } from './lanes';
import { floats, fma, VECTOR } from './simd';

/** y = x·gate */
export function gate(images: i32, pixels: i32, channels: i32, x: usize, gates: usize, y: usize): void {
  const row = floats(channels);
  const whole = row & ~15;
  const rest = channels & 3;
  for (; images > 0; images--) {
    for (let i = pixels; i > 0; i--) {
      let c: usize = 0;
      for (; c < whole; c += VECTOR) v128.store(y + c, f32x4.mul(v128.load(x + c), v128.load(gates + c)));
      if (rest) storeFirst(y + c, f32x4.mul(v128.load(x + c), v128.load(gates + c)), rest);
      x += row;
      y += row;
    }
    gates += row;
  }
}

/** y = max(x·gate + shortcut, 0); not-a-number stays. */
export function gateAddRelu(
  images: i32, pixels: i32, channels: i32, x: usize, gates: usize, shortcut: usize, y: usize,
): void {
  const row = floats(channels);
  const whole = row & ~15;
  const rest = channels & 3;
  for (; images > 0; images--) {
    for (let i = pixels; i > 0; i--) {
      let c: usize = 0;
      for (; c < whole; c += VECTOR) v128.store(y + c, gatedRelu(x + c, gates + c, shortcut + c));
      if (rest) storeFirst(y + c, gatedRelu(x + c, gates + c, shortcut + c), rest);
      x += row;
      shortcut += row;
      y += row;
    }
    gates += row;
  }
}

// @ts-ignore: decorator
@inline
function gatedRelu(x: usize, gate: usize, shortcut: usize): v128 {
  return f32x4.pmax(fma(v128.load(x), v128.load(gate), v128.load(shortcut)), f32x4.splat(0));
}

/** dx = dy·gate and dgate, the sum of dy·x over pixels. `sums` is room for three floats for each channel. */
export function gateGradient(
  images: i32, pixels: i32, channels: i32, x: usize, gates: usize, dy: usize, dx: usize, dgates: usize, sums: usize,
): void {
  const row = floats(channels);
  const partial = sums + doubles(channels);
  for (; images > 0; images--) {
    clearSums(channels, sums, partial);
    for (let i = 1; i <= pixels; i++) {
      let rest = channels;
      for (let c: usize = 0; c < row; c += VECTOR) {
        const d = v128.load(dy + c);
        v128.store(partial + c, fma(d, v128.load(x + c), v128.load(partial + c)));
        storeWithin(dx + c, f32x4.mul(d, v128.load(gates + c)), rest);
        rest -= 4;
      }
      x += row;
      dy += row;
      dx += row;
      if (i % CHUNK === 0 || i === pixels) flush(channels, sums, partial);
    }
    storeSums(channels, sums, 1, dgates);
    gates += row;
    dgates += row;
  }
}

/** Pixels whose sums are floats. */
// @ts-ignore: decorator
@inline const CHUNK = 64;

// @ts-ignore: decorator
@inline
function clearSums(channels: i32, sums: usize, partial: usize): void {
  memory.fill(sums, 0, partial - sums + floats((channels + 3) & ~3));
}

/** Adds the sums of a chunk to those so far, and begins the next. */
function flush(channels: i32, sums: usize, partial: usize): void {
  for (; channels > 0; channels -= 4) {
    accumulate(sums, v128.load(partial));
    v128.store(partial, f32x4.splat(0));
    sums += 2 * VECTOR;
    partial += VECTOR;
  }
}

/** The gradients of {@link gateAddRelu}; dshortcut is dy where y is positive. `sums` as in {@link gateGradient}. */
export function gateAddReluGradient(
  images: i32, pixels: i32, channels: i32, x: usize, gates: usize, y: usize, dy: usize,
  dx: usize, dgates: usize, dshortcut: usize, sums: usize,
): void {
  const row = floats(channels);
  const partial = sums + doubles(channels);
  for (; images > 0; images--) {
    clearSums(channels, sums, partial);
    for (let i = 1; i <= pixels; i++) {
      let rest = channels;
      for (let c: usize = 0; c < row; c += VECTOR) {
        const d = v128.and(v128.load(dy + c), f32x4.gt(v128.load(y + c), f32x4.splat(0)));
        v128.store(partial + c, fma(d, v128.load(x + c), v128.load(partial + c)));
        storeWithin(dshortcut + c, d, rest);
        storeWithin(dx + c, f32x4.mul(d, v128.load(gates + c)), rest);
        rest -= 4;
      }
      x += row;
      y += row;
      dy += row;
      dx += row;
      dshortcut += row;
      if (i % CHUNK === 0 || i === pixels) flush(channels, sums, partial);
    }
    storeSums(channels, sums, 1, dgates);
    gates += row;
    dgates += row;
  }
}

/** y[images][channels]: the sum of x over pixels, times a factor. `sums` is room for a double for each channel. */
export function sumPixels(
  images: i32, pixels: i32, channels: i32, x: usize, factor: f64, y: usize, sums: usize,
): void {
  const row = floats(channels);
  const chunk = chunkRows(channels, 6144);
  for (; images > 0; images--) {
    memory.fill(sums, 0, doubles(channels));
    for (let done = 0; done < pixels; done += chunk) {
      const count = min(pixels - done, chunk);
      let to = sums;
      for (let c: usize = 0; c < row; c += VECTOR) {
        let even = f32x4.splat(0);
        let odd = even;
        let from = x + c;
        let i = count;
        for (; i > 1; i -= 2) {
          even = f32x4.add(even, v128.load(from));
          odd = f32x4.add(odd, v128.load(from + row));
          from += row << 1;
        }
        if (i) even = f32x4.add(even, v128.load(from));
        accumulate(to, f32x4.add(even, odd));
        to += 2 * VECTOR;
      }
      x += <usize>count * row;
    }
    storeSums(channels, sums, factor, y);
    y += row;
  }
}

/** x[images][pixels][channels]: every pixel y[images][channels] times a factor. */
export function spreadPixels(images: i32, pixels: i32, channels: i32, y: usize, factor: f32, x: usize): void {
  const row = floats(channels);
  const whole = row & ~15;
  const rest = channels & 3;
  const factors = f32x4.splat(factor);
  for (; images > 0; images--) {
    for (let i = pixels; i > 0; i--) {
      let c: usize = 0;
      for (; c < whole; c += VECTOR) v128.store(x + c, f32x4.mul(v128.load(y + c), factors));
      if (rest) storeFirst(x + c, f32x4.mul(v128.load(y + c), factors), rest);
      x += row;
    }
    y += row;
  }
}
