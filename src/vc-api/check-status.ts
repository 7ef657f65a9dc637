/** Bitstring Status List 1.0 §2: an entry, and the subject of a list credential. */
import { gunzipSync } from 'node:zlib';
import { isObject, type JsonObject } from '../verifier/core/strict-json.ts';
import type { Report } from './problems.ts';
import { isUrl, wordsOf } from './values.ts';

const leastEntries = 131_072;
/** 2^24 entries: a compressed list of nothing must not fill the memory. */
const mostBytes = 2 ** 21;

/** §2.1; an entry of another type is not ours to judge. */
export const checkStatusEntry = (entry: JsonObject, at: string, report: Report): void => {
  if (!wordsOf(entry.type)?.includes('BitstringStatusListEntry')) return;
  const { statusPurpose, statusListIndex, statusListCredential, statusSize = 1, statusMessage } = entry;
  if (typeof statusPurpose !== 'string' || statusPurpose === '')
    report(`${at}statusPurpose`, 'must be a string');
  if (typeof statusListIndex !== 'string' || !/^(0|[1-9]\d*)$/.test(statusListIndex))
    report(`${at}statusListIndex`, 'must be a whole number in base 10, as a string');
  if (!isUrl(statusListCredential)) report(`${at}statusListCredential`, 'must be a URL');
  if (entry.id !== undefined && entry.id === statusListCredential)
    report(`${at}id`, 'must not be the URL of the list');
  const sized = Number.isSafeInteger(statusSize) && (statusSize as number) > 0;
  if (!sized) report(`${at}statusSize`, 'must be an integer greater than zero');
  const needed = sized && ((statusSize as number) > 1 || statusPurpose === 'message');
  if (needed && statusMessage === undefined) report(`${at}statusMessage`, 'is missing');
  if (statusMessage !== undefined && sized) checkMessages(statusMessage, statusSize as number, at, report);
  const references = entry.statusReference ?? [];
  if (!(Array.isArray(references) ? references : [references]).every(isUrl))
    report(`${at}statusReference`, 'must be a URL, or a list of URLs');
};

const checkMessages = (messages: unknown, size: number, at: string, report: Report): void => {
  const good =
    Array.isArray(messages) &&
    messages.length === 2 ** size &&
    messages.every(
      (each) =>
        isObject(each) && /^0x[0-9a-fA-F]+$/.test(String(each.status)) && typeof each.message === 'string',
    );
  if (!good) report(`${at}statusMessage`, 'must have a status and a message for every possible value');
};

/** The bits of a list: multibase base64url of GZIP (§3.3). Undefined when it is not that, or too short. */
export const expandList = (encodedList: unknown): Buffer | undefined => {
  if (typeof encodedList !== 'string' || !/^u[\w-]+$/.test(encodedList)) return undefined;
  try {
    const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'), { maxOutputLength: mostBytes });
    return bits.length * 8 >= leastEntries ? bits : undefined;
  } catch {
    return undefined;
  }
};

/** §2.2 */
export const checkStatusListSubject = (subject: unknown, report: Report): void => {
  if (!isObject(subject)) {
    report('credentialSubject', 'of a status list must be one object');
    return;
  }
  if (!wordsOf(subject.type)?.includes('BitstringStatusList'))
    report('credentialSubject.type', 'must be BitstringStatusList');
  if (!wordsOf(subject.statusPurpose))
    report('credentialSubject.statusPurpose', 'must be a string, or strings');
  const { ttl } = subject;
  if (ttl !== undefined && !(Number.isSafeInteger(ttl) && (ttl as number) >= 0))
    report('credentialSubject.ttl', 'must be a whole number of milliseconds');
  if (!expandList(subject.encodedList))
    report(
      'credentialSubject.encodedList',
      'must be base64url of GZIP after u, of at least 131072 entries',
      'STATUS_LIST_LENGTH_ERROR',
    );
};
