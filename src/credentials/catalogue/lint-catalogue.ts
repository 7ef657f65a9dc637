/** Everything that is wrong with a folder of certificate types, each fault as a sentence, and how large each view gets. */
import type { CertificateType } from './certificate-type.ts';
import type { CatalogueFault } from './check-type.ts';
import {
  measureSlip,
  measureViews,
  type ViewSize,
  widestSlipVersion,
  widestVersion,
} from './measure-views.ts';
import { checkPublished, readPublications } from './published.ts';
import { readTypes } from './read-catalogue.ts';

export interface CatalogueReport {
  types: number;
  faults: (CatalogueFault & { sentence: string })[];
  sizes: ({ type: string } & ViewSize)[];
}

/** `licence.yaml: views[0].fields[1].field names no field of this type.` */
export const sentenceOf = ({ file, path, message }: CatalogueFault): string =>
  `${file}: ${path ? `${path} ` : ''}${message.replace(/\.$/, '')}.`;

const han = /\p{Script=Han}/u;

/** Both languages are really there: a name copied into the other language is no translation. */
const checkLanguages = (file: string, type: CertificateType): CatalogueFault[] => {
  const faults: CatalogueFault[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const text = value as { zh?: unknown; en?: unknown };
    if (typeof text.zh === 'string' && typeof text.en === 'string') {
      if (han.test(text.en) || !/[A-Za-z]/.test(text.en))
        faults.push({ file, path: `${path}.en`, message: 'is not English: say it in English' });
      if (!han.test(text.zh))
        faults.push({ file, path: `${path}.zh`, message: 'is not Chinese: say it in Chinese' });
      return;
    }
    for (const [key, inner] of Object.entries(value))
      look(inner, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key);
  };
  look(type, '');
  return faults;
};

const sizeFaults = (file: string, type: CertificateType, sizes: readonly ViewSize[]): CatalogueFault[] =>
  sizes.flatMap(({ version, characters }, i) =>
    version !== undefined && version <= widestVersion
      ? []
      : [
          {
            file,
            path: `views[${i}]`,
            message: `(${type.views[i]!.id}) can need a QR of ${version ? `version ${version}` : 'more than version 40'} at level M (${characters} characters), and phones read at most version ${widestVersion}: show fewer fields, or lower maxBytes`,
          },
        ],
  );

/** `issuers`: ids of the departments; when given, a type that names another is a fault. */
export const lintCatalogue = async (
  dir: string,
  options: { issuers?: Iterable<string> } = {},
): Promise<CatalogueReport> => {
  const { types, faults } = readTypes(dir, options);
  const published = readPublications(dir);
  const sizes: CatalogueReport['sizes'] = [];
  for (const { file, type } of types) {
    faults.push(...checkLanguages(file, type), ...checkPublished(file, type, published));
    // A type whose references are wrong cannot be measured; its other faults say so.
    if (faults.some((fault) => fault.file === file && fault.path.startsWith('views'))) continue;
    const measured = await measureViews(type);
    faults.push(...sizeFaults(file, type, measured));
    sizes.push(...measured.map((size) => ({ type: type.id, ...size })));
    const slip = await measureSlip(type);
    if (slip) sizes.push({ type: type.id, ...slip });
    if (slip && (slip.version ?? 41) > widestSlipVersion)
      faults.push({
        file,
        path: 'slip.view',
        message: `can need a QR of ${slip.characters} characters, and a slip holds version ${widestSlipVersion} at level M: name a view with fewer fields, or lower maxBytes`,
      });
  }
  return {
    types: types.length,
    faults: faults.map((fault) => ({ ...fault, sentence: sentenceOf(fault) })),
    sizes,
  };
};
