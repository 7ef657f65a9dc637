/** Developers and reviewers of the sample province, for the tests of the registry of apps. */
import type { Act } from '../../src/developers/apps/index.ts';
import type { Role } from '../../src/officials/index.ts';
import { signInPortal } from '../../src/tour/sign-in-portal.ts';
import { lastCode } from './account-visitor.ts';
import type { RunningApp } from './start-app.ts';

const context = { actor: 'cli' };

export const actOf = async (app: RunningApp, person: string): Promise<Act> => ({
  accountId: (await app.core.samplePerson(person))!.id,
});

export const appoint = async (
  app: RunningApp,
  person: string,
  unit: string,
  roles: Role[],
): Promise<string> => {
  const { accountId: account } = await actOf(app, person);
  return (await app.core.officials.posts.appoint({ account, unit, roles, context })).id;
};

/** A phone app: nothing of it has to answer over TLS. */
export const manifestOf = (name: string, over: Record<string, unknown> = {}) => ({
  name: { zh: `${name}助手`, en: `${name} helper` },
  items: ['driving-licence-renewal'],
  contacts: ['apps@police.example.test'],
  data_class: 'general',
  metadata: {
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`test.example.${name.toLowerCase()}:/callback`],
  },
  ...over,
});

/** The code in the newest mail to a contact. */
export const mailedCode = async (app: RunningApp): Promise<string> => {
  const [mail] = await app.core.mailOutbox!.mails();
  return /确认码：([\w-]+)/.exec(mail!.text)![1]!;
};

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
  text: string;
}

/** Calls the API with a token of the person's own, signed in with password and text message. */
export const openApi = async (app: RunningApp) => {
  const redirectUri = 'http://localhost:1/callback';
  const { clientId, clientSecret } = await app.core.apps.add({
    client_name: 'Developer console',
    redirect_uris: [redirectUri],
    scope: 'openid developer office',
  });
  const portal = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
  const tokens = new Map<string, string>();
  const tokenOf = async (person: string, { office = false, strong = true } = {}): Promise<string> => {
    const key = `${person} ${office} ${strong}`;
    const known = tokens.get(key);
    if (known !== undefined) return known;
    const account = (await app.core.samplePerson(person))!;
    const capacity = office ? (await app.core.officials.capacities.of(account.id, []))[0]!.ref : 'self';
    const signedIn = await signInPortal(
      portal,
      {
        loginName: account.documentNumber,
        password: app.passwordOf(person),
        readCode: () => lastCode(app),
      },
      'openid developer office',
      { capacity, ...(strong ? { acr_values: 'urn:onecert:acr:p1a2' } : {}) },
    );
    tokens.set(key, signedIn.accessToken);
    return signedIn.accessToken;
  };
  const call = async (
    who: string | { person: string; office?: boolean; strong?: boolean },
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer> => {
    const { person, ...how } = typeof who === 'string' ? { person: who } : who;
    const answer = await fetch(`${app.baseUrl}/developers/api${path}`, {
      method,
      headers: { authorization: `Bearer ${await tokenOf(person, how)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {};
    return { status: answer.status, body: json, headers: answer.headers, text };
  };
  return { call };
};
