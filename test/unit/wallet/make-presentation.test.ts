import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ClaimQuery, CredentialQuery } from '../../../src/presentations/protocol/dcql.ts';
import { parseMdoc } from '../../../src/verifier/core/mdoc.ts';
import { DoesNotFit, makePresentation } from '../../../web/wallet/presentation/make-presentation.ts';
import type { OpenedRequest } from '../../../web/wallet/presentation/open-request.ts';
import { docType, issuerSignedOf, namespace, textOf } from '../verifier/make-mdoc.ts';
import { baseUrl, createTestProvince, holderKeyOf, type TestProvince } from '../verifier/test-province.ts';

const request: OpenedRequest = {
  standing: 'signed',
  clientId: 'x509_san_dns:elsewhere.example',
  responseUri: 'https://elsewhere.example/answer',
  responseMode: 'direct_post',
  nonce: 'n-1',
  state: undefined,
  query: { credentials: [] as never },
  encryption: undefined,
  asker: undefined,
  claimedName: undefined,
  host: 'elsewhere.example',
  until: undefined,
};

type Path = ClaimQuery['path'];

/** One claim with a value that no record has, or else two others: the page, which sees no values, shows the first set. */
const withTrap = (trap: Path, others: [Path, Path]): Pick<CredentialQuery, 'claims' | 'claim_sets'> => ({
  claims: [
    { id: 'trap', path: trap, values: ['of nobody'] },
    { id: 'one', path: others[0] },
    { id: 'two', path: others[1] },
  ],
  claim_sets: [['trap'], ['one', 'two']],
});

describe('ZLB-3 what a wallet shows to who asks', () => {
  let province: TestProvince;
  let key: CryptoKey;
  beforeAll(async () => {
    province = await createTestProvince();
    key = await holderKeyOf(province.keys.device);
  });

  const sdJwtOf = async (query: object, agreed: Path[]): Promise<unknown[]> => {
    const credential = await province.sdJwtOf({ cnf: { jwk: province.keys.device.publicJwk } });
    const part = { ...query, id: 'a', format: 'dc+sd-jwt', meta: { vct_values: [`${baseUrl}/types/x`] } };
    const shown = await makePresentation({ credential, key }, { query: part as never, agreed }, request);
    const names = shown.split('~').slice(1, -1);
    return names.map((one) => JSON.parse(Buffer.from(one, 'base64url').toString())[1]);
  };
  const mdocOf = async (query: object, agreed: Path[]): Promise<string[]> => {
    const credential = textOf(await issuerSignedOf(province));
    const part = { ...query, id: 'a', format: 'mso_mdoc', meta: { doctype_value: docType } };
    const shown = await makePresentation({ credential, key }, { query: part as never, agreed }, request);
    return parseMdoc(shown)!.issuerSigned.items.map(({ element }) => element);
  };

  it('is never another claim set than the one that stood on the consent page', async () => {
    const trap = withTrap(['vehicle_class'], [['name'], ['licence_number']]);
    await expect(sdJwtOf(trap, [['vehicle_class']])).rejects.toBeInstanceOf(DoesNotFit);
    expect(await sdJwtOf(trap, [['name'], ['licence_number']])).toEqual(['name', 'licence_number']);

    const of = (element: string): Path => [namespace, element];
    const other = withTrap(of('expiry_date'), [of('document_number'), of('portrait')]);
    await expect(mdocOf(other, [of('expiry_date')])).rejects.toBeInstanceOf(DoesNotFit);
    expect(await mdocOf(other, [of('document_number'), of('portrait')])).toEqual([
      'document_number',
      'portrait',
    ]);
  });

  it('is nothing where nothing is asked', async () => {
    expect(await sdJwtOf({}, [])).toEqual([]);
    expect(await mdocOf({}, [])).toEqual([]);
  });
});
