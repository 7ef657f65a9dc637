/** A small province of the tests' own: real keys, real signatures, no code of the issuer's. All people are invented. */
import { deflateSync } from 'node:zlib';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite as ecdsaRdfc2019 } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import { SDJwtInstance } from '@sd-jwt/core';
import {
  base64url,
  CompactSign,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import {
  contextDigest,
  makeShowCode,
  openPack,
  type PackMemory,
  type PackPayload,
  type PackType,
  type RootStatementPayload,
  type SlipClaims,
  slipToBeSigned,
  staticContexts,
  type Trusted,
  type TrustListKey,
  type TrustListPayload,
  type ViewClaims,
  viewToBeSigned,
  writeChanges,
} from '../../../src/verifier/core/index.ts';

export const now = 1_795_400_000; // 2026-11-23
export const day = 86_400;
export const baseUrl = 'https://zj.example';
const es256 = { name: 'ECDSA', hash: 'SHA-256' };
const { subtle } = globalThis.crypto;

export interface KeyPair {
  kid: string;
  publicJwk: JWK & { kty: string };
  privateJwk: JWK;
}

export const keyNames = [
  'root',
  'trust-list',
  'pack',
  'status',
  'police',
  'police-ed',
  'finance',
  'device',
  'other-device',
] as const;
export type KeyName = (typeof keyNames)[number];
export type Keys = Record<KeyName, KeyPair>;

const keyPairOf = async (privateJwk: JWK): Promise<KeyPair> => {
  const { d: _, key_ops: _ops, ext: _ext, ...publicJwk } = privateJwk;
  const kid = await calculateJwkThumbprint(publicJwk as JWK);
  return { kid, privateJwk, publicJwk: { ...publicJwk, kid } as KeyPair['publicJwk'] };
};

export const makeKey = async (alg: 'ES256' | 'EdDSA'): Promise<KeyPair> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return keyPairOf(await exportJWK(privateKey));
};

export const makeKeys = async (given: Partial<Record<KeyName, JWK>> = {}): Promise<Keys> => {
  const made = keyNames.map(async (name) => {
    const jwk = given[name];
    return [
      name,
      jwk ? await keyPairOf(jwk) : await makeKey(name === 'police-ed' ? 'EdDSA' : 'ES256'),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(made)) as Keys;
};

export const holderKeyOf = ({ privateJwk }: KeyPair): Promise<CryptoKey> =>
  subtle.importKey('jwk', privateJwk as JsonWebKey, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);

export const signJws = async (
  key: KeyPair,
  typ: string,
  payload: unknown,
  header: object = {},
): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ES256', typ, kid: key.kid, ...header })
    .sign(await importJWK(key.privateJwk, 'ES256'));

export const sha256 = async (text: string): Promise<string> =>
  base64url.encode(new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text))));

const label = (zh: string, en: string) => ({ zh, en });

export const drivingLicence: PackType = {
  id: 'driving_licence',
  name: label('机动车驾驶证', 'Driving licence'),
  vct: `${baseUrl}/types/driving_licence`,
  w3c_type: 'DrivingLicenceCredential',
  max_status_age: day,
  fields: {
    name: label('姓名', 'Name'),
    licence_number: label('证号', 'Licence number'),
    vehicle_class: label('准驾车型', 'Class'),
    first_issued: label('初次领证日期', 'First issued'),
    valid_until: label('有效期至', 'Valid until'),
    authority: label('发证机关', 'Issued by'),
    organ_donor: label('捐献意愿', 'Donor'),
  },
  compare: label('请核对姓名与身份证一致。', 'Compare the name with the ID card.'),
  views: [
    {
      number: 11,
      id: 'standard',
      name: label('驾驶证', 'Driving licence'),
      careful: false,
      fields: [
        { key: 2, name: 'name', label: label('姓名', 'Name'), kind: 'text', compare: true },
        { key: 3, name: 'licence_number', label: label('证号', 'Licence number'), kind: 'text' },
        { key: 4, name: 'vehicle_class', label: label('准驾车型', 'Class'), kind: 'code' },
        { key: 5, name: 'first_issued', label: label('初次领证日期', 'First issued'), kind: 'day' },
        { key: 6, name: 'valid_until', label: label('有效期至', 'Valid until'), kind: 'day' },
        { key: 7, name: 'authority', label: label('发证机关', 'Issued by'), kind: 'text' },
      ],
    },
    {
      number: 12,
      id: 'handover',
      name: label('扣证交接', 'Handover'),
      careful: true,
      fields: [
        { key: 2, name: 'name', label: label('姓名', 'Name'), kind: 'text', compare: true },
        { key: 3, name: 'organ_donor', label: label('捐献意愿', 'Donor'), kind: 'flag' },
      ],
    },
    {
      number: 13,
      id: 'car',
      name: label('仅证明可驾驶小型汽车', 'May drive a car only'),
      careful: false,
      fields: [
        { key: 2, name: 'drives_c1', label: label('可驾驶小型汽车', 'May drive a car'), kind: 'flag' },
        { key: 23, name: 'shown_by', label: label('出示人', 'Shown by'), kind: 'text' },
      ],
    },
  ],
};

