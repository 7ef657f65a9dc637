import { seconds } from '../clock.ts';
import type { HolderCertificate } from '../credentials/index.ts';
import { certificateCard } from './certificate-card.ts';
import { type Asking, actingOf, type WalletDeps } from './routes.ts';

const elsewhere = ({ type, typeName, issuer }: HolderCertificate): HolderCertificate => ({
  type,
  typeName,
  ...(issuer ? { issuer } : {}),
  status: 'unavailable',
  reason: 'in_office_only',
});

/** ZLB-1: every type, with what this holder has, could add, or why not; of a delegate those her mandate covers. Masked. */
export const listCertificates = async (deps: WalletDeps, asking: Asking) => {
  const { holder, mayHave, presenter } = await actingOf(deps, asking);
  const all = await deps.credentials.listForHolder(holder);
  const ended = await deps.credentials.lastPhoneEnding(asking.accountId);
  return {
    asOf: seconds(deps.clock),
    /** Copies by these keys are to be fetched anew: the keys were stolen. */
    replaceKeys: await deps.credentials.reissueKeysOf(holder.id),
    certificates: all.flatMap((held) => {
      const type = deps.catalogue.get(held.type);
      if (mayHave(type.id)) return [certificateCard(type, held, ended)];
      // Her own, but carried in her office: she is told where it is.
      return presenter || held.status === 'unavailable' ? [] : [certificateCard(type, elsewhere(held))];
    }),
  };
};
