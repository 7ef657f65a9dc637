import { seconds } from '../clock.ts';
import { certificateCard } from './certificate-card.ts';
import { holderOf, type WalletDeps } from './routes.ts';

/** ZLB-1: every type, with what this holder has, could add, or why not. Masked. */
export const listCertificates = async (deps: WalletDeps, accountId: string) => {
  const account = await holderOf(deps, accountId);
  const all = await deps.credentials.listForHolder(account);
  const ended = await deps.credentials.lastPhoneEnding(accountId);
  return {
    asOf: seconds(deps.clock),
    certificates: all.map((held) => certificateCard(deps.catalogue.get(held.type), held, ended)),
  };
};