export const contextUrl = `${baseUrl}/contexts/driving_licence/v1`;
const term = (name: string) => `${baseUrl}/types/driving_licence#${name}`;
const xsd = 'http://www.w3.org/2001/XMLSchema#';
export const typeContext = {
  '@context': {
    '@protected': true,
    DrivingLicenceCredential: term('DrivingLicenceCredential'),
    identifier: term('identifier'),
    licence_number: term('licence_number'),
    vehicle_class: term('vehicle_class'),
    first_issued: { '@id': term('first_issued'), '@type': `${xsd}date` },
    valid_until: { '@id': term('valid_until'), '@type': `${xsd}date` },
    authority: term('authority'),
    organ_donor: { '@id': term('organ_donor'), '@type': `${xsd}boolean` },
  },
};

export const fields = {
  name: '张三',
  licence_number: '33010119900307123X',
  vehicle_class: 'C1',
  first_issued: '2016-05-04',
  valid_until: '2032-05-04',
  authority: '示例市公安局交通警察支队',
};

const days = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
export const viewValues: ViewClaims['values'] = {
  2: fields.name,
  3: fields.licence_number,
  4: fields.vehicle_class,
  5: days(fields.first_issued),
  6: days(fields.valid_until),
  7: fields.authority,
};

/** Status entries of the test list: everything else is 0, valid. */
export const revokedIndex = 77;
export const suspendedIndex = 78;
export const undefinedIndex = 79;
export const goodIndex = 100_003;
export const listSize = 131_072;

const statusBits = (): Uint8Array => {
  const bits = new Uint8Array(listSize / 4);
  for (const [index, state] of [
    [revokedIndex, 1],
    [suspendedIndex, 2],
    [undefinedIndex, 3],
  ] as const) {
    bits[index >> 2]! |= state << ((index & 3) * 2);
  }
  return bits;
};

/** Lets a test bend one layer of the pack before it is signed. */
export interface PackChanges {
  statement?: (payload: RootStatementPayload) => void;
  list?: (payload: TrustListPayload) => void;
  pack?: (payload: PackPayload) => void;
  /** Sign the layers with these instead. */
  rootKey?: KeyPair;
  listKey?: KeyPair;
  packKey?: KeyPair;
}

