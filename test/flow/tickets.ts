import { createHash, createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningApp, startApp } from './start-app.ts';
import { TestBrowser, type Visit } from './test-browser.ts';

const hour = 3_600;

/** yyyyMMddHHmmss of China. */
const stamp = (unixMs: number): string =>
  new Date(unixMs + 8 * hour * 1000).toISOString().slice(0, 19).replace(/[-:T]/g, '');

interface Old {
  servicecode: string;
  servicepwd: string;
}

const md5 = ({ servicecode, servicepwd }: Old, time: string): string =>
  createHash('md5').update(`${servicecode}${servicepwd}${time}`).digest('hex');

const hmac = ({ servicecode, servicepwd }: Old, time: string, method: string, value: string): string =>
  createHmac('sha256', servicepwd).update([servicecode, time, method, value].join('\n')).digest('hex');

/** The old way over HTTP, on one pair of engines. */
export const describeTickets = (engines: string, env: () => NodeJS.ProcessEnv): void =>
  describe(`the old way, by ticket, on ${engines} (NET-6)`, () => {
    let app: RunningApp;
    let moved = 0;
    const now = (): number => Date.now() + moved;
    const nowSeconds = (): number => Math.floor(now() / 1000);
    let clientId: string;
    let old: Old;
    let plain: Old;
    let other: Old;
    const returnUri = 'http://localhost:1/old/callback';
    const person = () => ({ loginName: lin.documentNumber, password: app.passwordOf('lin') });
    let lin: { id: string; name: string; documentNumber: string; phone: string };

    const addOne = async (name: string, scope: string, uri = returnUri) =>
      app.core.apps.add({ client_name: name, redirect_uris: [uri, `${uri}/2`], scope });

    beforeAll(async () => {
      app = await startApp(env(), { clock: { now } });
      const found = (await app.core.samplePerson('lin'))!;
      lin = {
        id: found.id,
        name: found.name,
        documentNumber: found.documentNumber,
        phone: found.phone!,
      };
      ({ clientId } = await addOne('旧应用 Old app', 'openid profile document phone'));
      const until = nowSeconds() + 30 * 24 * hour;
      const md5Until = nowSeconds() + 10 * 24 * hour;
      const add = (code: string, client: string, more: { md5Until?: number } = {}) =>
        app.core.tickets.add({ code, clientId: client, returnUri, until, ...more }, 'cli');
      old = await add('oldapp', clientId, { md5Until });
      plain = await add('oldapp2', clientId);
      const second = await addOne('另一应用 Other app', 'openid profile');
      other = await add('other', second.clientId, { md5Until });
    }, 90_000);
    afterAll(() => app.stop());
    beforeEach(() => {
      moved = 0;
    });

    const start = (query: Record<string, string>): string =>
      `${app.baseUrl}/sso/mobile.do?${new URLSearchParams({ action: 'oauth', scope: '1', ...query })}`;
    const newBrowser = () => new TestBrowser((url) => url.href.startsWith('http://localhost:1/'));

    /** From the old app's link to its callback. */
    const walk = async (query: Record<string, string>, browser = newBrowser()): Promise<URL> => {
      let at: Visit = await browser.open(start(query));
      if (at.text.includes('/sign-in"')) at = await browser.signIn(at, person().loginName, person().password);
      if (at.text.includes('/consent"')) at = await browser.submit(at, '/consent', { decision: 'agree' });
      if (at.status !== 0) throw new Error(`stuck at ${at.url}: ${at.status} ${at.text.slice(0, 1500)}`);
      return new URL(at.url);
    };
    const ticketOf = async (code = old.servicecode): Promise<string> =>
      (await walk({ servicecode: code })).searchParams.get('ticket')!;

    const send = async (form: Record<string, string>, method = 'POST') => {
      const body = new URLSearchParams(form);
      const url = `${app.baseUrl}/sso/servlet/simpleauth`;
      const answer = await (method === 'POST' ? fetch(url, { method, body }) : fetch(`${url}?${body}`));
      return {
        status: answer.status,
        headers: answer.headers,
        body: (await answer.json()) as Record<string, string>,
      };
    };
    const call = (
      service: Old,
      method: 'ticketValidation' | 'getUserInfo',
      value: string,
      more: Record<string, string> = {},
      by: 'md5' | 'hmac' = 'hmac',
    ) => {
      const { servicecode } = service;
      const time = stamp(now());
      const sign = by === 'md5' ? md5(service, time) : hmac(service, time, method, value);
      const name = method === 'ticketValidation' ? 'st' : 'token';
      return send({ method, servicecode, time, sign, datatype: 'json', [name]: value, ...more });
    };
    const logged = async (): Promise<{ action: string; details?: Record<string, unknown> }[]> =>
      app.core.audit.about(lin.id, 20);

    it('an old app signs a person in with nothing changed but the host name', async () => {
      // As its developer wrote it years ago: GET, everything in the address, MD5.
      const users: Record<string, string>[] = [];
      const listener: Server = createServer(async (req, res) => {
        const ticket = new URL(req.url!, 'http://x').searchParams.get('ticket')!;
        const time = stamp(now());
        const ask = async (query: Record<string, string>) => {
          const { servicecode } = service;
          const all = new URLSearchParams({ servicecode, time, sign: md5(service, time), datatype: 'json' });
          for (const [name, value] of Object.entries(query)) all.set(name, value);
          const answer = await fetch(`${app.baseUrl}/sso/servlet/simpleauth?${all}`);
          return (await answer.json()) as Record<string, string>;
        };
        const { result, token } = await ask({ method: 'ticketValidation', st: ticket });
        if (result === '0') users.push(await ask({ method: 'getUserInfo', token: token! }));
        res.end('ok');
      });
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
      const home = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
      const registered = await app.core.apps.add({
        client_name: '老应用',
        redirect_uris: [`${home}/in`],
        scope: 'openid profile document phone',
      });
      const service = await app.core.tickets.add(
        {
          code: 'qmjsgg',
          clientId: registered.clientId,
          returnUri: `${home}/in`,
          until: nowSeconds() + hour,
          md5Until: nowSeconds() + hour,
        },
        'cli',
      );
      const browser = new TestBrowser(() => false);
      let page = await browser.open(start({ servicecode: 'qmjsgg', goto: 'item?id=7&x=是' }));
      page = await browser.signIn(page, person().loginName, person().password);
      page = await browser.submit(page, '/consent', { decision: 'agree' });
      expect([page.status, page.text]).toEqual([200, 'ok']);
      expect(new URL(page.url).searchParams.get('sp')).toBe('item?id=7&x=是');
      await new Promise((resolve) => listener.close(resolve));
      expect(users).toEqual([
        {
          result: '0',
          errmsg: '',
          userid: await app.core.oidc.subjectFor(registered.clientId, lin.id),
          loginname: expect.any(String),
          username: lin.name,
          mobile: lin.phone,
          idnum: lin.documentNumber,
          idtype: '1',
          authlevel: '3',
        },
      ]);
      const actions = (await logged()).map(({ action }) => action);
      expect(actions.slice(0, 3)).toEqual(['account.read_plain', 'ticket.redeemed', 'ticket.issued']);
    });

    it('gives only what the app is registered for and the person agreed to', async () => {
      const ticket = await ticketOf('other');
      const { body } = await call(other, 'ticketValidation', ticket);
      const info = (await call(other, 'getUserInfo', body.token!)).body;
      expect(info).toMatchObject({ result: '0', username: lin.name, authlevel: '3' });
      for (const name of ['mobile', 'idnum', 'idtype']) expect(info).not.toHaveProperty(name);
    });

    it('names the person as OpenID Connect does, so that an app that moves knows her again', async () => {
      const { body } = await call(old, 'ticketValidation', await ticketOf());
      const info = (await call(old, 'getUserInfo', body.token!)).body;
      expect(info.userid).toBe(await app.core.oidc.subjectFor(clientId, lin.id));
    });

    it('finds the records of an old app again: userid is the id it knew her by, where that was imported', async () => {
      const added = await addOne('有旧编号的应用', 'openid');
      const until = nowSeconds() + hour;
      const service = await app.core.tickets.add(
        { code: 'oldids', clientId: added.clientId, returnUri, until },
        'cli',
      );
      const csv = `document_kind,document_number,legacy_user_id\n111,${lin.documentNumber},8afac2ed-0042\n`;
      await app.core.legacyIds.import({ clientId: added.clientId, csv: Buffer.from(csv), until }, 'cli');
      const { body } = await call(service, 'ticketValidation', await ticketOf('oldids'));
      const info = (await call(service, 'getUserInfo', body.token!)).body;
      expect(info).toMatchObject({
        userid: '8afac2ed-0042',
        loginname: await app.core.oidc.subjectFor(added.clientId, lin.id),
      });
      expect(info).not.toHaveProperty('username');
    });

    it('a ticket works once: of 50 at the same moment one gets through', async () => {
      const ticket = await ticketOf();
      expect(ticket.length).toBeGreaterThanOrEqual(22);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => call(old, 'ticketValidation', ticket)),
      );
      const results = answers.map(({ body }) => body.result);
      expect(results.filter((result) => result === '0')).toHaveLength(1);
      expect(results.filter((result) => result === '1004')).toHaveLength(49);
      const again = await call(old, 'ticketValidation', ticket);
      expect(again.body).toEqual({ result: '1004', errmsg: expect.any(String) });
      const [entry] = await logged();
      expect(entry).toMatchObject({ action: 'ticket.refused', details: { method: 'ticketValidation' } });
    });

    it('what a ticket gave is dead when it is used again (RFC 6749 §4.1.2)', async () => {
      const ticket = await ticketOf();
      const { body } = await call(old, 'ticketValidation', ticket);
      expect((await call(old, 'getUserInfo', body.token!)).body.result).toBe('0');
      expect((await call(old, 'ticketValidation', ticket)).body.result).toBe('1004');
      expect((await logged())[0]).toMatchObject({ action: 'ticket.refused', details: { reason: 'used' } });
      expect((await call(old, 'getUserInfo', body.token!)).body.result).toBe('1005');
    });

    it('a ticket of another service code, of another app or of the app’s own sign-in is refused and audited', async () => {
      // Same app, same return address, another code.
      const mine = await ticketOf();
      expect((await call(plain, 'ticketValidation', mine)).body.result).toBe('1004');
      expect((await logged())[0]).toMatchObject({ action: 'ticket.refused', details: { reason: 'foreign' } });
      // Another app's: stolen, and so dead for everybody.
      const stolen = await ticketOf();
      expect((await call(other, 'ticketValidation', stolen)).body.result).toBe('1004');
      expect((await call(old, 'ticketValidation', stolen)).body.result).toBe('1004');
      // A ticket is no code of OpenID Connect, even with the app's own secret.
      const both = await addOne('两用应用', 'openid profile');
      await app.core.tickets.add(
        { code: 'both', clientId: both.clientId, returnUri, until: nowSeconds() + hour },
        'cli',
      );
      const ticket = await ticketOf('both');
      const token = await fetch(`${app.baseUrl}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${both.clientId}:${both.clientSecret}`)}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: ticket,
          redirect_uri: returnUri,
          code_verifier: 'x'.repeat(43),
        }),
      });
      expect([token.status, ((await token.json()) as { error: string }).error]).toEqual([
        400,
        'invalid_grant',
      ]);
    });
    it('a ticket works for 60 seconds', async () => {
      const ticket = await ticketOf();
      moved = 61_000;
      expect((await call(old, 'ticketValidation', ticket)).body.result).toBe('1004');
      expect((await logged())[0]).toMatchObject({ action: 'ticket.refused', details: { reason: 'expired' } });
    });

    it('refuses every wrong signature, and says no more than that', async () => {
      const ticket = await ticketOf();
      const time = stamp(now());
      const good = hmac(old, time, 'ticketValidation', ticket);
      const ask = (over: Record<string, string>) =>
        send({
          method: 'ticketValidation',
          servicecode: 'oldapp',
          time,
          sign: good,
          st: ticket,
          datatype: 'json',
          ...over,
        });
      const late = stamp(now() - 301_000);
      const cases: [Record<string, string>, string][] = [
        [{ sign: good.replace(/.$/, good.endsWith('0') ? '1' : '0') }, '1002'],
        [{ sign: md5({ ...old, servicepwd: '' }, time) }, '1002'],
        [{ sign: hmac(other, time, 'ticketValidation', ticket) }, '1002'],
        [{ sign: hmac(old, time, 'getUserInfo', ticket) }, '1002'],
        [{ servicecode: 'nobody' }, '1002'],
        [{ servicecode: 'other' }, '1002'],
        [{ time: late }, '1002'],
        [{ time: late, sign: hmac(old, late, 'ticketValidation', ticket) }, '1003'],
        [{ time: late, sign: md5(old, late) }, '1003'],
        // What can be appended to an MD5 without the secret is no time.
        [{ time: `${time}0`, sign: md5(old, `${time}0`) }, '1003'],
        [{ time: 'now', sign: md5(old, 'now') }, '1003'],
        [{ sign: '' }, '1001'],
        [{ sign: 'x'.repeat(64) }, '1001'],
        [{ st: '' }, '1001'],
        [{ st: `${ticket}\0` }, '1001'],
        [{ st: '{"$ne":1}' }, '1001'],
        [{ method: 'idValidation' }, '1001'],
        [{ datatype: 'xml' }, '1001'],
        [{ servicecode: '33010219900307888X' }, '1001'],
      ];
      for (const [over, result] of cases) {
        const { status, body } = await ask(over);
        expect([over, status, Object.keys(body), body.result]).toEqual([
          over,
          200,
          ['result', 'errmsg'],
          result,
        ]);
      }
      const twice = await fetch(`${app.baseUrl}/sso/servlet/simpleauth?st=${ticket}`, {
        method: 'POST',
        body: new URLSearchParams({
          method: 'ticketValidation',
          servicecode: 'oldapp',
          time,
          sign: good,
          st: ticket,
        }),
      });
      expect(((await twice.json()) as { result: string }).result).toBe('1001');
      // None of it used the ticket up.
      expect((await ask({})).body.result).toBe('0');
    });

    it('takes MD5 only from a service code that is marked so, and until its day', async () => {
      const refused = await call(plain, 'ticketValidation', await ticketOf('oldapp2'), {}, 'md5');
      expect(refused.body.result).toBe('1007');
      moved = 11 * 24 * hour * 1000;
      const late = await call(old, 'ticketValidation', 'x'.repeat(43), {}, 'md5');
      expect(late.body.result).toBe('1007');
      expect((await call(old, 'ticketValidation', 'x'.repeat(43))).body.result).toBe('1004');
    });

    it('open redirect: goes to the registered address only, and carries goto as words (fail closed)', async () => {
      const evil = [
        'https://evil.example.test/',
        '//evil.example.test',
        'javascript:alert(1)',
        `${returnUri}@evil`,
      ];
      const browser = newBrowser();
      for (const goto of [...evil, `${returnUri}?ticket=x`, '&ticket=x#y']) {
        const at = await walk({ servicecode: 'oldapp', goto }, browser);
        expect(`${at.origin}${at.pathname}`).toBe(returnUri);
        expect(at.searchParams.get('sp')).toBe(goto);
        expect(at.searchParams.getAll('ticket')).toHaveLength(1);
        expect([...at.searchParams.keys()].sort()).toEqual(['sp', 'ticket']);
        expect(at.hash).toBe('');
      }
      const refused: Record<string, string>[] = [
        ...[...evil, `${returnUri}/2`, `${returnUri}/`, `${returnUri}?a=1`, 'http://localhost:1'].map(
          (redirectUrl) => ({ servicecode: 'oldapp', redirectUrl }),
        ),
        { servicecode: 'nobody' },
        { servicecode: '' },
        { servicecode: 'oldapp', action: 'login' },
        { servicecode: 'oldapp', scope: '2' },
        { servicecode: 'oldapp', goto: 'x'.repeat(513) },
      ];
      for (const query of refused) {
        const at = await browser.request(start(query));
        expect([query, at.status, at.headers.get('location')]).toEqual([query, 400, null]);
        expect(at.text).not.toContain('evil');
      }
      const twice = await browser.request(`${start({ servicecode: 'oldapp' })}&servicecode=other`);
      expect(twice.status).toBe(400);
      expect((await walk({ servicecode: 'oldapp', redirectUrl: returnUri }, browser)).pathname).toBe(
        '/old/callback',
      );
      // Straight to the login with the old mode: an address that is not registered stays where it is.
      const forged = new URL('/auth', app.baseUrl);
      for (const [name, value] of Object.entries({
        client_id: clientId,
        response_type: 'code',
        response_mode: 'ticket',
        scope: 'openid',
        redirect_uri: 'https://evil.example.test/',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      }))
        forged.searchParams.set(name, value);
      const stopped = await browser.request(forged.href);
      expect([stopped.status, stopped.headers.get('location')]).toEqual([400, null]);
    });

    it('ends on a page when the person says no, and tells the app nothing', async () => {
      const added = await addOne('不同意的应用', 'openid profile');
      await app.core.tickets.add(
        { code: 'nope', clientId: added.clientId, returnUri, until: nowSeconds() + hour },
        'cli',
      );
      const browser = newBrowser();
      let at = await browser.open(start({ servicecode: 'nope' }));
      at = await browser.signIn(at, person().loginName, person().password);
      at = await browser.submit(at, '/consent', { decision: 'refuse' });
      expect([at.status, at.text.includes('登录没有完成')]).toEqual([200, true]);
      expect(at.text).not.toMatch(/ticket=/);
    });

    it('announces its end on every answer (RFC 9745, RFC 8594), and after its day says where to go', async () => {
      const browser = newBrowser();
      const began = await browser.request(start({ servicecode: 'oldapp' }));
      const answered = await call(old, 'ticketValidation', 'x'.repeat(43));
      const wrong = await send({ method: 'nothing' }, 'GET');
      for (const headers of [began.headers, answered.headers, wrong.headers]) {
        expect(headers.get('deprecation')).toMatch(/^@\d+$/);
        expect(headers.get('link')).toContain(`<${app.baseUrl}/developers>; rel="deprecation"`);
      }
      for (const headers of [began.headers, answered.headers])
        expect(Date.parse(headers.get('sunset')!)).toBeGreaterThan(now());
      moved = 31 * 24 * hour * 1000;
      const over = await browser.request(start({ servicecode: 'oldapp' }));
      expect([over.status, over.headers.get('location')]).toEqual([410, null]);
      expect(over.text).toContain('http://localhost:1/');
      expect(over.text).toContain('action=oauth&amp;servicecode=oldapp&amp;lang=en');
      const { status, body, headers } = await call(old, 'ticketValidation', 'x'.repeat(43));
      expect([status, body.result]).toEqual([410, '1006']);
      expect(headers.get('link')).toContain('/developers');
    });

    it('stops with the app: suspended, none is issued and none is taken', async () => {
      const added = await addOne('停用的应用', 'openid profile');
      const service = await app.core.tickets.add(
        { code: 'gone', clientId: added.clientId, returnUri, until: nowSeconds() + hour },
        'cli',
      );
      const ticket = await ticketOf('gone');
      await app.core.apps.setState(added.clientId, 'suspended');
      expect((await call(service, 'ticketValidation', ticket)).body.result).toBe('1004');
      expect((await newBrowser().request(start({ servicecode: 'gone' }))).status).toBe(400);
    });

    it('the token ends with the session and with the consent', async () => {
      const browser = newBrowser();
      const ticket = (await walk({ servicecode: 'oldapp' }, browser)).searchParams.get('ticket')!;
      const { body } = await call(old, 'ticketValidation', ticket);
      await app.core.oidc.consents.withdraw(lin.id, clientId);
      expect((await call(old, 'getUserInfo', body.token!)).body.result).toBe('1005');
      const again = (await walk({ servicecode: 'oldapp' }, browser)).searchParams.get('ticket')!;
      const then = await call(old, 'ticketValidation', again);
      expect((await call(old, 'getUserInfo', then.body.token!)).body.result).toBe('0');
      await app.core.oidc.sessions.endAll(lin.id);
      expect((await call(old, 'getUserInfo', then.body.token!)).body.result).toBe('1005');
      // It belongs to one service code's app.
      const mine = await call(old, 'ticketValidation', await ticketOf());
      expect((await call(other, 'getUserInfo', mine.body.token!)).body.result).toBe('1005');
    });

    it('registers a service code only for a listed confidential app and one of its own addresses', async () => {
      const add = (over: object) =>
        app.core.tickets.add(
          { code: 'newone', clientId, returnUri, until: nowSeconds() + hour, ...over } as never,
          'cli',
        );
      for (const over of [
        { returnUri: 'https://evil.example.test/' },
        { returnUri: `${returnUri}?x` },
        { until: nowSeconds() - 1 },
        { md5Until: nowSeconds() + 2 * hour },
        { code: '330102199003078880' },
        { code: 'a' },
        { clientId: 'nobody' },
        { clientId: 'onecert-account' },
      ])
        await expect(add(over)).rejects.toThrow(/invalid_request|not_found/);
      await expect(add({ code: 'oldapp' })).rejects.toThrow('already exists');
      const changed = await app.core.tickets.change('oldapp2', { newSecret: true }, 'cli');
      expect((await call(plain, 'ticketValidation', 'x'.repeat(43))).body.result).toBe('1002');
      plain = { servicecode: 'oldapp2', servicepwd: changed.servicepwd! };
      expect((await call(plain, 'ticketValidation', 'x'.repeat(43))).body.result).toBe('1004');
      const stored: string[] = [];
      for await (const line of app.core.storage.dump()) stored.push(line);
      for (const { servicepwd } of [old, plain, other]) expect(stored.join('\n')).not.toContain(servicepwd);
    });
  });
