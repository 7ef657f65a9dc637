import { z } from 'zod';

const anyObject = z.record(z.string(), z.unknown());

/** VCALM, Issue Credential: unknown options are for other implementations, and left alone. */
export const issueBody = z.object({
  credential: anyObject,
  /** `statusPurpose`: asks for an entry in the list of that purpose. */
  options: z.object({ statusPurpose: z.enum(['revocation', 'suspension']).optional() }).default({}),
});

const verifyOptions = z
  .object({
    checks: z.array(z.string()).optional(),
    expectedProofPurpose: z.string().optional(),
    challenge: z.string().optional(),
    domain: z.string().optional(),
  })
  .default({});

export const verifyCredentialBody = z.object({ verifiableCredential: z.unknown(), options: verifyOptions });

export const verifyPresentationBody = z.object({
  verifiablePresentation: z.unknown(),
  options: verifyOptions,
});
