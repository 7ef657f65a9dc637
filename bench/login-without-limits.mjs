// The login as it is shipped, in a process of its own, with the limits on guessing and sending out of the way: for
// measuring whether time tells a known person from an unknown one (known-and-unknown.mjs). Never a server for people.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createAccounts, createOutbox } from '../dist/accounts/index.js';
import { createAudit } from '../dist/audit/index.js';
import { systemClock } from '../dist/clock.js';
import { closeEdge, openEdge } from '../dist/http/index.js';
import { ensureDevelopmentKeys, openKeyring } from '../dist/keyring/index.js';
import { createLogger } from '../dist/log.js';
import { createOidc } from '../dist/oidc/index.js';
import { openStorage } from '../dist/storage/open-storage.js';

const { PORT, DATA_DIR, REDIRECT_URI, PEOPLE } = process.env;
const baseUrl = `http://localhost:${PORT}`;
const clock = systemClock;
const logger = createLogger('fatal');
const keyring = await openKeyring({
  dir: join(DATA_DIR, 'keys'),
  clock,
  mode: 'development',
  env: {},
  generateSecrets: true,
});
await ensureDevelopmentKeys(keyring, []);
const { personalDataMaster, indexKeys, nonceSecret } = keyring.secrets;
const storage = await openStorage({ dataDir: join(DATA_DIR, 'data'), personalDataMaster, indexKeys, clock });
const audit = createAudit({ storage, keyring, clock });
const none = 1_000_000;
const accounts = createAccounts({
  storage,
  clock,
  audit,
  counterKey: nonceSecret,
  sms: createOutbox({ ephemeral: storage.ephemeral, clock }),
  limits: { wrongPerName: none, wrongPerAddress: none },
  smsLimits: { minute: none, hour: none, address: none },
});
const oidc = createOidc({
  baseUrl,
  storage,
  keyring,
  accounts,
  audit,
  clock,
  logger,
  mode: 'development',
  trustedProxies: [],
});
await storage.prepare();
for (const { password, ...person } of JSON.parse(PEOPLE)) {
  const { id } = await accounts.open(person);
  await accounts.setPassword(id, password);
}
await oidc.apps.add({
  client_name: 'Timing',
  token_endpoint_auth_method: 'none',
  clientId: 'timing',
  redirect_uris: [REDIRECT_URI],
});
const edge = { baseUrl, trustedProxies: [], logger };
const app = openEdge(edge);
app.use(oidc.router);
app.use(oidc.callback);
closeEdge(app, edge);
createServer(app).listen(Number(PORT), '127.0.0.1');
