import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import express, { type RequestHandler } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { parse } from 'yaml';
import type { Account } from '../../src/accounts/index.ts';
import { projectDir } from '../../src/config.ts';
import { familyRoutes } from '../../src/families/index.ts';
import { problemHandler } from '../../src/http/index.ts';
import { type Portal, signInPortal } from '../../src/tour/sign-in-portal.ts';
import { getJson, issuerMetadata, makeDeviceKey, makeProof } from '../../src/tour/wallet-client.ts';
import { verify, verifyView } from '../../src/verifier/core/index.ts';
import { loadTrusted } from './load-trusted.ts';
import { type RunningApp, startApp } from './start-app.ts';

/** Of config/sample/guardians.csv: thirteen and eleven years old in 2026, each with a residence permit. */
const children = {
  ling: { kind: '111', number: '320102201308049227', name: '潘玲英', guardian: 'lin' },
  yun: { kind: '111', number: '360102201503289282', name: '毛欣云', guardian: 'chen' },
} as const;
const bodyOf = ({ kind, number, name }: { kind: string; number: string; name: string }) => ({
  kind,
  number,
  name,
});

interface Link {
  id: string;
  state: string;
  end_reason?: string;
  person?: { name?: string; document: string };
  [more: string]: unknown;
}

/** The description of one schema of docs/openapi.yaml. */
const openapi = JSON.parse(
  JSON.stringify(parse(readFileSync(join(projectDir, 'docs/openapi.yaml'), 'utf8'))).replaceAll(
    '"#/components',
    '"openapi#/components',
  ),
);
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(openapi, 'openapi');
const expectAs = (schema: string, value: unknown): void => {
  const validate = ajv.compile({ $ref: `openapi#/components/schemas/${schema}` });
  expect([validate(value), validate.errors]).toEqual([true, null]);
};

