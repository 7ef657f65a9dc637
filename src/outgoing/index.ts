/**
 * Requests this server makes because of an address somebody else wrote down: an app's jwks_uri, sector_identifier_uri,
 * request_uri, logo and back-channel logout address. One guarded fetch for all of them, and no other way out for such an
 * address. Owns src/outgoing. May import: nothing of the project.
 */
export {
  createOutgoing,
  type Outgoing,
  type OutgoingFetch,
  type OutgoingSettings,
} from './create-outgoing.ts';
export { isHostEntry } from './named-hosts.ts';
export { OutgoingRefused, type RefusalReason } from './outgoing-refused.ts';
