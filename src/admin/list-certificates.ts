import type { Certificate } from '../credentials/index.ts';
import { stateNames } from '../wallet/index.ts';
import type { Acting, Dependencies } from './dependencies.ts';
import { mayActOnIssuer } from './issuer-scope.ts';

const pageSize = 100;

/** Certificates of the office's own departments: no holder, no field values. */
export const listCertificates = async (
  deps: Dependencies,
  input: Acting & { type?: string; after?: string },
) => {
  const { capacity } = input.official;
  const organisation = await deps.officials.tree.current();
  const inScope = ({ issuer }: Certificate): boolean =>
    mayActOnIssuer(organisation, capacity, 'issuer_clerk', issuer) ||
    mayActOnIssuer(organisation, capacity, 'approver', issuer);
  const { after } = input;
  const found = (await deps.credentials.list({ type: input.type }))
    .filter((certificate) => inScope(certificate) && (after === undefined || certificate.id > after))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = found.slice(0, pageSize);
  return {
    certificates: page.map(({ id, identifier, type, issuer, state, validFrom, validUntil }) => ({
      id,
      identifier,
      type,
      issuer,
      state,
      stateName: stateNames[state],
      validFrom,
      ...(validUntil === undefined ? {} : { validUntil }),
    })),
    ...(found.length > pageSize ? { next: page.at(-1)!.id } : {}),
  };
};
