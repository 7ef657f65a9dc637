import { seconds } from '../clock.ts';
import { certificateCard } from './certificate-card.ts';
import { type Asking, actingOf, type WalletDeps } from './routes.ts';

/** ZLB-1: every type, with what this holder has, could add, or why not; of a delegate those her mandate covers. Masked. */
export const listCertificates = async (deps: WalletDeps, asking: Asking) => {
  const { holder, mayHave } = await actingOf(deps, asking);
  const all = await deps.credentials.listForHolder(holder);
  const ended = await deps.credentials.lastPhoneEnding(asking.accountId);
  return {
    asOf: seconds(deps.clock),
    /** Copies by these keys are to be fetched anew: the keys were stolen. */
    replaceKeys: await deps.credentials.reissueKeysOf(holder.id),
    certificates: all
      .filter(({ type }) => mayHave(type))
      .map((held) => certificateCard(deps.catalogue.get(held.type), held, ended)),
  };
};
