// The login over HTTP, ours and oidc-provider by itself, each in a process of its own; and the password hash alone.
import { randomBytes } from 'node:crypto';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { createPasswordHasher } from '../dist/accounts/password-hash.js';
import { SoftPasskey } from '../dist/tour/soft-passkey.js';
import { compare } from './measure.mjs';
import { sharedServer } from './our-server.mjs';
import { startBareProvider } from './peers/start-bare-provider.mjs';
import { RelyingParty } from './relying-party.mjs';

const concurrency = 4;
const redirectUri = 'http://localhost:9/callback'; // nothing listens: the browser stops there
const scope = 'openid profile offline_access';

/** What each of the parallel people brings along: her session, her tokens. */
const prepareWorkers = async (party, people, passkeys) =>
  Promise.all(
    people.map(async (person, place) => {
      // A refresh token is only given with a consent page (OpenID Connect Core 1.0 §11).
      const tokens = await party.signIn({ person, prompt: 'consent' });
      return { person, passkey: passkeys[place], tokens, session: await party.signedInSession(person) };
    }),
  );

const subjectOf = (subject, { party, workers, server }, act, note) => ({
  subject,
  peer: subject !== 'onecert',
  concurrency,
  cpu: server.cpu,
  run: (number) => act(party, workers[number]),
  note,
});

const acts = {
  'sign-in-password': (party, { person }) => party.signIn({ person }),
  'sign-in-passkey': (party, { person, passkey }) => party.signIn({ person, passkey }),
  'sign-in-existing-session': async (party, { session }) =>
    party.redeem(await party.authorize(session, { prompt: 'none' })),
  refresh: async (party, worker) => {
    worker.tokens = await party.refresh(worker.tokens.refresh_token);
  },
  userinfo: (party, { tokens }) => party.userInfo(tokens.access_token),
};

const notes = {
  'sign-in-password': [
    'sign-in page, password (argon2id), remembered consent, code, tokens; every record on disk before the answer',
    'no page, no password: signed in at once; records in memory',
  ],
  'sign-in-passkey': [
    'sign-in page, passkey (ES256, user verified, counter kept), remembered consent, code, tokens; durable; the client signs',
    'no page, no passkey: signed in at once; records in memory',
  ],
  'sign-in-existing-session': [
    'session there, prompt=none: authorization, code, tokens; durable',
    'the same, in memory',
  ],
  refresh: ['rotated, compare-and-set, durable', 'rotated, in memory'],
  userinfo: ['claims unsealed from the account', 'claims from a constant'],
};

/** What a passkey costs by itself: the floor of a sign-in with one. */
const comparePasskeys = async (settings) => {
  const origin = 'http://localhost:9';
  const challenge = randomBytes(32).toString('base64url');
  const passkey = new SoftPasskey(origin);
  const user = { id: randomBytes(16).toString('base64url') };
  const expected = { expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: 'localhost' };
  const { registrationInfo } = await verifyRegistrationResponse({
    ...expected,
    response: JSON.parse(passkey.create({ challenge, rp: { id: 'localhost' }, user })),
  });
  const { id, publicKey } = registrationInfo.credential;
  const response = JSON.parse(passkey.answer(challenge));
  const run = () =>
    verifyAuthenticationResponse({ ...expected, response, credential: { id, publicKey, counter: 0 } });
  if (!(await run()).verified) throw new Error('the passkey was not accepted');
  const note = 'part of every sign-in with a passkey';
  await compare('passkey-verify', [{ subject: '@simplewebauthn/server', run, note }], settings);
};

export const benchSignIn = async (settings) => {
  const hasher = createPasswordHasher();
  const password = randomBytes(12).toString('base64url');
  const stored = await hasher.hash(password);
  await compare(
    'argon2id-verify',
    [
      {
        subject: '@node-rs/argon2',
        run: () => hasher.verify(stored, password),
        note: 'part of every sign-in by password',
      },
    ],
    settings,
  );

  const our = await sharedServer();
  const app = { ...(await our.addApp(redirectUri)), scope };
  const peer = await startBareProvider(app);
  try {
    const people = our.people().slice(0, concurrency);
    const passkeys = await our.addPasskeys(people);
    await comparePasskeys(settings);
    const sides = [];
    for (const { server, baseUrl } of [our, peer]) {
      const party = await RelyingParty.of(baseUrl, app);
      sides.push({ server, party });
    }
    for (const [bench, act] of Object.entries(acts)) {
      // Anew each time: the peer's in-memory adapter forgets all but the newest 1,000 records.
      for (const side of sides) side.workers = await prepareWorkers(side.party, people, passkeys);
      const [ours, theirs] = notes[bench];
      await compare(
        bench,
        [subjectOf('onecert', sides[0], act, ours), subjectOf('oidc-provider alone', sides[1], act, theirs)],
        settings,
      );
    }
  } finally {
    await peer.server.stop();
  }
};
