/** The operator's font for characters that the built-in typeface of PDFs does not have (decision 0032). */
import { existsSync } from 'node:fs';
import { z } from 'zod';

/** A file, of a collection `file#face`. A collection's first face may be another region's shapes of the same characters. */
export const pdfFontSchema = z
  .string()
  .transform((setting) => {
    const [file = '', face] = setting.split('#');
    return { file, ...(face && { face }) };
  })
  .refine(({ file }) => existsSync(file), 'there is no such file')
  .refine(
    ({ file, face }) => face !== undefined || !/\.(ttc|otc)$/i.test(file),
    'a collection needs a face, like /path/to/NotoSansCJK-Regular.ttc#NotoSansCJKsc-Regular',
  )
  .optional();