/** Families and life events over HTTP, on one pair of engines. */
export const describeFamilies = (engines: string, env: () => NodeJS.ProcessEnv): void =>
  describe(`families and life events on ${engines}`, () => {
    let app: RunningApp;
    let portal: Portal;
    let dir: string;
    const tokens = new Map<string, string>();
    const texts: string[] = [];

    beforeAll(async () => {
      // A province of its own, whose register gets news in this test.
      dir = mkdtempSync(join(tmpdir(), 'onecert-families-'));
      cpSync(join(projectDir, 'config/sample'), join(dir, 'sample'), { recursive: true });
      const config = join(dir, 'own.json');
      appendFileSync(config, JSON.stringify({ sample: { dir: join(dir, 'sample') } }));
      app = await startApp({ ...env(), ONECERT_CONFIG: config });
      const redirectUri = 'http://localhost:1/callback';
      const { clientId, clientSecret } = await app.core.apps.add({
        client_name: 'Family pages',
        redirect_uris: [redirectUri],
        scope: 'openid wallet enterprise',
      });
      portal = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
    }, 90_000);
    afterAll(async () => {
      await app.stop();
      rmSync(dir, { recursive: true, force: true });
    });

    const person = async (id: string): Promise<Account> => (await app.core.samplePerson(id))!;
    const tokenOf = async (id: string): Promise<string> => {
      const known = tokens.get(id);
      if (known) return known;
      const loginName = (await person(id)).documentNumber;
      const signedIn = await signInPortal(
        portal,
        { loginName, password: app.passwordOf(id) },
        'openid wallet enterprise',
      );
      tokens.set(id, signedIn.accessToken);
      return signedIn.accessToken;
    };
    const call = async (id: string, method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${app.baseUrl}/wallet/api/family${path}`, {
        method,
        headers: { authorization: `Bearer ${await tokenOf(id)}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!path.endsWith('reveal')) texts.push(text);
      return { status: answer.status, body: JSON.parse(text) };
    };
    const tell = (line: string): void => appendFileSync(join(dir, 'sample/life-events.csv'), `${line}\n`);
    const documentOf = async (id: string) => {
      const { documentKind: kind, documentNumber: number } = await person(id);
      return { kind, number };
    };
    /** A copy of the other's residence permit on a key made for this link. */
    const copyOf = async (id: string, link: string, configuration = 'residence_permit_view_standard') => {
      const { nonce_endpoint } = await issuerMetadata(app.baseUrl);
      const { c_nonce } = await getJson<{ c_nonce: string }>(nonce_endpoint, { method: 'POST' });
      const proof = await makeProof(app.baseUrl, c_nonce, await makeDeviceKey());
      return call(id, 'POST', `/${link}/copies`, {
        credential_configuration_id: configuration,
        proofs: { jwt: [proof] },
      });
    };
    const judge = async (credential: string) => {
      const options = { now: Math.floor(Date.now() / 1000) };
      const trusted = await loadTrusted(app.baseUrl);
      return credential.includes('.')
        ? verify(credential, trusted, options)
        : verifyView(Buffer.from(credential, 'base64url'), trusted, options);
    };
    const verdictOf = async (credential: string): Promise<string> => (await judge(credential)).code;

    it('ZLB-5: a guardian adds her child, looks, gets a copy that verifies; ended, it is dead at once', async () => {
      const added = await call('lin', 'POST', '/children', bodyOf(children.ling));
      expect([added.status, added.body.state, added.body.person.name]).toEqual([201, 'active', '潘**']);
      expectAs('FamilyLink', added.body);
      expect(new Date((added.body.until + 8 * 3600) * 1000).toISOString().slice(0, 10)).toBe('2027-08-04');
      const link: string = added.body.id;
      const list = await call('lin', 'GET', `/${link}/certificates`);
      expect(list.body.certificates.find(({ type }: Link) => type === 'residence_permit').status).toBe(
        'available',
      );
      const card = await call('lin', 'POST', `/${link}/certificates`, { type: 'residence_permit' });
      expectAs('WalletCertificate', card.body);
      const opened = await call('lin', 'POST', `/${link}/certificates/${card.body.certificate.id}/reveal`);
      expect(JSON.stringify(opened.body)).toContain(children.ling.number);
      const child = (await app.core.accounts.findByDocument('111', children.ling.number))!;
      const lin = await person('lin');
      const log = await app.core.audit.about(child.id, 50);
      for (const action of ['certificate.opened_by_family', 'certificates.listed_by_family', 'family.linked'])
        expect(log.find((entry) => entry.action === action)?.actor).toBe(`account:${lin.id}`);

      const copy = await copyOf('lin', link);
      expect(copy.status).toBe(200);
      const credential: string = copy.body.credentials[0].credential;
      const verdict = await judge(credential);
      expect(verdict.code).toBe('valid');
      // It names both: the child, and who shows it.
      const shown = Object.fromEntries(verdict.fields!.map(({ name, value }) => [name, value]));
      expect(shown).toMatchObject({ name: children.ling.name, shown_by: '林**' });
      const [kept] = await app.core.credentials.copiesOf(child.id);
      expect(kept).toMatchObject({ holder: child.id, presenter: { account: lin.id } });
      // A file would name the child alone.
      const file = await copyOf('lin', link, 'residence_permit_sd_jwt');
      expect([file.status, file.body.code]).toEqual([400, 'invalid_request']);
      for (const id of ['zhou', 'chen'])
        expect((await call(id, 'GET', `/${link}/certificates`)).status).toBe(404);

      const ended = await call('lin', 'POST', `/${link}/end`);
      expect(ended.body).toMatchObject({ state: 'ended', end_reason: 'acting_side' });
      expect(await verdictOf(credential)).toBe('revoked');
      const after = await Promise.all([call('lin', 'GET', `/${link}/certificates`), copyOf('lin', link)]);
      expect(after.map(({ status, body }) => [status, body.code])).toEqual([
        [409, 'family_link_over'],
        [409, 'family_link_over'],
      ]);
    });

    it('an unknown child, a wrong name and another’s child are answered alike', async () => {
      const answers = await Promise.all([
        call('zhou', 'POST', '/children', bodyOf(children.yun)),
        call('chen', 'POST', '/children', { ...bodyOf(children.yun), name: '毛欣雨' }),
        call('zhou', 'POST', '/children', { kind: '111', number: '33010220200101902X', name: '某某' }),
      ]);
      const shape = answers.map(({ status, body: { requestId: _, ...rest } }) => ({ status, ...rest }));
      expect(shape[0]).toMatchObject({ status: 404, code: 'guardian_not_recorded' });
      expect([shape[1], shape[2]]).toEqual([shape[0], shape[0]]);
      expect((await call('chen', 'POST', '/children', bodyOf(children.yun))).status).toBe(201);
    });

    it('a relative agrees in her own session at level 3 and ends it; nobody learns who has an account', async () => {
      const nobody = { kind: '111', number: '33010619600101000' };
      const unknown = { kind: '414', number: 'E99999901' };
      expect((await call('lin', 'POST', '/invitations', nobody)).status).toBe(400);
      const [known, none] = [
        await call('lin', 'POST', '/invitations', await documentOf('zhou')),
        await call('lin', 'POST', '/invitations', unknown),
      ];
      expectAs('FamilyLink', known.body);
      const shape = ({ status, body }: { status: number; body: Link }) => [
        status,
        Object.keys(body),
        body.state,
      ];
      expect(shape(none)).toEqual(shape(known));
      expect(JSON.stringify(known.body)).not.toContain('周');
      expect(JSON.stringify((await call('lin', 'GET', '')).body)).not.toContain(unknown.number);

      const link: string = known.body.id;
      expect((await call('chen', 'POST', `/${link}/accept`)).status).toBe(404);
      expect((await call('lin', 'POST', `/${link}/accept`)).status).toBe(404);
      const mine = (await call('zhou', 'GET', '')).body.for_me.find(({ id }: Link) => id === link);
      expect(mine).toMatchObject({ state: 'invited', person: { name: '林**' } });
      expect((await call('zhou', 'POST', `/${link}/accept`)).body.state).toBe('active');
      expect((await call('lin', 'GET', `/${link}/certificates`)).status).toBe(200);
      expect((await call('zhou', 'POST', `/${link}/end`)).body.end_reason).toBe('other_side');
      expect((await call('lin', 'GET', `/${link}/certificates`)).body.code).toBe('family_link_over');

      const low = await call('lin', 'POST', '/invitations', await documentOf('wu'));
      const refused = await call('wu', 'POST', `/${low.body.id}/accept`);
      expect([refused.status, refused.body.code]).toEqual([403, 'proofing_too_low']);
      expect((await call('wu', 'POST', '/invitations', unknown)).body.code).toBe('proofing_too_low');
      expect((await call('wu', 'POST', `/${low.body.id}/refuse`)).body.end_reason).toBe('refused');
      const whole = (await call('lin', 'GET', '')).body;
      expectAs('Family', whole);
    });

    it('two officers at the counter: the first alone makes nothing, and an office of another role is refused', async () => {
      const officers = new Map<string, { accountId: string; capacity: unknown }>();
      for (const [id, role] of [
        ['zhao', 'counter_lead'],
        ['jin', 'counter_lead'],
        ['wang', 'issuer_clerk'],
      ] as const) {
        const account = await person(id);
        const context = { actor: 'cli' };
        await app.core.officials.posts.appoint({
          account: account.id,
          unit: 'zj-government',
          roles: [role],
          context,
        });
        // The newest: some of them have a post of the sample's.
        const capacity = (await app.core.officials.capacities.of(account.id, [])).at(-1);
        officers.set(id, { accountId: account.id, capacity });
      }
      // Who calls is said by a header, as the access-token guard says it from the token.
      const requireScope = (): RequestHandler => (req, _res, next) => {
        Object.assign(req, { caller: officers.get(req.get('x-caller')!) });
        next();
      };
      const server = express();
      server.use(familyRoutes({ families: app.core.families, officials: app.core.officials, requireScope }));
      server.use(problemHandler({ baseUrl: app.baseUrl, logger: pino({ level: 'silent' }) }));
      const post = (caller: string, path: string, body: object = {}) =>
        request(server)
          .post(`/families/api/records${path}`)
          .set({ accept: 'application/json', 'x-caller': caller })
          .send(body);
      const namedPerson = async (id: string) => ({
        ...(await documentOf(id)),
        name: (await person(id)).name,
      });
      const body = {
        basis: 'court',
        actor: await namedPerson('zhou'),
        holder: await namedPerson('wu'),
        evidence: '（2026）浙0683民特7号',
      };
      expect((await post('wang', '', body)).status).toBe(403);
      const recorded = await post('zhao', '', body);
      expect(recorded.status).toBe(201);
      expectAs('FamilyRecord', recorded.body);
      expect((await post('zhao', `/${recorded.body.id}/confirm`)).body.code).toBe('second_person_needed');
      expect((await call('zhou', 'GET', '')).body.acting).toEqual([]);
      expect((await post('jin', `/${recorded.body.id}/confirm`)).body.state).toBe('done');
      const [link] = (await call('zhou', 'GET', '')).body.acting;
      expect(link).toMatchObject({ state: 'active', basis: 'court', person: { name: '吴**' } });
      expect((await call('wu', 'POST', `/${link.id}/end`)).body.state).toBe('ended');
    });

    it('a death in the register ends everything: 401, invalid in the status list, mandates and links gone', async () => {
      const ouyang = await person('ouyang');
      const item = 'food-business-permit';
      const { accounts, credentials, enterprises, lifeEvents } = app.core;
      expect((await call('ouyang', 'GET', '')).status).toBe(200);
      const link = (await call('zhou', 'POST', '/invitations', await documentOf('ouyang'))).body.id;
      await call('ouyang', 'POST', `/${link}/accept`);
      const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
        'sign',
        'verify',
      ]);
      const { copies } = await credentials.issueCopies({
        account: ouyang,
        type: 'driving_licence',
        format: 'dc+sd-jwt',
        deviceKeys: [(await crypto.subtle.exportKey('jwk', key.publicKey)) as never],
        context: { actor: 'cli' },
      });
      const credential = String(copies[0]!.credential);
      expect(await verdictOf(credential)).toBe('valid');
      const roles = async (id: string) =>
        (await enterprises.capacities.of((await person(id)).id, [item])).map(
          (one) => 'role' in one && one.role,
        );
      expect([await roles('ouyang'), await roles('lin')]).toEqual([['legal_rep'], ['delegate']]);

      tell(`death-1,death,111,${ouyang.documentNumber},,,`);
      expect(await lifeEvents.apply()).toEqual({ received: 1, faulty: 0, pending: 0 });
      expect((await call('ouyang', 'GET', '')).status).toBe(401);
      await expect(
        signInPortal(
          portal,
          { loginName: ouyang.documentNumber, password: app.passwordOf('ouyang') },
          'openid wallet',
        ),
      ).rejects.toThrow();
      expect(await verdictOf(credential)).toBe('revoked');
      expect([await roles('ouyang'), await roles('lin')]).toEqual([[], []]);
      const links: Link[] = (await call('zhou', 'GET', '')).body.acting;
      expect(links.find(({ id }) => id === link)).toMatchObject({
        state: 'ended',
        end_reason: 'account_closed',
      });
      expect(await accounts.get(ouyang.id)).toMatchObject({ state: 'closed' });
      expect((await credentials.list({ holder: ouyang.id })).map(({ state }) => state)).toEqual(['04']);
    });

    it('a new number signs in, the old one does not; the session that was open goes on', async () => {
      const petrov = await person('petrov');
      await tokenOf('petrov');
      tell(`number-1,number_changed,553,${petrov.documentNumber},,414,E90210399`);
      tell('unreadable,number_changed,553,,,,');
      const report = await app.core.lifeEvents.apply();
      expect([report.received, report.faulty]).toEqual([1, 1]);
      expect((await call('petrov', 'GET', '')).status).toBe(200);
      const password = app.passwordOf('petrov');
      const enter = (loginName: string) => signInPortal(portal, { loginName, password }, 'openid wallet');
      await enter('E90210399');
      await expect(enter(petrov.documentNumber)).rejects.toThrow();
    });

    it('no answer and no audit entry holds what was typed about others', async () => {
      const accounts = await Promise.all(['lin', 'zhou', 'wu', 'chen', 'ouyang'].map(person));
      const personal = [
        ...Object.values(children).flatMap(({ name, number }) => [name, number]),
        ...accounts.filter(Boolean).flatMap(({ name, documentNumber }) => [name, documentNumber]),
      ];
      const entries = await Promise.all(accounts.map(({ id }) => app.core.audit.about(id, 500)));
      const all = `${texts.join('\n')}${JSON.stringify(entries)}`;
      expect(personal.filter((text) => all.includes(text))).toEqual([]);
      expect((await app.core.credentials.checkEverythingIssued()).bad).toEqual([]);
    });

    it('a guardian who closes her account keeps no valid copy of the child’s (PIPL art. 47, security (b) Disabled entity)', async () => {
      const added = await call('lin', 'POST', '/children', bodyOf(children.ling));
      const copy = await copyOf('lin', added.body.id);
      const { credential } = copy.body.credentials[0];
      expect(await verdictOf(credential)).toBe('valid');
      const { id } = await person('lin');
      await app.core.personalData.closings.closeNow(id, { actor: 'cli' });
      expect(await verdictOf(credential)).not.toBe('valid');
    });

    it('a token of a blocked person opens nothing, on any route (security (b) Disabled entity)', async () => {
      const jin = await person('jin');
      expect((await call('jin', 'GET', '')).status).toBe(200);
      await app.core.accounts.setState(jin.id, 'blocked', 'cli');
      expect((await call('jin', 'GET', '')).status).toBe(401);
    });
  });
