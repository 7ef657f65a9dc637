/** Part of the composition root: what is different where `kind` is sandbox. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOutbox, type Outbox } from '../accounts/index.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { readDepartments } from '../credentials/index.ts';
import { enterpriseScope } from '../enterprises/index.ts';
import { officeScope } from '../officials/index.ts';
import type { Oidc } from '../oidc/index.ts';
import { createSandboxClient, inSandbox, markMessages, type SandboxClient } from '../sandbox/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import type { IssuerInfo } from '../trust/index.ts';

/** Keys and secrets made by the instance itself. A sandbox takes none from the environment: those are its province's. */
export const makesOwnKeys = (config: Config): boolean =>
  config.mode === 'development' || config.kind === 'sandbox';

/** The province and its departments, by the names that stand in certificates. */
export const namesOf = (config: Config): { province: Config['province']['name']; issuers: IssuerInfo[] } => {
  const province = config.province.name;
  const issuers = config.departmentsFile ? readDepartments(config.departmentsFile) : [];
  if (config.kind === 'province') return { province, issuers };
  return {
    province: inSandbox(province),
    issuers: issuers.map((issuer) => ({ ...issuer, name: inSandbox(issuer.name) })),
  };
};

export const outboxOf = (
  config: Config,
  deps: { ephemeral: Ephemeral; clock: Clock },
): Outbox | undefined => {
  if (config.sms.adapter !== 'outbox') return undefined;
  const outbox = createOutbox(deps);
  return config.kind === 'sandbox' ? markMessages(outbox) : outbox;
};

/** Who may register apps, and with which scopes: in the sandbox the province's portal, all that an app can be given. */
export const registrationOf = (config: Config, appScopes: string[]): Config['clientRegistration'] =>
  config.kind === 'sandbox'
    ? { mode: 'token', scopes: [...appScopes, officeScope, enterpriseScope], implicit: false }
    : config.clientRegistration;

const tokenDays = 2;

/** Puts a new token for the province's portal in place of the one before: at the start and twice a day. */
export const registrationTokenWriter = (config: Config, oidc: Oidc): (() => Promise<void>) | undefined => {
  if (config.kind !== 'sandbox') return undefined;
  const file = join(config.dataDir, 'registration-token');
  return async () => {
    const token = await oidc.registrationToken(tokenDays * 86_400);
    // By rename: the province reads it at any moment.
    await writeFile(`${file}.new`, `${token}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
};

/** The province's way into its sandbox; undefined where there is none. */
export const sandboxClientOf = ({ sandbox }: Config): SandboxClient | undefined =>
  sandbox.baseUrl === undefined
    ? undefined
    : createSandboxClient({
        baseUrl: sandbox.baseUrl,
        token: async () => (await readFile(sandbox.registrationTokenFile, 'utf8')).trim(),
        fetch,
      });
