/** The parameters of the old way, under their old names. What is not named here is not read. */
import { z } from 'zod';
import { serviceCodePattern } from './ticket-service.ts';

const servicecode = z.string().regex(serviceCodePattern);

/** A browser's way in. `goto` goes back to the app as `sp`, unread. */
export const startQuery = z.object({
  action: z.literal('oauth'),
  scope: z.literal('1').optional(),
  servicecode,
  goto: z.string().max(512).optional(),
  /** Newer write-ups name the return address; it must be the registered one. */
  redirectUrl: z.string().max(500).optional(),
});

const call = {
  servicecode,
  time: z.string().max(20),
  sign: z.string().regex(/^(?:[\da-f]{32}|[\da-f]{64})$/i),
  datatype: z.literal('json').default('json'),
};
const opaque = z.string().regex(/^[\w-]{16,128}$/);

export const backEndCall = z.discriminatedUnion('method', [
  z.object({ ...call, method: z.literal('ticketValidation'), st: opaque }),
  z.object({ ...call, method: z.literal('getUserInfo'), token: opaque }),
]);

export type BackEndCall = z.infer<typeof backEndCall>;
