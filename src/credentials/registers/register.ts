/**
 * The register port: where a department's attributes come from, never from the applicant.
 * The file adapter is for the sample province; production refuses it.
 */
/** One of the holders of a row, with the fields as they stand on her copies. */
export interface RowHolder {
  holder: { kind: string; number: string };
  holderName: string;
  fields: Record<string, string | number | boolean>;
}

export interface RegisterRow extends RowHolder {
  /** Row key in the register, stable. */
  key: string;
  /** Of a row with several holders: all of them, in its order. The row itself is as it is for the one asked about. */
  joint?: RowHolder[];
  /** Register state: GB certificate states of domain.md §9: '01' valid, '02' suspended, '05' lapsed ... */
  state: string;
  /** Issuer id this row belongs to (a city's own rows name the city). */
  issuer: string;
}

/** The row as it is for each of its holders. */
export const anglesOf = (row: RegisterRow): RegisterRow[] =>
  row.joint?.map((holder) => ({ ...row, ...holder })) ?? [row];

/** Quality rules at intake (SHR-4); each faulty row is counted and listed by line, never dropped silently. */
export type IntakeCode =
  | 'bad_checksum'
  | 'unknown_region'
  | 'end_before_start'
  | 'holder_name_mismatch'
  | 'duplicate_identifier'
  | 'missing_field'
  | 'unknown_field'
  | 'bad_value'
  | 'unknown_holder_kind'
  | 'unreadable_row';

export interface IntakeFinding {
  line: number;
  code: IntakeCode;
  /** Field name, never its value. */
  field?: string;
  /** `blocked`: not issuable until corrected; `flagged`: issuable, on the work list. */
  effect: 'blocked' | 'flagged';
}

export interface IntakeReport {
  register: string;
  rows: number;
  usable: number;
  blocked: number;
  flagged: number;
  counts: Partial<Record<IntakeCode, number>>;
  findings: IntakeFinding[];
}

export interface FoundRows {
  /** Usable rows of this holder. */
  rows: RegisterRow[];
  /** True when the holder has a row that intake blocked: without a usable one the answer is "faulty", not "absent". */
  blocked: boolean;
}

export interface Register {
  readonly id: string;
  /** 'file (sample)', 'http'. */
  readonly adapter: string;
  /** One question to the department. */
  find(holder: { kind: string; number: string }): Promise<FoundRows>;
  intake(): Promise<IntakeReport>;
  /** Every line as intake judged it, where the adapter holds the whole register. */
  lines?(): Promise<RegisterLine[]>;
}

export interface RegisterLine {
  line: number;
  findings: IntakeFinding[];
  /** Present when nothing blocks. */
  row?: RegisterRow;
}

export interface Registers {
  get(id: string): Register;
  all(): Register[];
}
