/** Photos of the sample: six small drawings of nobody, JPEG in base64 as a register hands them over. */
import { readFileSync } from 'node:fs';

const drawings = 6;

export const photo = (sequence: number): string =>
  readFileSync(new URL(`photos/${(sequence % drawings) + 1}.jpg`, import.meta.url)).toString('base64');
