import { describe, expect, it } from '@jest/globals';
import { TypeMetadataFormatSchema } from '@sd-jwt/sd-jwt-vc';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import {
  contextUrl,
  typeUrl,
  writeJsonLdContext,
  writePackType,
  writePublicType,
  writeSdJwtTypeMetadata,
} from '../../../src/credentials/catalogue/write-type-documents.ts';

// Neither package brings types along; the names go through a variable so that the compiler does not look for them.
const untyped = async (name: string) => import(name);
const { default: jsonld } = await untyped('jsonld');
const { named } = await untyped('@digitalbazaar/credentials-context');

const base = 'http://localhost:3000';
const types = readCatalogue('config/certificates').types();
const licence = types.find(({ id }) => id === 'driving_licence')!;

const documentLoader = async (url: string) => {
  const type = types.find((known) => contextUrl(base, known) === url);
  const document = type
    ? writeJsonLdContext(type, base)
    : named.get('v2').id === url && named.get('v2').context;
  if (!document) throw new Error('no such context');
  return { document, documentUrl: url };
};

const samples = { text: '文字', code: 'C1', day: '2035-05-10', number: 6, flag: true, photo: 'AA==' };

describe('the JSON-LD context of a type', () => {
  it.each(types.map((type) => [type.id, type] as const))(
    'gives every claim of %s a term beside the credentials v2 context, in safe mode',
    async (_, type) => {
      const credential = {
        '@context': ['https://www.w3.org/ns/credentials/v2', contextUrl(base, type)],
        type: ['VerifiableCredential', type.w3cType],
        issuer: 'did:web:localhost%3A3000:issuers:zj-police',
        validFrom: '2025-05-10T00:00:00Z',
        credentialSubject: {
          id: 'did:example:holder',
          identifier: '1.2.156.3005.2.x',
          ...Object.fromEntries(type.fields.map(({ name, kind }) => [name, samples[kind]])),
        },
      };
      const quads: string = await jsonld.toRDF(credential, {
        format: 'application/n-quads',
        documentLoader,
        safe: true,
      });
      expect(quads).toContain(`<${typeUrl(base, type.id)}#${type.w3cType}>`);
      expect(quads).toContain(`<${typeUrl(base, type.id)}#identifier> "1.2.156.3005.2.x"`);
      for (const { name, kind } of type.fields) {
        const iri = name === 'name' ? 'https://schema.org/name' : `${typeUrl(base, type.id)}#${name}`;
        const datatype = { day: 'date', number: 'integer', flag: 'boolean', text: '', code: '', photo: '' }[
          kind
        ];
        const suffix = datatype ? `^^<http://www.w3.org/2001/XMLSchema#${datatype}>` : ' .';
        expect(quads).toContain(`<${iri}> "${samples[kind]}"${suffix}`);
      }
    },
  );

  it('is protected, so that no later context changes the meaning of a term', () => {
    expect(writeJsonLdContext(licence, base)['@context']['@protected']).toBe(true);
  });
});

describe('the SD-JWT VC type metadata of a type', () => {
  const metadata = writeSdJwtTypeMetadata(licence, base);

  it('is what the SD-JWT VC library reads as type metadata', () => {
    expect(TypeMetadataFormatSchema.safeParse(metadata).success).toBe(true);
    expect(metadata.vct).toBe('http://localhost:3000/types/driving_licence');
  });

  it('has a label in both languages for every claim and says what can be withheld', () => {
    expect(metadata.claims.map(({ path }) => path[0])).toEqual([
      'identifier',
      ...licence.fields.map(({ name }) => name),
    ]);
    for (const { display } of metadata.claims)
      expect(display.map(({ locale }) => locale)).toEqual(['zh-CN', 'en']);
    const sd = new Map(metadata.claims.map((claim) => [claim.path[0], claim.sd]));
    expect([sd.get('identifier'), sd.get('licence_number'), sd.get('valid_until')]).toEqual([
      'never',
      'always',
      'never',
    ]);
  });
});

describe('the entry of a type in the offline pack', () => {
  it('has all labels, and the views with kinds and keys', () => {
    const entry = writePackType(licence, base);
    expect(Object.keys(entry.fields)).toEqual(licence.fields.map(({ name }) => name));
    expect(entry.vct).toBe(typeUrl(base, 'driving_licence'));
    expect(entry.views.map(({ number, id }) => [number, id])).toEqual([
      [1, 'standard'],
      [2, 'driving'],
      [3, 'class_c1'],
    ]);
    expect(entry.views[0]!.fields[0]).toEqual({
      key: 2,
      name: 'name',
      label: { zh: '姓名', en: 'Name' },
      kind: 'text',
      compare: true,
    });
    expect(entry.views[0]!.fields.map(({ key, kind }) => [key, kind])).toEqual([
      [2, 'text'],
      [3, 'code'],
      [4, 'code'],
      [5, 'day'],
      [6, 'day'],
      [7, 'text'],
      // Who shows it, when it is not the holder.
      [23, 'text'],
    ]);
  });
});

describe('the public description of a type', () => {
  it('is plain JSON that says where the type is accepted and where not yet', () => {
    const described = JSON.parse(JSON.stringify(writePublicType(licence, base)));
    expect(described).toMatchObject({
      id: 'driving_licence',
      type_code: '11100000000013127D901',
      holder_kind: 'person',
    });
    expect(described.where_accepted.zh).not.toBe('');
    expect(described.not_yet_accepted.en).not.toBe('');
    expect(described).not.toHaveProperty('register');
  });
});
