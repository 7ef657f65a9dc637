/// <reference lib="webworker" />
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { readerOptions } from './reader-options.ts';

// The library would fetch from a content network; ours comes from our own hashed address.
prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

interface Question {
  id: number;
  image: ImageData;
  thorough: boolean;
}

const answer = async ({ id, image, thorough }: Question): Promise<void> => {
  try {
    const found = await readBarcodes(image, readerOptions(thorough));
    postMessage({ id, text: found.find(({ isValid }) => isValid)?.text });
  } catch (error) {
    postMessage({ id, failed: String(error) });
  }
};

addEventListener('message', ({ data }: MessageEvent<Question>) => void answer(data));
