/**
 * Items: the service items 事项 that mandates, apps, consent pages and counters refer to: what each may ask, of whom, on
 * what basis. Owns src/items and config/items. May import: the public face of credentials, verifier/core, errors.
 */
export type { ItemSurroundings } from './check-item.ts';
export { type ItemFault, sentenceOf } from './item-fault.ts';
export { describeItemScope, hasScope, itemOfScope, itemScope, itemScopes } from './item-scope.ts';
export { ItemsError, itemCodePattern, itemsOf, readItems } from './read-items.ts';
export { type ItemRoutesDependencies, itemRoutes } from './routes.ts';
export type { Cost, ItemCertificate, Items, ServiceItem } from './service-item.ts';
