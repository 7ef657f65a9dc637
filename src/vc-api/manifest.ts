import type { SuiteName } from './check-proof.ts';

/** One implementation as the suites' `localConfig.cjs` lists it. */
export const writeManifest = (baseUrl: string, dids: Record<SuiteName, string>) => {
  const supports = { vc: ['2.0'] };
  const tagsOf = (suite: SuiteName): string[] => ['vc2.0', 'vc-api', suite];
  const issuers = (Object.keys(dids) as SuiteName[]).map((suite) => ({
    id: dids[suite],
    endpoint: `${baseUrl}/vc-api/${suite}/credentials/issue`,
    supports,
    ...(suite === 'ecdsa-rdfc-2019' ? { supportedEcdsaKeyTypes: ['P-256'] } : {}),
    tags: suite === 'eddsa-rdfc-2022' ? tagsOf(suite) : ['vc-api', suite],
  }));
  const verifier = {
    id: `${baseUrl}/vc-api`,
    supports,
    supportedEcdsaKeyTypes: ['P-256'],
  };
  return {
    name: 'OneCert',
    implementation: 'OneCert VC-API',
    issuers: [
      ...issuers,
      {
        id: dids['eddsa-rdfc-2022'],
        endpoint: `${baseUrl}/vc-api/eddsa-rdfc-2022/credentials/issue`,
        options: { statusPurpose: 'revocation' },
        supports,
        tags: ['BitstringStatusList'],
      },
    ],
    verifiers: [
      {
        ...verifier,
        endpoint: `${baseUrl}/vc-api/credentials/verify`,
        tags: ['vc2.0', 'vc-api', 'BitstringStatusList', ...Object.keys(dids)],
      },
    ],
    vpVerifiers: [
      {
        ...verifier,
        endpoint: `${baseUrl}/vc-api/presentations/verify`,
        tags: ['vc2.0', ...Object.keys(dids)],
      },
    ],
  };
};
