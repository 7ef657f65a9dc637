/** VC Data Model 2.0, section by section: what JSON-LD libraries leave to the application. */
import { parseTime } from '../verifier/core/ldp-vc-shape.ts';
import { isObject, type JsonObject } from '../verifier/core/strict-json.ts';
import { checkStatusEntry, checkStatusListSubject } from './check-status.ts';
import { type Problem, problemsOf, type Report } from './problems.ts';
import { checkContexts, checkId, checkText, checkTypes, idOf, isUrl, objectsOf, wordsOf } from './values.ts';

/** Members whose value is one object or several, each of which says its type (§4.10, §4.11, §5.4 to §5.6, §5.10). */
const typedMembers = [
  'credentialStatus',
  'credentialSchema',
  'refreshService',
  'termsOfUse',
  'evidence',
  'renderMethod',
  'confidenceMethod',
];

const checkTyped = (credential: JsonObject, report: Report): void => {
  for (const name of typedMembers.filter((member) => member in credential)) {
    const objects = objectsOf(credential[name]);
    if (!objects) report(name, 'must be an object, or a list of objects');
    objects?.forEach((object, i) => {
      if (!wordsOf(object.type)) report(`${name}[${i}].type`, 'is missing');
      checkId(object, `${name}[${i}].`, report);
      if (name === 'credentialSchema' && !isUrl(object.id)) report(`${name}[${i}].id`, 'must be a URL');
      if (name === 'credentialStatus') checkStatusEntry(object, `${name}[${i}].`, report);
    });
  }
};

/** §4.7 */
const checkIssuer = ({ issuer }: JsonObject, report: Report): void => {
  if (!idOf(issuer)) report('issuer', 'must be a URL, or an object whose id is one');
  if (!isObject(issuer)) return;
  for (const name of ['name', 'description']) checkText(issuer, name, 'issuer.', report);
};

/** §4.8 */
const checkSubjects = ({ credentialSubject }: JsonObject, report: Report): void => {
  const subjects = objectsOf(credentialSubject);
  if (!subjects) report('credentialSubject', 'must be an object, or a list of objects');
  subjects?.forEach((subject, i) => {
    if (Object.keys(subject).length === 0) report(`credentialSubject[${i}]`, 'says nothing');
    checkId(subject, `credentialSubject[${i}].`, report);
  });
};

/** §4.9 */
const checkPeriod = (credential: JsonObject, report: Report): void => {
  for (const name of ['validFrom', 'validUntil'])
    if (name in credential && parseTime(credential[name]) === undefined)
      report(name, 'must be a dateTimeStamp: date, time and zone');
  const [from, until] = [parseTime(credential.validFrom), parseTime(credential.validUntil)];
  if (from !== undefined && until !== undefined && until < from)
    report('validUntil', 'must not be before validFrom');
};

/** §5.3 */
const checkRelated = ({ relatedResource }: JsonObject, report: Report): void => {
  if (relatedResource === undefined) return;
  const resources = objectsOf(relatedResource);
  if (!resources) report('relatedResource', 'must be an object, or a list of objects');
  resources?.forEach(({ id, digestSRI, digestMultibase, mediaType }, i) => {
    const at = `relatedResource[${i}]`;
    if (!isUrl(id)) report(`${at}.id`, 'must be a URL');
    if (resources.findIndex((other) => other.id === id) !== i) report(`${at}.id`, 'stands there twice');
    const digests = [digestSRI, digestMultibase].filter((digest) => digest !== undefined);
    if (digests.length === 0 || !digests.every((digest) => typeof digest === 'string' && digest !== ''))
      report(at, 'needs digestSRI or digestMultibase, as text');
    if (mediaType !== undefined && !/^[\w.+-]+\/[\w.+-]+/.test(String(mediaType)))
      report(`${at}.mediaType`, 'must be a media type');
  });
};

/** Everything that is wrong with a credential, its proof left aside. */
export const checkCredential = (credential: unknown): Problem[] =>
  problemsOf((report) => {
    if (!isObject(credential)) return report('', 'a credential is a JSON object');
    checkContexts(credential['@context'], report);
    checkTypes(credential.type, 'VerifiableCredential', report);
    checkId(credential, '', report);
    for (const name of ['name', 'description']) checkText(credential, name, '', report);
    checkIssuer(credential, report);
    checkSubjects(credential, report);
    checkPeriod(credential, report);
    checkTyped(credential, report);
    checkRelated(credential, report);
    if (wordsOf(credential.type)?.includes('BitstringStatusListCredential'))
      checkStatusListSubject(credential.credentialSubject, report);
  });
