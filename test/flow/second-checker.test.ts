import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK } from 'jose';
import { exportIssued } from '../../src/cli/export-issued.ts';
import { projectDir } from '../../src/config.ts';
import { makeDeviceKey } from '../../src/tour/wallet-client.ts';
import { makeShowCode } from '../../src/verifier/core/index.ts';
import { type RunningApp, startApp } from './start-app.ts';

/** Debian's own Python, where Debian's packages are. */
const python = '/usr/bin/python3';
const hasPython = ((): boolean => {
  try {
    execFileSync(python, ['-c', 'import cbor2, cryptography, jsonschema, pyld'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

interface Line extends Record<string, unknown> {
  copy: string;
  format: string;
  credential: string;
  digest: string;
  kid: string;
  state: string;
  statusIndex: number;
  type: string;
}

interface Report {
  checked: number;
  bad: { copy: string; format: string; reason: string }[];
  unchecked: Record<string, number>;
  published: { what: string; reason: string }[];
}

const context = { actor: 'cli' };
const decode = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The last character but one: every bit of it is a bit of the bytes. */
const flip = (text: string): string => {
  const at = text.length - 2;
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
};

(hasPython ? describe : describe.skip)('a second implementation in another language (security (a) 9)', () => {
  let app: RunningApp;
  let dir: string;
  let lines: Line[];
  const check = (folder: string): Report & { exit: number } => {
    const { stdout, status, stderr } = spawnSync(
      python,
      ['-B', join(projectDir, 'test/second-checker/check.py'), folder],
      { encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    if (!stdout)
      return {
        exit: status ?? -1,
        checked: 0,
        bad: [],
        unchecked: {},
        published: [{ what: 'all', reason: stderr }],
      };
    return { ...(JSON.parse(stdout) as Report), exit: status ?? -1 };
  };
  /** The export with one thing changed. */
  const withFault = (change: (folder: string, lines: Line[]) => void): Report & { exit: number } => {
    const folder = mkdtempSync(join(tmpdir(), 'onecert-planted-'));
    cpSync(dir, folder, { recursive: true });
    const planted = structuredClone(lines);
    change(folder, planted);
    writeFileSync(join(folder, 'copies.ndjson'), planted.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const report = check(folder);
    rmSync(folder, { recursive: true, force: true });
    return report;
  };

  beforeAll(async () => {
    app = await startApp();
    const { batches, credentials } = app.core;
    for (const [type, copies] of [
      ['driving_licence', 'dc+sd-jwt'],
      ['driving_licence', 'ldp_vc'],
      ['marriage_certificate', 'ldp_vc'],
    ] as const) {
      const { id } = await batches.create({ type, copies, ...context });
      await batches.run(id);
    }
    const lin = (await app.core.samplePerson('lin'))!;
    for (const view of app.core.catalogue.get('driving_licence').views) {
      const deviceKeys = [await exportJWK((await makeDeviceKey()).publicKey)];
      const wanted = {
        account: lin,
        type: 'driving_licence',
        format: 'onecert-view+cwt' as const,
        view: view.id,
      };
      await credentials.issueCopies({ ...wanted, deviceKeys, context });
    }
    const valid = (await credentials.list({ type: 'driving_licence' })).filter(({ state }) => state === '01');
    await credentials.changeState(valid[0]!.id, '07', 'test', context);
    await credentials.changeState(valid[1]!.id, '02', 'test', context);
    dir = mkdtempSync(join(tmpdir(), 'onecert-export-'));
    await exportIssued(app.core, dir);
    lines = readFileSync(join(dir, 'copies.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  }, 240_000);
  afterAll(async () => {
    await app?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('agrees with every copy of the sample registers, from the written formats alone', async () => {
    const ours = await app.core.credentials.checkEverythingIssued();
    expect(ours).toMatchObject({ ok: true });
    expect(check(dir)).toEqual({ exit: 0, checked: ours.released, bad: [], unchecked: {}, published: [] });
    expect(ours.released).toBeGreaterThan(400);
  }, 120_000);

  it('agrees with our counter on a code shown now, by the pack as signed and by its delta from nothing', async () => {
    const { credentials } = app.core;
    const lin = (await app.core.samplePerson('lin'))!;
    const device = await makeDeviceKey();
    const { copies } = await credentials.issueCopies({
      account: lin,
      type: 'social_security_card',
      format: 'onecert-view+cwt',
      view: 'insured',
      deviceKeys: [await exportJWK(device.publicKey)],
      context,
    });
    const shown = async () => {
      const view = Buffer.from(copies[0]!.credential as string, 'base64url');
      return makeShowCode(view, device.privateKey, { iat: Math.floor(Date.now() / 1000) });
    };
    const folder = mkdtempSync(join(tmpdir(), 'onecert-counter-'));
    const judged = async (pack: string): Promise<string> => {
      writeFileSync(join(folder, 'pack'), pack);
      const reader = join(projectDir, 'test/second-checker/counter/check_vectors.py');
      const args = ['-B', reader, '--root', join(dir, 'root.json'), '--pack', join(folder, 'pack')];
      return spawnSync(python, args, { input: await shown(), encoding: 'utf8' }).stdout.trim();
    };
    for (const expected of ['valid', 'suspended']) {
      expect(await judged((await credentials.offlinePack()).jws)).toBe(expected);
      expect(await judged((await credentials.offlinePack.delta(0))!.body)).toBe(expected);
      if (expected === 'valid')
        await credentials.changeState(copies[0]!.copy.certificate, '02', 'test', context);
    }
    rmSync(folder, { recursive: true });
  });

  const of = (all: Line[], format: string) =>
    all.find((line) => line.format === format && line.state === '01')!;
  const planted: [string, string, (folder: string, all: Line[]) => Line][] = [
    [
      'a changed signature of an SD-JWT VC',
      'signature',
      (_, all) => {
        const line = of(all, 'dc+sd-jwt');
        const [jwt, ...rest] = line.credential.split('~');
        return Object.assign(line, { credential: [flip(jwt!), ...rest].join('~') });
      },
    ],
    [
      'a claim changed under the signature',
      'signature',
      (_, all) => {
        const line = of(all, 'dc+sd-jwt');
        const [head, body, ...rest] = line.credential.split('.');
        const claims = { ...decode(body!), exp: decode(body!).exp + 1 };
        return Object.assign(line, { credential: [head, encode(claims), ...rest].join('.') });
      },
    ],
    [
      'a changed disclosure',
      'disclosures',
      (_, all) => {
        const line = of(all, 'dc+sd-jwt');
        const [jwt, first, ...rest] = line.credential.split('~');
        const [salt, name] = decode(first!);
        return Object.assign(line, { credential: [jwt, encode([salt, name, '他人']), ...rest].join('~') });
      },
    ],
    [
      'a disclosure that is missing',
      'disclosures',
      (_, all) => {
        const line = of(all, 'dc+sd-jwt');
        const [jwt, , ...rest] = line.credential.split('~');
        return Object.assign(line, { credential: [jwt, ...rest].join('~') });
      },
    ],
    [
      'an intent with another digest',
      'digest',
      (_, all) => {
        const line = of(all, 'ldp_vc');
        return Object.assign(line, { digest: flip(line.digest) });
      },
    ],
    [
      'a changed field of a W3C credential',
      'signature',
      (_, all) => {
        const line = of(all, 'ldp_vc');
        const vc = JSON.parse(line.credential);
        vc.credentialSubject.name = '他人';
        return Object.assign(line, { credential: JSON.stringify(vc) });
      },
    ],
    [
      'a term that no context knows',
      '',
      (_, all) => {
        const line = of(all, 'ldp_vc');
        const vc = JSON.parse(line.credential);
        vc.credentialSubject.allowed_to_fly = true;
        return Object.assign(line, { credential: JSON.stringify(vc) });
      },
    ],
    [
      'another department as issuer',
      'signature',
      (_, all) => {
        const line = all.find(
          ({ format, credential }) => format === 'ldp_vc' && credential.includes('zj-police'),
        )!;
        return Object.assign(line, {
          credential: line.credential.replaceAll('zj-police', 'zj-civil-affairs'),
        });
      },
    ],
    [
      'a changed byte of a view',
      'signature',
      (_, all) => {
        const line = of(all, 'onecert-view+cwt');
        return Object.assign(line, { credential: flip(line.credential) });
      },
    ],
    [
      'a record revoked behind the list’s back',
      'status',
      (_, all) => Object.assign(of(all, 'dc+sd-jwt'), { state: '07' }),
    ],
    [
      'a revoked copy whose record says valid',
      'status',
      (_, all) => Object.assign(all.find(({ state }) => state === '07')!, { state: '01' }),
    ],
    [
      'a status entry of somebody else',
      'status_reference',
      (_, all) => {
        const line = of(all, 'dc+sd-jwt');
        return Object.assign(line, { statusIndex: (line.statusIndex + 1) % 131_072 });
      },
    ],
    [
      'a status index used twice',
      'status_index_used_twice',
      (_, all) => {
        const line = { ...of(all, 'dc+sd-jwt'), copy: 's_second' };
        all.push(line);
        return line;
      },
    ],
    [
      'another key than the record names',
      'kid',
      (_, all) => {
        const line = of(all, 'ldp_vc');
        return Object.assign(line, { kid: of(all, 'dc+sd-jwt').kid });
      },
    ],
    [
      'another type than the record names',
      'type',
      (_, all) => Object.assign(of(all, 'ldp_vc'), { type: 'id_card' }),
    ],
  ];
  it.each(planted)(
    'finds %s',
    (_name, reason, plant) => {
      let line: Line | undefined;
      const report = withFault((folder, all) => {
        line = plant(folder, all);
      });
      expect([report.exit, report.bad.map(({ copy }) => copy)]).toEqual([1, [line!.copy]]);
      expect(report.bad[0]!.reason).toContain(reason);
    },
    60_000,
  );

  it('finds a status list and a pack that are not signed by the province, and another root', () => {
    const token = withFault((folder) => {
      const file = join(folder, 'status/1.token');
      writeFileSync(file, flip(readFileSync(file, 'utf8')));
    });
    expect(token.published).toContainEqual({ what: 'status list 1', reason: 'signature' });
    const list = withFault((folder) => {
      const file = join(folder, 'status/1.revocation');
      const document = JSON.parse(readFileSync(file, 'utf8'));
      document.credentialSubject.statusPurpose = 'refresh';
      writeFileSync(file, JSON.stringify(document));
    });
    expect(list.published).toContainEqual({ what: 'revocation list 1', reason: 'signature' });
    const pack = withFault((folder) => {
      const file = join(folder, 'pack.jwt');
      writeFileSync(file, flip(readFileSync(file, 'utf8')));
    });
    expect(pack.published).toContainEqual({ what: 'pack', reason: 'signature' });
    const root = withFault((folder) => {
      const { kid: _, ...jwk } = app.core.keyring.all().find(({ purpose }) => purpose === 'pack')!.publicJwk;
      writeFileSync(join(folder, 'root.json'), JSON.stringify(jwk));
    });
    expect([root.exit, root.published[0]!.reason]).toEqual([1, expect.stringContaining('root statement')]);
  }, 60_000);
});
