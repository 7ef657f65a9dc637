import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK } from 'jose';
import type { Account } from '../../src/accounts/index.ts';
import { makeDeviceKey } from '../../src/tour/wallet-client.ts';
import { visitor } from './account-visitor.ts';
import { newcomers } from './opening-browser.ts';
import { addLoser, RecoveringBrowser } from './recovering-browser.ts';
import { type RunningApp, startApp } from './start-app.ts';
import type { Visit } from './test-browser.ts';

const saidOf = (at: Visit): string | undefined => /id="said"><strong>([^<]*)/.exec(at.text)?.[1];
const noticeOf = (at: Visit): string | undefined => /id="notice"><strong>([^<]*)/.exec(at.text)?.[1];
const pathOf = (at: Visit): string => new URL(at.url).pathname;
const login = '/interaction/';
const day = 86_400_000;

describe('a person’s own data on the account pages', () => {
  let app: RunningApp;
  let moved = 0;
  beforeAll(async () => {
    app = await startApp({ TRUSTED_PROXIES: 'loopback' }, { clock: { now: () => Date.now() + moved } });
  }, 60_000);
  afterAll(() => app.stop());

  const sample = async (id: string) => {
    const account = (await app.core.samplePerson(id))!;
    await app.core.accounts.authenticators.endPhone(account.id, 'system');
    return { account, ...visitor(app, { loginName: account.documentNumber, password: app.passwordOf(id) }) };
  };
  const logOf = async ({ id }: Account): Promise<string[]> =>
    (await app.core.audit.about(id)).map(({ action }) => action);
  const stepAway = () => {
    moved += 360_000;
  };

  it('PIPL 45: the export asks for a fresh factor and is a file that nothing on the way keeps', async () => {
    const { account, browser, open, prove, submit } = await sample('lin');
    await open('/account');
    stepAway();
    expect(pathOf(await browser.open(`${app.baseUrl}/account/export-data`))).toContain(login);
    const page = await open('/account/export-data');
    expect([page.status, page.text.includes(account.documentNumber)]).toEqual([200, false]);
    const file = await submit(page, '/download');
    expect(file.status).toBe(200);
    expect(file.headers.get('content-disposition')).toMatch(
      /^attachment; filename="?onecert-personal-data-\d{4}-\d\d-\d\d\.json"?$/,
    );
    expect(file.headers.get('content-type')).toContain('application/json');
    expect(file.headers.get('cache-control')).toBe('no-store');
    const data = JSON.parse(file.text);
    expect(data).toMatchObject({
      format: { name: 'onecert-personal-data', version: 1 },
      account: { document_number: account.documentNumber },
      family: { acting: [], for_me: [] },
      waiting_password: {},
    });
    expect(await logOf(account)).toContain('account.exported');
    expect((await app.core.accounts.authenticators.notices(account.id))[0]?.kind).toBe('data_exported');

    // Five minutes on, the button itself asks first, and nothing has left.
    stepAway();
    const asked = await submit(page, '/download');
    expect([pathOf(asked).startsWith(login), asked.text.includes(account.documentNumber)]).toEqual([
      true,
      false,
    ]);
    expect((await prove(asked)).headers.get('content-disposition')).toContain('attachment');
    // Another site's form gets nothing.
    const foreign = await browser.request(`${app.baseUrl}/account/export-data/download`, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: '',
    });
    expect([foreign.status, foreign.headers.get('content-disposition')]).toEqual([303, null]);
  });

  it('PIPL 47: closing asks for a fresh factor, says the due day, and is taken back on the same page', async () => {
    const { account, open, prove, submit } = await sample('wang');
    const page = await open('/account/close-account');
    stepAway();
    const asked = await submit(page, '/close');
    expect([pathOf(asked).startsWith(login), await app.core.personalData.closings.of(account.id)]).toEqual([
      true,
      undefined,
    ]);
    const waiting = await prove(asked);
    const { dueAt } = (await app.core.personalData.closings.of(account.id))!;
    const due = new Date(dueAt * 1000 + 8 * 3_600_000);
    expect([pathOf(waiting), saidOf(waiting)]).toEqual(['/account/close-account', '已收到您的注销申请。']);
    expect(waiting.text).toContain(
      `${due.getUTCFullYear()}年${due.getUTCMonth() + 1}月${due.getUTCDate()}日`,
    );
    expect([waiting.text.includes('/close"'), waiting.text.includes('保留账户')]).toEqual([false, true]);
    const kept = await submit(waiting, '/keep');
    expect(saidOf(kept)).toContain('注销申请已撤回');
    expect(await app.core.personalData.closings.of(account.id)).toBeUndefined();
    const late = await submit(waiting, '/keep');
    expect(late.status).toBe(409);
    expect(await logOf(account)).toEqual(
      expect.arrayContaining(['account.closing_asked', 'account.closing_taken_back']),
    );
    const log = await open('/account/use-log');
    for (const words of ['申请注销账户', '撤回注销申请']) expect(log.text).toContain(words);
  });

  it('an administrator is told what has to happen first, and offered no button that would fail', async () => {
    const { account, open, submit } = await sample('zhou');
    const second = (await app.core.samplePerson('zhao'))!;
    await app.core.officials.administrators.found({
      accounts: [account.id, second.id],
      unit: 'zj-government',
    });
    const held = await submit(await open('/account/close-account'), '/close');
    expect([held.status, noticeOf(held), held.text.includes('另一名管理员')]).toEqual([
      409,
      '现在不能注销。',
      true,
    ]);
    expect(held.text).not.toContain('close-account/close"');
    expect(await app.core.personalData.closings.of(account.id)).toBeUndefined();
  });

  it('closed, everything hers has ended: family links, a password that waits, every copy in every status list', async () => {
    const { core } = app;
    const lin = (await core.samplePerson('lin'))!;
    const chen = (await core.samplePerson('chen'))!;
    const link = await core.families.invite(
      { accountId: lin.id },
      { kind: chen.documentKind, number: chen.documentNumber },
    );
    await core.families.accept({ accountId: chen.id }, link.id);
    const open = await core.families.invite({ accountId: chen.id }, { kind: '414', number: 'E99999901' });
    const named = ({ documentKind: kind, documentNumber: number, name }: Account) => ({ kind, number, name });
    const ouyang = (await core.samplePerson('ouyang'))!;
    await core.families.counter.record(
      { accountId: ouyang.id, unit: 'zj-government' },
      { basis: 'court', actor: named(lin), holder: named(chen), evidence: '（2026）浙0683民特9号' },
    );
    const context = { actor: 'cli' };
    const copies = [];
    for (const format of ['dc+sd-jwt', 'ldp_vc'] as const) {
      const deviceKeys = [await exportJWK((await makeDeviceKey()).publicKey)];
      const issued = await core.credentials.issueCopies({
        account: chen,
        type: 'driving_licence',
        format,
        deviceKeys,
        context,
      });
      copies.push(...issued.copies.map(({ copy }) => copy));
    }
    const statusOf = async (list: number, index: number): Promise<number> => {
      const { body } = (await core.credentials.statusLists.publish(list, 'token'))!;
      const payload = JSON.parse(Buffer.from(String(body).split('.')[1]!, 'base64url').toString());
      const bits = inflateSync(Buffer.from(payload.status_list.lst, 'base64url'));
      return (bits[index >> 2]! >> ((index & 3) * 2)) & 3;
    };
    const { closings } = core.personalData;
    await closings.ask(chen.id, { actor: `account:${chen.id}` });
    moved += 7 * day;
    expect(await closings.closeDue()).toBe(1);

    expect((await core.credentials.list({ holder: chen.id })).map(({ state }) => state)).toEqual(['04']);
    expect(copies.length).toBeGreaterThan(1);
    for (const { statusList, statusIndex } of copies) expect(await statusOf(statusList, statusIndex)).toBe(1);
    expect((await core.credentials.checkEverythingIssued()).bad).toEqual([]);
    const [theirs] = (await core.families.of(lin.id)).acting;
    expect(theirs).toMatchObject({ id: link.id, state: 'ended', end_reason: 'account_closed' });
    expect((await core.families.of(chen.id)).acting.filter(({ id }) => id === open.id)).toEqual([]);
    expect(await core.families.counter.waiting('zj-government')).toEqual([]);
    expect((await core.accounts.authenticators.notices(lin.id))[0]?.kind).toBe('family_ended');

    // The second pass, and every job after it, goes over a person who cannot be read any more.
    moved += 120_000;
    await closings.closeDue();
    expect((await closings.of(chen.id))?.mark).toBeUndefined();
    await core.families.settle();
    await core.recoveries.applyDue();
  });

  it('a new password that waits stands above everything on the first page, and does not outlive the account', async () => {
    const her = await addLoser(app);
    const { open } = visitor(app, { loginName: her.number, password: her.password });
    const home = await open('/account');
    expect(home.text).not.toContain('id="waiting-password"');
    const stranger = new RecoveringBrowser(app);
    await stranger.begin(her.number);
    await stranger.proveMessage(her.phone);
    await stranger.send('face', { answer: 'match' });
    await stranger.choose();
    const loud = await open('/account');
    expect(loud.text).toContain('id="waiting-password"');
    expect(loud.text.indexOf('waiting-password')).toBeLessThan(loud.text.indexOf('class="facts"'));
    const stop = await open('/recover/waiting');
    expect([stop.status, stop.text.includes('/recover/waiting')]).toEqual([200, true]);
    const data = await app.core.personalData.exportData(her.account.id, { actor: 'cli' });
    expect(data.waiting_password).toMatchObject({ applies_at: expect.stringContaining('T') });

    await app.core.personalData.closings.closeNow(her.account.id, { actor: 'cli' });
    expect(await app.core.recoveries.waiting(her.account.id)).toBeUndefined();
    moved += 2 * day;
    expect(await app.core.recoveries.applyDue()).toBe(0);
  });

  it('PIPL 15: what was agreed to at opening is listed; the needed one stays, another is withdrawn once and for all', async () => {
    const { core } = app;
    const { account } = await core.registration.openByOfficer({
      ...newcomers.shen,
      cardChecked: true,
      consents: ['case_messages'],
      officer: 'p_officer',
    });
    const password = 'lake-west-42-boat';
    await core.accounts.setPassword(account.id, password);
    const { open, submit } = visitor(app, { loginName: newcomers.shen.number, password });
    const page = await open('/account/apps');
    for (const words of ['用于开通和保护我的账户', '短信提醒', '撤回后不再发送办事短信'])
      expect(page.text).toContain(words);
    expect(page.text.match(/apps\/withdraw-purpose"/g)).toHaveLength(1);
    const withdrawn = await submit(page, '/withdraw-purpose');
    expect(saidOf(withdrawn)).toContain('不再用于这一用途');
    expect([withdrawn.text.includes('已撤回于'), withdrawn.text.includes('withdraw-purpose')]).toEqual([
      true,
      false,
    ]);
    await submit(page, '/withdraw-purpose');
    expect((await logOf(account)).filter((action) => action === 'account.consent_withdrawn')).toHaveLength(1);
    const needed = await submit(page, '/withdraw-purpose', { purpose: 'identity' });
    expect(needed.status).toBe(403);
    expect((await submit(page, '/withdraw-purpose', { purpose: 'service_survey' })).status).toBe(404);
    const data = await core.personalData.exportData(account.id, { actor: 'cli' });
    expect(data.processing_consents).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ purpose: 'case_messages', withdrawn_at: expect.any(String) }),
        expect.objectContaining({ purpose: 'identity', withdrawn_at: undefined }),
      ]),
    );
  });
});
