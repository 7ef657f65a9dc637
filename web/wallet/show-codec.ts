/** Loaded and run once while nobody waits (`warm-up.ts`), so that a code is on the screen within 300 ms of the tap. */
import { makeShowCode } from '../../src/verifier/core/index.ts';
import { drawCode, quietModules } from '../shared/draw-code.ts';
import { serverSeconds } from '../shared/server-time.ts';
import type { Copy } from './wallet-store.ts';

/** Signs a fresh proof and draws it. Returns when the code was made, in Unix seconds of the province's clock. */
export const drawShowCode = async (
  canvas: HTMLCanvasElement,
  copy: Copy,
  width: number,
  nonce?: Uint8Array,
): Promise<number> => {
  const iat = serverSeconds();
  drawCode(canvas, await makeShowCode(copy.view, copy.key, nonce ? { iat, nonce } : { iat }), width);
  return iat;
};

/** A code's length of nothing, on a canvas nobody sees: a browser runs what it has not run before ten times slower. */
export const drawSample = (): void =>
  drawCode(document.createElement('canvas'), 'SC1:'.padEnd(560, '0A1B2'), quietModules);
