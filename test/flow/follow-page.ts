/**
 * Does what the developers' page says, as it says it: from its address to a signed-in name. Takes the blocks of a quick
 * start in order, saves the files, gives the commands to one shell, and opens the app as a person.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { freePort } from '../../src/tour/server-process.ts';
import { plainText, TestBrowser, type Visit } from './test-browser.ts';

export interface Person {
  loginName: string;
  password: string;
}

export interface QuickStartLink {
  id: string;
  address: string;
}

interface PageBlock {
  /** File to save; absent for commands. */
  file?: string;
  text: string;
}

const read = async (address: string): Promise<string> => {
  const answer = await fetch(address, { headers: { accept: 'text/html', 'accept-language': 'en' } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.text();
};

/** The quick starts /developers links to. */
export const quickStartLinks = async (issuer: string): Promise<QuickStartLink[]> => {
  const address = new URL('/developers', issuer);
  const links = (await read(address.href)).matchAll(/href="(\/developers\/quick-start\/([a-z]+))"/g);
  return [...links].map(([, path, id]) => ({ id: id!, address: new URL(path!, address).href }));
};

const blocksOn = (page: string): PageBlock[] =>
  [...page.matchAll(/<pre data-(file|run)="([^"]+)"[^>]*>([\s\S]*?)<\/pre>/g)].map(
    ([, kind, name, text]) => ({
      text: plainText(text!),
      ...(kind === 'file' ? { file: plainText(name!) } : {}),
    }),
  );

/** One shell, as a person keeps one terminal: every block is run where the one before left off. */
class Terminal {
  #child: ChildProcess;
  #exit: Promise<unknown>;
  output = '';

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    // A process group of its own: what the shell started ends with it.
    this.#child = spawn('bash', ['-e'], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.#exit = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
  }

  /** Types it in; does not wait. */
  type(commands: string): void {
    this.#child.stdin!.write(`${commands}\n`);
  }

  /** Waits until `done` holds; throws with what the shell said when it ended before, or after four minutes. */
  async until(done: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 2_400; tries += 1) {
      if (await done()) return;
      if (this.#child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`a block of the page did not work:\n${this.output.slice(-4000)}`);
  }

  /** Runs commands to their end and says in which folder they left the shell. */
  async run(commands: string): Promise<string> {
    const mark = `done ${Math.random()}`;
    this.type(`${commands}\necho "${mark} $PWD"`);
    await this.until(() => this.output.includes(mark));
    return new RegExp(`${mark} (.*)`).exec(this.output)![1]!;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode === null) {
      process.kill(-this.#child.pid!, 'SIGKILL');
      await this.#exit;
    }
  }
}

export interface RunningApp {
  home: string;
  /** What it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Follows the blocks of one quick start until its app answers. */
export const followBlocks = async (link: QuickStartLink): Promise<RunningApp> => {
  const blocks = blocksOn(await read(link.address));
  const folder = mkdtempSync(join(tmpdir(), `onecert-${link.id}-`));
  const port = await freePort();
  const terminal = new Terminal(folder, { ...process.env, PORT: String(port), NODE_OPTIONS: '' });
  const stop = async (): Promise<void> => {
    await terminal.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const home = `http://localhost:${port}/`;
  const answers = (): Promise<boolean> =>
    fetch(home).then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    let here = folder;
    for (const [index, { file, text }] of blocks.entries()) {
      if (file !== undefined) {
        mkdirSync(dirname(join(here, file)), { recursive: true });
        writeFileSync(join(here, file), text);
      } else if (index < blocks.length - 1) here = await terminal.run(text);
      else terminal.type(text);
    }
    if (!existsSync(join(here, 'client.json'))) throw new Error('the page leaves no client.json');
    await terminal.until(answers);
    return { home, output: () => terminal.output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** What the app's own page says about who is signed in. */
const nameOn = (page: Visit): string | undefined => {
  const name = /Signed in as <b>([^<]+)<\/b>/.exec(page.text)?.[1];
  return name === undefined ? undefined : plainText(name);
};

const stuck = (app: RunningApp, at: Visit): Error =>
  new Error(`stuck at ${at.url.split('?')[0]} (${at.status})\n${app.output().slice(-2000)}`);

/** From the app's own link through the issuer's pages, until the browser stops or is back at the app. */
const walkToAnswer = async (browser: TestBrowser, app: RunningApp, person: Person): Promise<Visit> => {
  const start = await browser.open(app.home);
  const link = /href="([^"]+)"[^>]*>Sign in/.exec(start.text)?.[1];
  if (link === undefined) throw stuck(app, start);
  let at = await browser.open(new URL(link, start.url).href);
  if (at.text.includes('/sign-in"')) at = await browser.signIn(at, person.loginName, person.password);
  if (at.text.includes('/consent"')) at = await browser.submit(at, '/consent', { decision: 'agree' });
  return at;
};

const english = { 'accept-language': 'en' };

/** A person signs in at the app, agrees when asked, and signs out again. Returns the name the app showed. */
export const signInAndOut = async (app: RunningApp, person: Person): Promise<string> => {
  const browser = new TestBrowser(() => false, english);
  let at = await walkToAnswer(browser, app, person);
  const name = nameOn(at);
  if (name === undefined || at.url !== app.home) throw stuck(app, at);
  at = await browser.submit(at, '/logout');
  if (at.text.includes('/session/end/confirm"'))
    at = await browser.submit(at, '/session/end/confirm', { logout: 'yes' });
  if (at.url.split('?')[0] !== app.home || nameOn(at) !== undefined) throw stuck(app, at);
  return name;
};

/** What the app says to an answer with a good code in which one parameter was changed on the way. */
export const answerChanged = async (
  app: RunningApp,
  person: Person,
  parameter: 'state' | 'iss',
  value: string,
): Promise<{ status: number; name: string | undefined }> => {
  const browser = new TestBrowser((url) => url.href.startsWith(`${app.home}callback`), english);
  const answer = new URL((await walkToAnswer(browser, app, person)).url);
  if (!answer.searchParams.has('code')) throw new Error('the issuer gave no code');
  answer.searchParams.set(parameter, value);
  const { status } = await browser.request(answer.href);
  return { status, name: nameOn(await browser.request(app.home)) };
};

/** The same at an app without a server, which only a real browser can run. */
export const signInAndOutInBrowser = async (
  browser: Browser,
  app: RunningApp,
  person: Person,
): Promise<string> => {
  const page = await browser.newPage({ locale: 'en-GB' });
  try {
    await page.goto(app.home);
    await page.getByRole('button', { name: 'Sign in with OneCert' }).click();
    await page.locator('#login-name').fill(person.loginName);
    await page.locator('#password').fill(person.password);
    await page.locator('#password').press('Enter');
    await page.locator('form[action$="/consent"] button[value="agree"]').click();
    const who = page.getByText('Signed in as');
    await who.waitFor();
    const name = (await who.textContent())!.replace('Signed in as ', '');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('form[action$="/session/end/confirm"] button[value="yes"]').click();
    await page.getByRole('button', { name: 'Sign in with OneCert' }).waitFor();
    return name;
  } finally {
    await page.close();
  }
};
