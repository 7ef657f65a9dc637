/** The pack's three documents as types, checked by hand: this runs in the browser before anything else is loaded. */
import type { PackPayload } from './pack.ts';
import { isObject, type JsonObject } from './strict-json.ts';
import type { RootStatementPayload, TrustListPayload } from './trust-list.ts';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const flag: Check = (value) => typeof value === 'boolean';
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const mapOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);
const shape =
  (members: Record<string, Check>): Check =>
  (value) =>
    isObject(value) && Object.entries(members).every(([name, check]) => check(value[name]));

const localText = shape({ zh: text, en: text });
const key = shape({ kty: text });
const times = { number: count, iat: count, exp: count };

const rootStatement = shape({ ...times, root: key, next_root: text, trust_list_key: key });

const trustList = shape({
  ...times,
  issuers: list(shape({ id: text, name: localText, url: text, did: text, province: optional(localText) })),
  keys: list(
    shape({
      kid: text,
      jwk: key,
      issuer: text,
      purpose: oneOf('certificate', 'status', 'pack', 'audit'),
      types: optional(list(text)),
      type_until: optional(mapOf(count)),
      from: count,
      to: count,
      state: oneOf('active', 'retired', 'compromised'),
    }),
  ),
});

const view = shape({
  number: count,
  id: text,
  name: localText,
  careful: flag,
  fields: list(
    shape({
      key: count,
      name: text,
      label: localText,
      kind: oneOf('text', 'day', 'code', 'flag'),
      compare: optional(flag),
    }),
  ),
});

const pack = shape({
  ...times,
  format: oneOf(1, 2),
  root_statement: text,
  root_history: optional(list(text)),
  trust_list: text,
  status_lists: list(
    shape({
      list: count,
      uri: text,
      revocation_url: text,
      suspension_url: text,
      iat: count,
      size: count,
      lst: text,
    }),
  ),
  types: list(
    shape({
      id: text,
      name: localText,
      vct: text,
      w3c_type: text,
      max_status_age: count,
      fields: mapOf(localText),
      compare: localText,
      views: list(view),
      slip: optional(shape({ view: count, type_code: text })),
      mdoc: optional(
        shape({
          doctype: text,
          elements: list(shape({ namespace: text, element: text, name: text, label: localText })),
        }),
      ),
    }),
  ),
  contexts: mapOf(shape({ sha256: text, document: isObject })),
});

const as =
  <T>(check: Check) =>
  (value: JsonObject): T | undefined =>
    check(value) ? (value as T) : undefined;

export const asRootStatement = as<RootStatementPayload>(rootStatement);
export const asTrustList = as<TrustListPayload>(trustList);
export const asPack = as<PackPayload>(pack);
