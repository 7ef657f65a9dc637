import { randomBytes } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK } from 'jose';
import type { Account } from '../../src/accounts/index.ts';
import { type Portal, type SignedIn, signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { makeDeviceKey } from '../../src/tour/wallet-client.ts';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from './start-app.ts';

const context = { actor: 'cli' };

const describePersonalData = (engines: string, env: () => NodeJS.ProcessEnv): void =>
  describe(`a person’s data on ${engines}: export, plain reading, closing`, () => {
    let app: RunningApp;
    let portal: Portal;

    const person = async (id: string): Promise<Account> => (await app.core.samplePerson(id))!;
    const signIn = async (id: string): Promise<SignedIn> =>
      signInPortal(
        portal,
        { loginName: (await person(id)).documentNumber, password: app.passwordOf(id) },
        'openid profile document',
      );
    const issue = async (account: Account) =>
      app.core.credentials.issueCopies({
        account,
        type: 'driving_licence',
        format: 'dc+sd-jwt',
        deviceKeys: [await exportJWK((await makeDeviceKey()).publicKey)],
        context,
      });
    const stored = async (): Promise<string> => {
      const lines: string[] = [];
      for await (const line of app.core.storage.dump()) lines.push(line);
      return lines.join('\n');
    };
    const statusOf = async (list: number, index: number): Promise<number> => {
      const body = (await app.core.credentials.statusLists.publish(list, 'token'))!.body;
      const payload = JSON.parse(Buffer.from(body.split('.')[1]!, 'base64url').toString());
      const bits = inflateSync(Buffer.from(payload.status_list.lst, 'base64url'));
      return (bits[index >> 2]! >> ((index & 3) * 2)) & 3;
    };

    beforeAll(async () => {
      app = await startApp(env());
      const redirectUri = 'http://localhost:1/callback';
      const { clientId, clientSecret } = await app.core.apps.add({
        client_name: 'Test',
        redirect_uris: [redirectUri],
        scope: 'openid profile document',
        grant_types: ['authorization_code'],
      });
      portal = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
    }, 60_000);
    afterAll(() => app.stop());

    it('an app that reads a number in the clear does it for a purpose, and it stands on the person’s log', async () => {
      const ouyang = await person('ouyang');
      const claims = await userInfo(portal, await signIn('ouyang'));
      expect(claims.document_number).toBe(ouyang.documentNumber);
      const [entry] = await app.core.audit.about(ouyang.id, 1);
      expect(entry).toMatchObject({
        action: 'account.read_plain',
        actor: `client:${portal.clientId}`,
        fields: ['name', 'document'],
        details: { purpose: 'app_consented' },
      });
      expect(JSON.stringify(entry)).not.toContain(ouyang.documentNumber);
    });

    it('nobody reads a number in the clear without a purpose, and an item is named where one is being handled', async () => {
      const { id, documentNumber, name } = await person('ouyang');
      const { accounts, audit } = app.core;
      const reading = { fields: ['document'] as const, actor: 'account:p_officer' };
      for (const bad of [{ purpose: 'curiosity' as never }, { purpose: 'service_item' as const }]) {
        await expect(accounts.readPlain(id, { ...reading, ...bad })).rejects.toMatchObject({
          code: 'forbidden',
        });
        expect((await audit.about(id, 1))[0]).toMatchObject({
          action: 'account.read_plain',
          result: 'refused',
        });
      }
      const read = await accounts.readPlain(id, {
        ...reading,
        purpose: 'service_item',
        item: 'driving-licence-renewal',
      });
      expect(read).toEqual({ documentKind: '111', documentNumber });
      expect((await audit.about(id, 1))[0]).toMatchObject({
        details: { purpose: 'service_item', item: 'driving-licence-renewal' },
        fields: ['document'],
      });
      expect(
        await accounts.readPlain(id, { fields: ['name'], purpose: 'counter_check', actor: 'cli' }),
      ).toEqual({ name });
      await expect(
        accounts.readPlain('p_nobody', { ...reading, purpose: 'counter_check' }),
      ).rejects.toMatchObject({ code: 'not_found' });
    });

    it('exports everything kept of her, readable by a machine, without a secret, and tells her', async () => {
      const lin = await person('lin');
      await signIn('lin');
      await issue(lin);
      const { personalData, audit, accounts } = app.core;
      const file = await personalData.exportData(lin.id, { actor: `account:${lin.id}` });
      const json = JSON.parse(JSON.stringify(file));
      expect(json).toMatchObject({
        format: { name: 'onecert-personal-data', version: 1 },
        account: { name: lin.name, document_number: lin.documentNumber, phone: lin.phone },
        authenticators: [{ kind: 'password' }],
        app_consents: [{ app: portal.clientId, scopes: ['document', 'openid', 'profile'] }],
        enterprises: { mandates_received: [{ kind: 'person', items: ['food-business-permit'] }] },
      });
      expect(json.sessions).toHaveLength(1);
      const [licence] = json.certificates;
      expect(licence.fields).toEqual((await app.core.credentials.list({ holder: lin.id }))[0]!.fields);
      expect(licence.copies).toMatchObject([{ format: 'dc+sd-jwt', state: 'released' }]);
      expect(json.use_log.map(({ action }: { action: string }) => action)).toEqual(
        expect.arrayContaining(['account.exported', 'certificate.issued', 'account.signed_in']),
      );
      const text = JSON.stringify(json);
      for (const secret of ['argon2', '"hash"', '"secret"', '"signed"']) expect(text).not.toContain(secret);
      expect((await audit.about(lin.id, 1))[0]).toMatchObject({ action: 'account.exported', result: 'ok' });
      expect((await accounts.authenticators.notices(lin.id))[0]?.kind).toBe('data_exported');
      await expect(personalData.exportData('p_nobody', context)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('closing an account: she takes it back, or nothing of her is left (PIPL art. 47)', async () => {
      const lin = await person('lin');
      const { core } = app;
      const { closings } = core.personalData;
      const asked = await closings.ask(lin.id, { actor: `account:${lin.id}` });
      expect(asked).toMatchObject({ state: 'waiting', dueAt: asked.askedAt + 7 * 86_400 });
      expect(await closings.ask(lin.id, context)).toEqual(asked);
      expect(await closings.closeDue()).toBe(0);
      await closings.takeBack(lin.id, { actor: `account:${lin.id}` });
      await expect(closings.takeBack(lin.id, context)).rejects.toMatchObject({ code: 'conflict' });

      const signedIn = await signIn('lin');
      const { copies } = await issue(lin);
      const { statusList, statusIndex } = copies[0]!.copy;
      expect(await statusOf(statusList, statusIndex)).toBe(0);
      const subject = await core.oidc.subjectFor(portal.clientId, lin.id);
      const before = await stored();
      const ciphertext = (text: string): string[] =>
        text
          .split('\n')
          .map((line) => JSON.parse(line))
          .filter((line) => [line.id, line.body?.d?.holder, line.body?.d?.account].includes(lin.id))
          .flatMap((line) => [
            ...Object.values(line.body.s ?? {}),
            line.body.wrapped,
            line.keys?.blind_document,
          ])
          .filter(Boolean);
      const hers = ciphertext(before);
      expect(hers.length).toBeGreaterThan(5);

      expect(await closings.closeNow(lin.id, context)).toMatchObject({ state: 'closed' });

      expect(await core.accounts.get(lin.id)).toBeUndefined();
      expect(await core.accounts.findByLoginName(lin.documentNumber)).toEqual([]);
      expect(await core.accounts.findByLoginName(lin.phone!)).toEqual([]);
      await expect(
        signInPortal(portal, { loginName: lin.documentNumber, password: app.passwordOf('lin') }, 'openid'),
      ).rejects.toThrow();
      await expect(userInfo(portal, signedIn)).rejects.toThrow();
      expect(await statusOf(statusList, statusIndex)).toBe(1);
      expect(await core.oidc.sessions.of(lin.id)).toEqual([]);
      expect(await core.oidc.consents.of(lin.id)).toEqual([]);
      expect((await core.enterprises.holdingsOf(lin.id)).received.map(({ state }) => state)).toEqual([
        'ended',
      ]);
      expect((await core.credentials.list({ holder: lin.id })).map(({ state }) => state)).toEqual(['04']);
      expect((await core.credentials.checkEverythingIssued()).bad).toEqual([]);
      const after = await stored();
      for (const value of hers) expect(after).not.toContain(value);
      expect(after).not.toContain(`${lin.id}:password`);
      // The audit goes on without her: a reference that means nothing any more.
      expect((await core.audit.about(lin.id, 1))[0]).toMatchObject({
        action: 'account.closed',
        subject: lin.id,
      });
      expect((await core.audit.verify()).ok).toBe(true);
      await expect(closings.ask(lin.id, context)).rejects.toMatchObject({ code: 'not_found' });
      expect(await closings.closeNow(lin.id, context)).toMatchObject({ state: 'closed' });

      // The same document may register anew, and no app joins the two.
      const { name, documentKind, documentNumber, phone } = lin;
      const again = await core.accounts.open({ name, documentKind, documentNumber, phone, proofingLevel: 3 });
      expect(again.id).not.toBe(lin.id);
      expect(await core.oidc.subjectFor(portal.clientId, again.id)).not.toBe(subject);
      const reissued = await issue(again);
      expect(await statusOf(reissued.copies[0]!.copy.statusList, reissued.copies[0]!.copy.statusIndex)).toBe(
        0,
      );
      expect(await statusOf(statusList, statusIndex)).toBe(1);
    });

    it('a manager who closes her account leaves no power behind: her post and the mandates she gave end', async () => {
      const zhou = await person('zhou');
      const { core } = app;
      const delegate = await person('ouyang');
      const [post] = (await core.enterprises.holdingsOf(zhou.id)).posts;
      const given = await core.enterprises.giveMandate(
        { accountId: zhou.id },
        {
          enterprise: post!.enterprise.id,
          items: ['food-business-permit'],
          validUntil: Math.floor(Date.now() / 1000) + 86_400,
          to: {
            person: { kind: delegate.documentKind, number: delegate.documentNumber, name: delegate.name },
          },
        },
      );
      expect((await core.enterprises.holdingsOf(zhou.id)).given.map(({ id }) => id)).toContain(given.id);
      await core.personalData.closings.closeNow(zhou.id, context);
      expect((await core.enterprises.holdingsOf(zhou.id)).posts).toEqual([]);
      const [received] = (await core.enterprises.holdingsOf(delegate.id)).received;
      expect(received).toMatchObject({ id: given.id, state: 'ended', endReason: 'giver_lost_power' });
      expect(await core.enterprises.capacities.of(zhou.id, [])).toEqual([]);
    });
  });

describePersonalData('sqlite and sqlite', () => ({ MONGODB_URL: '', REDIS_URL: '' }));

describeWith('MONGODB_URL', 'a person’s data on MongoDB', (mongodbUrl) => {
  describePersonalData('mongodb and sqlite', () => {
    const url = new URL(mongodbUrl);
    url.pathname = `/onecert_personal_${randomBytes(8).toString('hex')}`;
    return { MONGODB_URL: url.href, REDIS_URL: '' };
  });
});
