import type { JWK } from 'jose';
import type { Holder, Presenter } from '../holder.ts';
import type { Credentials, Enrolment } from '../index.ts';

/** What a wallet asks for, proofs checked. */
export interface Asked {
  account: Holder;
  /** Who acts for the enterprise. */
  presenter?: Presenter | undefined;
  client: string;
  configurationId: string;
  /** The very certificate; without it the best of the type. */
  certificate?: string | undefined;
  deviceKeys: JWK[];
  enrolment?: Enrolment | undefined;
  requestId?: string | undefined;
}

/** Issues one copy a key, and notes that they left for this wallet (OpenID4VCI 1.0 §8.3, §11). */
export const handOver = async (
  { credentials }: { credentials: Credentials },
  { account, presenter, client, configurationId, certificate, deviceKeys, enrolment, requestId }: Asked,
) => {
  const { type, format, view } = credentials.configurations()[configurationId]!;
  const context = { actor: `client:${client}`, ...(requestId === undefined ? {} : { requestId }) };
  const issued = await credentials.issueCopies({
    account,
    presenter,
    type,
    certificate,
    format,
    view,
    deviceKeys,
    enrolment,
    context,
  });
  const { id } = await credentials.deliveries.begin({
    holder: account.id,
    client,
    certificate: issued.certificate.id,
    copies: issued.copies.length,
  });
  return { credentials: issued.copies.map(({ credential }) => ({ credential })), notification_id: id };
};
