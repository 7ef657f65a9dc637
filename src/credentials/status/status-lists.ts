import { createHash } from 'node:crypto';
import { type Clock, seconds } from '../../clock.ts';
import { type Keyring, signJws } from '../../keyring/index.ts';
import type { Trust } from '../../trust/index.ts';
import { createDocumentSigner } from '../formats/data-integrity.ts';
import { toDateTime } from '../formats/ldp-vc.ts';
import type { LoadContext } from '../formats/load-context.ts';
import { renderBitstring, renderTokenList } from './render-bits.ts';
import type { StatusBits, StatusTable } from './status-table.ts';

export type StatusRendering = 'token' | 'revocation' | 'suspension';

export interface PublishedStatusList {
  body: string;
  contentType: string;
  /** Changes with the bits and with every new signature. */
  etag: string;
  /** Unix seconds. */
  signedAt: number;
}

export interface StatusLists {
  /** The signed list as of now; undefined when no list has that number. */
  publish(list: number, rendering: StatusRendering): Promise<PublishedStatusList | undefined>;
  /** `uri` of the Token Status List, also the stem of the Bitstring lists. */
  url(list: number): string;
  /** Numbers of all lists, ascending. */
  numbers(): Promise<number[]>;
}

/** A signed list may be used this long. */
const lifetimeSeconds = 86_400;
/** How long an online verifier may keep it (`ttl` of the Token Status List): ZLB-4 wants 5 s. */
export const statusListTtlSeconds = 5;

interface Kept extends PublishedStatusList {
  bitsHash: string;
}

/** Three signed renderings of one table, signed again only when its bits changed or half their life is over. */
export const createStatusLists = (deps: {
  statusTable: StatusTable;
  keyring: Keyring;
  trust: Trust;
  clock: Clock;
  baseUrl: string;
  loadContext: LoadContext;
  /** Token lists carry the X.509 certificate of their key (HAIP 1.0 §6.1.1). */
  x5c: boolean;
}): StatusLists => {
  const { statusTable, keyring, trust, clock, baseUrl, loadContext, x5c } = deps;
  const kept = new Map<string, Kept>();
  const url = (list: number): string => `${baseUrl}/status/${list}`;
  const signDocument = createDocumentSigner(loadContext);

  const signToken = async (bits: StatusBits, now: number): Promise<string> => {
    const certified = x5c
      ? await trust.signers.certified({ purpose: 'status', owner: 'province' })
      : undefined;
    const payload = {
      iss: trust.issuerUrl('province'),
      sub: url(bits.list),
      iat: now,
      exp: now + lifetimeSeconds,
      ttl: statusListTtlSeconds,
      status_list: { bits: 2, lst: renderTokenList(bits) },
    };
    const key = certified?.key ?? keyring.active('status', 'province', 'ES256');
    return signJws(key, 'statuslist+jwt', payload, certified && { x5c: certified.x5c });
  };

  const signBitstring = async (
    bits: StatusBits,
    purpose: 'revocation' | 'suspension',
    now: number,
  ): Promise<string> => {
    const key = keyring.active('status', 'province', 'EdDSA');
    const id = `${url(bits.list)}/${purpose}`;
    const issuer = trust.issuerDid('province');
    const { toBeSigned, assemble } = await signDocument(
      {
        '@context': ['https://www.w3.org/ns/credentials/v2'],
        id,
        type: ['VerifiableCredential', 'BitstringStatusListCredential'],
        issuer,
        validFrom: toDateTime(now),
        validUntil: toDateTime(now + lifetimeSeconds),
        credentialSubject: {
          id: `${id}#list`,
          type: 'BitstringStatusList',
          statusPurpose: purpose,
          encodedList: renderBitstring(bits, purpose),
        },
      },
      { verificationMethod: `${issuer}#${key.kid}`, created: toDateTime(now) },
    );
    return JSON.stringify(await assemble(await key.sign(toBeSigned)));
  };

  const sign = async (bits: StatusBits, rendering: StatusRendering, bitsHash: string): Promise<Kept> => {
    const now = seconds(clock);
    const token = rendering === 'token';
    const body = token ? await signToken(bits, now) : await signBitstring(bits, rendering, now);
    const contentType = token ? 'application/statuslist+jwt' : 'application/vc';
    return { body, contentType, etag: `"${bitsHash}-${now}"`, bitsHash, signedAt: now };
  };

  const isGood = (known: Kept | undefined, bitsHash: string): known is Kept => {
    const age = seconds(clock) - (known?.signedAt ?? 0);
    return known?.bitsHash === bitsHash && age >= 0 && age < lifetimeSeconds / 2;
  };

  return {
    url,
    numbers: () => statusTable.lists(),
    async publish(list, rendering) {
      const bits = await statusTable.read(list);
      if (!bits) return undefined;
      const bitsHash = createHash('sha256').update(bits.bits).digest('base64url');
      const name = `${list}/${rendering}`;
      const known = kept.get(name);
      if (isGood(known, bitsHash)) return known;
      const fresh = await sign(bits, rendering, bitsHash);
      kept.set(name, fresh);
      return fresh;
    },
  };
};
