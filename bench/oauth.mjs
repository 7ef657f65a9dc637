// The endpoints apps use most, with a session already there: ours, oidc-provider in memory, and oidc-provider with a
// plain adapter on the same SQLite settings as ours. Each in a process of its own.
import { compare } from './measure.mjs';
import { sharedServer } from './our-server.mjs';
import { startBareProvider } from './peers/start-bare-provider.mjs';
import { RelyingParty } from './relying-party.mjs';

const concurrency = 4;
/**
 * Node compiles what is called often: what a server costs all day shows after some hundred requests, however long a busy
 * machine takes for them.
 */
const longer = ({ warmUpMs, roundMs }) =>
  warmUpMs < 300 ? {} : { warmUpMs: 20_000, warmUpOperations: 250, roundMs: 2 * roundMs };
const redirectUri = 'http://localhost:9/callback';
const scope = 'openid profile offline_access';
const grants = ['authorization_code', 'refresh_token', 'client_credentials'];

const acts = {
  'authorize-token-userinfo': async (party, { session }) => {
    const tokens = await party.redeem(await party.authorize(session, { prompt: 'none' }));
    await party.userInfo(tokens.access_token);
  },
  'client-credentials': (party) => party.clientCredentials(),
  'refresh-token': async (party, worker) => {
    worker.tokens = await party.refresh(worker.tokens.refresh_token);
  },
  introspection: (party, { tokens }) => party.introspect(tokens.access_token),
  'par-dpop': (party, { session }) => party.pushedAndBound(session),
};

const notes = {
  'authorize-token-userinfo': 'prompt=none to code, code to tokens, claims; ours also audits',
  'client-credentials': 'one opaque token',
  'refresh-token': 'rotated',
  introspection: 'of the app’s own token',
  'par-dpop': 'pushed request, prompt=none to code, tokens bound to a key',
};

const prepare = (party, people) =>
  Promise.all(
    people.map(async (person) => ({
      tokens: await party.signIn({ person, prompt: 'consent' }),
      session: await party.signedInSession(person),
    })),
  );

export const benchOauth = async (settings) => {
  const our = await sharedServer();
  const app = { ...(await our.addApp(redirectUri, { grant_types: grants })), scope };
  const memory = await startBareProvider(app);
  const sqlite = await startBareProvider(app, { store: 'sqlite' });
  const sides = [
    { subject: 'onecert', ...our },
    { subject: 'oidc-provider, plain SQLite adapter', ...sqlite },
    { subject: 'oidc-provider in memory', peer: true, ...memory },
  ];
  try {
    const people = our.people().slice(0, concurrency);
    for (const side of sides) side.party = await RelyingParty.of(side.baseUrl, app);
    for (const [bench, act] of Object.entries(acts)) {
      // Anew each time: the in-memory adapter forgets all but the newest 1,000 records.
      for (const side of sides) side.workers = await prepare(side.party, people);
      const subjects = sides.map(({ subject, peer, server, party, workers }) => ({
        subject,
        peer,
        concurrency,
        cpu: server.cpu,
        run: (number) => act(party, workers[number]),
        note: notes[bench],
      }));
      await compare(bench, subjects, { ...settings, ...longer(settings) });
    }
  } finally {
    await memory.server.stop();
    await sqlite.server.stop();
  }
};
