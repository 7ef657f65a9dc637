// node examples/verifier/node.mjs root.json pack.jwt < code.txt      offline: opens no connection
import { readFileSync } from 'node:fs';
import { inWords, openDesk } from './desk.mjs';

const [rootFile, packFile, now] = process.argv.slice(2);
const clock = () => (now ? Number(now) : Math.floor(Date.now() / 1000));
const desk = openDesk({
  root: JSON.parse(readFileSync(rootFile, 'utf8')),
  kept: { jws: readFileSync(packFile, 'utf8').trim() },
  clock,
});
const refused = await desk.open();
const found = refused ?? (await desk.judge(readFileSync(0, 'utf8')));
process.stdout.write(`${found.code}\n${inWords(found, 'zh', clock())}\n${inWords(found, 'en', clock())}\n`);
process.exitCode = found.outcome === 'valid' ? 0 : 1;
