/** The pack of a whole province: 1,000,000 entries, 1 % revoked, 120 keys, every type there is. From a seed. */
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { decodeJwt } from 'jose';
import { projectDir } from '../../../src/config.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { writePackType } from '../../../src/credentials/catalogue/write-type-documents.ts';
import { allContexts } from '../../../src/credentials/formats/load-context.ts';
import {
  contextDigest,
  makeDelta,
  type PackPayload,
  type TrustListPayload,
  writeChanges,
} from '../../../src/verifier/core/index.ts';
import { baseUrl, createTestProvince, makeKey } from '../verifier/test-province.ts';

/** As src/credentials/status/claim-status-index.ts fills them: half of 131,072 places. */
const listSize = 131_072;
const entriesInList = listSize / 2;
const entries = 1_000_000;
const keyCount = 120;
const departments = 30;

/** Numbers that look random and are the same in every run (mulberry32). */
const seeded = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

const compress = promisify(gzip);
const sizeOf = async (text: string) => ({
  bytes: Buffer.byteLength(text),
  gzip: (await compress(text, { level: 9 })).length,
});

export const makeSizedPack = async () => {
  const province = await createTestProvince();
  const random = seeded(20_261_123);
  const lists = Array.from(
    { length: Math.ceil(entries / entriesInList) },
    () => new Uint8Array(listSize / 4),
  );
  const set = (count: number): void => {
    for (let done = 0; done < count; ) {
      const [list, index] = [lists[random(lists.length)]!, random(listSize)];
      const shift = (index & 3) * 2;
      if ((list[index >> 2]! >> shift) & 3) continue;
      // One in five of those out of force is suspended.
      list[index >> 2]! |= (random(5) === 0 ? 2 : 1) << shift;
      done += 1;
    }
  };
  const lift = (count: number): void => {
    for (let done = 0; done < count; ) {
      const [list, index] = [lists[random(lists.length)]!, random(listSize)];
      const shift = (index & 3) * 2;
      if (((list[index >> 2]! >> shift) & 3) !== 2) continue;
      list[index >> 2]! &= ~(3 << shift);
      done += 1;
    }
  };

  const catalogue = readCatalogue(join(projectDir, 'config/certificates'));
  const types = catalogue.types().map((type) => writePackType(type, baseUrl));
  const contexts: PackPayload['contexts'] = {};
  for (const [url, document] of Object.entries(await allContexts(catalogue, baseUrl)))
    contexts[url] = { sha256: await contextDigest(document), document };
  const keys = await Promise.all(Array.from({ length: keyCount }, () => makeKey('ES256')));
  const withKeys = (list: TrustListPayload): void => {
    const [issuer, key] = [list.issuers[0]!, list.keys[0]!];
    list.issuers = Array.from({ length: departments }, (_, i) => ({
      ...issuer,
      id: `zj-department-${i}`,
      name: { zh: `浙江省第${i}厅`, en: `Department ${i} of the province` },
      url: `${baseUrl}/issuers/zj-department-${i}`,
      did: `did:web:zj.example:issuers:zj-department-${i}`,
    }));
    list.keys = [
      ...list.keys.filter(({ purpose }) => purpose !== 'certificate'),
      ...keys.map(({ kid, publicJwk }, i) => ({
        ...key,
        kid,
        jwk: { ...publicJwk, alg: 'ES256' },
        issuer: `zj-department-${i % departments}`,
        types: [types[i % types.length]!.id],
      })),
    ].slice(0, keyCount);
  };
  // The lists are signed once, and stay between two packs of a day.
  const layers: Partial<PackPayload> = {};
  const sign = async (number: number) => {
    const jws = await province.packOf({
      list: withKeys,
      pack: (payload) => {
        Object.assign(payload, {
          format: 2,
          number,
          iat: payload.iat - 86_400 + number,
          root_statement: layers.root_statement ?? payload.root_statement,
          trust_list: layers.trust_list ?? payload.trust_list,
          types,
          contexts,
          status_lists: lists.map((bits, i) => ({
            list: i + 1,
            uri: `${baseUrl}/status/${i + 1}`,
            revocation_url: `${baseUrl}/status/${i + 1}/revocation`,
            suspension_url: `${baseUrl}/status/${i + 1}/suspension`,
            iat: payload.iat - 86_400 + number,
            size: listSize,
            lst: Buffer.from(writeChanges(bits)).toString('base64url'),
          })),
        });
        Object.assign(layers, payload);
      },
    });
    return { jws, payload: decodeJwt<PackPayload>(jws) };
  };

  set(entries / 100);
  const yesterday = await sign(40);
  set(450);
  lift(50);
  const today = await sign(41);
  const texts = {
    signed: today.jws,
    whole: JSON.stringify(makeDelta(today.jws, today.payload)),
    day: JSON.stringify(makeDelta(today.jws, today.payload, yesterday.payload)),
  };
  return {
    province,
    yesterday,
    today,
    texts,
    sizes: {
      'pack, as signed (GET /pack)': await sizeOf(texts.signed),
      'pack, taken apart (GET /pack/delta?from=0)': await sizeOf(texts.whole),
      "a day's delta, 500 changes": await sizeOf(texts.day),
    },
  };
};
