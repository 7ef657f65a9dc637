import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import QRCode from 'qrcode';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { greyHeader } from '../../../web/shared/grey-picture.ts';
import { readerOptions } from '../../../web/shared/reader-options.ts';
import { createTestProvince, now, viewValues } from '../verifier/test-province.ts';
import { drawPicture, looks, type Picture } from './draw-picture.ts';

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');

/** As `greyOf` gives it: every pixel of these pictures is grey. */
const brightnessOf = ({ data, width, height }: Picture): Uint8Array => {
  const header = greyHeader(width, height);
  const grey = new Uint8Array(header.length + width * height);
  grey.set(header);
  for (let pixel = 0; pixel < width * height; pixel += 1) grey[header.length + pixel] = data[4 * pixel]!;
  return grey;
};

describe('the reader of the pages, with its options for camera frames, at 4 pixels a module in 1280 × 720', () => {
  const codes: string[] = [];
  beforeAll(async () => {
    const wasmBinary = readFileSync(wasm);
    prepareZXingModule({
      overrides: {
        wasmBinary: wasmBinary.buffer.slice(wasmBinary.byteOffset, wasmBinary.byteOffset + wasmBinary.length),
      },
    });
    const province = await createTestProvince();
    const nonce = new Uint8Array(8);
    const longest = {
      2: '阿卜杜热合曼·吐尔逊买买提',
      4: 'A1A2D',
      7: '某某某自治州某某某自治县公安局交通警察大队车辆管理所',
    };
    codes.push(
      await province.showCodeOf({ view: 12, values: { 2: '张三', 3: true } }),
      await province.showCodeOf(),
      await province.showCodeOf({}, { nonce }),
      await province.showCodeOf({ values: { ...viewValues, ...longest } }),
      await province.showCodeOf({ values: { ...viewValues, ...longest } }, { nonce, iat: now + 20 }),
      await province.slipOf(),
    );
  });

  it('has codes of up to version 16', () => {
    const versions = codes.map((text) => QRCode.create(text, { errorCorrectionLevel: 'M' }).version);
    expect(Math.max(...versions)).toBe(16);
    expect(versions).toHaveLength(6);
  });

  it.each(Object.entries(looks))(
    'reads all six codes, of the brightness alone and of colours: %s',
    async (_, look) => {
      for (const [seed, text] of codes.entries()) {
        const picture = drawPicture(text, look, seed + 1);
        for (const given of [brightnessOf(picture), picture]) {
          const found = await readBarcodes(given, readerOptions(false));
          expect(found.map((each) => each.text)).toEqual([text]);
        }
      }
    },
  );
});
