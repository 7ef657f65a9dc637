import { createHash, randomBytes } from 'node:crypto';
import type { Account, Accounts, OfficeCapacity } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import { type Clock, seconds } from '../clock.ts';
import type { ActContext, AnnotatedCopy, Catalogue, Certificate, Credentials } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { type Items, itemScope, type ServiceItem } from '../items/index.ts';
import { mayAct, type Officials, type Role } from '../officials/index.ts';
import type { Case } from '../portal/index.ts';
import type { Collection, Ephemeral } from '../storage/index.ts';

export interface DeskDeps {
  baseUrl: string;
  accounts: Accounts;
  audit: Audit;
  cases: Collection<Case>;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Credentials;
  ephemeral: Ephemeral;
  items: Items;
  officials: Officials;
}

export interface Wanted {
  case: string;
  type: string;
  view?: string | undefined;
  days: number;
  /** The caller's idempotency key. */
  key: string;
}

/** What the office or app gets: the signed document, and for some minutes a page to print and a PDF. */
export interface MadeCopy {
  id: string;
  type: string;
  fields: string[];
  made_at: number;
  expires_at: number;
  document: string;
  check_url: string;
  print_url: string;
  pdf_url: string;
}

export interface AnnotatedCopyDesk {
  /** For an official of the unit that answers for the case's item. Outside her reach the case is not there. */
  forOffice(
    input: Wanted & { accountId: string; capacity: OfficeCapacity; requestId?: string },
  ): Promise<MadeCopy>;
  /** For an officer on shift at a counter that works for these items. */
  forCounter(
    input: Wanted & {
      accountId: string;
      unit: { id: string; name: AnnotatedCopy['maker']['name'] };
      items: readonly string[];
      requestId?: string;
    },
  ): Promise<MadeCopy>;
  /** For the app of the applicant's own case. */
  forApp(
    input: Wanted & { accountId: string; clientId: string; scopes: ReadonlySet<string>; requestId?: string },
  ): Promise<MadeCopy>;
  /** The copy that a link to print was made for a few minutes ago. */
  toPrint(id: string, ticket: string): Promise<{ copy: AnnotatedCopy; certificate: Certificate } | undefined>;
}

/** Who may take a copy into a file. */
const roles: readonly Role[] = ['issuer_clerk', 'counter_lead'];

const printSeconds = 600;
const daySeconds = 86_400;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

const ticketKey = (ticket: string): string => `annotated-print:${sha256(ticket)}`;

export const createAnnotatedCopyDesk = (deps: DeskDeps): AnnotatedCopyDesk => ({
  async forOffice({ accountId, capacity, requestId, ...wanted }) {
    const one = await deps.cases.get(wanted.case);
    const item = one && deps.items.find(one.item);
    const organisation = await deps.officials.tree.current();
    const unit = item && organisation.unit(item.unit);
    const reaches = roles.some(
      (role) => unit && mayAct(organisation, capacity, role, { unit: unit.id, region: unit.region }),
    );
    if (!one || !item || !reaches) throw new ServiceError('not_found');
    // A copy of her own certificate for her own case is made by somebody else.
    if (one.applicant === accountId) throw new ServiceError('second_person_needed');
    const { id, name } = capacity.unit;
    return make(deps, {
      one,
      item,
      maker: { id, name },
      context: contextOf(`account:${accountId}`, requestId),
      wanted,
    });
  },
  async forCounter({ accountId, unit, items, requestId, ...wanted }) {
    const one = await deps.cases.get(wanted.case);
    const item = one && items.includes(one.item) ? deps.items.find(one.item) : undefined;
    if (!one || !item) throw new ServiceError('not_found');
    if (one.applicant === accountId) throw new ServiceError('second_person_needed');
    const maker = { id: unit.id, name: unit.name };
    return make(deps, { one, item, maker, context: contextOf(`account:${accountId}`, requestId), wanted });
  },
  async forApp({ accountId, clientId, scopes, requestId, ...wanted }) {
    const one = await deps.cases.get(wanted.case);
    const item = one && deps.items.find(one.item);
    if (!one || !item || one.applicant !== accountId || !scopes.has(itemScope(item.code)))
      throw new ServiceError('not_found');
    const unit = (await deps.officials.tree.current()).unit(item.unit);
    const maker = { id: item.unit, name: unit?.name ?? { zh: item.unit, en: item.unit } };
    return make(deps, { one, item, maker, context: contextOf(`client:${clientId}`, requestId), wanted });
  },
  async toPrint(id, ticket) {
    if ((await deps.ephemeral.get(ticketKey(ticket))) !== id) return undefined;
    const copy = await deps.credentials.annotatedCopies.find(id);
    const certificate = copy && (await deps.credentials.certificate(copy.certificate, copy.holder));
    return copy?.state === 'released' && certificate ? { copy, certificate } : undefined;
  },
});

