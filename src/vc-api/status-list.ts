/** Lists on which nobody stands, so that what the test issuers issue can name an entry. */
import { randomInt } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../verifier/core/strict-json.ts';
import type { TestIssuer } from './test-issuer.ts';

const entries = 131_072;
const model = 'https://www.w3.org/ns/credentials/v2';

const purposes = ['revocation', 'suspension'] as const;
export type Purpose = (typeof purposes)[number];

export const isPurpose = (text: unknown): text is Purpose => purposes.some((purpose) => purpose === text);

export const createTestStatusLists = (baseUrl: string, issuer: TestIssuer) => {
  const urlOf = (purpose: Purpose): string => `${baseUrl}/vc-api/status/${purpose}`;
  const encodedList = `u${gzipSync(Buffer.alloc(entries / 8)).toString('base64url')}`;
  const listOf = (purpose: Purpose, at: string): Promise<JsonObject> =>
    issuer.sign(
      {
        '@context': [model],
        id: urlOf(purpose),
        type: ['VerifiableCredential', 'BitstringStatusListCredential'],
        validFrom: at,
        credentialSubject: {
          id: `${urlOf(purpose)}#list`,
          type: 'BitstringStatusList',
          statusPurpose: purpose,
          encodedList,
        },
      },
      at,
    );
  return {
    listOf,
    /** The list at a URL of ours; no other is known. */
    async at(url: string, time: string): Promise<JsonObject | undefined> {
      const purpose = purposes.find((each) => urlOf(each) === url);
      return purpose && listOf(purpose, time);
    },
    newEntry(statusPurpose: Purpose): JsonObject {
      const statusListIndex = String(randomInt(entries));
      return {
        id: `${urlOf(statusPurpose)}#${statusListIndex}`,
        type: 'BitstringStatusListEntry',
        statusPurpose,
        statusListIndex,
        statusListCredential: urlOf(statusPurpose),
      };
    },
  };
};
