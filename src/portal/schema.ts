import { z } from 'zod';
import { itemCodePattern } from '../items/index.ts';

const itemCode = z.string().regex(itemCodePattern);

export const itemParams = z.strictObject({ code: itemCode });

export const submitCaseBody = z.strictObject({ item: itemCode });
