import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { projectDir } from '../../src/config.ts';
import { describeWith } from '../contract/server-suites.ts';
import { launchChromium } from './launch-chromium.ts';

const read = (name: string) => JSON.parse(readFileSync(join(projectDir, 'test/vectors', name), 'utf8'));
const packs = read('pack.json');
const deltas = read('pack-delta.json');
const example = join(projectDir, 'examples/verifier');
interface Case {
  title: string;
  input: string;
  now?: number;
  expected: string;
}
/** Judged by the first pack, on their own, each with no more than a time. */
const simple = (name: string): Case[] =>
  read(name).cases.filter((each: object) => !('nonce' in each || 'before' in each || 'pack' in each));

describe('onecert/verifier, as another project has it', () => {
  it('judges in Node by its example', () => {
    const folder = mkdtempSync(join(tmpdir(), 'onecert-desk-'));
    const [root, pack] = [join(folder, 'root.json'), join(folder, 'pack.jwt')];
    writeFileSync(root, JSON.stringify(packs.root));
    writeFileSync(pack, packs.cases[0].pack);
    const judged = ({ input, now = packs.now }: Case) =>
      spawnSync(process.execPath, [join(example, 'node.mjs'), root, pack, String(now)], {
        input,
        encoding: 'utf8',
      });
    const wanted = ['valid', 'revoked', 'tampered'].map(
      (code) => simple('show-code.json').find(({ expected }) => expected === code)!,
    );
    for (const each of wanted) {
      const { stdout, stderr, status } = judged(each);
      expect([each.title, stdout.split('\n')[0], stderr]).toEqual([each.title, each.expected, '']);
      expect(status).toBe(each.expected === 'valid' ? 0 : 1);
      expect(stdout).toMatch(/\n(有效|无效): .*\n(Valid|Not valid): /);
    }
    rmSync(folder, { recursive: true });
  });

  it('judges by the steps of its README, as they stand there', async () => {
    const readme = readFileSync(join(projectDir, 'src/verifier/README.md'), 'utf8');
    const steps = /```js\n(.*?)```/s.exec(readme)![1]!;
    const [imported, ...body] = steps.trim().split('\n');
    const folder = mkdtempSync(join(tmpdir(), 'onecert-readme-'));
    const file = join(folder, 'desk.mjs');
    writeFileSync(
      file,
      `${imported!.replace('onecert/verifier', join(projectDir, 'dist/verifier/core/index.js'))}
       export { createReplayMemory };
       export const judge = async ({ root, jws, now, memory, text, seen, firstCode, store }) => {
         ${body.filter((line) => !line.startsWith('const root')).join('\n')}
         return found;
       };`,
    );
    const run = `
      import { createReplayMemory, judge } from ${JSON.stringify(file)};
      const { root, now, jws, texts } = JSON.parse(process.argv[1]);
      const kept = [];
      const seen = createReplayMemory(() => now);
      const desk = { root, now, seen, store: (one) => kept.push(one) };
      const codes = [];
      for (const text of texts) codes.push((await judge({ ...desk, jws, text })).code);
      const memory = { ...kept[0].memory, packNumber: kept[0].memory.packNumber + 1 };
      codes.push((await judge({ ...desk, jws, text: texts[0], memory })).code);
      console.log(JSON.stringify({ codes, kept: kept.length }));`;
    const wanted = ['valid', 'revoked'].map(
      (code) => simple('show-code.json').find(({ expected }) => expected === code)!.input,
    );
    const given = {
      ...packs,
      jws: packs.cases[0].pack,
      texts: [wanted[0], wanted[0], wanted[1]],
      cases: undefined,
    };
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', run, JSON.stringify(given)],
      { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
    );
    rmSync(folder, { recursive: true });
    expect([stderr, JSON.parse(stdout || '{}')]).toEqual([
      '',
      // The same code twice, a revoked one, and an older pack put in again.
      { codes: ['valid', 'replayed', 'revoked', 'pack_invalid'], kept: 3 },
    ]);
  });

  it('exports types that another project’s compiler takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'onecert-types-'));
    writeFileSync(
      join(folder, 'desk.mts'),
      `import { applyDelta, openPack, verify, verdictCodes, type Verdict } from '${projectDir}/dist/verifier/core/index.js';
       const opened = await openPack('', { root: { kty: 'EC' }, now: 1 });
       export const found: Verdict = 'verdict' in opened ? opened.verdict : await verify('', opened.trusted, { now: 1 });
       export const next = await applyDelta('', undefined, { root: { kty: 'EC' }, now: 1 });
       export const codes: readonly string[] = verdictCodes;
       // @ts-expect-error the set is closed
       export const wrong: typeof found.code = 'fine';`,
    );
    const tsc = join(projectDir, 'node_modules/typescript/bin/tsc');
    const flags = '--ignoreConfig --noEmit --strict --module nodenext --target es2022 --types'.split(' ');
    const { stdout } = spawnSync(process.execPath, [tsc, ...flags, '', join(folder, 'desk.mts')], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    expect(stdout).toBe('');
  });
});

