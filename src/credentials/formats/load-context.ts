import { ServiceError } from '../../errors.ts';
import { staticContexts } from '../../verifier/core/index.ts';
import type { Catalogue } from '../catalogue/certificate-type.ts';
import { contextUrl, writeJsonLdContext } from '../catalogue/write-type-documents.ts';

export interface LoadedDocument {
  contextUrl: null;
  documentUrl: string;
  document: unknown;
}

/** A JSON-LD document loader over a closed list: nothing is ever fetched. */
export type LoadContext = (url: string) => Promise<LoadedDocument>;

/** The closed list: the contexts the verifier ships, and one generated for each version of each type. */
export const allContexts = async (
  catalogue: Catalogue,
  baseUrl: string,
): Promise<Record<string, unknown>> => {
  const fixed = Object.entries(await staticContexts()).map(([url, { document }]) => [url, document] as const);
  const generated = catalogue
    .types()
    .flatMap(({ id }) => catalogue.vocabularies(id))
    .map((words) => [contextUrl(baseUrl, words), writeJsonLdContext(words, baseUrl)] as const);
  return Object.fromEntries([...fixed, ...generated]);
};

export const createLoadContext = (contexts: () => Promise<Record<string, unknown>>): LoadContext => {
  return async (url) => {
    const document = (await contexts())[url];
    if (!document)
      throw new ServiceError('internal_error', { cause: new Error('a context outside the closed list') });
    return { contextUrl: null, documentUrl: url, document };
  };
};
