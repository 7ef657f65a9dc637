/**
 * One service item 事项 as its file `config/items/<code>.yaml` describes it. Adding an item is adding a file.
 * The zod schema that reads the files is in item-file-schema.ts and yields exactly this.
 */
import type { LocalText } from '../verifier/core/verdict.ts';

export interface ServiceItem {
  /** kebab-case: `driving-licence-renewal`. File name without extension. */
  code: string;
  name: LocalText;
  /** Id of the department that answers for it. */
  unit: string;
  /** The law it stands on, in 《》 in Chinese. */
  legalBasis: LocalText;
  /** Who may use it, and whether somebody with a mandate may act for them. */
  who: ('person' | 'enterprise' | 'official')[];
  delegate: boolean;
  /** What it may read, and nothing beside it (CTR-2). A case is about the certificate named first. */
  certificates: ItemCertificate[];
  /** Level asked of whoever uses it: proofing 1-3, authenticator 1-3. */
  level: { proofing: number; authenticator: number };
  /** What it costs a person, before and with what the province shares now. */
  visits: Cost;
  papers: Cost;
  handled: 'online' | 'counter' | 'both';
  /** The form may be filled in for the person with the fields of `certificates`. */
  prefill: boolean;
  /** A retired item stays known by name, reads nothing and starts no case. */
  state: 'active' | 'retired';
}

export interface ItemCertificate {
  /** Certificate type id. */
  type: string;
  /** Field names of that type; they are shown in the type's own order. */
  fields: string[];
}

export interface Cost {
  before: number;
  now: number;
}

export interface Items {
  all(): ServiceItem[];
  /** Throws ServiceError not_found. */
  get(code: string): ServiceItem;
  find(code: string): ServiceItem | undefined;
  /** Fields of a certificate type that the item may read: none of a type it does not list, none when retired. */
  mayRead(code: string, type: string): string[];
}
