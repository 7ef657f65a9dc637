import type { AuditEvent } from './index.ts';

/** GB 11643 with a date inside, with or without its check character; not checked, as a mistyped one is personal too. */
const citizenNumber =
  /(?<![0-9A-Za-z])\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])/;
/** The form of before 1999: two digits of the year, no check character. */
const oldCitizenNumber = /(?<![0-9A-Za-z])\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9A-Za-z])/;
const mobileNumber = /(?<![0-9A-Za-z])(?:(?:\+|00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?![0-9A-Za-z])/;
const MAX_TEXT = 200;

/** An audit event holds something that may be personal data; `where` names the member and never quotes it. */
export class PersonalDataInAudit extends Error {
  readonly where: string;

  constructor(where: string) {
    super(`the audit event holds what may be personal data, or no stable code, in "${where}"`);
    this.name = 'PersonalDataInAudit';
    this.where = where;
  }
}

/** Throws PersonalDataInAudit. Names are caught by their script: no code or id is written in Chinese characters. */
export function assertNoPersonalData(event: AuditEvent): void {
  const [where] = suspectMembers(event);
  if (where !== undefined) throw new PersonalDataInAudit(where);
}

/** For production, where a false alarm must not stop the act itself: the entry is written without what is suspect. */
export function withoutPersonalData(event: AuditEvent): AuditEvent {
  const suspects = suspectMembers(event);
  if (suspects.length === 0) return event;
  const text = <T extends string | undefined>(value: T) => (isSuspect(value) ? ('removed' as T) : value);
  const details = Object.entries(event.details ?? {}).filter(
    ([name, value]) => !isSuspect(name) && !isSuspect(value),
  );
  return {
    action: text(event.action),
    actor: text(event.actor),
    subject: text(event.subject),
    object: text(event.object),
    fields: event.fields?.filter((field) => !isSuspect(field)),
    result: event.result,
    details: { ...Object.fromEntries(details), members_removed: suspects.length },
    requestId: text(event.requestId),
  };
}

/** Where the event holds more than codes, counts and opaque ids. A suspect name of a detail is not quoted either. */
function suspectMembers(event: AuditEvent): string[] {
  const { fields = [], details = {}, ...plain } = event;
  const suspects = Object.entries(plain).filter(([, value]) => isSuspect(value));
  return [
    ...suspects.map(([name]) => name),
    ...fields.filter(isSuspect).map(() => 'fields'),
    ...Object.entries(details).flatMap(([name, value]) => {
      if (isSuspect(name)) return ['details'];
      return isSuspect(value) ? [`details.${name}`] : [];
    }),
  ];
}

function isSuspect(value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return false;
  if (typeof value !== 'string' && typeof value !== 'number') return true;
  const given = String(value);
  // Full-width digits and letters are digits and letters.
  const text = isAscii(given) ? given : given.normalize('NFKC');
  if (text.length > MAX_TEXT || !isAscii(text)) return true;
  return citizenNumber.test(text) || oldCitizenNumber.test(text) || mobileNumber.test(text);
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
