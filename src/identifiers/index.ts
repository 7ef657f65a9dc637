/**
 * Identifiers: the numbers and codes of domain.md §9, checked, taken apart, normalised and masked.
 * Owns src/identifiers. Imports nothing: pure functions, the same in server, browser and command line.
 */
export { isDayText } from './calendar.ts';
export {
  type CertificateIdentifierFlag,
  type CertificateIdentifierParts,
  certificateIdentifierRoot,
  makeCertificateIdentifier,
  type ParsedCertificateIdentifier,
  parseCertificateIdentifier,
} from './certificate-identifier.ts';
export {
  type CitizenNumberCheck,
  type CitizenNumberFault,
  checkCitizenNumber,
  citizenNumberCheckCharacter,
  parseCitizenNumber,
} from './citizen-number.ts';
export {
  type CreditCodeCheck,
  type CreditCodeFault,
  checkCreditCode,
  creditCodeCheckCharacter,
  organisationCodeCheckCharacter,
} from './credit-code.ts';
export { dayTimeOf } from './day-time.ts';
export {
  canonicalDocumentKind,
  checkDocument,
  type DocumentCheck,
  type DocumentKind,
  documentKey,
  documentKinds,
  isDocumentKind,
} from './document-kinds.ts';
export { mod11_2CheckCharacter, mod37_36CheckCharacter } from './iso-7064.ts';
export { maskAddress, maskName, maskNumber, maskPhone, maskValue } from './mask.ts';
export {
  normaliseDocumentNumber,
  normaliseLoginName,
  normaliseName,
  normalisePhone,
} from './normalise.ts';
export {
  allRegions,
  findRegion,
  type Region,
  type RegionStatus,
  regionName,
  regionStatus,
} from './region-codes.ts';
