import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectDir } from '../../../src/config.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { describeConfigurations } from '../../../src/credentials/describe-configurations.ts';
import { createLdpVc } from '../../../src/credentials/formats/ldp-vc.ts';
import { createLoadContext } from '../../../src/credentials/formats/load-context.ts';
import { mdoc } from '../../../src/credentials/formats/mdoc.ts';
import { sdJwt } from '../../../src/credentials/formats/sd-jwt.ts';
import { slipCwt } from '../../../src/credentials/formats/slip-cwt.ts';
import { viewCwt } from '../../../src/credentials/formats/view-cwt.ts';

const baseUrl = 'http://localhost:3000';
const catalogue = readCatalogue(join(projectDir, 'config/certificates'));
const formats = {
  ldp_vc: createLdpVc(createLoadContext(async () => ({}))),
  ldp_vc_ecdsa: createLdpVc(
    createLoadContext(async () => ({})),
    'ecdsa-rdfc-2019',
  ),
  'dc+sd-jwt': sdJwt,
  'onecert-view+cwt': viewCwt,
  'onecert-slip+cwt': slipCwt,
  mso_mdoc: mdoc,
};
const configurations = describeConfigurations({ catalogue, baseUrl, formats });

describe('the credential configurations (OpenID4VCI 1.0 §12.2.4)', () => {
  it('are one a format and one a view, each with the scope of its type', () => {
    const expected = catalogue
      .types()
      .flatMap((type) => [
        `${type.id}_ldp_vc`,
        ...(type.formats.includes('ldp_vc_ecdsa') ? [`${type.id}_ldp_vc_ecdsa`] : []),
        `${type.id}_sd_jwt`,
        ...(type.mdoc ? [`${type.id}_mdoc`] : []),
        ...type.views.map((view) => `${type.id}_view_${view.id}`),
      ]);
    expect(Object.keys(configurations)).toEqual(expected);
    for (const { type, format, metadata } of Object.values(configurations))
      expect(metadata).toMatchObject({
        format: format === 'ldp_vc_ecdsa' ? 'ldp_vc' : format,
        scope: type,
        cryptographic_binding_methods_supported: [format === 'mso_mdoc' ? 'cose_key' : 'jwk'],
      });
  });

  it('name the algorithms and types of each format', () => {
    expect(configurations.driving_licence_ldp_vc?.metadata).toMatchObject({
      credential_signing_alg_values_supported: ['eddsa-rdfc-2022'],
      credential_definition: {
        '@context': ['https://www.w3.org/ns/credentials/v2', `${baseUrl}/contexts/driving_licence/v2`],
        type: ['VerifiableCredential', 'DrivingLicence'],
      },
      proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256', 'EdDSA'] } },
    });
    expect(configurations.driving_licence_ldp_vc_ecdsa?.metadata).toMatchObject({
      format: 'ldp_vc',
      credential_signing_alg_values_supported: ['ecdsa-rdfc-2019'],
    });
    expect(configurations.driving_licence_sd_jwt?.metadata).toMatchObject({
      credential_signing_alg_values_supported: ['ES256'],
      vct: `${baseUrl}/types/driving_licence`,
      // The verifier takes key binding by ES256 alone, so no other device key is bound.
      proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
    });
    expect(configurations.driving_licence_view_standard).toMatchObject({
      view: 'standard',
      metadata: {
        view: 1,
        proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
      },
    });
  });

  it('of an mdoc name its document type, COSE’s numbers and each element by namespace', () => {
    const { metadata } = configurations.driving_licence_mdoc!;
    expect(metadata).toMatchObject({
      format: 'mso_mdoc',
      doctype: 'org.iso.18013.5.1.mDL',
      credential_signing_alg_values_supported: [-7],
    });
    const { claims } = metadata.credential_metadata as { claims: object[] };
    expect(claims).toContainEqual({
      path: ['org.iso.18013.5.1', 'birth_date'],
      mandatory: true,
      display: [
        { name: '出生日期', locale: 'zh-CN' },
        { name: 'Date of birth', locale: 'en' },
      ],
    });
    expect(claims).toContainEqual({ path: ['org.iso.18013.5.1', 'un_distinguishing_sign'], mandatory: true });
  });

  it('describe each claim by its path, in both languages, one object a language', () => {
    const claimsOf = (id: string) =>
      (
        configurations[id]!.metadata.credential_metadata as {
          claims: { path: string[]; display: object[] }[];
        }
      ).claims;
    expect(claimsOf('driving_licence_ldp_vc')[0]!.path).toEqual(['credentialSubject', 'identifier']);
    expect(claimsOf('driving_licence_sd_jwt')[1]).toEqual({
      path: ['name'],
      mandatory: true,
      display: [
        { name: '姓名', locale: 'zh-CN' },
        { name: 'Name', locale: 'en' },
      ],
    });
    expect(claimsOf('driving_licence_view_driving').map(({ path }) => path)).toEqual([
      ['name'],
      ['class'],
      ['valid_until'],
    ]);
  });
});
