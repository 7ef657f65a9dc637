import { ServiceError } from '../errors.ts';
import type { Application } from './applications.ts';
import { rowsToHold } from './choose-register-row.ts';
import type { Dependencies } from './dependencies.ts';
import { findRows, recordOf } from './ensure-certificate.ts';
import type { Holder } from './holder.ts';
import type { ActContext } from './index.ts';

/** Asks the department for the first row that has no record yet. Throws not_in_register, register_entry_faulty. */
export const applyForCertificate = async (
  deps: Dependencies,
  input: { account: Holder; type: string; context: ActContext },
): Promise<Application> => {
  const { account, context } = input;
  const type = deps.catalogue.get(input.type);
  const { usable, faulty } = await findRows(deps, account, type);
  let chosen = usable[0];
  for (const one of rowsToHold(usable)) {
    const { key: registerKey } = one.row;
    if (await recordOf(deps, account, type, one)) continue;
    if (await deps.applications.isApproved({ holder: account.id, type: type.id, registerKey })) continue;
    chosen = one;
    break;
  }
  if (!chosen) throw new ServiceError(faulty ? 'register_entry_faulty' : 'not_in_register');
  const { issuer, key: registerKey } = chosen.row;
  return deps.applications.file({ account, type: type.id, issuer, registerKey, context });
};
