/** In which office she acts, and the words that her work needs: names of types and units, reasons. Read once. */
import { createContext, useContext } from 'react';
import { api } from './api.ts';
import type { LocalText, Office, Reasons } from './types.ts';

export interface Vocabulary {
  types: ReadonlyMap<string, LocalText>;
  /** Labels of a type's fields, by `type.field`. */
  fields: ReadonlyMap<string, LocalText>;
  units: ReadonlyMap<string, LocalText>;
  reasons: Reasons;
}

export interface OfficeFacts extends Vocabulary {
  office: Office;
}

export const readVocabulary = async (): Promise<Vocabulary> => {
  const [{ types }, { units }, { reasons }] = await Promise.all([api.types(), api.units(), api.reasons()]);
  return {
    types: new Map(types.map(({ id, name }) => [id, name])),
    fields: new Map(
      types.flatMap(({ id, fields }) => fields.map(({ name, label }) => [`${id}.${name}`, label] as const)),
    ),
    units: new Map(units.map(({ id, name }) => [id, name])),
    reasons,
  };
};

export const OfficeContext = createContext<(OfficeFacts & { recheck(): void }) | undefined>(undefined);

export const useOfficeFacts = (): OfficeFacts & { recheck(): void } => {
  const facts = useContext(OfficeContext);
  if (!facts) throw new Error('outside of an office');
  return facts;
};

/** What a reason code says; a code that is in no list is shown as it is. */
export const reasonText = (reasons: Reasons, code: string): LocalText => {
  for (const group of Object.values(reasons)) if (group?.[code]) return group[code];
  return { zh: code, en: code };
};
