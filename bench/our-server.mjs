// Our server as it is shipped (dist/main.js), with a port and a folder of its own and the sample province in it.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readConfig } from '../dist/config.js';
import { openCore } from '../dist/core.js';
import { readSamplePeople } from '../dist/credentials/index.js';
import { createLogger } from '../dist/log.js';
import { freePort } from '../dist/tour/server-process.js';
import { SoftPasskey } from '../dist/tour/soft-passkey.js';
import { ownDatabase, temporaryFolder } from './leftovers.mjs';
import { ServerUnderTest } from './server-under-test.mjs';

const run = promisify(execFile);
const projectFile = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Settings of an instance of its own, on the engines of the environment. */
export const ownInstance = async () => {
  const port = await freePort();
  const dataDir = temporaryFolder();
  const baseUrl = `http://localhost:${port}`;
  const env = {
    PORT: String(port),
    BASE_URL: baseUrl,
    DATA_DIR: dataDir,
    KEYS_DIR: join(dataDir, 'keys'),
    ONECERT_MODE: 'development',
    ONECERT_SAMPLE_APPS: 'false',
    ONECERT_SANDBOX: 'false',
    LOG_LEVEL: 'warn',
    ...(await ownDatabase()),
  };
  return { baseUrl, dataDir, env };
};

export const prepareOurServer = async () => {
  const { baseUrl, dataDir, env } = await ownInstance();
  const server = new ServerUnderTest({
    entry: new URL('../dist/main.js', import.meta.url),
    ready: `${baseUrl}/health/ready`,
    env,
  });
  return {
    server,
    baseUrl,
    /** The named people of the sample province, who can sign in; after the first start. */
    people() {
      const passwords = JSON.parse(readFileSync(join(dataDir, 'sample-people.json'), 'utf8'));
      return readSamplePeople(projectFile('config/sample/people.yaml')).map(({ id, phone }) => ({
        id,
        loginName: phone,
        password: passwords.find((person) => person.id === id).password,
      }));
    },
    /** A second process' view of the same store, as the command line has: the caller closes it. */
    openBeside: () => openCore(readConfig({ ...process.env, ...env }), { logger: createLogger('fatal') }),
    /** A passkey for each of these people, beside the running server, as its command line works. */
    async addPasskeys(people) {
      const core = await openCore(readConfig({ ...process.env, ...env }), { logger: createLogger('fatal') });
      const { authenticators } = core.accounts;
      const challenge = Buffer.alloc(32, 1).toString('base64url');
      const passkeys = [];
      for (const { id } of people) {
        const account = await core.samplePerson(id);
        const passkey = new SoftPasskey(baseUrl);
        const asked = { origin: baseUrl, challenge, shownName: 'bench' };
        const response = passkey.create(await authenticators.passkeyCreation(account, asked));
        await authenticators.addPasskey(account, { origin: baseUrl, challenge, response, label: 'bench' });
        passkeys.push(passkey);
      }
      await core.close();
      return passkeys;
    },
    /** Registers an app as its developer would. */
    async addApp(redirectUri, metadata = {}) {
      const file = join(dataDir, 'app.json');
      writeFileSync(
        file,
        JSON.stringify({ client_name: 'Bench', redirect_uris: [redirectUri], ...metadata }),
      );
      const { stdout } = await run(
        process.execPath,
        [projectFile('dist/cli/onecert.js'), 'app', 'add', '--metadata', file, '--json'],
        { env: { ...process.env, NODE_NO_WARNINGS: '1', ...env } },
      );
      const { client_id: clientId, client_secret: clientSecret } = JSON.parse(stdout);
      return { clientId, clientSecret, redirectUri };
    },
  };
};

let shared;

/** The one server that the parts of a run share. */
export const sharedServer = () => {
  shared ??= prepareOurServer().then(async (our) => {
    await our.server.start();
    return our;
  });
  return shared;
};

export const stopSharedServer = async () => {
  const our = await shared?.catch(() => undefined);
  await our?.server.stop();
};
