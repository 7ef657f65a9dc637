import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openAccount } from '../../src/registration/open-account.ts';
import { signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { faults, goodPassword, heading, newcomers, newPhone, OpeningBrowser } from './opening-browser.ts';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp({ TRUSTED_PROXIES: 'loopback' });
}, 60_000);
afterAll(() => app.stop());
const browser = () => new OpeningBrowser(app);
const accountOf = ({ kind, number }: { kind: string; number: string }) =>
  app.core.accounts.findByDocument(kind, number);

describe('opening an account at a phone (issue 4.1)', () => {
  it.each(Object.entries(newcomers).filter(([id]) => id !== 'zhou' && id !== 'shen'))(
    'leads %s, with a document of her kind, to an account at proofing level 2 (NET-2)',
    async (_id, person) => {
      const phone = newPhone();
      const page = await browser().toEnd(phone, person);
      expect([page.status, heading(page)]).toEqual([200, 'Your account is open']);
      expect(page.html).toContain('href="/wallet/"');
      const account = (await accountOf(person))!;
      expect(account).toMatchObject({ phone, proofingLevel: 2, state: 'active', documentKind: person.kind });
    },
  );

  it('keeps each consent apart, with the text that was read, and signs in afterwards', async () => {
    const one = browser();
    const phone = newPhone();
    await one.start();
    expect(one.page.html).not.toContain(' checked');
    await one.send('notice', { identity: 'yes', service_survey: 'yes' });
    await one.send('phone', { phone: `+86 ${phone.slice(0, 3)} ${phone.slice(3)}` });
    await one.send('code', { code: await one.codeFor(phone) });
    const wide = [...newcomers.shen.number].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
    await one.send('identity', { ...newcomers.shen, number: wide.join(''), name: '沈 秋禾' });
    await one.send('password', { password: goodPassword, repeat: goodPassword });
    const account = (await accountOf(newcomers.shen))!;
    const consents = await app.core.registration.consentsOf(account.id);
    expect(consents.map(({ purpose, textVersion, given }) => [purpose, textVersion, given]).sort()).toEqual([
      ['identity', '2026-11-23', 'online'],
      ['service_survey', '2026-11-23', 'online'],
    ]);
    const entries = await app.core.audit.about(account.id);
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['account.opened', 'account.registered']),
    );

    const redirectUri = 'http://localhost:1/callback';
    const added = await app.core.apps.add({
      client_name: 'Portal',
      redirect_uris: [redirectUri],
      scope: 'openid profile',
    });
    const portal = {
      baseUrl: app.baseUrl,
      clientId: added.clientId,
      clientSecret: added.clientSecret!,
      redirectUri,
    };
    const signedIn = await signInPortal(
      portal,
      { loginName: phone, password: goodPassword },
      'openid profile',
    );
    expect(await userInfo(portal, signedIn)).toMatchObject({ name: '沈秋禾', proofing_level: 2 });
  });

  it('does not begin without the needed consent, and says which box it is', async () => {
    const one = browser();
    await one.start();
    const page = await one.send('notice', { case_messages: 'yes' });
    expect(page.status).toBe(422);
    expect(faults(page)[0]).toMatch(/^Tick the first box/);
    expect(page.html).toMatch(/id="consent-case_messages"[^>]* checked/);
    expect(heading(await one.start())).toBe('Before you begin');
  });

  it('says what is wrong with a phone and keeps what was typed, also over a reload and in Chinese', async () => {
    const one = browser();
    await one.toPhone();
    const page = await one.send('phone', { phone: '12345' });
    expect([page.status, faults(page)[0]]).toEqual([422, expect.stringMatching(/^This is no mobile number/)]);
    expect(page.html).toContain('value="12345"');
    const again = await one.open(`${one.url}?lang=zh`);
    expect(again.html).toContain('value="12345"');
    expect([heading(again), again.headers.get('content-language')]).toEqual(['您的手机号码', 'zh-CN']);
  });

  it('refuses a wrong code, and after five tries the right one too, until another is sent', async () => {
    const one = browser();
    const phone = newPhone();
    await one.toCode(phone);
    const right = await one.codeFor(phone);
    const wrong = right === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await one.send('code', { code: wrong })).status).toBe(422);
    }
    const page = await one.send('code', { code: right });
    expect([page.status, faults(page)[0]]).toEqual([422, expect.stringMatching(/^That code is not right/)]);
    const soon = await one.send('resend');
    expect([soon.status, faults(soon)[0]]).toEqual([429, 'Too many codes were asked for.']);
    expect(heading(await one.send('other-phone'))).toBe('Your phone');
    expect(heading(await one.send('phone', { phone: newPhone() }))).toBe('Type the code');
  });

  it('takes no code that was sent to another browser', async () => {
    const [one, other] = [browser(), browser()];
    const [phone, otherPhone] = [newPhone(), newPhone()];
    await one.toCode(phone);
    await other.toCode(otherPhone);
    expect((await other.send('code', { code: await one.codeFor(phone) })).status).toBe(422);
  });

  it.each([
    [{ number: '330106199203154627' }, /^The last character does not fit/, /^号码的最后一位与前面各位不符/],
    [{ number: '330106199202304626' }, /^The date of birth in it/, /^号码中的出生日期/],
    [{ number: '339999199203154626' }, /(last character|do not know the region)/, /(最后一位|地区代码)/],
    [{ number: '33010619920315' }, /^An identity card number has 17 digits/, /^居民身份证号码为 17 位/],
    [{ number: '330106920315462' }, /^This is an old number/, /^这是旧的 15 位号码/],
    [{ kind: '414', number: '!' }, /^A passport number/, /^护照号码/],
    [{ kind: '' }, /^Choose the kind/, /^请选择证件种类/],
    [{ name: '沈?' }, /^The name holds a character that could not be read/, /^姓名中有未能识别的字/],
    [{ name: '沈3' }, /^A name holds letters/, /^姓名只能包含/],
    [{ number: '', name: '' }, /^Fill in the name/, /^请填写姓名/],
  ])('says what is wrong with %j in both languages and loses no input', async (bad, en, zh) => {
    const one = browser();
    await one.toIdentity(newPhone());
    const typed = { ...newcomers.zhou, ...bad };
    const page = await one.send('identity', typed);
    expect([page.status, faults(page)[0]]).toEqual([422, expect.stringMatching(en)]);
    const reloaded = await one.open(one.url);
    for (const value of [typed.name, typed.number].filter(Boolean)) {
      expect(page.html).toContain(`value="${value}"`);
      expect(reloaded.html).toContain(`value="${value}"`);
    }
    if (typed.kind) expect(page.html).toContain(`<option value="${typed.kind}" selected>`);
    await one.open(`${one.url}?lang=zh`);
    expect(faults(await one.send('identity', typed))[0]).toMatch(zh);
    expect(page.html).toMatch(/aria-invalid="true"/);
  });

  it('answers another name and an unknown number alike (security: user enumeration)', async () => {
    const lin = app.core.people.find(({ id }) => id === 'lin')!;
    const answers: string[] = [];
    for (const person of [
      { ...newcomers.zhou, name: '周长根' },
      { kind: '111', number: lin.document.number, name: '周长根' },
      { kind: '414', number: 'E00000001', name: '周长根' },
    ]) {
      const one = browser();
      await one.toIdentity(newPhone());
      const page = await one.send('identity', person);
      expect([page.status, faults(page)]).toEqual([422, ['Name and number do not agree with the register.']]);
      const { number, kind } = person;
      answers.push(
        page.html
          .replaceAll(number, 'NUMBER')
          .replace(/name="csrf" value="[^"]*"/g, '')
          .replace(`value="${kind}" selected`, `value="${kind}"`),
      );
    }
    expect(new Set(answers).size).toBe(1);
  });

  it('finds a duplicate only after the match, explains it and opens no second account', async () => {
    const lin = app.core.people.find(({ id }) => id === 'lin')!;
    const before = (await accountOf(lin.document))!;
    const one = browser();
    const page = await one.toPassword(newPhone(), { ...lin.document, name: lin.name });
    expect(heading(page)).toBe('This document has an account');
    expect(page.html).toMatch(/Sign in, or recover it/);
    expect((await accountOf(lin.document))!.id).toBe(before.id);
    const [entry] = await app.core.audit.about(before.id);
    expect(entry).toMatchObject({ action: 'account.opening_refused', details: { reason: 'account_exists' } });
  });

  it('bounds the names that can be tried against one number, from however many phones', async () => {
    let last = 200;
    for (let tries = 0; tries < 12 && last !== 429; tries += 1) {
      const one = browser();
      await one.toIdentity(newPhone());
      const typed = { kind: '414', number: 'E77777777', name: `王${'一二三四五六七八九十甲乙'[tries]}` };
      const page = await one.send('identity', typed);
      last = page.status;
      if (last === 429) expect(page.html).toContain('value="E77777777"');
      else expect(tries).toBeLessThan(10);
    }
    expect(last).toBe(429);
  }, 30_000);

  it('refuses passwords by the rules with a sentence each, and two that differ', async () => {
    const one = browser();
    const phone = newPhone();
    await one.toPassword(phone, newcomers.zhou);
    for (const [password, repeat, sentence] of [
      ['kurz9', 'kurz9', /too short/],
      ['password123', 'password123', /first that are guessed/],
      [newcomers.zhou.number, newcomers.zhou.number, /cannot be the password/],
      [phone, phone, /cannot be the password/],
      [goodPassword, `${goodPassword}x`, /two passwords differ/],
    ] as const) {
      const page = await one.send('password', { password, repeat });
      expect([password, page.status, faults(page)[0]]).toEqual([
        password,
        422,
        expect.stringMatching(sentence),
      ]);
      expect(page.html).not.toContain(password);
    }
    expect(await accountOf(newcomers.zhou)).toBeUndefined();
  });
});

