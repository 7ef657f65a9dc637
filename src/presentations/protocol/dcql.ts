/** Digital Credentials Query Language (OpenID4VP 1.0 §6). Pure: the server asks with it, the wallet answers it. */
import { z } from 'zod';

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const most = 20;

const claim = z.object({
  id: id.optional(),
  /** §7: names, places in a list, null for all of a list; of an mdoc namespace and element. */
  path: z
    .array(z.union([z.string().min(1).max(200), z.int().min(0), z.null()]))
    .min(1)
    .max(8),
  values: z
    .array(z.union([z.string().max(500), z.int(), z.boolean()]))
    .min(1)
    .max(most)
    .optional(),
});

const shared = {
  id,
  multiple: z.boolean().optional(),
  /** §6.1.1 */
  trusted_authorities: z
    .array(z.object({ type: z.string().min(1), values: z.array(z.string().min(1)).min(1) }))
    .min(1)
    .optional(),
  require_cryptographic_holder_binding: z.boolean().optional(),
  claims: z.array(claim).min(1).max(50).optional(),
  claim_sets: z.array(z.array(id).min(1).max(50)).min(1).max(most).optional(),
};

const credential = z.discriminatedUnion('format', [
  z.object({
    ...shared,
    format: z.literal('dc+sd-jwt'),
    meta: z.object({ vct_values: z.array(z.string().min(1).max(500)).min(1).max(most) }),
  }),
  z.object({
    ...shared,
    format: z.literal('mso_mdoc'),
    meta: z.object({ doctype_value: z.string().min(1).max(200) }),
  }),
]);

const credentialSet = z.object({
  options: z.array(z.array(id).min(1)).min(1).max(most),
  required: z.boolean().optional(),
});

const distinct = (names: readonly (string | undefined)[]): boolean => {
  const there = names.filter((name) => name !== undefined);
  return new Set(there).size === there.length;
};

export const dcqlQuery = z
  .object({
    credentials: z.array(credential).min(1).max(most),
    credential_sets: z.array(credentialSet).min(1).max(most).optional(),
  })
  .superRefine(({ credentials, credential_sets: sets = [] }, context) => {
    const fault = (path: PropertyKey[]): void =>
      context.addIssue({ code: 'custom', path, message: 'does not agree with the rest of the query' });
    if (!distinct(credentials.map((one) => one.id))) fault(['credentials']);
    const known = new Set(credentials.map((one) => one.id));
    for (const { options } of sets)
      if (!options.flat().every((name) => known.has(name))) fault(['credential_sets']);
    for (const [at, { claims = [], claim_sets: wanted = [], format }] of credentials.entries()) {
      const names = new Set(claims.map((one) => one.id));
      if (!distinct(claims.map((one) => one.id))) fault(['credentials', at, 'claims']);
      if (!wanted.flat().every((name) => names.has(name))) fault(['credentials', at, 'claim_sets']);
      // §7.2: an mdoc's claim is a namespace and an element.
      const isElement = (path: ClaimQuery['path']) =>
        path.length === 2 && path.every((step) => typeof step === 'string');
      if (format === 'mso_mdoc' && !claims.every(({ path }) => isElement(path)))
        fault(['credentials', at, 'claims']);
    }
  });

export type DcqlQuery = z.infer<typeof dcqlQuery>;
export type CredentialQuery = DcqlQuery['credentials'][number];
export type ClaimQuery = z.infer<typeof claim>;

/**
 * §6.4.1: which claims of this credential are asked: all, or those of the first set that is there. Undefined when what
 * is asked is not there.
 */
export const claimsAsked = (
  { claims = [], claim_sets: sets }: Pick<CredentialQuery, 'claims' | 'claim_sets'>,
  isThere: (claim: ClaimQuery) => boolean,
): ClaimQuery[] | undefined => {
  const named = (names: readonly string[]) => claims.filter((one) => one.id && names.includes(one.id));
  return (sets ? sets.map(named) : [claims]).find((wanted) => wanted.every(isThere));
};

/** §6.4.2: which credentials to send when these can be; undefined when the query cannot be answered. */
export const credentialsAsked = (
  { credentials, credential_sets: sets }: DcqlQuery,
  can: (id: string) => boolean,
): string[] | undefined => {
  if (!sets) return credentials.every((one) => can(one.id)) ? credentials.map((one) => one.id) : undefined;
  const chosen = new Set<string>();
  for (const { options, required = true } of sets) {
    if (!required) continue;
    const option = options.find((names) => names.every(can));
    if (!option) return undefined;
    for (const name of option) chosen.add(name);
  }
  return [...chosen];
};

/** What a path leads to in a flat credential: ours have neither lists nor members of members. */
export const claimAt = (claims: Readonly<Record<string, unknown>>, { path }: ClaimQuery): unknown => {
  const [name] = path;
  return path.length === 1 && typeof name === 'string' && Object.hasOwn(claims, name)
    ? claims[name]
    : undefined;
};

/** §6.4.1: among the values asked for, if any were. */
export const hasValue = ({ values }: ClaimQuery, value: unknown): boolean =>
  value !== undefined && (values === undefined || values.some((one) => one === value));
