/**
 * `npm run tour`: the main job against a fresh server of its own, over real HTTP. A line a step, one JSON line at the
 * end, non-zero at the first thing that is wrong.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds, systemClock } from '../clock.ts';
import { projectDir } from '../config.ts';
import { readSamplePeople } from '../credentials/index.ts';
import {
  makeShowCode,
  openPack,
  type PackMemory,
  type PublicKeyJwk,
  type Trusted,
  type Verdict,
  verify,
} from '../verifier/core/index.ts';
import { freePort, ServerProcess } from './server-process.ts';
import { type Portal, signInPortal, userInfo } from './sign-in-portal.ts';
import {
  type CredentialOffer,
  getJson,
  issuerMetadata,
  makeDeviceKey,
  redeemOffer,
  requestCredentials,
} from './wallet-client.ts';

const started = performance.now();
const facts: Record<string, unknown> = {};
let steps = 0;

const say = (text: string): void => {
  steps += 1;
  process.stdout.write(`${String(steps).padStart(2)}. ${text}\n`);
};

const expect = (what: string, actual: unknown, wanted: unknown): void => {
  if (actual !== wanted) throw new Error(`${what}: expected ${String(wanted)}, got ${String(actual)}`);
};

const json = <T>(result: { exitCode: number; stdout: string; stderr: string }): T => {
  if (result.exitCode !== 0)
    throw new Error(`onecert ended with ${result.exitCode}: ${result.stderr.slice(-500)}`);
  return JSON.parse(result.stdout) as T;
};

/** The counter: what it keeps, and what it says with no network. */
class Counter {
  readonly #baseUrl: string;
  #root: PublicKeyJwk | undefined;
  #memory: PackMemory | undefined;
  #trusted: Trusted | undefined;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  async refresh(): Promise<number> {
    this.#root ??= await getJson<PublicKeyJwk>(`${this.#baseUrl}/trust/root`);
    const jws = await fetch(`${this.#baseUrl}/pack`).then((response) => response.text());
    const opened = await openPack(jws, { root: this.#root, now: seconds(systemClock), memory: this.#memory });
    if ('verdict' in opened) throw new Error(`the pack was refused: ${opened.verdict.code}`);
    this.#memory = opened.memory;
    this.#trusted = opened.trusted;
    return opened.payload.number;
  }

  judge(text: string, now = seconds(systemClock)): Promise<Verdict> {
    return verify(text, this.#trusted!, { now });
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'onecert-tour-'));
/** On MongoDB the tour takes a database of its own name, so that it never meets an instance's data. */
const ownDatabase = (): NodeJS.ProcessEnv => {
  if (!process.env.MONGODB_URL) return {};
  const url = new URL(process.env.MONGODB_URL);
  url.pathname = `/onecert_tour_${process.pid}_${seconds(systemClock)}`;
  return { MONGODB_URL: url.href };
};
const server = new ServerProcess(projectDir, await freePort(), dataDir, ownDatabase());
let exitCode = 0;
try {
  await server.start();
  say(`the province is up at ${server.baseUrl}, its sample people and registers loaded`);
  const [person] = readSamplePeople(join(projectDir, 'config/sample/people.yaml'));
  const passwords = JSON.parse(readFileSync(join(dataDir, 'sample-people.json'), 'utf8')) as {
    id: string;
    password: string;
  }[];
  const password = passwords.find(({ id }) => id === person!.id)!.password;
  const info = json<{ engines: { documents: string; ephemeral: string } }>(
    await server.onecert('info', '--json'),
  );
  facts.engines = `${info.engines.documents}+${info.engines.ephemeral}`;

  const redirectUri = `http://localhost:${await freePort()}/callback`;
  const added = json<{ client_id: string; client_secret: string }>(
    await server.onecert('app', 'add', '--name', 'Tour portal', '--redirect', redirectUri, '--json'),
  );
  say('a portal registered itself: onecert app add');
  const portal: Portal = {
    baseUrl: server.baseUrl,
    clientId: added.client_id,
    clientSecret: added.client_secret,
    redirectUri,
  };
  const signedIn = await signInPortal(portal, { loginName: person!.phone, password }, 'openid profile');
  const claims = await userInfo(portal, signedIn);
  expect('userinfo name', claims.name, person!.name);
  expect('pages shown', signedIn.pages.join(', '), 'sign-in, consent');
  say(
    `she signed in to the portal with her phone number: sign-in page, consent page, acr ${String(signedIn.acr)}`,
  );

  const offer = json<{ credential_offer: CredentialOffer; tx_code: string }>(
    await server.onecert('offer', person!.id, 'driving_licence', '--json'),
  );
  say('the department offered her driving licence, with a transaction code told apart');
  const accessToken = await redeemOffer(offer.credential_offer, offer.tx_code);
  const metadata = await issuerMetadata(server.baseUrl);
  const request = (configurationId: string, keys: CryptoKeyPair[]) =>
    requestCredentials({
      issuer: server.baseUrl,
      metadata,
      accessToken,
      configurationId,
      keys,
    });
  const viewKeys = await Promise.all([makeDeviceKey(), makeDeviceKey(), makeDeviceKey()]);
  const views = (await request('driving_licence_view_standard', viewKeys)) as string[];
  const [sdJwt] = await request('driving_licence_sd_jwt', [await makeDeviceKey()]);
  const [ldpVc] = await request('driving_licence_ldp_vc', [await makeDeviceKey()]);
  say(`her wallet got it over OpenID4VCI: ${views.length} show-code views, an SD-JWT VC and a W3C VC 2.0`);

  const counter = new Counter(server.baseUrl);
  facts.firstPack = await counter.refresh();
  say(`a counter loaded offline pack ${String(facts.firstPack)} and pinned the province's root`);
  await server.stop();
  say('the server is stopped: from here the counter has no network');

  const show = (index: number, iat = seconds(systemClock)): Promise<string> =>
    makeShowCode(new Uint8Array(Buffer.from(views[index]!, 'base64url')), viewKeys[index]!.privateKey, {
      iat,
    });
  const code = await show(0);
  facts.showCodeCharacters = code.length;
  const verdict = await counter.judge(code);
  expect('the show code', verdict.code, 'valid');
  expect('the holder is proven', verdict.holderProven, true);
  say(`show code of ${code.length} characters: ${verdict.sentence.zh} ${verdict.sentence.en}`);
  expect(
    'the same code 61 s later',
    (await counter.judge(code, seconds(systemClock) + 61)).code,
    'code_expired',
  );
  say('the same picture 61 seconds later: expired');
  expect('the SD-JWT VC', (await counter.judge(String(sdJwt))).code, 'valid');
  expect('the W3C VC', (await counter.judge(JSON.stringify(ldpVc))).code, 'valid');
  say('the SD-JWT VC and the W3C VC verify offline as well');
  const changed = `${code.slice(0, -9)}${code.at(-9) === 'A' ? 'B' : 'A'}${code.slice(-8)}`;
  const tampered = (await counter.judge(changed)).outcome;
  expect('a code with one character changed', tampered === 'valid', false);
  say('one character changed: refused');

  await server.start();
  const [licence] = json<{ id: string }[]>(
    await server.onecert(
      'credential',
      'list',
      '--account',
      person!.id,
      '--type',
      'driving_licence',
      '--json',
    ),
  );
  json(await server.onecert('credential', 'suspend', licence!.id, '--reason', 'points_exceeded', '--json'));
  say('the server is back; the department suspended the licence');
  facts.secondPack = await counter.refresh();
  const refused = await counter.judge(await show(1));
  expect('the next show', refused.code, 'suspended');
  say(`the counter refreshed its pack; the next show: ${refused.sentence.zh} ${refused.sentence.en}`);
  const audit = json<{ ok: boolean; entries: number }>(await server.onecert('audit', 'verify', '--json'));
  expect('the audit log is whole', audit.ok, true);
  facts.auditEntries = audit.entries;
  say(`the audit log is whole: ${audit.entries} entries`);
} catch (error) {
  exitCode = 1;
  facts.error = error instanceof Error ? error.message : String(error);
  process.stdout.write(`WRONG: ${facts.error}\n${server.log.slice(-2000)}\n`);
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
process.stdout.write(
  `${JSON.stringify({ tour: exitCode === 0 ? 'ok' : 'failed', steps, seconds: Number(((performance.now() - started) / 1000).toFixed(1)), ...facts })}\n`,
);
process.exit(exitCode);
