/**
 * What became of copies that were handed to a wallet (OpenID4VCI 1.0 §11): one record an answer, named by its
 * `notification_id`. It outlives the wallet's word, so that the department can see what never arrived.
 */
import type { Audit } from '../audit/index.ts';
import { type Clock, seconds } from '../clock.ts';
import { type Collection, Conflict, type Storage } from '../storage/index.ts';
import { opaqueId } from './opaque-id.ts';

export const deliveryEvents = ['credential_accepted', 'credential_failure', 'credential_deleted'] as const;
export type DeliveryEvent = (typeof deliveryEvents)[number];

/** Of the log. */
const actions = {
  credential_accepted: 'certificate.delivery_accepted',
  credential_failure: 'certificate.delivery_failed',
  credential_deleted: 'certificate.delivery_deleted',
} as const satisfies Record<DeliveryEvent, string>;

export interface Delivery {
  /** `n_` + 22 characters: the `notification_id`. */
  id: string;
  holder: string;
  /** The wallet it went to; nobody else may say what became of it. */
  client: string;
  certificate: string;
  /** How many. */
  copies: number;
  /** Unix seconds. */
  deliveredAt: number;
  /** What the wallet said last. */
  event?: DeliveryEvent;
  eventAt?: number;
}

export interface Deliveries {
  /** Before the answer leaves. */
  begin(of: Pick<Delivery, 'holder' | 'client' | 'certificate' | 'copies'>): Promise<Delivery>;
  /** The wallet's word; said again it changes nothing. False for a delivery that is not that wallet's. */
  record(input: {
    id: string;
    holder: string;
    client: string;
    event: DeliveryEvent;
    requestId?: string;
  }): Promise<boolean>;
  ofCertificate(certificate: string): Promise<Delivery[]>;
}

/** Declares its collection: call before `storage.prepare()`. */
export const createDeliveries = (deps: { storage: Storage; audit: Audit; clock: Clock }): Deliveries => {
  const store: Collection<Delivery> = deps.storage.collection<Delivery>({
    name: 'credential_deliveries',
    schemaVersion: 1,
    indexes: ['certificate', 'holder'],
  });
  return {
    begin: (of) => store.insert({ id: opaqueId('n'), ...of, deliveredAt: seconds(deps.clock) }),
    async record({ id, holder, client, event, requestId }) {
      for (;;) {
        const delivery = await store.get(id);
        if (delivery?.holder !== holder || delivery.client !== client) return false;
        // A deleted copy does not come back: what arrives after that was sent before.
        if (delivery.event === event || delivery.event === 'credential_deleted') return true;
        try {
          await store.replace({ ...delivery, event, eventAt: seconds(deps.clock) });
        } catch (error) {
          if (error instanceof Conflict) continue;
          throw error;
        }
        await deps.audit.append({
          action: actions[event],
          actor: `client:${client}`,
          subject: holder,
          object: delivery.certificate,
          result: event === 'credential_failure' ? 'failed' : 'ok',
          details: { copies: delivery.copies },
          requestId,
        });
        return true;
      }
    },
    async ofCertificate(certificate) {
      const found = await store.find('certificate', certificate, { limit: 500 });
      return found
        .map(({ ver: _ver, ...delivery }) => delivery)
        .sort((a, b) => b.deliveredAt - a.deliveredAt);
    },
  };
};
