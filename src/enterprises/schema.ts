import { z } from 'zod';
import { itemCodePattern } from '../items/index.ts';

const enterpriseId = z.string().regex(/^ent_[\w-]{22}$/);
const mandateId = z.string().regex(/^m_[\w-]{22}$/);
const creditCode = z.string().trim().min(1).max(40);
const time = z.int().min(0).max(253_402_300_799);

const person = z.strictObject({
  kind: z.string().min(1).max(10),
  number: z.string().trim().min(1).max(40),
  name: z.string().trim().min(1).max(100),
});

const terms = {
  items: z.array(z.string().regex(itemCodePattern)).min(1).max(50),
  valid_from: time.optional(),
  valid_until: time,
};

interface Terms {
  items: string[];
  valid_from?: number | undefined;
  valid_until: number;
}

const readTerms = ({ items, valid_from: validFrom, valid_until: validUntil }: Terms) => ({
  items,
  validFrom,
  validUntil,
});

export const openEnterpriseBody = z
  .strictObject({ credit_code: creditCode })
  .transform((body) => ({ creditCode: body.credit_code }));
export const enterpriseParams = z.strictObject({ id: enterpriseId });
export const appointManagerBody = z.strictObject({ person });
export const managerParams = z.strictObject({ id: enterpriseId, post: z.string().regex(/^post_[\w-]{22}$/) });
export const giveMandateBody = z
  .strictObject({
    to: z.union([
      z.strictObject({ person }),
      z
        .strictObject({ agent_credit_code: creditCode })
        .transform((to) => ({ agentCreditCode: to.agent_credit_code })),
    ]),
    ...terms,
  })
  .transform(({ to, ...rest }) => ({ to, ...readTerms(rest) }));
export const mandateParams = z.strictObject({ id: mandateId });
export const mandateAnswerParams = z.strictObject({ id: mandateId, answer: z.enum(['accept', 'decline']) });
export const nameStaffBody = z
  .strictObject({ person, ...terms })
  .transform((body) => ({ person: body.person, ...readTerms(body) }));
