/** Pieces of the server's forms: a token, a notice, a field with its hint and its fault. */
import { type Html, html } from './html.ts';
import type { Language, Text } from './language.ts';

export interface Notice {
  kind: 'wrong' | 'check';
  strong: Text;
  advice?: Text;
}

export const tokenField = (csrf: string): Html => html`<input type="hidden" name="csrf" value="${csrf}">`;

export const noticeBox = (notice: Notice | undefined, language: Language): Html | undefined =>
  notice &&
  html`<div class="note ${notice.kind === 'check' ? 'check' : ''}" role="alert" id="notice"><strong>${notice.strong[language]}</strong>${notice.advice && ` ${notice.advice[language]}`}</div>`;

interface Described {
  id: string;
  label: Text;
  hint?: Text;
  fault?: Text;
  /** May be left empty. */
  optional?: boolean;
}

const describe = (field: Described): Html | undefined => {
  const ids = [field.fault && `${field.id}-fault`, field.hint && `${field.id}-hint`].filter(Boolean);
  return ids.length > 0 ? html` aria-describedby="${ids.join(' ')}"` : undefined;
};

const around = (field: Described, language: Language, control: Html): Html => html`
<label for="${field.id}">${field.label[language]}</label>
${field.fault && html`<p class="fault" id="${field.id}-fault">${field.fault[language]}</p>`}
${control}
${field.hint && html`<p class="hint" id="${field.id}-hint">${field.hint[language]}</p>`}`;

export interface TextField extends Described {
  name: string;
  type?: 'text' | 'password' | 'date';
  value?: string;
  autocomplete: string;
  inputmode?: 'tel' | 'numeric';
  maxlength: number;
  autofocus?: boolean;
}

export const textField = (field: TextField, language: Language): Html =>
  around(
    field,
    language,
    html`<input type="${field.type ?? 'text'}" id="${field.id}" name="${field.name}" value="${field.value ?? ''}" autocomplete="${field.autocomplete}"${field.inputmode && html` inputmode="${field.inputmode}"`} autocapitalize="none" spellcheck="false" maxlength="${field.maxlength}"${!field.optional && html` required`}${describe(field)}${field.fault && html` aria-invalid="true"`}${field.autofocus && html` autofocus`}>`,
  );

/** Several lines; what was typed is kept as it was. */
export const textArea = (
  field: Omit<TextField, 'type' | 'inputmode' | 'autocomplete'> & { rows: number },
  language: Language,
): Html =>
  around(
    field,
    language,
    // A parser drops one line break after the tag.
    html`<textarea id="${field.id}" name="${field.name}" rows="${field.rows}" autocapitalize="none" spellcheck="false" maxlength="${field.maxlength}"${!field.optional && html` required`}${describe(field)}${field.fault && html` aria-invalid="true"`}>
${field.value ?? ''}</textarea>`,
  );

export interface Choice {
  value: string;
  label: Text;
}

export const selectField = (
  field: Described & { name: string; none: Text; choices: readonly Choice[]; value?: string },
  language: Language,
): Html =>
  around(
    field,
    language,
    html`<select id="${field.id}" name="${field.name}"${!field.optional && html` required`}${describe(field)}${field.fault && html` aria-invalid="true"`}><option value="">${field.none[language]}</option>${field.choices.map(
      (choice) =>
        html`<option value="${choice.value}"${choice.value === field.value && html` selected`}>${choice.label[language]}</option>`,
    )}</select>`,
  );

export const checkbox = (
  box: { id: string; name: string; label: Text; checked: boolean; invalid?: boolean },
  language: Language,
): Html =>
  html`<p class="box"><input type="checkbox" id="${box.id}" name="${box.name}" value="yes"${box.checked && html` checked`}${box.invalid && html` aria-invalid="true" aria-describedby="notice"`}><label for="${box.id}">${box.label[language]}</label></p>`;

export const submitButton = (label: Text, language: Language): Html =>
  html`<p class="acts"><button type="submit">${label[language]}</button></p>`;
