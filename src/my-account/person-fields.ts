/** The fields by which another person is named. What she is found by is typed, and stands in no address. */
import { type Html, html, type Language, selectField, textField } from '../http/index.ts';
import { documentKinds } from '../identifiers/index.ts';
import type { Fields, PageState } from './account-page.ts';
import { mandateWords as words } from './mandate-words.ts';

const kinds = documentKinds.map(({ kind, name }) => ({ value: kind, label: name }));

const typedField = (
  { typed, faults }: PageState,
  language: Language,
  field: { name: 'number' | 'name'; maxlength: number },
): Html =>
  textField(
    {
      ...field,
      id: field.name,
      label: words[field.name],
      value: typed[field.name] ?? '',
      autocomplete: 'off',
      ...(faults[field.name] ? { fault: faults[field.name]! } : {}),
    },
    language,
  );

/** Her document alone. */
export const documentFields = (state: PageState, language: Language): Html => {
  const { kind: fault } = state.faults;
  return html`${selectField(
    {
      id: 'kind',
      name: 'kind',
      label: words.kind,
      none: words.kindNone,
      choices: kinds,
      value: state.typed.kind ?? '',
      ...(fault ? { fault } : {}),
    },
    language,
  )}${typedField(state, language, { name: 'number', maxlength: 40 })}`;
};

/** Who: she is found only when document and name are both right. */
export const personFields = (state: PageState, language: Language): Html =>
  html`${documentFields(state, language)}${typedField(state, language, { name: 'name', maxlength: 100 })}`;

export const personOf = ({ kind = '', number = '', name = '' }: Fields) => ({
  kind,
  number: number.trim(),
  name: name.trim(),
});
