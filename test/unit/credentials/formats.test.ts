import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { fromJwk as ecdsaFromJwk } from '@digitalbazaar/ecdsa-multikey';
import { cryptosuite as ecdsaRdfc2019 } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import { fromJwk as ed25519FromJwk } from '@digitalbazaar/ed25519-multikey';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { CredentialIssuancePurpose, verifyCredential } from '@digitalbazaar/vc';
import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { projectDir } from '../../../src/config.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { writePackType } from '../../../src/credentials/catalogue/write-type-documents.ts';
import { parseDeviceKey } from '../../../src/credentials/device-key.ts';
import { judgeCopy } from '../../../src/credentials/formats/check-copy.ts';
import type { CopyContent, CredentialFormat } from '../../../src/credentials/formats/format.ts';
import { createLdpVc } from '../../../src/credentials/formats/ldp-vc.ts';
import { allContexts, createLoadContext } from '../../../src/credentials/formats/load-context.ts';
import { mdoc } from '../../../src/credentials/formats/mdoc.ts';
import { sdJwt } from '../../../src/credentials/formats/sd-jwt.ts';
import { slipCwt } from '../../../src/credentials/formats/slip-cwt.ts';
import { createThrowAwayKey } from '../../../src/credentials/formats/throw-away-key.ts';
import { viewCwt } from '../../../src/credentials/formats/view-cwt.ts';
import type { CopyFormat } from '../../../src/credentials/index.ts';
import type { Trusted } from '../../../src/verifier/core/index.ts';
import { parseMdoc } from '../../../src/verifier/core/mdoc.ts';
import { certificateOf } from '../verifier/test-certificate.ts';
import { makeKey } from '../verifier/test-province.ts';

const baseUrl = 'http://localhost:3000';
const now = 1_795_000_000;
const catalogue = readCatalogue(join(projectDir, 'config/certificates'));
const loadContext = createLoadContext(() => allContexts(catalogue, baseUrl));
const formats: Record<CopyFormat, CredentialFormat> = {
  ldp_vc: createLdpVc(loadContext),
  ldp_vc_ecdsa: createLdpVc(loadContext, 'ecdsa-rdfc-2019'),
  'dc+sd-jwt': sdJwt,
  'onecert-view+cwt': viewCwt,
  'onecert-slip+cwt': slipCwt,
  mso_mdoc: mdoc,
};
const all = Object.keys(formats) as CopyFormat[];
const issuer = { url: `${baseUrl}/issuers/zj-police`, did: 'did:web:localhost%3A3000:issuers:zj-police' };

const fields = {
  name: '张三丰',
  licence_number: '330102199003077475',
  sex: '男',
  class: 'C1',
  first_issue: '2015-06-01',
  valid_from: '2021-06-01',
  valid_until: '2031-06-01',
  file_number: '330100123456',
  address: '浙江省杭州市上城区测试路1号',
  points: 3,
  authority: '浙江省公安厅',
};

const signOne = async (name: CopyFormat, times = formats[name].times(now, 30)) => {
  const format = formats[name];
  const key = await createThrowAwayKey(format.alg);
  const kid = await calculateJwkThumbprint(key.publicJwk);
  const device = await parseDeviceKey(
    await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey),
  );
  const type = catalogue.get('driving_licence');
  const content: CopyContent = {
    certificate: { identifier: '1.2.156.3005.2.11100000000013127D901.11330000MB9900013T.ABC.001.X', fields },
    type,
    view: name.startsWith('onecert-') ? type.views[name === 'onecert-slip+cwt' ? 1 : 0] : undefined,
    issuer,
    kid,
    deviceKey: device,
    x5c: name === 'mso_mdoc' ? [await certificateOf(key, { signer: await makeKey('ES256') })] : undefined,
    status: { list: 1, index: 8 },
    times,
    baseUrl,
  };
  const unsigned = await format.build(content);
  const trusted: Trusted = {
    keys: [
      {
        kid,
        jwk: { ...key.publicJwk, kty: key.publicJwk.kty! },
        issuer: 'zj-police',
        purpose: 'certificate',
        types: ['driving_licence'],
        from: now - 86_400,
        to: now + 86_400,
        state: 'active',
      },
    ],
    issuers: [
      {
        id: 'zj-police',
        credit_code: '11330000MB9900013T',
        name: { zh: '厅', en: 'dept' },
        region: '330000',
        ...issuer,
      },
    ],
    types: [writePackType(type, baseUrl)],
    contexts: await allContexts(catalogue, baseUrl),
    statusOf: () => ({ status: 'valid', asOf: now, list: 1 }),
    issuedAt: now,
    expiresAt: now + 86_400,
  };
  const credential = await unsigned.assemble(key.sign(unsigned.toBeSigned));
  return { format, key, unsigned, credential, trusted, device, content };
};

