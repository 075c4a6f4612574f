// Pooling and its gradients, one image at a time: x and dx are [height][width][channels], y and dy
// [outHeight][outWidth][channels]. dx holds zeros before.

import { storeWithin } from './lanes';
import { floats, VECTOR } from './simd';

/** The largest values of windows; not-a-number counts as none. */
export function maxPool(
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  windowHeight: i32, windowWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, x: usize, y: usize,
): void {
  const pixel = <i32>floats(channels);
  const row = width * pixel;
  for (let oy = 0; oy < outHeight; oy++) {
    const firstRow = max(0, oy * strideHeight - top);
    const endRow = min(height, oy * strideHeight - top + windowHeight);
    for (let ox = 0; ox < outWidth; ox++) {
      const from = max(0, ox * strideWidth - left) * pixel;
      const end = min(width, ox * strideWidth - left + windowWidth) * pixel;
      for (let c = 0; c < pixel; c += 16) {
        let best = f32x4.splat(-Infinity);
        for (let r = firstRow; r < endRow; r++) {
          for (let at = from; at < end; at += pixel) best = f32x4.pmax(best, v128.load(x + <usize>(r * row + at + c)));
        }
        storeWithin(y + <usize>c, best, (pixel - c) >> 2);
      }
      y += <usize>pixel;
    }
  }
}

/** Means of what windows cover; padding has no part. */
export function averagePool(
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  windowHeight: i32, windowWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, x: usize, y: usize,
): void {
  const pixel = <i32>floats(channels);
  const row = width * pixel;
  for (let oy = 0; oy < outHeight; oy++) {
    const firstRow = max(0, oy * strideHeight - top);
    const endRow = min(height, oy * strideHeight - top + windowHeight);
    for (let ox = 0; ox < outWidth; ox++) {
      const first = max(0, ox * strideWidth - left);
      const end = min(width, ox * strideWidth - left + windowWidth);
      const part = f32x4.splat(1 / <f32>(max(0, endRow - firstRow) * max(0, end - first)));
      for (let c = 0; c < pixel; c += 16) {
        let sum = f32x4.splat(0);
        for (let r = firstRow; r < endRow; r++) {
          for (let i = first; i < end; i++) sum = f32x4.add(sum, v128.load(x + <usize>(r * row + i * pixel + c)));
        }
        storeWithin(y + <usize>c, f32x4.mul(sum, part), (pixel - c) >> 2);
      }
      y += <usize>pixel;
    }
  }
}

/** dy goes to the first largest value of its window, in rows, then columns; what is not above -Infinity is none. */
export function maxPoolGradient(
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  windowHeight: i32, windowWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
  x: usize, dy: usize, dx: usize,
): void {
  const pixel = <i32>floats(channels);
  const row = width * pixel;
  const none = i32x4.splat(-1);
  for (let oy = 0; oy < outHeight; oy++) {
    const firstRow = max(0, oy * strideHeight - top);
    const endRow = min(height, oy * strideHeight - top + windowHeight);
    for (let ox = 0; ox < outWidth; ox++) {
      const from = max(0, ox * strideWidth - left) * pixel;
      const end = min(width, ox * strideWidth - left + windowWidth) * pixel;
      for (let c = 0; c < pixel; c += 16) {
        let best = f32x4.splat(-Infinity);
        let where = none;
        for (let r = firstRow; r < endRow; r++) {
          for (let at = r * row + from + c; at < r * row + end; at += pixel) {
            const value = v128.load(x + <usize>at);
            const larger = f32x4.gt(value, best);
            best = v128.bitselect(value, best, larger);
            where = v128.bitselect(i32x4.splat(at), where, larger);
          }
        }
        const rest = pixel - c;
        deposit(dx, i32x4.extract_lane(where, 0), dy + <usize>c);
        if (rest > 4) deposit(dx + 4, i32x4.extract_lane(where, 1), dy + <usize>c + 4);
        if (rest > 8) deposit(dx + 8, i32x4.extract_lane(where, 2), dy + <usize>c + 8);
        if (rest > 12) deposit(dx + 12, i32x4.extract_lane(where, 3), dy + <usize>c + 12);
      }
      dy += <usize>pixel;
    }
  }
}

// @ts-ignore: decorator
@inline
function deposit(dx: usize, at: i32, dy: usize): void {
  if (at >= 0) store<f32>(dx + <usize>at, load<f32>(dx + <usize>at) + load<f32>(dy));
}

/** dy goes in equal parts to the values that its window covers; padding has no part. */
export function averagePoolGradient(
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  windowHeight: i32, windowWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
  dy: usize, dx: usize,
): void {
  const pixel = floats(channels);
  const row = <usize>width * pixel;
  for (let oy = 0; oy < outHeight; oy++) {
    const firstRow = max(0, oy * strideHeight - top);
    const endRow = min(height, oy * strideHeight - top + windowHeight);
    for (let ox = 0; ox < outWidth; ox++) {
      const first = max(0, ox * strideWidth - left);
      const end = min(width, ox * strideWidth - left + windowWidth);
      const part: f32 = 1 / <f32>max(1, (endRow - firstRow) * (end - first));
      for (let r = firstRow; r < endRow; r++) {
        let to = dx + <usize>r * row + <usize>first * pixel;
        for (let i = first; i < end; i++) {
          addScaled(channels, dy, part, to);
          to += pixel;
        }
      }
      dy += pixel;
    }
  }
}

/** y += factor·x */
// @ts-ignore: decorator
@inline
function addScaled(count: i32, x: usize, factor: f32, y: usize): void {
  const factors = f32x4.splat(factor);
  for (; count >= 4; count -= 4) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(v128.load(x), factors)));
    x += VECTOR;
    y += VECTOR;
  }
  for (; count > 0; count--) {
    store<f32>(y, load<f32>(y) + load<f32>(x) * factor);
    x += 4;
    y += 4;
  }
}
