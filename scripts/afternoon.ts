/**
 * `npm run afternoon [-- node python …]`: does what the developers' page says, block by block, on a fresh server, and
 * prints the signed-in name. `--issuer URL --login NAME --password WORDS` follows the page of another server instead.
 */
import { parseArgs } from 'node:util';
import { readSamplePeople } from '../src/credentials/index.ts';
import { launchChromium } from '../test/browser/launch-chromium.ts';
import {
  followBlocks,
  type Person,
  quickStartLinks,
  signInAndOut,
  signInAndOutInBrowser,
} from '../test/flow/follow-page.ts';
import { type OwnServer, ownServer } from '../test/flow/own-server.ts';

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { issuer: text, login: text, password: text },
});
const { issuer: given, login, password } = values;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const samplePerson = (own: OwnServer): Person => {
  const lin = readSamplePeople('config/sample/people.yaml').find(({ id }) => id === 'lin')!;
  return { loginName: lin.phone, password: own.passwordOf('lin') };
};

const run = async (issuer: string, person: Person): Promise<boolean> => {
  const links = await quickStartLinks(issuer);
  const wanted = links.filter(({ id }) => positionals.length === 0 || positionals.includes(id));
  let good = wanted.length > 0;
  for (const link of wanted) {
    const chromium = process.env.CHROMIUM;
    if (link.id === 'browser' && !chromium) {
      say('browser: left out, CHROMIUM does not say where one is');
      continue;
    }
    const began = performance.now();
    try {
      const app = await followBlocks(link);
      const browser = link.id === 'browser' ? await launchChromium(chromium!) : undefined;
      try {
        const name = browser
          ? await signInAndOutInBrowser(browser, app, person)
          : await signInAndOut(app, person);
        say(
          `${link.id}: signed in as ${name}, and out, ${((performance.now() - began) / 1000).toFixed(1)} s`,
        );
      } finally {
        await browser?.close();
        await app.stop();
      }
    } catch (error) {
      good = false;
      say(`${link.id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return good;
};

if (given !== undefined && login !== undefined && password !== undefined) {
  process.exitCode = (await run(given, { loginName: login, password })) ? 0 : 1;
} else {
  const own = await ownServer();
  try {
    await own.server.start();
    process.exitCode = (await run(own.server.baseUrl, samplePerson(own))) ? 0 : 1;
  } finally {
    await own.remove();
  }
}
