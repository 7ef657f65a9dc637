import {
  canonicalDocumentKind,
  checkDocument,
  normaliseDocumentNumber,
  normaliseName,
  normalisePhone,
} from '../identifiers/index.ts';

export interface FirstAdministrator {
  name: string;
  documentKind: string;
  documentNumber: string;
  phone: string;
}

/** `name,documentKind,documentNumber,phone`, with any kind of comma. The fault names the part, never what was in it. */
export const parseAdministrator = (text: string): FirstAdministrator | { fault: string } => {
  const parts = text.split(/[,，]/).map((part) => part.trim());
  const [name = '', kind = '', number = '', phoneText = ''] = parts;
  if (parts.length !== 4) return { fault: 'must be name,documentKind,documentNumber,phone' };
  const documentKind = canonicalDocumentKind(kind);
  const documentNumber = normaliseDocumentNumber(number);
  const phone = normalisePhone(phoneText);
  if (!normaliseName(name)) return { fault: 'the name is empty' };
  if (documentKind === undefined) return { fault: 'the document kind is one of 111, 414, 516, 511, 553' };
  if (!checkDocument(documentKind, documentNumber).ok)
    return { fault: 'the document number is not one of its kind' };
  if (phone === undefined) return { fault: 'the phone is not a phone number' };
  return { name: normaliseName(name), documentKind, documentNumber, phone };
};