const contextOf = (actor: string, requestId: string | undefined): ActContext => ({
  actor,
  ...(requestId === undefined ? {} : { requestId }),
});

interface ForCase {
  one: Case;
  item: ServiceItem;
  maker: AnnotatedCopy['maker'];
  context: ActContext;
  wanted: Wanted;
}

const make = async (deps: DeskDeps, asked: ForCase): Promise<MadeCopy> => {
  const { one, item, maker, context, wanted } = asked;
  const account = await deps.accounts.get(one.applicant);
  if (account?.state !== 'active') throw new ServiceError('not_found');
  const type = deps.catalogue.get(wanted.type);
  const view = type.views.find(({ id }) => id === wanted.view);
  if (wanted.view !== undefined && !view)
    throw new ServiceError('invalid_request', { detail: 'the type has no such view' });
  const inView = view && new Set(view.fields.map(({ field }) => field));
  const fields = deps.items.mayRead(item.code, type.id).filter((name) => !inView || inView.has(name));
  if (fields.length === 0) return refuse(deps, asked, account);
  const certificate = await deps.credentials.ensureCertificate(account, type.id, context);
  const copy = await deps.credentials.annotatedCopies.make({
    certificateId: certificate.id,
    holder: account.id,
    maker,
    item: item.code,
    purpose: item.name,
    case: one.id,
    fields,
    expiresAt: seconds(deps.clock) + wanted.days * daySeconds,
    once: sha256(`${context.actor}|${wanted.key}`),
    context,
  });
  const shown = fields.filter((name) => certificate.fields[name] !== undefined);
  const end = Math.min(
    copy.madeAt + wanted.days * daySeconds,
    certificate.validUntil ?? Number.POSITIVE_INFINITY,
  );
  const isSame =
    copy.case === one.id &&
    copy.type === type.id &&
    copy.fields.join() === shown.join() &&
    Math.abs(end - copy.expiresAt) < daySeconds / 2;
  if (!isSame) throw new ServiceError('conflict', { detail: 'this key was used for another request' });
  const ticket = randomBytes(24).toString('base64url');
  await deps.ephemeral.set(ticketKey(ticket), copy.id, printSeconds);
  const address = `${deps.baseUrl}/annotated-copies/${copy.id}`;
  return {
    id: copy.id,
    type: copy.type,
    fields: copy.fields,
    made_at: copy.madeAt,
    expires_at: copy.expiresAt,
    document: copy.signed!,
    check_url: address,
    print_url: `${address}/print?ticket=${ticket}`,
    pdf_url: `${address}/pdf?ticket=${ticket}`,
  };
};

/** CTR-2: what an item does not list it does not get, and the attempt stands in the person's log. */
const refuse = async (
  deps: DeskDeps,
  { one, item, maker, context, wanted }: ForCase,
  account: Account,
): Promise<never> => {
  await deps.audit.append({
    action: 'certificate.annotated_copy_refused',
    actor: context.actor,
    subject: account.id,
    object: one.id,
    result: 'refused',
    details: { item: item.code, type: wanted.type, unit: maker.id },
    requestId: context.requestId,
  });
  throw new ServiceError('forbidden', { detail: 'this item may not read that certificate' });
};
