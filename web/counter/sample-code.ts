/** A QR code drawn from 21 rows of bits: the reader is only called ready once it has read this. */
export const sampleText = 'ONECERT';

const rows = [
  0x1fd57f, 0x104e41, 0x17465d, 0x17525d, 0x17595d, 0x105a41, 0x1fd57f, 0x001300, 0x1176f9, 0x0a3b2c,
  0x05ea73, 0x07a0d8, 0x19edc5, 0x0019cf, 0x1fd98b, 0x10432f, 0x175e73, 0x174b0f, 0x174678, 0x1040d1,
  0x1fd9ff,
];

export const sampleImage = (): ImageData => {
  const [scale, quiet, size] = [4, 4, rows.length];
  const image = new ImageData((size + 2 * quiet) * scale, (size + 2 * quiet) * scale);
  for (let y = 0; y < image.height; y += 1) {
    for (let x = 0; x < image.width; x += 1) {
      const [row, column] = [Math.floor(y / scale) - quiet, Math.floor(x / scale) - quiet];
      const dark = column >= 0 && column < size && ((rows[row] ?? 0) >> (size - 1 - column)) & 1;
      image.data.set(dark ? [0, 0, 0, 255] : [255, 255, 255, 255], (y * image.width + x) * 4);
    }
  }
  return image;
};
