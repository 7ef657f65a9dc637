/** Part of the composition root: what is different where `kind` is sandbox. */
import { createOutbox, type Outbox } from '../accounts/index.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { readDepartments } from '../credentials/index.ts';
import { inSandbox, markMessages } from '../sandbox/index.ts';
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
