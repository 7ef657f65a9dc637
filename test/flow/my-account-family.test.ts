import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { type Visitor, visitor } from './account-visitor.ts';
import { type RunningApp, startApp } from './start-app.ts';
import type { Visit } from './test-browser.ts';

const saidOf = (at: Visit): string | undefined => /id="said"><strong>([^<]*)/.exec(at.text)?.[1];
const noticeOf = (at: Visit): string | undefined => /id="notice"><strong>([^<]*)/.exec(at.text)?.[1];
const pathOf = (at: Visit): string => new URL(at.url).pathname;

/** Of config/sample/guardians.csv: guardian Lin, born 2013-08-04. */
const child = { kind: '111', number: '320102201308049227', name: '潘玲英' };
const nobody = { kind: '414', number: 'E99999901' };

describe('ZLB-5: relatives on the account pages', () => {
  let app: RunningApp;
  // 2027-07-20: within thirty days of the child's fourteenth birthday.
  let moved = 0;
  const people = new Map<string, Account>();
  const visitors = new Map<string, Visitor>();
  const addresses: string[] = [];

  beforeAll(async () => {
    app = await startApp({}, { clock: { now: () => Date.now() + moved } });
    for (const id of ['lin', 'zhou', 'chen', 'wu']) {
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
  const open = async (who: string, path: string): Promise<Visit> => as(who).open(`/account/${path}`);
  const submit = async (who: string, at: Visit, act: string, fields: Record<string, string> = {}) => {
    const done = await as(who).prove(await as(who).submit(at, act, fields));
    addresses.push(done.url);
    return done;
  };
  const documentOf = (id: string): Record<string, string> => {
    const { documentKind: kind, documentNumber: number } = people.get(id)!;
    return { kind, number };
  };
  const logOf = async (accountId: string): Promise<string[]> =>
    (await app.core.audit.about(accountId)).map(({ action }) => action);

  it('a guardian adds her child by the register, sees her certificates masked, opens one; all of it is on the child’s log', async () => {
    const form = await open('lin', 'family-child');
    const wrong = await submit('lin', form, '/add', { ...child, number: '320102201308049228' });
    expect([wrong.status, wrong.text.includes('id="number-fault"')]).toEqual([422, true]);
    expect(wrong.text).toContain(`value="${child.name}"`);
    const strangers = await submit('lin', wrong, '/add', { ...child, name: '潘玲' });
    expect([strangers.status, noticeOf(strangers)?.includes('人口登记中没有您')]).toEqual([404, true]);
    const added = await submit('lin', strangers, '/add', child);
    expect([pathOf(added), saidOf(added)]).toEqual(['/account/family', '已添加。']);
    expect([added.text.includes('潘**'), added.text.includes('您是监护人')]).toEqual([true, true]);
    for (const hidden of [child.name, child.number]) expect(added.text).not.toContain(hidden);
    const twice = await submit('lin', await open('lin', 'family-child'), '/add', child);
    expect([twice.status, noticeOf(twice)]).toEqual([409, '已有这项关系或邀请。']);

    const address = /family-certificates\?id=fl_[\w-]{22}/.exec(added.text)![0];
    const list = await open('lin', address);
    expect([list.status, list.text.includes('可以领取'), list.text.includes(child.number)]).toEqual([
      200,
      true,
      false,
    ]);
    const kept = await submit('lin', list, `/add?id=${address.split('=')[1]}`, { type: 'residence_permit' });
    expect([saidOf(kept), kept.text.includes('居住证')]).toEqual(['已领取。', true]);
    const opened = await submit('lin', kept, `/open?id=${address.split('=')[1]}`);
    expect([opened.status, opened.text.includes(child.number), opened.headers.get('cache-control')]).toEqual([
      200,
      true,
      'no-store',
    ]);
    expect(opened.text).toContain(`href="/account/${address}"`);
    const account = (await app.core.accounts.findByDocument(child.kind, child.number))!;
    const log = await logOf(account.id);
    for (const action of ['family.linked', 'certificates.listed_by_family', 'certificate.opened_by_family'])
      expect(log).toContain(action);
    // Somebody else's link is not there.
    expect((await open('zhou', address)).status).toBe(404);
    const foreign = await submit('zhou', await open('zhou', 'family-invite'), '/invite', child);
    expect(noticeOf(foreign)).toContain('请由监护人添加');
  });

  it('an invitation is answered alike for a document nobody has, accepted at level 3, and ended by either side', async () => {
    const unknown = await submit('lin', await open('lin', 'family-invite'), '/invite', nobody);
    const known = await submit('lin', await open('lin', 'family-invite'), '/invite', documentOf('zhou'));
    expect([saidOf(unknown), pathOf(unknown)]).toEqual([saidOf(known), pathOf(known)]);
    for (const hidden of [nobody.number, '周', people.get('zhou')!.documentNumber])
      expect(known.text).not.toContain(hidden);
    const own = await submit('lin', await open('lin', 'family-invite'), '/invite', documentOf('lin'));
    expect([own.status, own.text.includes('number-fault')]).toEqual([422, true]);

    const asked = await open('zhou', 'family');
    expect([asked.text.includes('林**'), asked.text.includes('申请为您代办')]).toEqual([true, true]);
    const agreed = await submit('zhou', asked, '/accept');
    expect([saidOf(agreed), agreed.text.includes('有效')]).toEqual(['您已同意。', true]);
    const over = await submit('zhou', asked, '/accept');
    expect([over.status, noticeOf(over)]).toEqual([409, '该亲属关系或邀请已不再有效。']);
    const [link] = (await app.core.families.of(people.get('zhou')!.id)).for_me;
    const address = `family-certificates?id=${link!.id}`;
    expect((await open('lin', 'family')).text).toContain(address);
    expect((await open('lin', address)).status).toBe(200);
    expect(await logOf(people.get('zhou')!.id)).toContain('certificates.listed_by_family');
    const ended = await submit('zhou', agreed, '/end');
    expect([saidOf(ended)?.startsWith('已解除'), ended.text.includes('被代办人解除')]).toEqual([true, true]);
    const links = (await app.core.families.of(people.get('zhou')!.id)).for_me;
    expect(links.map(({ state }) => state)).toEqual(['ended']);
    expect((await open('lin', address)).status).toBe(409);
  });

  it('below level 3 nobody agrees or invites: the page says how to get there, and refusing needs no level', async () => {
    await submit('chen', await open('chen', 'family-invite'), '/invite', documentOf('wu'));
    const asked = await open('wu', 'family');
    expect([asked.text.includes('申请为您代办'), asked.text.includes('href="/raise-level"')]).toEqual([
      true,
      true,
    ]);
    expect([asked.text.includes('/accept"'), asked.text.includes('family-invite')]).toEqual([false, false]);
    for (const path of ['family-child', 'family-invite']) {
      const form = await open('wu', path);
      expect([form.text.includes('/raise-level'), form.text.includes('name="number"')]).toEqual([
        true,
        false,
      ]);
    }
    expect(saidOf(await submit('wu', asked, '/refuse'))).toContain('您没有同意');
    const seen = await open('chen', 'family');
    expect([seen.text.includes('对方没有同意'), seen.text.includes('吴')]).toEqual([true, false]);
  });

  it('a child with an account of her own keeps her guardian, within thirty days of her birthday', async () => {
    const account = (await app.core.accounts.findByDocument(child.kind, child.number))!;
    await app.core.accounts.setPassword(account.id, 'lake-west-42-boat');
    people.set('child', account);
    const own = visitor(app, { loginName: child.number, password: 'lake-west-42-boat' });
    visitors.set('child', own);
    expect((await open('child', 'family')).text).not.toContain('/keep"');
    moved = Date.parse('2027-07-20T04:00:00Z') - Date.now();
    const soon = await open('child', 'family');
    const kept = await submit('child', soon, '/keep');
    expect([saidOf(kept), kept.text.includes('满十四周岁后继续')]).toEqual([
      '监护人可以继续为您代办。',
      true,
    ]);
    moved = Date.parse('2027-08-10T04:00:00Z') - Date.now();
    await app.core.families.settle();
    expect((await app.core.families.of(account.id)).for_me[0]).toMatchObject({ state: 'active', kept: true });
  });

  it('security: no name or number of anybody stood in an address', () => {
    const personal = [child, nobody, ...[...people.values()].map((one) => ({ number: one.documentNumber }))];
    expect(addresses.length).toBeGreaterThan(10);
    for (const { number } of personal) expect(addresses.join('\n')).not.toContain(number);
  });
});
