/** Pictures of a QR code as a camera would give them, from a seed: tilted, out of focus, noisy, in uneven light. */
import QRCode from 'qrcode';

export interface Picture {
  data: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
  colorSpace: 'srgb';
}

export interface Look {
  /** Pixels. */
  blur?: number;
  /** Degrees about the upright axis, seen from three widths away. */
  tilt?: number;
  /** Standard deviation, of 255. */
  noise?: number;
  /** The light at the darkest corner, of 1. */
  dimmest?: number;
}

export const looks: Record<string, Look> = {
  clean: {},
  'blur of 1 px': { blur: 1 },
  'blur of 1.5 px': { blur: 1.5 },
  'tilt of 20 degrees with blur': { tilt: 20, blur: 1 },
  'tilt of 30 degrees with blur': { tilt: 30, blur: 1 },
  noise: { noise: 25 },
  'uneven light': { dimmest: 0.3 },
};

const [width, height, pixelsInModule, quiet] = [1280, 720, 4, 4];
/** Samples a pixel and side: edges between modules fall inside pixels. */
const samples = 3;
/** Brightness of a module, of the card and of what is behind it. */
const [dark, bright, behind] = [25, 235, 120];

// Looked up once: in the tests' sandbox each global costs a lookup, and there are millions of pixels.
const { abs, ceil, cos, exp, floor, imul, log, max, min, PI, sin, sqrt } = Math;

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
const seeded = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** One direction of a Gaussian blur of a square; called for both. */
const blurAlong = (from: Float64Array, side: number, sigma: number, step: number): Float64Array => {
  const reach = ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const to = new Float64Array(from.length);
  for (let at = 0; at < from.length; at += 1) {
    const place = floor(at / step) % side;
    for (let i = 0; i < weights.length; i += 1) {
      const near = min(side - 1, max(0, place + i - reach));
      to[at]! += (weights[i]! / sum) * from[at + (near - place) * step]!;
    }
  }
  return to;
};

/** The card with the code on it, tilted and out of focus, as a square of pixels. */
const drawCard = (text: string, { blur = 0, tilt = 0 }: Look): { grey: Float64Array; side: number } => {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const [size, half, bits] = [modules.size, modules.size / 2, modules.data];
  const angle = (tilt * PI) / 180;
  const [sine, cosine, distance] = [sin(angle), cos(angle), 3 * size];
  const side = 2 * ceil((half + 2 * quiet) * pixelsInModule);
  let grey: Float64Array = new Float64Array(side * side);
  for (let at = 0; at < grey.length; at += 1) {
    for (let part = 0; part < samples ** 2; part += 1) {
      const x = ((at % side) + ((part % samples) + 0.5) / samples - side / 2) / pixelsInModule;
      const y = (floor(at / side) + (floor(part / samples) + 0.5) / samples - side / 2) / pixelsInModule;
      // Where the ray through this point of the picture meets the tilted plane.
      const along = (x * distance) / (distance * cosine + x * sine);
      const down = y * (1 - (along * sine) / distance);
      const [row, column] = [floor(down + half), floor(along + half)];
      const onCard = max(abs(along), abs(down)) <= half + quiet;
      const onCode = row >= 0 && column >= 0 && row < size && column < size;
      const shade = onCode && bits[row * size + column] ? dark : onCard ? bright : behind;
      grey[at]! += shade / samples ** 2;
    }
  }
  if (blur > 0) grey = blurAlong(blurAlong(grey, side, blur, 1), side, blur, side);
  return { grey, side };
};

/** The code at four pixels a module in the middle of 1280 × 720, on a white card before something grey. */
export const drawPicture = (text: string, look: Look, seed: number): Picture => {
  const { grey, side } = drawCard(text, look);
  const { noise = 0, dimmest = 1 } = look;
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  const random = seeded(seed);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const inside = x >= left && y >= top && x < left + side && y < top + side;
      const value = inside ? grey[(y - top) * side + x - left]! : behind;
      const light = 1 - ((1 - dimmest) * (x / width + y / height)) / 2;
      const grain = noise > 0 ? noise * sqrt(-2 * log(1 - random())) * cos(2 * PI * random()) : 0;
      const at = (y * width + x) * 4;
      data[at] = data[at + 1] = data[at + 2] = value * light + grain;
      data[at + 3] = 255;
    }
  }
  return { data, width, height, colorSpace: 'srgb' };
};
