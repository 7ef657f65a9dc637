/** The kinds of values that VC Data Model 2.0 speaks of. */
import { isObject, type JsonObject } from '../verifier/core/strict-json.ts';
import type { Report } from './problems.ts';

/** §4.4: one URL, absolute, nothing in it that a URL does not have. */
export const isUrl = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/.test(value) &&
  URL.canParse(value);

/** §4.5: a word or several, none of them empty. */
export const wordsOf = (value: unknown): string[] | undefined => {
  const words = Array.isArray(value) ? value : [value];
  const good = words.length > 0 && words.every((word) => typeof word === 'string' && word !== '');
  return good ? words : undefined;
};

/** One object, or several; undefined when it is anything else, or none. */
export const objectsOf = (value: unknown): JsonObject[] | undefined => {
  const objects = Array.isArray(value) ? value : [value];
  return objects.length > 0 && objects.every(isObject) ? objects : undefined;
};

/** Of a member that may be a URL or an object with one. */
export const idOf = (value: unknown): string | undefined => {
  const id = isObject(value) ? value.id : value;
  return isUrl(id) ? id : undefined;
};

const isLanguageValue = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  const names = ['@value', '@language', '@direction'];
  const { '@value': text, '@language': language, '@direction': direction } = value;
  return (
    Object.keys(value).every((name) => names.includes(name)) &&
    typeof text === 'string' &&
    (language === undefined ||
      (typeof language === 'string' && /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(language))) &&
    (direction === undefined || direction === 'ltr' || direction === 'rtl')
  );
};

/** §11.1: text, or text with a language and direction, once a language. */
export const checkText = (holder: JsonObject, name: string, at: string, report: Report): void => {
  if (!(name in holder)) return;
  const value = holder[name];
  const good =
    typeof value === 'string' ||
    (Array.isArray(value) ? value.length > 0 && value.every(isLanguageValue) : isLanguageValue(value));
  if (!good) report(`${at}${name}`, 'must be a string or a language value object');
};

/** §4.3: an ordered set whose first item is the base context; further ones are URLs or objects. */
export const checkContexts = (value: unknown, report: Report): void => {
  const contexts = Array.isArray(value) ? value : [];
  if (contexts[0] !== 'https://www.w3.org/ns/credentials/v2')
    report('@context', 'must be a list that begins with https://www.w3.org/ns/credentials/v2');
  contexts.forEach((context, i) => {
    if (!isUrl(context) && !isObject(context)) report(`@context[${i}]`, 'must be a URL or an object');
  });
};

/** §4.4, where an id may stand. */
export const checkId = (holder: JsonObject, at: string, report: Report): void => {
  if ('id' in holder && !isUrl(holder.id)) report(`${at}id`, 'must be a single URL');
};

export const checkTypes = (value: unknown, wanted: string, report: Report): void => {
  if (!wordsOf(value)?.includes(wanted)) report('type', `must be a name, or names, among them ${wanted}`);
};
