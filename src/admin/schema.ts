import { z } from 'zod';
import { isAdministratorRole, isRole, type Role } from '../officials/index.ts';

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{10,40}$`));
const unit = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
const region = z.string().regex(/^\d{6}(\d{3}){0,2}$/);
const reason = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);
const role = z.custom<Role>((value) => typeof value === 'string' && isRole(value));
const time = z.number().int().positive();
const account = id('p');

export const certificateParams = z.strictObject({ id: id('c') });
/** A change that a clerk proposed, or a certificate that somebody applied for. */
export const decisionParams = z.strictObject({ id: z.union([id('cd'), id('ca')]) });
export const proposalParams = z.strictObject({ id: id('ap') });
export const resetParams = z.strictObject({ id: id('ar') });
export const objectionParams = z.strictObject({ id: id('ob') });
export const registerParams = z.strictObject({ id: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/) });
export const postParams = z.strictObject({ account, post: id('po') });
export const accountParams = z.strictObject({ account });

/** Chosen by the caller; the same key with the same request is the same proposal. */
export const idempotencyKey = z.string().regex(/^[\w-]{8,64}$/);

const type = z.string().regex(/^[a-z][a-z0-9_]{1,60}$/);

export const certificatesQuery = z.strictObject({
  type: type.optional(),
  state: z.enum(['01', '02', '03', '04', '05', '06', '07', '99']).optional(),
  after: id('c').optional(),
});

export const moveInBody = z.strictObject({ previous: z.string().max(120) });
export const reasonBody = z.strictObject({ reason });
/** Without one it is sent back without a word. */
/** One certificate, or a page of a type. */
export const metadataBody = z
  .strictObject({
    certificate: id('c').optional(),
    type: z
      .string()
      .regex(/^[a-z][a-z0-9_]{1,60}$/)
      .optional(),
    after: id('c').optional(),
    purpose: reason,
    format: z.enum(['json', 'csv']).default('json'),
  })
  .refine(({ certificate, type }) => (certificate === undefined) !== (type === undefined), {
    path: ['certificate'],
  });
export const answerBody = z.strictObject({
  outcome: z.enum(['correct', 'settle', 'refuse']),
  reason: reason.optional(),
  /** For the person to read. */
  text: z.string().trim().min(1).max(500).optional(),
});
export const declineBody = z.strictObject({ reason: reason.optional() });

const document = z.strictObject({ kind: z.string().max(3), number: z.string().min(5).max(40) });

export const offerBody = z.strictObject({
  document,
  type,
  txCode: z.boolean().default(true),
});

export const batchBody = z.strictObject({
  type: z.string().regex(/^[a-z][a-z0-9_]{1,60}$/),
  /** Format of the copy for the department's file; without it records only. */
  copies: z.enum(['ldp_vc', 'dc+sd-jwt']).optional(),
});
export const batchParams = z.strictObject({ id: id('ib') });

/** Why the officer looks: a code, for the person's own log. */
export const findPersonBody = z.strictObject({ document, purpose: reason });
export const purposeBody = z.strictObject({ purpose: reason });
/** What is printed on a certificate, or its id; or the document of the person who holds it. */
export const findCertificatesBody = z.union([
  z.strictObject({ number: z.string().trim().min(5).max(120) }),
  z.strictObject({ document, purpose: reason }),
]);
export const resetBody = z.strictObject({
  purpose: reason,
  /** The officer has held the card and seen the face on it. */
  cardChecked: z.literal(true),
  phone: z.enum(['keep', 'end']),
});

export const postsQuery = z.strictObject({ unit: unit.optional() });

const place = { unit, roles: z.array(role).min(1).max(8), region: region.optional(), until: time.optional() };
/** By reference, or by document for somebody who has no post yet. */
const person = { account: account.optional(), document: document.optional() };
const namesOne = (body: { account?: string; document?: object }) =>
  (body.account === undefined) !== (body.document === undefined);

export const appointBody = z.strictObject({ ...person, ...place }).refine(namesOne, { path: ['account'] });
export const moveBody = z.strictObject({ ...place, reason });

export const proposalBody = z.union([
  z
    .strictObject({
      act: z.literal('appoint'),
      ...person,
      role: role.refine(isAdministratorRole),
      unit,
      region: region.optional(),
      reason,
    })
    .refine(namesOne, { path: ['account'] }),
  z.strictObject({ act: z.literal('end'), account, post: id('po'), reason }),
]);
