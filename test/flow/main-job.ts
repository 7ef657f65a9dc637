import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import type { Account } from '../../src/accounts/index.ts';
import { preAuthorizedCodeGrant } from '../../src/credentials/index.ts';
import { HttpSession } from '../../src/tour/http-session.ts';
import { signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import {
  type CredentialOffer,
  issuerMetadata,
  makeDeviceKey,
  redeemOffer,
  requestCredentials,
} from '../../src/tour/wallet-client.ts';
import { makeShowCode, verify } from '../../src/verifier/core/index.ts';
import { loadTrusted } from './load-trusted.ts';
import { type RunningApp, startApp } from './start-app.ts';

const now = (): number => Math.floor(Date.now() / 1000);
const redirectUri = 'http://localhost:1/callback';

/** The main job over HTTP on one pair of engines. */
export const describeMainJob = (engines: string, env: () => NodeJS.ProcessEnv): void =>
  describe(`the main job on ${engines}`, () => {
    let app: RunningApp;
    let lin: Account;
    let portal: { baseUrl: string; clientId: string; clientSecret: string; redirectUri: string };
    beforeAll(async () => {
      app = await startApp(env());
      lin = (await app.core.samplePerson('lin'))!;
      const added = await app.core.apps.add({
        client_name: 'Portal',
        redirect_uris: [redirectUri],
        scope: app.core.appScopes.join(' '),
        grant_types: ['authorization_code', 'refresh_token', preAuthorizedCodeGrant],
      });
      portal = {
        baseUrl: app.baseUrl,
        clientId: added.clientId,
        clientSecret: added.clientSecret!,
        redirectUri,
      };
    }, 60_000);
    afterAll(() => app.stop());

    const person = () => ({ loginName: lin.phone!, password: app.passwordOf('lin') });
    const offer = async (ids: string[]) =>
      (
        await app.core.offers.create({
          account: lin,
          configurationIds: ids,
          txCode: false,
          context: { actor: 'test' },
        })
      ).credential_offer as unknown as CredentialOffer;

    it('runs on the engines it should', () => {
      const { documents, ephemeral } = app.core.storage.engines;
      expect(`${documents} and ${ephemeral}`).toBe(engines);
    });

    it('signs her in, and a second time the session is enough', async () => {
      const first = await signInPortal(portal, person(), 'openid profile');
      expect(first.pages).toEqual(['sign-in', 'consent']);
      expect((await userInfo(portal, first)).name).toBe(lin.name);
      const start = new URLSearchParams({
        client_id: portal.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid profile',
        code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
        code_challenge_method: 'S256',
      });
      const again = await first.session.open(`${app.baseUrl}/auth?${start}`, (url) =>
        url.href.startsWith(redirectUri),
      );
      expect(again.next?.searchParams.has('code')).toBe(true);
    });

    it('lets one of fifty parallel redemptions of an authorization code through', async () => {
      const verifier = client.randomPKCECodeVerifier();
      const start = new URLSearchParams({
        client_id: portal.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      const session = new HttpSession();
      const atPortal = (url: URL) => url.href.startsWith(redirectUri);
      let page = await session.open(`${app.baseUrl}/auth?${start}`, atPortal);
      while (!page.next) {
        const form = session.form(page, /\/(sign-in|consent)$/);
        const isSignIn = 'password' in form.fields;
        const login = Object.keys(form.fields).find((name) => /login/i.test(name))!;
        const { loginName, password } = person();
        page = await session.submit(
          form,
          isSignIn ? { [login]: loginName, password } : { decision: 'agree' },
          atPortal,
        );
      }
      const redeem = () =>
        fetch(`${app.baseUrl}/token`, {
          method: 'POST',
          headers: { authorization: `Basic ${btoa(`${portal.clientId}:${portal.clientSecret}`)}` },
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            code: page.next!.searchParams.get('code')!,
            redirect_uri: redirectUri,
            code_verifier: verifier,
          }),
        });
      const answers = await Promise.all(Array.from({ length: 50 }, redeem));
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
      const bodies = await Promise.all(answers.filter((a) => a.status !== 200).map((a) => a.json()));
      expect(new Set(bodies.map((body) => (body as { error: string }).error))).toEqual(
        new Set(['invalid_grant']),
      );
    });

    it('lets one of fifty parallel redemptions of an offer through', async () => {
      const code = (await offer(['driving_licence_sd_jwt'])).grants[preAuthorizedCodeGrant]![
        'pre-authorized_code'
      ]!;
      const redeem = () =>
        fetch(`${app.baseUrl}/token`, {
          method: 'POST',
          body: new URLSearchParams({ grant_type: preAuthorizedCodeGrant, 'pre-authorized_code': code }),
        });
      const answers = await Promise.all(Array.from({ length: 50 }, redeem));
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    });

    it('issues, shows, verifies offline, suspends all copies by one act, resumes, revokes for good', async () => {
      const ids = ['driving_licence_view_driving', 'driving_licence_sd_jwt', 'driving_licence_ldp_vc'];
      const accessToken = await redeemOffer(await offer(ids), undefined);
      const metadata = await issuerMetadata(app.baseUrl);
      const key = await makeDeviceKey();
      const get = async (configurationId: string) =>
        (
          await requestCredentials({
            issuer: app.baseUrl,
            metadata,
            accessToken,
            configurationId,
            keys: [key],
          })
        )[0];
      const [view, sdJwt, ldpVc] = [
        String(await get(ids[0]!)),
        String(await get(ids[1]!)),
        JSON.stringify(await get(ids[2]!)),
      ];
      const show = () =>
        makeShowCode(new Uint8Array(Buffer.from(view, 'base64url')), key.privateKey, { iat: now() });
      const judge = async () => {
        const trusted = await loadTrusted(app.baseUrl);
        const verdicts = [];
        for (const text of [await show(), sdJwt, ldpVc])
          verdicts.push((await verify(text, trusted, { now: now() })).code);
        return verdicts;
      };
      expect(await judge()).toEqual(['valid', 'valid', 'valid']);
      const [certificate] = await app.core.credentials.list({ holder: lin.id, type: 'driving_licence' });
      const change = (to: '01' | '02' | '07') =>
        app.core.credentials.changeState(certificate!.id, to, 'test', { actor: 'test' });
      await change('02');
      expect(await judge()).toEqual(['suspended', 'suspended', 'suspended']);
      await change('01');
      expect(await judge()).toEqual(['valid', 'valid', 'valid']);
      await change('07');
      expect(await judge()).toEqual(['revoked', 'revoked', 'revoked']);
      await expect(change('01')).rejects.toMatchObject({ code: 'certificate_state' });
    });

    it('leaves an audit log that is whole', async () => {
      const report = await app.core.audit.verify();
      expect([report.ok, report.findings]).toEqual([true, []]);
      expect(report.entries).toBeGreaterThan(10);
    });
  });
