import QRCode from 'qrcode';

/** Pinned so that the picture's geometry does not jump from one redraw to the next. */
const pinnedVersion = 16;
/** Quiet modules on each side; the standard asks for four, a bad lens wants more. */
export const quietModules = 16;
/** Opaque, and the same in either order of bytes. */
const white = 0xffffffff;
const black = new Uint32Array(new Uint8Array([0, 0, 0, 255]).buffer)[0]!;

/**
 * Draws an upper-case (alphanumeric) text as a QR code, level M, black on white at whole device pixels, quiet zone
 * included. `width` is the room in CSS pixels. Longer texts than version 16 holds take the version they need.
 */
export const drawCode = (canvas: HTMLCanvasElement, text: string, width: number): void =>
  drawModules(canvas, createPinned([{ data: text, mode: 'alphanumeric' }]), width, quietModules);

/** Any text, at the smallest version that holds it: for a code that stands still on a desk's screen. */
export const drawLink = (canvas: HTMLCanvasElement, text: string, width: number): void =>
  drawModules(canvas, QRCode.create(text, { errorCorrectionLevel: 'M' }), width, 4);

const drawModules = (
  canvas: HTMLCanvasElement,
  { modules }: QRCode.QRCode,
  width: number,
  quiet: number,
): void => {
  const total = modules.size + 2 * quiet;
  const ratio = window.devicePixelRatio || 1;
  const scale = Math.max(1, Math.floor((width * ratio) / total));
  canvas.width = total * scale;
  canvas.height = total * scale;
  canvas.style.width = `${(total * scale) / ratio}px`;
  canvas.style.height = `${(total * scale) / ratio}px`;
  // One pixel a module, then enlarged in one step: thousands of small rectangles take longer than the code itself.
  const pixels = new Uint32Array(total * total).fill(white);
  for (let row = 0; row < modules.size; row += 1)
    for (let column = 0; column < modules.size; column += 1)
      if (modules.data[row * modules.size + column]) pixels[(row + quiet) * total + column + quiet] = black;
  const small = document.createElement('canvas');
  small.width = total;
  small.height = total;
  const context = canvas.getContext('2d');
  const smallContext = small.getContext('2d');
  if (!context || !smallContext) throw new Error('no canvas');
  smallContext.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), total, total), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
};

const createPinned = (segments: QRCode.QRCodeSegment[]): QRCode.QRCode => {
  try {
    return QRCode.create(segments, { version: pinnedVersion, errorCorrectionLevel: 'M' });
  } catch {
    return QRCode.create(segments, { errorCorrectionLevel: 'M' });
  }
};