describe('the formats', () => {
  it.each(all)('%s: our verifier accepts what it builds', async (name) => {
    const { credential, trusted } = await signOne(name);
    const verdict = await judgeCopy(name, credential, trusted, now);
    expect({ code: verdict.code, checks: verdict.checks.filter(({ ok }) => !ok) }).toEqual({
      code: 'valid',
      checks: [],
    });
    expect(verdict.fields.find((field) => field.name === 'name')?.value).toBe('张三丰');
  });

  it.each(all)(
    '%s: two signatures are over the same bytes, and the bytes can be found again',
    async (name) => {
      const { format, key, unsigned, credential } = await signOne(name);
      const again = await unsigned.assemble(key.sign(unsigned.toBeSigned));
      for (const text of [credential, again]) {
        expect(Buffer.from(await format.signedBytes(text)).equals(Buffer.from(unsigned.toBeSigned))).toBe(
          true,
        );
      }
    },
  );

  it.each(all)('%s: a copy signed by a key the list does not name for it is refused', async (name) => {
    const { trusted, unsigned, key, format } = await signOne(name);
    const other = await createThrowAwayKey(format.alg);
    const forged = await unsigned.assemble(other.sign(unsigned.toBeSigned));
    expect((await judgeCopy(name, forged, trusted, now)).outcome).toBe('not_valid');
    const real = await unsigned.assemble(key.sign(unsigned.toBeSigned));
    const otherType = { ...trusted, keys: [{ ...trusted.keys[0]!, types: ['residence_permit'] }] };
    expect((await judgeCopy(name, real, otherType, now)).code).toBe('issuer_not_allowed');
  });

  it.each(all)('%s: one changed byte anywhere is never valid', async (name) => {
    const { credential, trusted } = await signOne(name);
    const bytes = Buffer.from(credential);
    const step = Math.max(1, Math.floor(bytes.length / 60));
    for (let at = 0; at < bytes.length; at += step) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 1;
      const text = changed.toString();
      // base64url ignores the spare bits of a last character: the decoded bytes are then the same.
      const verdict = await judgeCopy(name, text, trusted, now);
      if (verdict.code === 'valid') expect(sameMeaning(name, text, credential)).toBe(true);
    }
  });
});

const sameMeaning = (name: CopyFormat, a: string, b: string): boolean =>
  (name === 'mso_mdoc' && withoutCertificate(a) === withoutCertificate(b)) ||
  (name === 'onecert-view+cwt' && Buffer.from(a, 'base64url').equals(Buffer.from(b, 'base64url')));

/** All but the certificate: what it says besides its key and times, nobody goes by. */
const withoutCertificate = (credential: string): string => {
  const { issuerSigned } = parseMdoc(credential)!;
  const { x5chain: _, ...signed } = issuerSigned.issuerAuth;
  return JSON.stringify([signed, issuerSigned.items]);
};

