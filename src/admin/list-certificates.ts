import type { CertificateState } from '../credentials/index.ts';
import { stateNames } from '../wallet/index.ts';
import type { Acting, Dependencies } from './dependencies.ts';
import { mayLookAtIssuer } from './issuer-scope.ts';

const pageSize = 100;

/** Certificates of the office's own departments: no holder, no field values. */
export const listCertificates = async (
  deps: Dependencies,
  input: Acting & { type?: string; state?: CertificateState; after?: string },
) => {
  const { capacity } = input.official;
  const organisation = await deps.officials.tree.current();
  const issuers = organisation.units
    .map(({ id }) => id)
    .filter((id) => mayLookAtIssuer(organisation, capacity, id));
  const { type, state, after } = input;
  // One more than a page: whether there is a next one.
  const found = await deps.credentials.pageOfIssuers({ issuers, type, state, after, limit: pageSize + 1 });
  const page = found.slice(0, pageSize);
  return {
    certificates: page.map((certificate) => ({ ...certificate, stateName: stateNames[certificate.state] })),
    ...(found.length > pageSize ? { next: page.at(-1)!.id } : {}),
  };
};
