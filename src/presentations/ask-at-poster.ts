import { ServiceError } from '../errors.ts';
import { queryOfItem } from './check-asking.ts';
import type { PresentationDeps } from './dependencies.ts';
import { type OpenedPresentation, openPresentation } from './open-presentation.ts';

const seconds = 300;

/** A holder has scanned an office's poster: a request for exactly what its item needs, signed by the province. */
export const askAtPoster = async (deps: PresentationDeps, id: string): Promise<OpenedPresentation> => {
  const poster = await deps.posters?.find(id);
  if (!poster) throw new ServiceError('not_found');
  const item = deps.items.get(poster.item);
  const unit = deps.unitName(poster.unit) ?? { zh: poster.unit, en: poster.unit };
  return openPresentation(deps, {
    client: `poster:${id}`,
    poster: id,
    item: item.code,
    asker: { name: unit.zh, unit, purpose: item.name, item: item.name, device: 'same' },
    profile: 'haip',
    responseMode: 'direct_post.jwt',
    query: queryOfItem(item, 'dc+sd-jwt', deps),
    prefix: 'x509_hash',
    seconds,
  });
};
