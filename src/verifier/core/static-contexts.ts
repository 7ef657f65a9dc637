/** JSON-LD contexts that come with the build. A pack cannot say anything else for these addresses. */
import { named } from '@digitalbazaar/credentials-context';
import { contextDigest } from './context-digest.ts';

export const credentialsV2 = 'https://www.w3.org/ns/credentials/v2';

/** VC Data Model 2.0 §B.1 publishes this digest of the file as served; ours is over the parsed document. */
export const staticContexts = async (): Promise<Record<string, { sha256: string; document: unknown }>> => {
  const document = named.get('v2')!.context;
  return { [credentialsV2]: { sha256: await contextDigest(document), document } };
};
