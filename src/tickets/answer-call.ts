import { seconds } from '../clock.ts';
import type { TicketsDeps } from './create-tickets.ts';
import { type Result, type ResultCode, resultOf } from './results.ts';
import type { BackEndCall } from './schema.ts';
import { secondsOf, secretOf, verifySignature } from './signature.ts';
import type { TicketService } from './ticket-service.ts';

const windowSeconds = 300;

/** Members of the old answer, in the order of the write-ups, and the claims behind them. */
const oldNames: Record<string, string> = {
  username: 'name',
  mobile: 'phone_number',
  idnum: 'document_number',
};

/** 1 is the resident identity card in the old list; others keep our number (GB/T 36903 annex A). */
const idType = (kind: unknown): string | undefined =>
  kind === undefined ? undefined : kind === '111' ? '1' : String(kind);

const userInfo = (claims: Record<string, unknown>): Record<string, string> => {
  const told = Object.entries({
    // An old app's records stand under the id it knew her by, where the operator has imported that.
    userid: claims.legacy_user_id ?? claims.sub,
    // The old portal's own name for her; ours has none, and the pseudonym is as good for telling people apart.
    loginname: claims.sub,
    ...Object.fromEntries(Object.entries(oldNames).map(([old, claim]) => [old, claims[claim]])),
    idtype: idType(claims.document_kind),
    authlevel: claims.proofing_level,
  });
  return Object.fromEntries(
    told.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]),
  );
};

const refusalBefore = (
  { clock, secret }: TicketsDeps,
  service: TicketService,
  call: BackEndCall,
): { code: ResultCode; reason: string } | undefined => {
  const now = seconds(clock);
  const value = call.method === 'ticketValidation' ? call.st : call.token;
  const verdict = verifySignature(secretOf(secret, service), { ...call, value });
  if (verdict === 'wrong') return { code: 'signature', reason: 'signature' };
  if (service.until <= now) return { code: 'over', reason: 'over' };
  if (verdict === 'md5' && (service.md5Until ?? 0) <= now) return { code: 'md5', reason: 'md5' };
  // Not a number is not within the window either.
  return Math.abs(now - secondsOf(call.time)) <= windowSeconds ? undefined : { code: 'time', reason: 'time' };
};

/** One back-end call of an old app: a ticket for a token, or a token for what the person allowed it to know. */
export const answerCall = async (
  deps: TicketsDeps,
  call: BackEndCall,
  requestId: string,
): Promise<Result & { until?: number }> => {
  const service = await deps.services.get(call.servicecode);
  if (service === undefined) return resultOf('signature');
  const { until } = service;
  const about = { ...service, code: service.id };
  const base = {
    actor: `client:${service.clientId}`,
    object: `ticket-service:${service.id}`,
    requestId,
  };
  const refuse = async (code: ResultCode, reason: string, accountId?: string) => {
    await deps.audit.append({
      ...base,
      action: 'ticket.refused',
      ...(accountId === undefined ? {} : { subject: accountId }),
      result: 'refused',
      details: { reason, method: call.method },
    });
    return { ...resultOf(code), until };
  };

  const early = refusalBefore(deps, service, call);
  if (early !== undefined) return refuse(early.code, early.reason);
  if (call.method === 'getUserInfo') {
    const found = await deps.desk.read(about, call.token);
    if (found === undefined) return refuse('token', 'token');
    return { ...resultOf('ok', userInfo(found.claims)), until };
  }
  const redeemed = await deps.desk.redeem(about, call.st);
  if ('refused' in redeemed) return refuse('ticket', redeemed.refused, redeemed.accountId);
  await deps.audit.append({
    ...base,
    action: 'ticket.redeemed',
    subject: redeemed.accountId,
    result: 'ok',
  });
  return { ...resultOf('ok', { token: redeemed.token }), until };
};