describeWith('CHROMIUM', 'onecert/verifier in a browser, by its example', (executablePath) => {
  let folder: string;
  let browser: Browser;
  let server: Server;
  let page: Page;
  const asked: string[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'onecert-page-'));
    const vite = join(projectDir, 'node_modules/vite/bin/vite.js');
    const args = [vite, 'build', example, '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const files = new Map(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [path.slice(folder.length), readFileSync(path)]),
    );
    server = createServer((request, response) => {
      const file = files.get(request.url === '/' ? '/index.html' : request.url!);
      response.setHeader('content-type', request.url?.endsWith('.js') ? 'text/javascript' : 'text/html');
      response.writeHead(file ? 200 : 404).end(file);
    }).listen(0, '127.0.0.1');
    browser = await launchChromium(executablePath);
    page = await browser.newPage();
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    page.on('request', (request) => {
      // Its own pieces are loaded at first use; nothing else is asked for.
      if (!files.has(new URL(request.url()).pathname)) asked.push(request.url());
    });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const desk = (now: number, root: unknown, jws?: string) =>
    page.evaluate(
      async (given) => {
        const scope = globalThis as unknown as Record<string, unknown> & {
          startDesk(given: object): Promise<unknown>;
        };
        scope.at = given.now;
        scope.desk = await scope.startDesk({
          root: given.root,
          kept: given.jws && { jws: given.jws },
          clock: () => scope.at,
        });
      },
      { now, root, jws },
    );
  const judged = (input: string, now: number) =>
    page.evaluate(
      async (given) => {
        const scope = globalThis as unknown as {
          at: number;
          desk: { judge(text: string): Promise<{ code: string }> };
        };
        scope.at = given.now;
        return (await scope.desk.judge(given.input)).code;
      },
      { input, now },
    );

  it('gives codes and files of every format the verdicts of the vectors, and asks nobody', async () => {
    for (const each of [...simple('show-code.json'), ...simple('credentials.json')]) {
      await desk(packs.now, packs.root, packs.cases[0].pack);
      expect([each.title, await judged(each.input, each.now ?? packs.now)]).toEqual([
        each.title,
        each.expected,
      ]);
    }
    expect(asked).toEqual([]);
  });

  it('follows a delta, and keeps what it holds when one is refused', async () => {
    await desk(deltas.now, deltas.root, deltas.packs.first);
    const update = (delta: unknown) =>
      page.evaluate(
        async (text) => {
          const { desk: held } = globalThis as unknown as {
            desk: { update(delta: string): Promise<{ code: string } | undefined>; number(): number };
          };
          return [(await held.update(text))?.code, held.number()];
        },
        typeof delta === 'string' ? delta : JSON.stringify(delta),
      );
    const of = (title: string) => deltas.cases.find((each: Case) => each.title === title).delta;
    expect(await update(of('interrupted'))).toEqual(['pack_invalid', 40]);
    expect(await update(of('signed by another key under the known name'))).toEqual(['pack_invalid', 40]);
    expect(await update(of('in order'))).toEqual([undefined, 41]);
    expect(await update(of('in order'))).toEqual(['pack_invalid', 41]);
  });

  it('shows the sentence on its page', async () => {
    await desk(packs.now, packs.root, packs.cases[0].pack);
    await page.getByLabel('Code').fill('https://pay.example/x');
    await page.locator('#answer[data-code=malformed]').waitFor();
    expect(await page.locator('#answer').textContent()).toMatch(
      /Not valid: This is not a certificate|无效: /,
    );
  });
});
