import { createHash } from 'node:crypto';
import { type Clock, seconds } from '../../clock.ts';
import { type Keyring, signJws } from '../../keyring/index.ts';
import type { Collection } from '../../storage/index.ts';
import type { Trust } from '../../trust/index.ts';
import {
  contextDigest,
  type PackPayload,
  type PackStatusList,
  writeChanges,
} from '../../verifier/core/index.ts';
import type { Catalogue } from '../catalogue/certificate-type.ts';
import { writePackType } from '../catalogue/write-type-documents.ts';
import type { PackDocument } from '../credential-store.ts';
import { renderOnChange } from '../status/render-bits.ts';
import type { StatusLists } from '../status/status-lists.ts';
import type { StatusTable } from '../status/status-table.ts';
import { createDeltas, type Sent, sent } from './deltas.ts';
import { numberPack } from './number-pack.ts';

export interface SignedPack {
  /** JWS compact, typ onecert-pack+jwt. */
  jws: string;
  payload: PackPayload;
  etag: string;
  sent: Sent;
}

export interface OfflinePack {
  /** The signed pack: at once new when its content changed, otherwise signed again every half minute. */
  (): Promise<SignedPack>;
  /** How the pack of this number becomes the one signed now; 0: from nothing. Undefined for one that is too far back. */
  delta(from: number): Promise<Sent | undefined>;
}

const lifetimeSeconds = 7 * 86_400;
/** Same content, fresher date: the counter's "as of" moves, and a poll in between costs no download. */
const renewSeconds = 30;

type Content = Omit<PackPayload, 'number' | 'iat' | 'exp'>;

export const createOfflinePack = (deps: {
  packs: Collection<PackDocument>;
  statusTable: StatusTable;
  statusLists: StatusLists;
  keyring: Keyring;
  trust: Trust;
  catalogue: Catalogue;
  clock: Clock;
  baseUrl: string;
  contexts(): Promise<Record<string, unknown>>;
}): OfflinePack => {
  const { statusTable, statusLists, keyring, trust, catalogue, clock, baseUrl } = deps;
  const numbered = numberPack(deps.packs);
  const render = renderOnChange(({ bits }) => Buffer.from(writeChanges(bits)).toString('base64url'));
  const deltas = createDeltas();
  const types = catalogue.types().map((type) => writePackType(type, baseUrl));
  let contexts: PackPayload['contexts'] | undefined;
  let kept: (SignedPack & { contentHash: string; signedAt: number }) | undefined;

  const contextsOfPack = async (): Promise<PackPayload['contexts']> => {
    const entries = Object.entries(await deps.contexts()).map(
      async ([url, document]) => [url, { sha256: await contextDigest(document), document }] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  };

  const statusListsOfPack = async (): Promise<PackStatusList[]> => {
    const lists: PackStatusList[] = [];
    for (const list of await statusTable.lists()) {
      const bits = await statusTable.read(list);
      if (!bits) continue;
      const uri = statusLists.url(list);
      lists.push({
        list,
        uri,
        revocation_url: `${uri}/revocation`,
        suspension_url: `${uri}/suspension`,
        iat: bits.readAt,
        size: bits.size,
        lst: render(bits),
      });
    }
    return lists;
  };

  const gather = async (): Promise<{ content: Content; contentHash: string }> => {
    contexts ??= await contextsOfPack();
    const content: Content = {
      format: 2,
      iss: baseUrl,
      root_statement: await trust.rootStatement(),
      // There even when empty: a delta may change members, and adds none.
      root_history: await trust.rootHistory(),
      trust_list: await trust.trustList(),
      status_lists: await statusListsOfPack(),
      types,
      contexts,
    };
    const undated = { ...content, status_lists: content.status_lists.map((list) => ({ ...list, iat: 0 })) };
    return { content, contentHash: createHash('sha256').update(JSON.stringify(undated)).digest('base64url') };
  };

  /** Another process may have changed a state within the second that the table is kept. */
  const gatherFresh: typeof gather = () => {
    statusTable.changed();
    return gather();
  };

  const sign = async (): Promise<SignedPack> => {
    const gathered = await gather();
    const age = seconds(clock) - (kept?.signedAt ?? 0);
    if (kept?.contentHash === gathered.contentHash && age >= 0 && age < renewSeconds) return kept;
    const { content, contentHash, number } = await numbered(gatherFresh);
    const iat = seconds(clock);
    const { format, iss, ...rest } = content;
    const payload: PackPayload = { format, iss, number, iat, exp: iat + lifetimeSeconds, ...rest };
    const jws = await signJws(keyring.active('pack', 'province', 'ES256'), 'onecert-pack+jwt', payload);
    const etag = `"${number}-${iat}"`;
    kept = { jws, payload, etag, sent: sent(jws, etag), contentHash, signedAt: iat };
    deltas.remember(kept);
    return kept;
  };

  return Object.assign(sign, {
    delta: async (from: number) => deltas.to(await sign(), from),
  });
};