describe('the steps of an opening, walked out of order', () => {
  it('leads a form of another step to the present one, and a GET always to the present one', async () => {
    const one = browser();
    const notice = await one.start();
    const phonePage = await one.send('notice', { identity: 'yes' });
    const phone = newPhone();
    await one.send('phone', { phone });
    // The back button: earlier pages are sent again.
    for (const [act, page, values] of [
      ['notice', notice, { identity: 'yes' }],
      ['phone', phonePage, { phone: newPhone() }],
    ] as const) {
      expect(heading(await one.send(act, values, page))).toBe('Type the code');
    }
    const form = one.form(one.page, /code$/);
    for (const act of ['identity', 'password']) {
      const action = new URL(`${one.url}/${act}`);
      const page = await one.submit({ ...form, action }, { ...newcomers.zhou, password: goodPassword });
      expect(heading(page)).toBe('Type the code');
      expect(heading(await one.open(action))).toBe('Type the code');
    }
  });

  it('keeps two tabs of one browser on the same journey', async () => {
    const one = browser();
    const first = await one.toPhone();
    const second = await one.open(one.url);
    const phone = newPhone();
    expect(heading(await one.send('phone', { phone }, second))).toBe('Type the code');
    expect(heading(await one.send('phone', { phone: newPhone() }, first))).toBe('Type the code');
    expect(one.page.html).toContain(phone.slice(-4));
  });

  it('refuses a form without its token, with another browser’s, and from another site, and keeps the input', async () => {
    const [one, other] = [browser(), browser()];
    await one.toPhone();
    const foreign = one.form(await other.toPhone(), /phone$/).fields.csrf!;
    const form = one.form(await one.start(), /phone$/);
    for (const csrf of ['', 'x', foreign]) {
      const page = await one.submit({ ...form, fields: { csrf } }, { phone: '19900008888' });
      expect([page.status, faults(page)[0]]).toEqual([403, 'This page was too old.']);
      expect(page.html).toContain('value="19900008888"');
    }
    const elsewhere = await one.request(form.action, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...form.fields, phone: newPhone() }),
    });
    expect([elsewhere.status, elsewhere.next?.pathname]).toEqual([303, '/open-account']);
    expect(heading(await one.start())).toBe('Your phone');
  });

  it('leads nowhere in another browser, with a changed cookie, or after 30 minutes', async () => {
    const [one, stranger] = [browser(), browser()];
    await one.toCode(newPhone());
    await stranger.start();
    const page = await stranger.submit(one.form(one.page, /code$/), { code: '123456' });
    expect([page.status, heading(page)]).toEqual([403, 'Before you begin']);
    expect(faults(page)[0]).toMatch(/^More than 30 minutes/);
    const forged = await fetch(one.url, { headers: { cookie: `onecert_opening=${'A'.repeat(43)}.x` } });
    expect(await forged.text()).toContain('name="identity"');
    expect(forged.headers.getSetCookie()[0]).toMatch(/onecert_opening=.*HttpOnly; SameSite=Lax/);
  });

  it('starts over with nothing of the person before', async () => {
    const one = browser();
    await one.toIdentity(newPhone());
    await one.send('identity', { ...newcomers.zhou, name: '周?' });
    const page = await one.send('restart');
    expect(heading(page)).toBe('Before you begin');
    expect(page.html).not.toContain(newcomers.zhou.number);
  });

  it('shows the end, and nothing of the person, when the back button is pressed after it', async () => {
    const one = browser();
    const lin = app.core.people.find(({ id }) => id === 'lin')!;
    const identityPage = await one.toIdentity(newPhone());
    await one.send('identity', { ...lin.document, name: lin.name });
    const again = await one.send('identity', { ...lin.document, name: lin.name }, identityPage);
    expect(heading(again)).toBe('This document has an account');
    expect(again.html).not.toContain(lin.document.number);
  });

  it('opens exactly one account under 20 parallel openings of one document (security: race)', async () => {
    const identity = { kind: '414' as const, number: 'E55500055', name: '郑一舟' };
    const started: string[] = [];
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, place) =>
        openAccount(
          app.core.registration.pages,
          { identity, proofingLevel: 2, consents: ['identity'], given: 'online', by: `journey ${place}` },
          async (account) => {
            await app.core.accounts.setPassword(account.id, `${goodPassword}-${place}`);
            started.push(account.id);
          },
        ),
      ),
    );
    expect(results.filter((result) => 'account' in result)).toHaveLength(1);
    expect(started).toEqual([(await accountOf(identity))!.id]);
  });

  it('takes up an opening that broke off, for the browser that began it and for no other', async () => {
    const identity = { kind: '414' as const, number: 'E55500056', name: '郑二舟' };
    const input = {
      identity,
      proofingLevel: 2 as const,
      consents: ['identity' as const],
      given: 'online' as const,
    };
    const broken = openAccount(app.core.registration.pages, { ...input, by: 'one' }, () =>
      Promise.reject(new Error('the machine stopped')),
    );
    await expect(broken).rejects.toThrow('the machine stopped');
    const stranger = openAccount(app.core.registration.pages, { ...input, by: 'two' }, async () => undefined);
    expect(await stranger).toMatchObject({ refused: 'exists' });
    const again = openAccount(app.core.registration.pages, { ...input, by: 'one' }, async (account) =>
      app.core.accounts.setPassword(account.id, goodPassword),
    );
    expect(await again).toMatchObject({ account: { id: (await accountOf(identity))!.id } });
    expect(
      await openAccount(app.core.registration.pages, { ...input, by: 'one' }, async () => undefined),
    ).toMatchObject({
      refused: 'exists',
    });
  });

  it('lets one of many browsers with the same document through, with her own password', async () => {
    const browsers = Array.from({ length: 20 }, browser);
    for (const one of browsers) await one.toPassword(newPhone(), newcomers.zhou).catch(() => undefined);
    // Ten tries a document an hour: the others stand at the step before and cannot take part.
    const ready = browsers.filter((one) => heading(one.page) === 'Choose a password');
    expect(ready.length).toBeGreaterThan(5);
    const ends = await Promise.all(
      ready.map((one, place) => {
        const password = `${goodPassword}-${place}`;
        return one.send('password', { password, repeat: password });
      }),
    );
    const headings = ends.map(heading);
    expect(headings.filter((text) => text === 'Your account is open')).toHaveLength(1);
    const others = new Set(headings.filter((text) => text !== 'Your account is open'));
    expect([...others].every((text) => /Choose a password|This document has an account/.test(text))).toBe(
      true,
    );
    const winner = headings.indexOf('Your account is open');
    const account = (await accountOf(newcomers.zhou))!;
    const tryPassword = (place: number) =>
      app.core.accounts.checkOwnPassword({
        account: account.id,
        password: `${goodPassword}-${place}`,
        address: 'test',
      });
    expect([await tryPassword(winner), await tryPassword(winner === 0 ? 1 : 0)]).toEqual([true, false]);
  }, 60_000);
});

describe('the published levels', () => {
  it('stand at /levels and know exactly the claims that the login can give', async () => {
    const table = (await (await fetch(`${app.baseUrl}/levels`)).json()) as {
      attributes: { claim: string }[];
    };
    const { claims_supported: claims } = (await (
      await fetch(`${app.baseUrl}/.well-known/openid-configuration`)
    ).json()) as { claims_supported: string[] };
    const ours = table.attributes.map(({ claim }) => claim);
    // The library's own, of the protocol and not of the person.
    const protocol = ['sid', 'iss'];
    expect([...ours, ...protocol].sort()).toEqual([...claims].sort());
  });
});
