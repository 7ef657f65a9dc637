/** Prints what a province's pack and a day's delta weigh. Run: node --import ./scripts/typescript.mjs scripts/measure-pack.ts */
import { makeSizedPack } from '../test/unit/credentials/sized-pack.ts';

for (const [what, size] of Object.entries((await makeSizedPack()).sizes))
  process.stdout.write(`${JSON.stringify({ what, ...size })}\n`);
