import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Apps, TicketDesk } from '../oidc/index.ts';
import type { Collection, Page, Storage } from '../storage/index.ts';
import { type AddService, addService } from './add-service.ts';
import { answerCall } from './answer-call.ts';
import { changeService, type ServiceChange } from './change-service.ts';
import type { Result } from './results.ts';
import type { BackEndCall } from './schema.ts';
import { type Start, startSignIn } from './start-sign-in.ts';
import { type TicketService, ticketServiceSpec } from './ticket-service.ts';

export interface TicketsDeps {
  services: Collection<TicketService>;
  desk: TicketDesk;
  apps: Pick<Apps, 'get'>;
  audit: Audit;
  clock: Clock;
  /** What the secrets of the apps are derived from. */
  secret: Uint8Array;
}

export interface Tickets {
  add(input: AddService, actor: string): ReturnType<typeof addService>;
  change(code: string, change: ServiceChange, actor: string): ReturnType<typeof changeService>;
  list(page?: Page): Promise<TicketService[]>;
  /** Where the browser of an old app goes on. */
  start(asked: { servicecode: string; goto?: string; redirectUrl?: string }): Promise<Start>;
  /** What its back end is answered, and until when it is answered at all. */
  answer(call: BackEndCall, requestId: string): Promise<Result & { until?: number }>;
}

export const createTickets = (deps: Omit<TicketsDeps, 'services'> & { storage: Storage }): Tickets => {
  const all: TicketsDeps = { ...deps, services: deps.storage.collection(ticketServiceSpec) };
  return {
    add: (input, actor) => addService(all, input, actor),
    change: (code, change, actor) => changeService(all, code, change, actor),
    list: (page) => all.services.list(page),
    start: (asked) => startSignIn(all, asked),
    answer: (call, requestId) => answerCall(all, call, requestId),
  };
};
