import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { type Visitor, visitor } from './account-visitor.ts';
import { type RunningApp, startApp } from './start-app.ts';
import type { Visit } from './test-browser.ts';

const saidOf = (at: Visit): string | undefined => /id="said"><strong>([^<]*)/.exec(at.text)?.[1];
const noticeOf = (at: Visit): string | undefined => /id="notice"><strong>([^<]*)/.exec(at.text)?.[1];
const item = 'food-business-permit';
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('NET-3, NET-4: enterprises and mandates on the account pages', () => {
  let app: RunningApp;
  const people = new Map<string, Account>();
  const visitors = new Map<string, Visitor>();

  beforeAll(async () => {
    // No text messages: one factor each, so that the forms are what is tested here.
    app = await startApp();
    for (const id of ['ouyang', 'jin', 'wang', 'chen', 'lin']) {
      const account = (await app.core.samplePerson(id))!;
      people.set(id, account);
      await app.core.accounts.authenticators.endPhone(account.id, 'system');
    }
  }, 60_000);
  afterAll(() => app.stop());

  const as = (id: string): Visitor => {
    const known = visitors.get(id);
    if (known) return known;
    const person = { loginName: people.get(id)!.documentNumber, password: app.passwordOf(id) };
    const fresh = visitor(app, person);
    visitors.set(id, fresh);
    return fresh;
  };
  const named = (id: string): Record<string, string> => {
    const { documentKind, documentNumber, name } = people.get(id)!;
    return { kind: documentKind, number: documentNumber, name };
  };
  const firmOf = async (id: string) => {
    const [firm] = (await app.core.enterprises.mine({ accountId: people.get(id)!.id })).filter(
      ({ legalRep }) => legalRep?.account === people.get(id)!.id,
    );
    return firm!;
  };
  const submit = async (who: string, at: Visit, act: string, fields: Record<string, string> = {}) =>
    as(who).prove(await as(who).submit(at, act, fields));

  it('a mandate is given, kept as typed when something is wrong, accepted by whom it is for, and ended', async () => {
    const firm = await firmOf('ouyang');
    const page = await as('ouyang').open(`/account/mandate-new?id=${firm.id}`);
    const wrong = await submit('ouyang', page, `/give?id=${firm.id}`, {
      ...named('wang'),
      name: '别人',
      until: inDays(9),
      [`item-${item}`]: 'yes',
    });
    expect([wrong.status, noticeOf(wrong)]).toEqual([404, '没有找到证件号码与姓名一致的账户。']);
    expect(wrong.text).toContain(`value="${inDays(9)}"`);
    expect(wrong.text).toContain(`id="item-${item}" name="item-${item}" value="yes" checked`);
    const none = await submit('ouyang', wrong, `/give?id=${firm.id}`, { ...named('wang'), until: 'soon' });
    expect([none.status, none.text.includes('items-fault'), none.text.includes('until-fault')]).toEqual([
      422,
      true,
      true,
    ]);
    const given = await submit('ouyang', none, `/give?id=${firm.id}`, {
      ...named('wang'),
      until: inDays(9),
      [`item-${item}`]: 'yes',
    });
    expect([new URL(given.url).pathname, saidOf(given)]).toEqual([
      '/account/mandates-given',
      '授权委托已发出，等待对方接受。',
    ]);
    expect(given.text).toContain('王**');
    expect(given.text).not.toContain(people.get('wang')!.documentNumber);

    const offered = await as('wang').open('/account/mandates');
    expect(offered.text).toContain(firm.name);
    expect((await as('wang').open('/account/notices')).text).toContain('有一项授权委托待接受');
    expect((await as('lin').open('/account/mandates')).text).not.toContain('mandates/accept');
    const accepted = await submit('wang', offered, '/accept');
    expect([saidOf(accepted), accepted.text.includes('有效')]).toEqual(['您已接受该授权委托。', true]);
    const twice = await submit('wang', offered, '/accept');
    expect([twice.status, noticeOf(twice)]).toEqual([409, '该授权委托的当前状态不允许此操作。']);
    const ended = await submit('wang', accepted, '/end');
    expect(saidOf(ended)).toBe('该授权委托已结束。');
    const mine = await app.core.enterprises.myMandates({ accountId: people.get('wang')!.id });
    expect(mine.map(({ state }) => state)).toEqual(['ended']);
  });

  it('an agent firm accepts, names its staff for no longer than it has itself, and declines another', async () => {
    const [firm, agent] = [await firmOf('ouyang'), await firmOf('jin')];
    const give = async () => {
      const page = await as('ouyang').open(`/account/mandate-new?id=${firm.id}&to=agent`);
      return submit('ouyang', page, `/give?id=${firm.id}`, {
        agent: agent.creditCode,
        until: inDays(5),
        [`item-${item}`]: 'yes',
      });
    };
    expect(saidOf(await give())).toBe('授权委托已发出，等待对方接受。');
    const received = await as('jin').open(`/account/mandates-received?id=${agent.id}`);
    const accepted = await submit('jin', received, `/accept?id=${agent.id}`);
    expect([saidOf(accepted), new URL(accepted.url).searchParams.get('id')]).toEqual([
      '您已接受该授权委托。',
      agent.id,
    ]);
    const address = /\/account\/mandate-staff\?id=m_[\w-]{22}/.exec(accepted.text)![0];
    const form = await as('jin').open(address);
    const staff = await submit('jin', form, `/name?id=${address.split('=')[1]}`, {
      ...named('chen'),
      until: inDays(30),
      [`item-${item}`]: 'yes',
    });
    expect(saidOf(staff)).toBe('已指定，等待经办人接受。');
    const hers = await as('chen').open('/account/mandates');
    expect(hers.text).toContain('代理机构：');
    expect(saidOf(await submit('chen', hers, '/accept'))).toBe('您已接受该授权委托。');
    expect((await as('lin').open(address)).status).toBe(404);

    await give();
    const second = await as('jin').open(`/account/mandates-received?id=${agent.id}`);
    expect(saidOf(await submit('jin', second, `/decline?id=${agent.id}`))).toBe('您已谢绝该授权委托。');
  });

  it('NET-4: a manager is appointed and removed by the legal representative alone', async () => {
    const firm = await firmOf('ouyang');
    const address = `/account/enterprise-managers?id=${firm.id}`;
    const page = await as('ouyang').open(address);
    const before = page.text.match(/managers\/remove/g)?.length ?? 0;
    const appointed = await submit('ouyang', page, `/appoint?id=${firm.id}`, named('chen'));
    expect([saidOf(appointed), appointed.text.match(/managers\/remove/g)!.length]).toEqual([
      '管理员已任命。',
      before + 1,
    ]);
    const hers = await as('chen').open(address);
    expect([hers.text.includes('/appoint'), hers.text.match(/managers\/remove/g)!.length]).toEqual([
      false,
      1,
    ]);
    const left = await submit('chen', hers, `/remove?id=${firm.id}`);
    expect([new URL(left.url).pathname, left.status]).toEqual(['/account/enterprises', 200]);
    expect((await as('chen').open(address)).status).toBe(404);
    const again = await submit('ouyang', await as('ouyang').open('/account/enterprises'), '/open', {
      code: '91330000XXXXXXXXXX',
    });
    expect(again.status).toBeGreaterThanOrEqual(400);
    expect(again.text).toContain('value="91330000XXXXXXXXXX"');
  });
});
