import type { PackType } from './pack.ts';
import type { JsonObject } from './strict-json.ts';
import type { VerdictField } from './verdict.ts';
import { flagText } from './view-field.ts';

/** The type's fields that are there, in card order, with their labels. Undefined when one is not a plain value. */
export const labelledFields = (type: PackType, claims: JsonObject): VerdictField[] | undefined => {
  const fields: VerdictField[] = [];
  for (const [name, label] of Object.entries(type.fields)) {
    if (!Object.hasOwn(claims, name)) continue;
    const value = claims[name];
    if (typeof value === 'boolean') fields.push({ name, label, value: flagText(value) });
    else if (typeof value === 'string' || typeof value === 'number')
      fields.push({ name, label, value: `${value}` });
    else return undefined;
  }
  return fields;
};
