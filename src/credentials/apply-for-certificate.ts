import type { Account } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import type { Application } from './applications.ts';
import type { Dependencies } from './dependencies.ts';
import { findRow } from './ensure-certificate.ts';
import type { ActContext } from './index.ts';

/** Asks the department that the register's row is of. Throws not_in_register, register_entry_faulty. */
export const applyForCertificate = async (
  deps: Dependencies,
  input: { account: Account; type: string; context: ActContext },
): Promise<Application> => {
  const { account, context } = input;
  const type = deps.catalogue.get(input.type);
  const { chosen, faulty } = await findRow(deps, account, type);
  if (!chosen) throw new ServiceError(faulty ? 'register_entry_faulty' : 'not_in_register');
  const { issuer, key: registerKey } = chosen.row;
  return deps.applications.file({ account, type: type.id, issuer, registerKey, context });
};