export const createTestProvince = async (given?: Partial<Record<KeyName, JWK>>) => {
  const keys = await makeKeys(given);
  const issuer = (id: string, zh: string, en: string) => ({
    id,
    credit_code: '11330000000000000X',
    name: label(zh, en),
    region: '330000',
    url: `${baseUrl}/issuers/${id}`,
    did: `did:web:zj.example:issuers:${id}`,
  });
  const listed = (
    name: KeyName,
    owner: string,
    purpose: TrustListKey['purpose'],
    types?: string[],
  ): TrustListKey => ({
    kid: keys[name].kid,
    jwk: keys[name].publicJwk,
    issuer: owner,
    purpose,
    types,
    from: now - 300 * day,
    to: now + 300 * day,
    state: 'active',
  });

  const packOf = async (changes: PackChanges = {}): Promise<string> => {
    const times = { iat: now - 60, exp: now + 7 * day };
    const statement: RootStatementPayload = {
      iss: baseUrl,
      number: 1,
      ...times,
      root: keys.root.publicJwk,
      next_root: keys.device.kid,
      trust_list_key: keys['trust-list'].publicJwk,
    };
    changes.statement?.(statement);
    const list: TrustListPayload = {
      iss: baseUrl,
      number: 5,
      ...times,
      province: label('浙江省', 'Zhejiang'),
      issuers: [
        issuer('zj-police', '浙江省公安厅', 'Public security'),
        issuer('zj-finance', '浙江省财政厅', 'Finance'),
      ],
      keys: [
        listed('police', 'zj-police', 'certificate', ['driving_licence']),
        listed('police-ed', 'zj-police', 'certificate', ['driving_licence']),
        listed('finance', 'zj-finance', 'certificate', ['fiscal_receipt']),
        listed('pack', 'province', 'pack'),
        listed('status', 'province', 'status'),
      ],
    };
    changes.list?.(list);
    const payload: PackPayload = {
      format: 1,
      iss: baseUrl,
      number: 40,
      ...times,
      root_statement: await signJws(changes.rootKey ?? keys.root, 'onecert-root+jwt', statement),
      trust_list: await signJws(changes.listKey ?? keys['trust-list'], 'onecert-trust-list+jwt', list),
      status_lists: [
        {
          list: 1,
          uri: `${baseUrl}/status/1`,
          revocation_url: `${baseUrl}/status/1/revocation`,
          suspension_url: `${baseUrl}/status/1/suspension`,
          iat: now - 60,
          size: listSize,
          lst: deflateSync(statusBits()).toString('base64url'),
        },
      ],
      types: [structuredClone(drivingLicence)],
      contexts: {
        ...(await staticContexts()),
        [contextUrl]: { sha256: await contextDigest(typeContext), document: typeContext },
      },
    };
    changes.pack?.(payload);
    return signJws(changes.packKey ?? keys.pack, 'onecert-pack+jwt', payload);
  };

  const open = (pack: string, options: { now?: number; memory?: PackMemory } = {}) =>
    openPack(pack, { root: keys.root.publicJwk, now, ...options });

  /** What a counter trusts after opening a pack with these changes. */
  const trustedWith = async (changes: PackChanges = {}): Promise<Trusted> => {
    const opened = await open(await packOf(changes));
    if ('verdict' in opened) throw new Error(JSON.stringify(opened.verdict.checks));
    return opened.trusted;
  };

  const viewOf = async (
    claims: Partial<ViewClaims> = {},
    signer: KeyPair = keys.police,
  ): Promise<Uint8Array> => {
    const { toBeSigned, assemble } = viewToBeSigned(
      {
        view: 11,
        cti: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
        nbf: now - 300,
        exp: now + 30 * day,
        status: { list: 1, index: goodIndex },
        values: viewValues,
        deviceKey: keys.device.publicJwk,
        ...claims,
      },
      signer.kid,
    );
    const signature = await subtle.sign(es256, await holderKeyOf(signer), new Uint8Array(toBeSigned));
    return assemble(new Uint8Array(signature));
  };

  const showCodeOf = async (
    claims: Partial<ViewClaims> = {},
    {
      iat = now,
      nonce,
      signer,
      holder = keys.device,
    }: { iat?: number; nonce?: Uint8Array; signer?: KeyPair; holder?: KeyPair } = {},
  ): Promise<string> => makeShowCode(await viewOf(claims, signer), await holderKeyOf(holder), { iat, nonce });

  /** Lets the licence be printed: a change of the pack. */
  const withSlips = ({ types }: PackPayload): void => {
    types[0]!.slip = { view: 11, type_code: '11100000000013127D901' };
  };

  /** Makes it a pack of format 2, whose list has these entries set: a change of the pack. */
  const withGaps = (payload: PackPayload, set: Record<number, number> = { [revokedIndex]: 1 }): void => {
    const bits = new Uint8Array(listSize / 4);
    for (const [index, state] of Object.entries(set)) bits[+index >> 2]! |= state << ((+index & 3) * 2);
    payload.format = 2;
    payload.status_lists[0]!.lst = base64url.encode(writeChanges(bits));
  };

  const slipOf = async (claims: Partial<SlipClaims> = {}, signer: KeyPair = keys.police): Promise<string> => {
    const { toBeSigned, assemble } = slipToBeSigned(
      {
        view: 11,
        iat: now - 300,
        exp: now + 7 * day,
        status: { list: 1, index: goodIndex },
        identifier: '0123456789ABCDEF.001.X',
        values: viewValues,
        ...claims,
      },
      signer.kid,
    );
    const signature = await subtle.sign(es256, await holderKeyOf(signer), new Uint8Array(toBeSigned));
    return assemble(new Uint8Array(signature));
  };

  const sdJwtClaims = (index: number): Record<string, unknown> => ({
    iss: `${baseUrl}/issuers/zj-police`,
    iat: now - 300,
    nbf: now - 300,
    exp: now + 30 * day,
    vct: drivingLicence.vct,
    cnf: { jwk: keys.device.publicJwk },
    status: { status_list: { idx: index, uri: `${baseUrl}/status/1` } },
    identifier: '1.2.156.3005.2.sample',
    ...fields,
  });

  const sdJwtOf = async (
    changes: Record<string, unknown> = {},
    {
      signer = keys.police,
      header = {},
      index = goodIndex,
    }: { signer?: KeyPair; header?: object; index?: number } = {},
  ): Promise<string> => {
    const signingKey = await holderKeyOf(signer);
    const instance = new SDJwtInstance<Record<string, unknown>>({
      signAlg: 'ES256',
      hashAlg: 'sha-256',
      hasher: async (data, _alg) =>
        new Uint8Array(
          await subtle.digest(
            'SHA-256',
            typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data),
          ),
        ),
      saltGenerator: (length) => base64url.encode(globalThis.crypto.getRandomValues(new Uint8Array(length))),
      signer: async (data) =>
        base64url.encode(
          new Uint8Array(await subtle.sign(es256, signingKey, new TextEncoder().encode(data))),
        ),
    });
    // The library's frame type has no room for claims that are not known when it is compiled.
    const frame = { _sd: ['name', 'licence_number'] } as never;
    return instance.issue({ ...sdJwtClaims(index), ...changes }, frame, {
      header: { typ: 'dc+sd-jwt', kid: signer.kid, ...header },
    });
  };

  /** An SD-JWT put together by hand, for what no honest library makes. */
  const rawSdJwtOf = async (payload: Record<string, unknown>, disclosures: string[]): Promise<string> =>
    `${[await signJws(keys.police, 'dc+sd-jwt', payload), ...disclosures].join('~')}~`;

  const withKeyBinding = async (
    sdJwt: string,
    { payload = {}, holder = keys.device }: { payload?: object; holder?: KeyPair } = {},
  ): Promise<string> => {
    const proof = { iat: now, aud: 'counter-7', nonce: 'n-1', sd_hash: await sha256(sdJwt), ...payload };
    return sdJwt + (await signJws(holder, 'kb+jwt', proof));
  };

  const credentialOf = (index: number): Record<string, unknown> => ({
    '@context': ['https://www.w3.org/ns/credentials/v2', contextUrl],
    id: 'urn:uuid:0b0c1f6e-7f5a-4b3e-9d53-0c8a7b6f5e4d',
    type: ['VerifiableCredential', 'DrivingLicenceCredential'],
    issuer: 'did:web:zj.example:issuers:zj-police',
    validFrom: iso(now - 300),
    validUntil: iso(now + 30 * day),
    credentialSubject: {
      id: 'did:jwk:e30',
      identifier: '1.2.156.3005.2.sample',
      ...fields,
      organ_donor: true,
    },
    credentialStatus: (['revocation', 'suspension'] as const).map((statusPurpose) => ({
      id: `${baseUrl}/status/1/${statusPurpose}#${index}`,
      type: 'BitstringStatusListEntry',
      statusPurpose,
      statusListIndex: String(index),
      statusListCredential: `${baseUrl}/status/1/${statusPurpose}`,
    })),
  });

  const ldpVcOf = async (
    changes: Record<string, unknown> = {},
    {
      index = goodIndex,
      signer = keys['police-ed'],
      method,
    }: { index?: number; signer?: KeyPair; method?: string } = {},
  ): Promise<Record<string, unknown>> => {
    const documents: Record<string, unknown> = {
      ...Object.fromEntries(
        Object.entries(await staticContexts()).map(([url, { document }]) => [url, document]),
      ),
      [contextUrl]: typeContext,
    };
    const isEd = signer.privateJwk.kty === 'OKP';
    const key = isEd
      ? await subtle.importKey('jwk', signer.privateJwk as JsonWebKey, 'Ed25519', false, ['sign'])
      : await holderKeyOf(signer);
    const suite = new DataIntegrityProof({
      cryptosuite: isEd ? eddsaRdfc2022 : ecdsaRdfc2019,
      date: iso(now - 300),
      signer: {
        id: method ?? `did:web:zj.example:issuers:zj-police#${signer.kid}`,
        algorithm: isEd ? 'Ed25519' : 'P-256',
        sign: async ({ data }) =>
          new Uint8Array(await subtle.sign(isEd ? 'Ed25519' : es256, key, new Uint8Array(data))),
      },
    });
    const members = Object.entries({ ...credentialOf(index), ...changes }).filter(
      ([, value]) => value !== undefined,
    );
    return issue({
      credential: Object.fromEntries(members),
      suite,
      documentLoader: async (url: string) => ({
        contextUrl: null,
        documentUrl: url,
        document: documents[url],
      }),
    });
  };

  return {
    keys,
    packOf,
    open,
    trustedWith,
    viewOf,
    showCodeOf,
    slipOf,
    withSlips,
    withGaps,
    sdJwtOf,
    rawSdJwtOf,
    sdJwtClaims,
    withKeyBinding,
    ldpVcOf,
  };
};

export type TestProvince = Awaited<ReturnType<typeof createTestProvince>>;

export const iso = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
