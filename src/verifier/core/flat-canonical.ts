/**
 * The canonical N-Quads (RDFC-1.0) of a credential of our closed shape, written straight down: every node in it has an
 * address and every value is plain, so nothing has to be expanded or numbered. The type's own context says what its terms
 * mean; one that says anything but that, and any value that leaves room for doubt, is left to the library.
 */
import { isObject, type JsonObject } from './strict-json.ts';

interface Term {
  iri: string;
  datatype?: string;
}

const rdfType = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const xsd = 'http://www.w3.org/2001/XMLSchema#';
// What https://www.w3.org/ns/credentials/v2 makes of the members of our shape.
const cred = 'https://www.w3.org/2018/credentials#';
const statusTerm = 'https://www.w3.org/ns/credentials/status#';
const security = 'https://w3id.org/security#';
const schemaName = 'https://schema.org/name';

/** RFC 3986 characters only: nothing that N-Quads escapes. */
const plainIri = /^https?:\/\/[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+$/;
const plainAddress = /^([a-z][a-z0-9+.-]*):[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+$/;

class Doubt extends Error {}

const termOf = (definition: unknown): Term | undefined => {
  if (typeof definition === 'string') return plainIri.test(definition) ? { iri: definition } : undefined;
  if (!isObject(definition) || Object.keys(definition).sort().join() !== '@id,@type') return undefined;
  const { '@id': iri, '@type': datatype } = definition;
  if (typeof iri !== 'string' || typeof datatype !== 'string') return undefined;
  return plainIri.test(iri) && plainIri.test(datatype) ? { iri, datatype } : undefined;
};

const namesWithin = (value: unknown): string[] =>
  isObject(value) ? Object.entries(value).flatMap(([name, each]) => [name, ...namesWithin(each)]) : [];

/** The terms of a type's context, or undefined when it is not just terms, or takes a word of the data model's. */
const readTerms = (own: unknown, model: unknown): Map<string, Term> | undefined => {
  if (!isObject(own) || !isObject(own['@context']) || Object.keys(own).length !== 1) return undefined;
  const { '@protected': _protected = true, ...definitions } = own['@context'];
  const reserved = new Set(namesWithin(model));
  const terms = new Map<string, Term>();
  for (const [name, definition] of Object.entries(definitions)) {
    const term = termOf(definition);
    if (!term || reserved.has(name) || !/^[A-Za-z]\w*$/.test(name)) return undefined;
    terms.set(name, term);
  }
  return _protected === true ? terms : undefined;
};

/** By the context's document, which does not change under its digest. */
const known = new WeakMap<object, Map<string, Term> | 'other'>();

const termsOf = (own: unknown, model: unknown): Map<string, Term> | undefined => {
  if (!isObject(own)) return undefined;
  const terms = known.get(own) ?? readTerms(own, model) ?? 'other';
  known.set(own, terms);
  return terms === 'other' ? undefined : terms;
};

// RDFC-1.0 §5: ECHAR where there is one, otherwise UCHAR; everything else as it is.
const echar: Record<string, string> = { '\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r' };
const escapeOf = (character: string): string => {
  if (character === '"' || character === '\\') return `\\${character}`;
  const short = echar[character];
  return short ? `\\${short}` : `\\u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
};

const literal = (text: unknown, datatype?: string): string => {
  if (typeof text !== 'string') throw new Doubt();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  const escaped = text.replace(/[\u0000-\u001f"\\\u007f]/g, escapeOf);
  return datatype ? `"${escaped}"^^<${datatype}>` : `"${escaped}"`;
};

/** JSON-LD 1.1 API §8.6: whole numbers and truth values in their canonical form. */
const scalar = (value: unknown, datatype?: string): string => {
  if (typeof value === 'boolean') return literal(`${value}`, datatype ?? `${xsd}boolean`);
  if (typeof value !== 'number') return literal(value, datatype);
  if (!Number.isSafeInteger(value) || datatype === `${xsd}double`) throw new Doubt();
  return literal(value.toFixed(0), datatype ?? `${xsd}integer`);
};

/** The statements of a document, or undefined: what only the library can tell. */
const written = (write: (say: (node: string, iri: string, object: string) => void) => void) => {
  const lines: string[] = [];
  try {
    write((node, iri, object) => lines.push(`${node} <${iri}> ${object} .\n`));
  } catch (error) {
    if (error instanceof Doubt) return undefined;
    throw error;
  }
  return lines.sort().join('');
};

/**
 * The canonical document and the canonical options of its proof. `credential` has passed parseLdpVc; `own` is the document
 * of its second context, `model` that of the first.
 */
export const canonicalForms = (
  { proof, ...credential }: JsonObject,
  own: unknown,
  model: unknown,
): { document: string; options: string } | undefined => {
  const terms = termsOf(own, model);
  if (!terms) return undefined;
  const address = (value: unknown): string => {
    const scheme = typeof value === 'string' ? plainAddress.exec(value)?.[1] : undefined;
    // A term before the colon would make it another address.
    if (!scheme || terms.has(scheme) || !/^(did|urn|https?)$/.test(scheme)) throw new Doubt();
    return `<${value}>`;
  };
  const document = written((say) => {
    const subject = credential.credentialSubject as JsonObject;
    const entries = (credential.credentialStatus ?? []) as JsonObject[];
    const [self, holder, ...others] = [credential.id, subject.id, ...entries.map(({ id }) => id)].map(
      address,
    ) as [string, string, ...string[]];
    // Two nodes of one address are one node.
    if (new Set([self, holder, ...others]).size !== others.length + 2) throw new Doubt();
    const type = terms.get((credential.type as string[])[1]!);
    if (!type || type.datatype) throw new Doubt();
    say(self, rdfType, `<${cred}VerifiableCredential>`);
    say(self, rdfType, `<${type.iri}>`);
    say(self, `${cred}issuer`, address(credential.issuer));
    for (const time of ['validFrom', 'validUntil'] as const) {
      if (time in credential) say(self, `${cred}${time}`, literal(credential[time], `${xsd}dateTime`));
    }
    say(self, `${cred}credentialSubject`, holder);
    for (const [name, value] of Object.entries(subject)) {
      if (name === 'id') continue;
      const term = name === 'name' ? { iri: schemaName } : terms.get(name);
      if (!term) throw new Doubt();
      say(holder, term.iri, scalar(value, term.datatype));
    }
    entries.forEach((entry, i) => {
      const node = others[i]!;
      say(self, `${cred}credentialStatus`, node);
      say(node, rdfType, `<${statusTerm}BitstringStatusListEntry>`);
      say(node, `${statusTerm}statusListCredential`, address(entry.statusListCredential));
      for (const name of ['statusListIndex', 'statusPurpose'])
        say(node, `${statusTerm}${name}`, literal(entry[name]));
    });
  });
  const options = written((say) => {
    const { created, cryptosuite, verificationMethod } = proof as JsonObject;
    // The one node without an address.
    const node = '_:c14n0';
    say(node, rdfType, `<${security}DataIntegrityProof>`);
    say(node, 'http://purl.org/dc/terms/created', literal(created, `${xsd}dateTime`));
    say(node, `${security}cryptosuite`, literal(cryptosuite, `${security}cryptosuiteString`));
    say(node, `${security}proofPurpose`, `<${security}assertionMethod>`);
    say(node, `${security}verificationMethod`, address(verificationMethod));
  });
  return document === undefined || options === undefined ? undefined : { document, options };
};
