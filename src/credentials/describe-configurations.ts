import type { LocalText } from '../verifier/core/verdict.ts';
import type { CertificateField, CertificateType, CertificateView } from './catalogue/certificate-type.ts';
import { mandatoryElements } from './catalogue/check-mdoc.ts';
import type { MdocDefinition } from './catalogue/type-file-schema.ts';
import { type ViewEntry, viewEntry } from './catalogue/view-entries.ts';
import { contextUrl, typeUrl } from './catalogue/write-type-documents.ts';
import type { Dependencies } from './dependencies.ts';
import type { CopyFormat, CredentialConfiguration } from './index.ts';

const display = (name: LocalText, more: Record<string, unknown> = {}) => [
  { name: name.zh, locale: 'zh-CN', ...more },
  { name: name.en, locale: 'en', ...more },
];

/** Credential Format Identifier and cryptosuite (OpenID4VCI 1.0 Appendix A.1.2.2) of the two ways to sign a W3C VC. */
const w3cFormats = [
  { format: 'ldp_vc', cryptosuite: 'eddsa-rdfc-2022' },
  { format: 'ldp_vc_ecdsa', cryptosuite: 'ecdsa-rdfc-2019' },
] as const;

const identifier = { zh: '电子证照标识', en: 'Certificate identifier' };

/** OpenID4VCI 1.0 Appendix B.2: in display order. `at` is where the claims stand in the credential. */
const claims = (fields: Pick<CertificateField, 'name' | 'label' | 'required'>[], at: string[]) =>
  fields.map(({ name, label, required }) => ({
    path: [...at, name],
    mandatory: required,
    display: display(label),
  }));

/** Appendix A.2.2, C.2: an element by its namespace and name. */
const elementClaims = (type: CertificateType, { docType, namespaces }: MdocDefinition) =>
  Object.entries(namespaces).flatMap(([namespace, elements]) =>
    Object.entries(elements).map(([element, { field, label }]) => {
      const entry = field === undefined ? undefined : viewEntry(type, field);
      const named = label ?? entry?.label;
      const always = mandatoryElements[docType]?.namespace === namespace;
      return {
        path: [namespace, element],
        mandatory: always
          ? mandatoryElements[docType]!.elements.includes(element)
          : (entry?.required ?? true),
        ...(named ? { display: display(named) } : {}),
      };
    }),
  );

const withIdentifier = (type: CertificateType) => [
  { name: 'identifier', label: identifier, required: true },
  ...type.fields,
];

const fieldsOfView = (type: CertificateType, view: CertificateView): ViewEntry[] =>
  view.fields.flatMap(({ field }) => viewEntry(type, field) ?? []);

/** Every credential configuration by id, each the object of OpenID4VCI 1.0 §12.2.4. One scope a type. */
export const describeConfigurations = ({
  catalogue,
  baseUrl,
  formats,
}: Pick<Dependencies, 'catalogue' | 'baseUrl' | 'formats'>): Record<string, CredentialConfiguration> => {
  const configurations: Record<string, CredentialConfiguration> = {};
  const common = (type: CertificateType, format: CopyFormat) => ({
    format,
    scope: type.id,
    cryptographic_binding_methods_supported: ['jwk'],
    proof_types_supported: {
      jwt: { proof_signing_alg_values_supported: [...formats[format].deviceKeyAlgs] },
    },
  });
  const card = (type: CertificateType) => ({ background_color: type.card.color });
  for (const type of catalogue.types()) {
    for (const { format, cryptosuite } of w3cFormats) {
      if (!type.formats.includes(format)) continue;
      configurations[`${type.id}_${format}`] = {
        type: type.id,
        format,
        metadata: {
          ...common(type, format),
          format: 'ldp_vc',
          credential_signing_alg_values_supported: [cryptosuite],
          credential_definition: {
            '@context': ['https://www.w3.org/ns/credentials/v2', contextUrl(baseUrl, type)],
            type: ['VerifiableCredential', type.w3cType],
          },
          credential_metadata: {
            display: display(type.name, card(type)),
            claims: claims(withIdentifier(type), ['credentialSubject']),
          },
        },
      };
    }
    if (type.formats.includes('dc+sd-jwt'))
      configurations[`${type.id}_sd_jwt`] = {
        type: type.id,
        format: 'dc+sd-jwt',
        metadata: {
          ...common(type, 'dc+sd-jwt'),
          credential_signing_alg_values_supported: ['ES256'],
          vct: typeUrl(baseUrl, type.id),
          credential_metadata: {
            display: display(type.name, card(type)),
            claims: claims(withIdentifier(type), []),
          },
        },
      };
    if (type.mdoc)
      configurations[`${type.id}_mdoc`] = {
        type: type.id,
        format: 'mso_mdoc',
        metadata: {
          ...common(type, 'mso_mdoc'),
          // Appendix A.2.2: COSE algorithms by number.
          credential_signing_alg_values_supported: [-7],
          cryptographic_binding_methods_supported: ['cose_key'],
          doctype: type.mdoc.docType,
          credential_metadata: {
            display: display(type.name, card(type)),
            claims: elementClaims(type, type.mdoc),
          },
        },
      };
    for (const view of type.formats.includes('onecert-view+cwt') ? type.views : [])
      configurations[`${type.id}_view_${view.id}`] = {
        type: type.id,
        format: 'onecert-view+cwt',
        view: view.id,
        metadata: {
          ...common(type, 'onecert-view+cwt'),
          credential_signing_alg_values_supported: ['ES256'],
          view: view.number,
          credential_metadata: {
            display: display(
              { zh: `${type.name.zh}：${view.name.zh}`, en: `${type.name.en}: ${view.name.en}` },
              card(type),
            ),
            claims: claims(fieldsOfView(type, view), []),
          },
        },
      };
  }
  return configurations;
};
