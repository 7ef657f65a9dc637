/** Part of the composition root: which keys of an instance need an X.509 certificate. */
import type { Config } from '../config.ts';
import type { Catalogue } from '../credentials/index.ts';
import type { KeyUse } from '../trust/index.ts';

/** ISO mdoc is never signed without one; everything else only where the configuration says so. */
export const certifiedUses = (config: Config, catalogue: Catalogue): KeyUse[] => {
  const types = catalogue
    .types()
    .filter(({ formats }) => config.credentials.x5c || formats.includes('mso_mdoc'));
  const owners = [...new Set(types.flatMap(({ issuers }) => issuers))].sort();
  return [
    ...owners.map((owner) => ({ purpose: 'certificate' as const, owner })),
    ...(config.credentials.x5c
      ? (['status', 'login'] as const).map((purpose) => ({ purpose, owner: 'province' }))
      : []),
  ];
};
