import type { CollectionSpec, Document } from './collection.ts';
import type { TableDefinition } from './record-store.ts';

const NAME = /^[a-z][a-z0-9_]{0,47}$/;
const INDEX = /^[A-Za-z][A-Za-z0-9_]{0,47}$/;
const BLIND = 'blind_';
const reserved = new Set(['facts', 'data_keys', 'store_meta']);

/** How a keyed index is named in the engine, apart from the plain fields. */
export const blindIndex = (index: string): string => `${BLIND}${index}`;

/** The name as the feature declared it. */
export const declaredIndex = (index: string): string =>
  index.startsWith(BLIND) ? index.slice(BLIND.length) : index;

/** Refuses a declaration with a mistake in it, when the program starts and not at the first write. */
export function checkDeclaration<T extends Document>(spec: CollectionSpec<T>): void {
  const fail = (what: string): never => {
    throw new TypeError(`collection ${spec.name}: ${what}`);
  };
  if (!NAME.test(spec.name) || reserved.has(spec.name)) fail('its name cannot be used');
  if (!Number.isSafeInteger(spec.schemaVersion) || spec.schemaVersion < 1) fail('schemaVersion starts at 1');
  for (let version = 1; version < spec.schemaVersion; version += 1) {
    if (typeof spec.migrations?.[version] !== 'function')
      fail(`the migration from version ${version} is missing`);
  }
  const plain = [...(spec.unique ?? []), ...(spec.indexes ?? [])];
  for (const index of [...plain, ...Object.keys(spec.keyed ?? {})]) {
    if (!INDEX.test(index)) fail(`an index cannot be named ${index}`);
    if (plain.includes(index as keyof T & string) && index.startsWith(BLIND))
      fail(`an index cannot be named ${index}`);
  }
  if (new Set([...plain, 'id']).size !== plain.length + 1) fail('a field is indexed twice');
  const sealed = new Set<string>(spec.sealed ?? []);
  if (sealed.size > 0 && !spec.owner) fail('sealed fields need an owner');
  for (const field of ['id', spec.owner, spec.expiresAt, ...plain]) {
    if (field && sealed.has(field))
      fail(`${field} cannot be sealed and be an index, the owner, the id or the expiry`);
  }
}

/** The table of a collection. One with an owner can be searched by owner, to clear what is indexed of her. */
export function tableOf<T extends Document>(spec: CollectionSpec<T>): TableDefinition {
  const unique: string[] = [...(spec.unique ?? [])];
  const lookup: string[] = [...(spec.indexes ?? [])];
  for (const [index, { unique: isUnique }] of Object.entries(spec.keyed ?? {})) {
    (isUnique ? unique : lookup).push(blindIndex(index));
  }
  if (spec.owner && spec.keyed && !unique.includes(spec.owner) && !lookup.includes(spec.owner))
    lookup.push(spec.owner);
  return { name: spec.name, unique, lookup };
}
