/** The register of business licences 营业执照, as this feature needs it: who represents the enterprise, and is it alive. */
export interface EnterpriseRecord {
  /** GB 32100. */
  creditCode: string;
  name: string;
  legalRep: { kind: string; number: string; name: string };
  /** domain.md §9: 01 valid, 02 suspended, 03 withdrawn, 04 cancelled, 05 lapsed, 06 moved out, 07 revoked, 99 other. */
  state: '01' | '02' | '03' | '04' | '05' | '06' | '07' | '99';
  /** GB/T 2260. */
  region: string;
  address?: string;
  /** YYYY-MM-DD */
  established?: string;
  /** An agent firm 代理机构 by its scope of business. */
  agency: boolean;
}

export interface EnterpriseRegister {
  /** What answers, for `onecert info`. */
  readonly adapter: string;
  /** Undefined: not registered. Throws ServiceError register_entry_faulty when there is an entry nobody can rely on. */
  find(creditCode: string): Promise<EnterpriseRecord | undefined>;
}

/** No register is connected: no enterprise can be opened, and none has a capacity. */
export const noEnterpriseRegister: EnterpriseRegister = { adapter: 'none', find: async () => undefined };
