/** The code reader, in a worker so that the page never stutters. Started on first use, after the first paint. */
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

interface Waiting {
  resolve(text: string | undefined): void;
  reject(error: Error): void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let last = 0;

const start = (): Worker => {
  const started = new Worker(new URL('./reader-worker.ts', import.meta.url), { type: 'module' });
  started.addEventListener(
    'message',
    ({ data }: MessageEvent<{ id: number; text?: string; failed?: string }>) => {
      const asked = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.failed) asked?.reject(new Error(data.failed));
      else asked?.resolve(data.text);
    },
  );
  started.addEventListener('error', () => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new Error('reader'));
    waiting.clear();
  });
  return started;
};

/** The text of the QR code in a picture, which is given away. `thorough` takes longer and is for still pictures. */
export const readCode = (image: ImageData | VideoFrame, thorough: boolean): Promise<string | undefined> => {
  worker ??= start();
  last += 1;
  const id = last;
  const answer = new Promise<string | undefined>((resolve, reject) => waiting.set(id, { resolve, reject }));
  worker.postMessage({ id, image, thorough }, ['data' in image ? image.data.buffer : image]);
  return answer;
};

/** Photos from phones are larger than any reader needs; a small code on a large sheet is read at the second size. */
const photoWidths = [2000, 4096];

/** The text of the QR code in a picture file. Throws when it is no picture that this browser can open. */
export const readPhoto = async (file: File): Promise<string | undefined> => {
  const bitmap = await createImageBitmap(file);
  const longest = Math.max(bitmap.width, bitmap.height);
  try {
    for (const [index, width] of photoWidths.entries()) {
      if (index > 0 && longest <= photoWidths[index - 1]!) break;
      const text = await readCode(drawn(bitmap, Math.min(1, width / longest)), true);
      if (text) return text;
    }
    return undefined;
  } finally {
    bitmap.close();
  }
};

const drawn = (bitmap: ImageBitmap, scale: number): ImageData => {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  return pixelsOf(canvas, bitmap);
};

const pixelsOf = (canvas: HTMLCanvasElement, image: CanvasImageSource): ImageData => {
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
};

let frameCanvas: HTMLCanvasElement | undefined;

/** What a camera shows now: the frame itself, for the worker to take apart; drawn where a browser gives no frames. */
export const takeFrame = (video: HTMLVideoElement): ImageData | VideoFrame => {
  if ('VideoFrame' in globalThis) return new VideoFrame(video);
  frameCanvas ??= document.createElement('canvas');
  // Setting a size, even the same, costs a new canvas.
  if (frameCanvas.width !== video.videoWidth) frameCanvas.width = video.videoWidth;
  if (frameCanvas.height !== video.videoHeight) frameCanvas.height = video.videoHeight;
  return pixelsOf(frameCanvas, video);
};

const cacheName = 'onecert-reader';

/** Keeps the reader's code (413 KB) for offline use; it is too large to be part of the first load. */
export const keepReader = async (): Promise<void> => {
  const cache = await caches.open(cacheName);
  if (!(await cache.match(wasmUrl))) await cache.add(wasmUrl);
  const [current, own] = [wasmUrl, import.meta.env.BASE_URL].map(
    (path) => new URL(path, location.origin).href,
  );
  // The other app of this origin keeps its reader in the same cache.
  for (const { url } of await cache.keys())
    if (url !== current && url.startsWith(own!)) await cache.delete(url);
};
