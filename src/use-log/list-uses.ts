import type { AuditEntry } from '../audit/index.ts';
import type { Text } from '../http/index.ts';
import { logOf, type Reading, type UseLogContext } from './dependencies.ts';

/** What is somebody's use of her data, not the upkeep of her account. Refusals among them. */
const isUse =
  /^(account\.read_plain$|(authorization|case|certificates?|consent|counter|family|objection|person|presentation|ticket|token)\.)/;

/** What she did for herself with her own certificates and requests is no use by anybody. */
const upkeep =
  /^(account\.read_plain|counter\.\w+|certificate\.(issued|recorded|applied_for|delivery_\w+)|objection\.(filed|withdrawn))$/;

const pageSize = 50;
/** Longer than what a wallet scrolls through; the account pages have all. */
const most = 2_000;

interface Named {
  id: string;
  name: Text;
}

interface Stoppable {
  apps: ReadonlySet<string>;
  links: ReadonlyMap<string, string>;
}

const stoppable = async ({ families, oidc }: UseLogContext, { accountId }: Reading): Promise<Stoppable> => ({
  apps: new Set((await oidc.consents.of(accountId)).map(({ client }) => client)),
  links: new Map(
    (await families.of(accountId)).for_me
      .filter(({ state }) => state === 'active')
      .map(({ id, person }) => [id, person?.name ?? '']),
  ),
});

const clientOf = ({ actor, object = '' }: AuditEntry): string | undefined =>
  [actor, object].find((one) => one.startsWith('client:'))?.slice('client:'.length);

/** An app of another maker: the province's own has nothing that others could be asked to delete. */
const appOf = async ({ oidc }: UseLogContext, entry: AuditEntry): Promise<Named | undefined> => {
  const id = clientOf(entry);
  const app = id === undefined ? undefined : await oidc.apps.get(id);
  if (!app || app.firstParty) return undefined;
  const name = app.metadata.client_name ?? app.id;
  return { id: app.id, name: { zh: name, en: name } };
};

const unitOf = async (
  { officials }: UseLogContext,
  { accountId }: Reading,
  { actor, details = {} }: AuditEntry,
): Promise<Named | undefined> => {
  if (!actor.startsWith('account:') || actor === `account:${accountId}`) return undefined;
  const unit = (await officials.tree.current()).unit(String(details.unit ?? ''));
  return unit && { id: unit.id, name: unit.name };
};

const showUse = async (context: UseLogContext, reading: Reading, stops: Stoppable, entry: AuditEntry) => {
  const { id, at, result, details = {} } = entry;
  const [said, app, unit] = await Promise.all([
    context.describe(reading.accountId, entry),
    appOf(context, entry),
    unitOf(context, reading, entry),
  ]);
  const link = typeof details.link === 'string' && stops.links.has(details.link) ? details.link : undefined;
  const stop =
    app && stops.apps.has(app.id)
      ? { kind: 'app' as const, ...app }
      : link && {
          kind: 'family' as const,
          id: link,
          name: { zh: stops.links.get(link)!, en: stops.links.get(link)! },
        };
  return {
    id,
    at: Math.floor(at / 1000),
    ...said,
    result,
    /** Checked without a network, and known here since the counter reported it. */
    offline: details.offline === true,
    ...(stop ? { stop } : {}),
    /** Whom she may ask to delete what they have. */
    ...(app
      ? { ask: { kind: 'app' as const, ...app } }
      : unit
        ? { ask: { kind: 'unit' as const, ...unit } }
        : {}),
  };
};

/** Newest first, a page behind the entry `after`. Names of fields, never values. */
export const listUses = async (context: UseLogContext, reading: Reading & { after?: string | undefined }) => {
  const { subject, isHere } = await logOf(context, reading);
  const own = new Set(
    (await context.oidc.apps.list()).filter(({ firstParty }) => firstParty).map(({ id }) => `client:${id}`),
  );
  const all: AuditEntry[] = [];
  const used = (await context.audit.about(subject, most)).filter(
    ({ action, actor, object = '' }) =>
      isUse.test(action) &&
      !own.has(object) &&
      // At each sign-in to the province's own apps she is told her own name.
      !(action === 'account.read_plain' && own.has(actor)) &&
      !(upkeep.test(action) && actor === `account:${reading.accountId}`),
  );
  for (const entry of used) if (await isHere(entry)) all.push(entry);
  const from = reading.after === undefined ? 0 : all.findIndex(({ id }) => id === reading.after) + 1;
  const page = all.slice(from, from + pageSize);
  // What is hers to stop is her own affair: not of the enterprise she acts for.
  const stops: Stoppable =
    reading.capacity === 'self' ? await stoppable(context, reading) : { apps: new Set(), links: new Map() };
  return {
    uses: await Promise.all(page.map((entry) => showUse(context, reading, stops, entry))),
    ...(all.length > from + pageSize ? { next: page.at(-1)!.id } : {}),
  };
};
