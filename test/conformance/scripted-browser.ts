/**
 * A browser that does what the `browser` part of a conformance suite configuration says, on our real pages: so the files
 * in docs/conformance are run here before anybody runs them elsewhere. Forms are filled and sent as without JavaScript;
 * the one script it knows is the form_post page that submits itself.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from '../../src/config.ts';
import { TestBrowser, type Visit } from '../flow/test-browser.ts';

type Command = (string | number)[];

interface Task {
  task: string;
  match: string;
  optional?: boolean;
  commands?: Command[];
}

interface BrowserScript {
  match: string;
  tasks: Task[];
}

export interface SuiteConfig {
  browser: BrowserScript[];
  override: Record<string, { browser: BrowserScript[] }>;
}

/** A configuration of docs/conformance, with what docs/conformance.md says to put in. */
export const readSuiteConfig = (name: string, over: Record<string, string>): SuiteConfig => {
  let text = readFileSync(join(projectDir, 'docs/conformance', `${name}.json`), 'utf8');
  for (const [from, to] of Object.entries(over)) text = text.replaceAll(from, to);
  return JSON.parse(text) as SuiteConfig;
};

const fits = (pattern: string, url: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.?+^$()[\]{}|\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(url);

const submitsItself = /<script>[\s\S]*document\.forms\[0\]\.submit\(\)[\s\S]*<\/script>/;

const withAttribute = (tags: string[], name: string, value: string): string[] =>
  tags.filter((tag) => new RegExp(`\\s${name}="${value}"`).test(tag));

export class ScriptedBrowser {
  readonly browser: TestBrowser;
  /** Pages an image placeholder would have been filled with, in order. */
  readonly pictures: Visit[] = [];
  #typed: Record<string, string> = {};

  constructor(send: TestBrowser['send'], headers: Record<string, string> = {}) {
    this.browser = new TestBrowser(() => false, headers, send);
  }

  async #arrive(visit: Visit): Promise<Visit> {
    this.#typed = {};
    const at = await this.browser.follow(visit);
    if (!submitsItself.test(at.text)) return at;
    const action = /<form method="post" action="([^"]+)"/.exec(at.text)![1]!.replaceAll('&amp;', '&');
    return this.#arrive(await this.browser.post(at, action));
  }

  /** Every element of the page the command names. */
  #find(page: Visit, by: string, target: string): string[] {
    const tags = page.text.match(/<(?:input|button|a|span)\b[^>]*>/g) ?? [];
    if (by === 'id' || by === 'name') return withAttribute(tags, by, target);
    const element = /^\/\/([a-z\d]+)$/.exec(target)?.[1];
    if (by !== 'xpath' || element === undefined) throw new Error(`this browser knows no ${by} ${target}`);
    return page.text.match(new RegExp(`<${element}\\b[^>]*>[\\s\\S]*?</${element}>`, 'g')) ?? [];
  }

  async #click(page: Visit, tag: string): Promise<Visit> {
    const forms = page.text.match(/<form[\s\S]*?<\/form>/g) ?? [];
    const form = forms.find((text) => text.includes(tag))!;
    const action = /action="([^"]+)"/.exec(form)![1]!;
    const [, name, value] = /\sname="([^"]+)" value="([^"]*)"/.exec(tag) ?? [];
    const fields = { ...this.#typed, ...(name === undefined ? {} : { [name]: value! }) };
    return this.#arrive(await this.browser.post(page, action, fields));
  }

  async #do(page: Visit, [act, by, target, ...rest]: Command): Promise<Visit> {
    const found = this.#find(page, String(by), String(target));
    if (found.length === 0) {
      if (rest.at(-1) === 'optional') return page;
      throw new Error(`no ${by} ${target} on ${page.url} (${page.status}): ${page.text.slice(0, 1500)}`);
    }
    if (act === 'wait') {
      const [, pattern = '', then = ''] = rest.map(String);
      const text = found[0]!.replace(/<[^>]*>/g, '');
      if (!new RegExp(pattern).test(text)) throw new Error(`${target} does not say ${pattern}: ${text}`);
      if (then.startsWith('update-image-placeholder')) this.pictures.push(page);
      return page;
    }
    if (found.length > 1) throw new Error(`${found.length} elements ${by} ${target} on ${page.url}`);
    if (act === 'click') return this.#click(page, found[0]!);
    if (act !== 'text') throw new Error(`this browser cannot ${act}`);
    this.#typed[/\sname="([^"]+)"/.exec(found[0]!)![1]!] = String(rest[0]);
    return page;
  }

  /** Goes to the address and through the tasks the configuration has for it; throws where the suite would fail. */
  async run(scripts: BrowserScript[], url: string, method: 'GET' | 'POST' = 'GET'): Promise<Visit> {
    const script = scripts.find(({ match }) => fits(match, url));
    if (script === undefined) throw new Error('no script for this address');
    const [address, query] = url.split('?') as [string, string];
    const first =
      method === 'GET'
        ? await this.browser.request(url)
        : await this.browser.request(address, { method, body: new URLSearchParams(query) });
    let page = await this.#arrive(first);
    for (const { task, match, optional, commands = [] } of script.tasks) {
      if (!fits(match, page.url)) {
        if (optional) continue;
        throw new Error(`${task}: not at ${match} but ${page.url} (${page.status})`);
      }
      for (const command of commands) page = await this.#do(page, command);
    }
    return page;
  }
}