describe('what each format says', () => {
  it('SD-JWT VC: selective fields are disclosures with a 128-bit salt, the others and the status are claims', async () => {
    const { credential, device } = await signOne('dc+sd-jwt');
    const [jwt, ...disclosures] = credential.split('~');
    expect(decodeProtectedHeader(jwt!)).toMatchObject({ alg: 'ES256', typ: 'dc+sd-jwt' });
    const claims = decodeJwt(jwt!);
    expect(claims).toMatchObject({
      iss: issuer.url,
      vct: `${baseUrl}/types/driving_licence`,
      cnf: { jwk: device.jwk },
      status: { status_list: { idx: 8, uri: `${baseUrl}/status/1` } },
      valid_from: '2021-06-01',
      authority: '浙江省公安厅',
      _sd_alg: 'sha-256',
    });
    expect(claims).not.toHaveProperty('name');
    expect(disclosures.pop()).toBe('');
    const opened = disclosures.map(
      (text) => JSON.parse(Buffer.from(text, 'base64url').toString()) as string[],
    );
    expect(opened.map(([, claim]) => claim).sort()).toEqual(
      ['address', 'class', 'file_number', 'first_issue', 'licence_number', 'name', 'points', 'sex'].sort(),
    );
    expect(opened.every(([salt]) => Buffer.from(salt!, 'base64url').length === 16)).toBe(true);
    const digests = disclosures.map((text) => createHash('sha256').update(text).digest('base64url'));
    expect([...(claims._sd as string[])].sort()).toEqual(digests.sort());
  });

  it('W3C VC: two status entries, subject by did:jwk, no field that the type does not declare', async () => {
    const { credential, device } = await signOne('ldp_vc');
    const vc = JSON.parse(credential);
    expect(vc).toMatchObject({
      '@context': ['https://www.w3.org/ns/credentials/v2', `${baseUrl}/contexts/driving_licence/v2`],
      type: ['VerifiableCredential', 'DrivingLicence'],
      issuer: issuer.did,
      credentialStatus: [
        { id: `${baseUrl}/status/1/revocation#8`, statusPurpose: 'revocation', statusListIndex: '8' },
        { id: `${baseUrl}/status/1/suspension#8`, statusPurpose: 'suspension', statusListIndex: '8' },
      ],
      proof: { type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022', proofPurpose: 'assertionMethod' },
    });
    const key = JSON.parse(
      Buffer.from(vc.credentialSubject.id.slice('did:jwk:'.length), 'base64url').toString(),
    );
    expect(key).toEqual(device.jwk);
    expect(vc.proof.verificationMethod.startsWith(`${issuer.did}#`)).toBe(true);
  });

  it.each([
    ['ldp_vc', eddsaRdfc2022, ed25519FromJwk],
    ['ldp_vc_ecdsa', ecdsaRdfc2019, ecdsaFromJwk],
  ] as const)(
    '%s: @digitalbazaar/vc accepts it, and not with a changed field',
    async (name, cryptosuite, fromJwk) => {
      const { credential, key, content } = await signOne(name);
      const id = `${issuer.did}#${content.kid}`;
      const multikey = await fromJwk({ jwk: key.publicJwk, id, controller: issuer.did });
      const check = async (vc: object) => {
        const { verified } = await verifyCredential({
          credential: vc,
          suite: new DataIntegrityProof({ cryptosuite }),
          purpose: new CredentialIssuancePurpose({ controller: { id: issuer.did, assertionMethod: [id] } }),
          documentLoader: async (url) =>
            url === id
              ? { contextUrl: null, documentUrl: url, document: await multikey.export({ publicKey: true }) }
              : loadContext(url),
          checkStatus: async () => ({ verified: true }),
          now: new Date(now * 1000),
        });
        return verified;
      };
      const vc = JSON.parse(credential);
      expect(await check(structuredClone(vc))).toBe(true);
      vc.credentialSubject.class = 'A1';
      expect(await check(vc)).toBe(false);
    },
  );

  it('the issuer loads no context outside the closed list', async () => {
    await expect(loadContext('https://example.com/context')).rejects.toThrow('internal_error');
  });

  it('times are rounded, so that two copies of one day do not tell the minute', () => {
    const morning = Date.parse('2026-11-23T01:02:03Z') / 1000;
    const later = morning + 50 * 60;
    for (const name of all) expect(formats[name].times(morning, 30)).toEqual(formats[name].times(later, 30));
    const { notBefore, expiresAt } = viewCwt.times(morning, 365);
    expect(expiresAt - morning).toBeLessThanOrEqual(30 * 86_400);
    expect(notBefore % 86_400).toBe(0);
  });
});
