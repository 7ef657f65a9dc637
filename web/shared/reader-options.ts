import type { ReaderOptions } from 'zxing-wasm/reader';

/** How codes are looked for: in camera frames fast, in a still picture `thorough`. */
export const readerOptions = (thorough: boolean): ReaderOptions => ({
  formats: ['QRCode'],
  tryHarder: thorough,
  maxNumberOfSymbols: 1,
});
