import { randomInt } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import type { AskingApp } from '../oidc/index.ts';
import { beyondItems, itemsOfApp, queryOfItem } from './check-asking.ts';
import type { PresentationDeps } from './dependencies.ts';
import { type OpenedPresentation, openPresentation } from './open-presentation.ts';
import type { AskerWords } from './protocol/asker-words.ts';
import type { Asked } from './schema.ts';

/** The first of the two calls. Throws forbidden, and logs it, for what goes beyond the app's items (SHR-1, CTR-2). */
export const askForPresentation = async (
  deps: PresentationDeps,
  { app, wanted, requestId }: { app: AskingApp; wanted: Asked; requestId: string | undefined },
): Promise<OpenedPresentation> => {
  const registered = await deps.apps.get(app.clientId);
  if (!registered) throw new ServiceError('unauthenticated');
  const { client_name: name, redirect_uris: redirectUris } = registered.metadata;
  const items = itemsOfApp(deps.items, app.scopes, wanted.item);
  const query = wanted.dcql_query ?? queryOfItem(items[0]!, wanted.format, deps);
  const beyond = beyondItems(query, items, deps);
  if (beyond.length > 0) {
    await deps.audit.append({
      action: 'app.presentation_refused',
      actor: `client:${app.clientId}`,
      object: `client:${app.clientId}`,
      result: 'refused',
      details: { item: wanted.item ?? 'all', beyond: beyond.length },
      requestId,
    });
    throw new ServiceError('forbidden', { detail: `beyond the app's items: ${beyond.join(', ')}` });
  }
  if (query.credentials.some((one) => one.require_cryptographic_holder_binding === false))
    throw new ServiceError('invalid_request', { detail: 'a copy without its holder proves nobody' });
  if (wanted.redirect_uri !== undefined && !redirectUris.includes(wanted.redirect_uri))
    throw new ServiceError('invalid_request', { detail: 'redirect_uri is not registered for the app' });
  const unit = await deps.ownerName(app.clientId);
  const asker: AskerWords = {
    app: app.clientId,
    name,
    ...(unit ? { unit } : {}),
    purpose: wanted.purpose ?? items[0]!.name,
    ...(wanted.item === undefined ? {} : { item: items[0]!.name }),
    device: wanted.device,
    ...(wanted.device === 'cross' ? drawNumbers() : {}),
  };
  return openPresentation(deps, {
    client: app.clientId,
    ...(wanted.item === undefined ? {} : { item: wanted.item }),
    asker,
    profile: wanted.profile,
    responseMode: wanted.response_mode,
    ...(wanted.redirect_uri === undefined ? {} : { returnTo: wanted.redirect_uri }),
    query,
    prefix: wanted.client_id_prefix,
    seconds: wanted.seconds,
  });
};

/** Three two-digit numbers; one of them stands on the asking screen. */
const drawNumbers = (): { right: number; numbers: number[] } => {
  const drawn = new Set<number>();
  while (drawn.size < 3) drawn.add(randomInt(10, 100));
  const numbers = [...drawn];
  return { right: numbers[randomInt(3)]!, numbers };
};
