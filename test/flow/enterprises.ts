import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Account, EnterpriseCapacity } from '../../src/accounts/index.ts';
import { enterpriseCommand } from '../../src/cli/enterprise.ts';
import { projectDir } from '../../src/config.ts';
import { type Portal, signInPortal } from '../../src/tour/sign-in-portal.ts';
import { type RunningApp, startApp } from './start-app.ts';

const item = 'food-business-permit';
const seconds = (): number => Math.floor(Date.now() / 1000);

interface Shown {
  id: string;
  name: string;
  credit_code: string;
  state: string;
  [more: string]: unknown;
}

/** Enterprises and mandates over HTTP, on one pair of engines. */
export const describeEnterprises = (engines: string, env: () => NodeJS.ProcessEnv): void =>
  describe(`enterprises and mandates on ${engines}`, () => {
    let app: RunningApp;
    let portal: Portal;
    let dir: string;
    let registerFile: string;
    const people = new Map<string, Account>();
    const tokens = new Map<string, string>();

    beforeAll(async () => {
      // A register of its own, which the test changes as the department would.
      dir = mkdtempSync(join(tmpdir(), 'onecert-enterprises-'));
      cpSync(join(projectDir, 'config/sample'), join(dir, 'sample'), { recursive: true });
      registerFile = join(dir, 'sample/enterprises.csv');
      const config = join(dir, 'own.json');
      writeFileSync(config, JSON.stringify({ sample: { dir: join(dir, 'sample') } }));
      app = await startApp({ ...env(), ONECERT_CONFIG: config });
      const redirectUri = 'http://localhost:1/callback';
      const { clientId, clientSecret } = await app.core.apps.add({
        client_name: 'Account pages',
        redirect_uris: [redirectUri],
        scope: 'openid enterprise',
      });
      portal = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
      for (const id of ['ouyang', 'zhou', 'lin', 'petrov', 'jin', 'wang', 'zhao', 'chen']) {
        people.set(id, (await app.core.samplePerson(id))!);
      }
    }, 90_000);
    afterAll(async () => {
      await app.stop();
      rmSync(dir, { recursive: true, force: true });
    });

    const tokenOf = async (id: string, scope = 'openid enterprise'): Promise<string> => {
      const known = tokens.get(`${id} ${scope}`);
      if (known) return known;
      const person = { loginName: people.get(id)!.documentNumber, password: app.passwordOf(id) };
      const { accessToken } = await signInPortal(portal, person, scope);
      tokens.set(`${id} ${scope}`, accessToken);
      return accessToken;
    };
    const call = async (id: string, method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${app.baseUrl}/enterprises/api${path}`, {
        method,
        headers: { authorization: `Bearer ${await tokenOf(id)}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, text, body: text ? JSON.parse(text) : undefined };
    };
    const capacities = async (id: string) =>
      (await app.core.enterprises.capacities.of(people.get(id)!.id, [item])) as EnterpriseCapacity[];
    const roles = async (id: string) =>
      (await capacities(id)).map(({ role, enterprise }) => `${role} ${enterprise.name}`).sort();
    const named = (id: string) => {
      const { documentKind: kind, documentNumber: number, name } = people.get(id)!;
      return { kind, number, name };
    };
    const own = async (id: string): Promise<Shown> =>
      (await call(id, 'GET', '/enterprises')).body.enterprises.find((one: Shown) => one.role === 'legal_rep');
    const rewriteRegister = (change: (text: string) => string): void =>
      writeFileSync(registerFile, change(readFileSync(registerFile, 'utf8')));

    it('the sample province comes with a legal representative, a manager, delegates and an agent firm’s staff', async () => {
      const food = '温州望湖食品有限公司';
      expect(await roles('ouyang')).toEqual([`legal_rep ${food}`]);
      expect(await roles('zhou')).toEqual(['delegate 余姚新桥餐饮管理有限公司', `manager ${food}`].sort());
      expect(await roles('lin')).toEqual([`delegate ${food}`]);
      expect(await roles('petrov')).toEqual([`delegate ${food}`]);
      expect(
        await app.core.enterprises.capacities.of(people.get('lin')!.id, ['driving-licence-renewal']),
      ).toEqual([]);
    });

    it('asks for a token with its scope', async () => {
      const url = `${app.baseUrl}/enterprises/api/enterprises`;
      expect((await fetch(url)).status).toBe(401);
      const authorization = `Bearer ${await tokenOf('lin', 'openid')}`;
      expect([401, 403]).toContain((await fetch(url, { headers: { authorization } })).status);
      expect(app.core.appScopes).not.toContain('enterprise');
    });

    it('shows an enterprise to who has a post in it, other people masked, and to nobody else', async () => {
      const firm = await own('ouyang');
      const shown = await call('zhou', 'GET', `/enterprises/${firm.id}`);
      expect(shown.body).toMatchObject({
        credit_code: expect.stringMatching(/^91330302/),
        role: 'manager',
        legal_rep: { name: '欧阳**', me: false },
        managers: [{ name: '周**', me: true }],
        managers_left: 4,
      });
      for (const { name, documentNumber } of people.values()) {
        expect([shown.text.includes(name), shown.text.includes(documentNumber)]).toEqual([false, false]);
      }
      expect((await call('lin', 'GET', `/enterprises/${firm.id}`)).status).toBe(404);
      expect((await call('lin', 'GET', `/enterprises/${firm.id}/mandates`)).status).toBe(404);
      expect((await call('lin', 'GET', '/enterprises/ent_x')).body.code).toBe('invalid_request');
    });

    it('opens an account for the registered legal representative, a cancelled firm never, a faulty code on evidence', async () => {
      const codeFor = (name: string): string =>
        readFileSync(registerFile, 'utf8')
          .split('\n')
          .find((line) => line.includes(name))!
          .split(',')[0]!;
      const open = (id: string, creditCode: string) =>
        call(id, 'POST', '/enterprises', { credit_code: creditCode });
      expect((await open('zhao', codeFor('嘉兴梧桐'))).body.code).toBe('enterprise_not_active');
      expect((await open('lin', codeFor('嘉兴梧桐'))).body.code).toBe('enterprise_not_active');
      expect((await open('lin', codeFor('温州望湖'))).body.code).toBe('not_legal_representative');
      const creditCode = codeFor('台州临江');
      const faulty = await open('wang', creditCode);
      expect([faulty.status, faulty.body.code]).toEqual([409, 'credit_code_faulty']);
      await app.core.enterprises.acceptCreditCode({
        creditCode,
        evidence: '台市监〔2026〕7号',
        actor: 'cli',
      });
      const opened = await open('wang', creditCode);
      expect([opened.status, opened.body.role]).toEqual([201, 'legal_rep']);
      expect((await open('wang', creditCode)).body.id).toBe(opened.body.id);
    });

    it('NET-3: a mandate is given, accepted, seen and ended; at the end the capacity is gone at once', async () => {
      const firm = await own('ouyang');
      const terms = { items: [item], valid_until: seconds() + 3600 };
      const given = await call('zhou', 'POST', `/enterprises/${firm.id}/mandates`, {
        to: { person: named('wang') },
        ...terms,
      });
      expect([given.status, given.body.state, given.body.delegate.name]).toEqual([201, 'offered', '王**']);
      const { id } = given.body;
      expect((await call('lin', 'POST', `/mandates/${id}/accept`)).status).toBe(404);
      expect((await call('wang', 'POST', `/mandates/${id}/accept`)).body.state).toBe('active');
      const ref = `e:${firm.id}:delegate:${id}`;
      const live = () => app.core.enterprises.capacities.live(people.get('wang')!.id, ref, [item]);
      expect(await live()).toMatchObject({ mandate: { id, items: [item], expiresAt: terms.valid_until } });
      const list = await call('ouyang', 'GET', `/enterprises/${firm.id}/mandates`);
      expect(list.body.given.find((one: Shown) => one.id === id)).toMatchObject({ state: 'active' });
      expect((await call('ouyang', 'POST', `/mandates/${id}/end`)).body).toMatchObject({
        state: 'ended',
        end_reason: 'principal',
      });
      expect(await live()).toBeUndefined();
      const notices = await call('wang', 'GET', '/notices');
      const ofEnd = notices.body.notices.find(({ action }: Shown) => action === 'mandate.ended');
      expect(ofEnd).toMatchObject({
        text: { zh: expect.any(String), en: expect.any(String) },
        object: id,
        reason: 'principal',
      });
      for (const wrong of [
        { ...terms, to: { person: named('wang') }, items: ['driving-licence-renewal'] },
        { ...terms, to: { person: { ...named('wang'), name: '别人' } } },
        { ...terms, to: {} },
      ]) {
        const refused = await call('zhou', 'POST', `/enterprises/${firm.id}/mandates`, wrong);
        expect([404, 409, 400]).toContain(refused.status);
        expect(refused.text).not.toContain(people.get('wang')!.documentNumber);
      }
      expect(
        (await call('zhou', 'GET', '/items')).body.items.map(({ code }: { code: string }) => code),
      ).toContain(item);
    });

    it('an agent firm names its staff; the principal’s end reaches them at once', async () => {
      const firm = await own('ouyang');
      const agent = await own('jin');
      const { body: parent } = await call('ouyang', 'POST', `/enterprises/${firm.id}/mandates`, {
        to: { agent_credit_code: agent.credit_code },
        items: [item],
        valid_until: seconds() + 7200,
      });
      await call('jin', 'POST', `/mandates/${parent.id}/accept`);
      const { body: staff } = await call('jin', 'POST', `/mandates/${parent.id}/staff`, {
        person: named('chen'),
        items: [item],
        valid_until: seconds() + 3600,
      });
      await call('chen', 'POST', `/mandates/${staff.id}/accept`);
      const hers = (await capacities('chen')).find(({ role }) => role === 'delegate');
      expect(hers).toMatchObject({ enterprise: { id: firm.id }, mandate: { id: staff.id } });
      const received = await call('jin', 'GET', `/enterprises/${agent.id}/mandates`);
      expect(received.body.received.map(({ id }: Shown) => id)).toEqual(
        expect.arrayContaining([parent.id, staff.id]),
      );
      await call('ouyang', 'POST', `/mandates/${parent.id}/end`);
      expect((await capacities('chen')).filter(({ role }) => role === 'delegate')).toEqual([]);
    });

    it('NET-4: a manager is appointed and removed over HTTP, and the removed one has nothing left', async () => {
      const firm = await own('ouyang');
      const appointed = await call('ouyang', 'POST', `/enterprises/${firm.id}/managers`, {
        person: named('chen'),
      });
      expect([appointed.status, appointed.body.managers_left]).toEqual([201, 3]);
      const post = appointed.body.managers.find(({ name }: Shown) => name === '陈**').post;
      const path = `/enterprises/${firm.id}/managers/${post}`;
      expect((await call('lin', 'DELETE', path)).status).toBe(403);
      expect((await call('ouyang', 'DELETE', path)).status).toBe(204);
      expect((await capacities('chen')).map(({ role }) => role)).toEqual(['legal_rep']);
    });

    it('NET-4: a change of legal representative in the register ends all she gave, within five seconds', async () => {
      const before = await capacities('lin');
      expect(before).toHaveLength(1);
      const [old, next] = [people.get('ouyang')!, people.get('chen')!];
      rewriteRegister((text) =>
        text.replace(
          `温州望湖食品有限公司,111,${old.documentNumber},${old.name}`,
          `温州望湖食品有限公司,111,${next.documentNumber},${next.name}`,
        ),
      );
      const until = Date.now() + 5_000;
      let left = before;
      while (left.length > 0 && Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        left = await capacities('lin');
      }
      expect(left).toEqual([]);
      expect([await roles('ouyang'), await roles('petrov')]).toEqual([[], []]);
      expect((await roles('zhou')).map((role) => role.split(' ')[0])).toEqual(['delegate']);
      const { body } = await call('chen', 'POST', '/enterprises', {
        credit_code: before[0]!.enterprise.creditCode,
      });
      expect(body).toMatchObject({ role: 'legal_rep', managers: [], managers_left: 5 });
      const told = (await call('ouyang', 'GET', '/notices')).body.notices;
      expect(told.map(({ action, reason }: Shown) => `${action} ${reason}`)).toContain(
        'enterprise.legal_rep_ended legal_rep_changed',
      );
      const about = await app.core.audit.about(people.get('lin')!.id);
      expect(
        about.filter(({ action }) => action.startsWith('mandate.')).map(({ details }) => details),
      ).toContainEqual({ reason: 'giver_lost_power' });
    }, 20_000);

    it('onecert enterprise lists enterprises and their mandates, names masked', async () => {
      const run = async (...args: string[]) => {
        let printed = '';
        const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
          printed += String(text);
          return true;
        });
        const before = { ...process.env };
        Object.assign(process.env, env(), {
          DATA_DIR: app.dataDir,
          BASE_URL: app.baseUrl,
          ONECERT_CONFIG: join(dir, 'own.json'),
        });
        try {
          await enterpriseCommand().parseAsync(args, { from: 'user' });
        } finally {
          process.env = before;
          write.mockRestore();
        }
        for (const { name, documentNumber } of people.values()) {
          expect([printed.includes(name), printed.includes(documentNumber)]).toEqual([false, false]);
        }
        return printed;
      };
      const listed = JSON.parse(await run('list', '--json'));
      expect(listed).toHaveLength(4);
      const { credit_code, id } = listed.find(({ name }: Shown) => name === '温州望湖食品有限公司');
      expect(await run('show', credit_code)).toMatch(/legal representative +陈\*\*/);
      expect(JSON.parse(await run('show', id, '--json'))).toMatchObject({ credit_code, managers: [] });
      const mandates = JSON.parse(await run('mandates', id, '--json'));
      expect(new Set(mandates.map(({ state }: Shown) => state))).toEqual(new Set(['ended']));
      expect(await run('mandates', id)).toContain('food-business-permit');
      await expect(run('show', 'nothing')).rejects.toThrow('there is no enterprise');
    }, 20_000);

    it('leaves an audit that verifies', async () => {
      expect((await app.core.audit.verify()).ok).toBe(true);
    });
  });
