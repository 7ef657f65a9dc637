/// <reference lib="webworker" />
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { greyOf } from './grey-picture.ts';
import { readerOptions } from './reader-options.ts';

// The library would fetch from a content network; ours comes from our own hashed address.
prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

interface Question {
  id: number;
  image: ImageData | VideoFrame;
  thorough: boolean;
}

/** Of a frame the brightness alone; where a camera gives colours, those. */
const readable = async (image: ImageData | VideoFrame): Promise<ImageData | Uint8Array> => {
  if (image instanceof ImageData) return image;
  try {
    return (await greyOf(image)) ?? drawn(image);
  } finally {
    image.close();
  }
};

const drawn = (frame: VideoFrame): ImageData => {
  const { displayWidth: width, displayHeight: height } = frame;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(frame, 0, 0);
  return context.getImageData(0, 0, width, height);
};

const answer = async ({ id, image, thorough }: Question): Promise<void> => {
  try {
    const found = await readBarcodes(await readable(image), readerOptions(thorough));
    postMessage({ id, text: found.find(({ isValid }) => isValid)?.text });
  } catch (error) {
    postMessage({ id, failed: String(error) });
  }
};

addEventListener('message', ({ data }: MessageEvent<Question>) => void answer(data));
