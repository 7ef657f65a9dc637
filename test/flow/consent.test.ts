import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };
const item = 'item:driving-licence-renewal';

describe('a consent', () => {
  let server: TestServer;
  let app: TestApp;
  let reads = '姓名';
  beforeAll(async () => {
    server = await startTestServer({
      oidc: {
        describeScope: (scope) =>
          scope === item
            ? { zh: `办理换证，读取${reads}`, en: `Renew a licence, reading ${reads}` }
            : undefined,
      },
    });
    await addPerson(server.accounts);
    app = await addApp(server, { scope: ['openid', 'profile', 'phone', item].join(' ') });
  });
  afterAll(() => server.close());

  const scope = `openid profile ${item}`;

  it('is asked again when the service reads more than she agreed to, and says which part is new', async () => {
    const browser = app.browser();
    const first = await browser.open((await app.start({ scope })).url.href);
    const asked = await browser.signIn(first, person.loginName, person.password);
    expect(asked.text).toContain('办理换证，读取姓名');
    expect(asked.text).not.toContain('新增');
    expect((await browser.submit(asked, '/consent', { decision: 'agree' })).status).toBe(0);
    expect((await browser.open((await app.start({ scope })).url.href)).status).toBe(0);

    reads = '姓名、现居住地址';
    const again = await browser.open((await app.start({ scope })).url.href);
    expect(again.text).toContain('<li><strong>新增：</strong> 办理换证，读取姓名、现居住地址</li>');
    expect(again.text).toMatch(/<li>您的姓名/);
    expect((await browser.submit(again, '/consent', { decision: 'agree' })).status).toBe(0);
    expect((await browser.open((await app.start({ scope })).url.href)).status).toBe(0);
  });

  it('is kept for the scopes whose words stayed the same', async () => {
    reads = '一切';
    const browser = app.browser();
    const started = await app.start({ scope: 'openid profile' });
    expect(await walkThrough(browser, started, person)).toContain('code=');
    const wider = await browser.open((await app.start({ scope: 'openid profile phone' })).url.href);
    expect(wider.text).toMatch(/<li><strong>新增：<\/strong> 您的手机号码/);
    const [consent] = await server.oidc.consents.of(
      (await server.accounts.findByLoginName(samplePerson.phone))[0]!.id,
    );
    expect(consent!.scopes).toEqual(['item:driving-licence-renewal', 'openid', 'profile']);
  });
});
