import type { CreatedOffer } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { mayActOnIssuer } from './issuer-scope.ts';

/**
 * Offers a certificate to whom the department's own register names. Nobody, no entry and another department's entry
 * are one answer: a clerk cannot use this to look people up.
 */
export const offerCertificate = async (
  deps: Dependencies,
  input: Acting & { document: { kind: string; number: string }; type: string; txCode: boolean },
): Promise<CreatedOffer> => {
  const { capacity } = input.official;
  deps.catalogue.get(input.type);
  const account = await deps.accounts.findByDocument(input.document.kind, input.document.number);
  if (account?.state !== 'active') throw new ServiceError('not_in_register');
  const entry = (await deps.credentials.listForHolder(account)).find(({ type }) => type === input.type);
  if (entry?.reason === 'register_unavailable') throw new ServiceError('register_unavailable');
  const organisation = await deps.officials.tree.current();
  if (!entry?.issuer || !mayActOnIssuer(organisation, capacity, 'issuer_clerk', entry.issuer.id))
    throw new ServiceError('not_in_register');
  const configurations = deps.credentials.configurations();
  return deps.offers.create({
    account,
    configurationIds: Object.keys(configurations).filter((id) => configurations[id]!.type === input.type),
    txCode: input.txCode,
    context: contextOf(input),
  });
};
