/**
 * Intake of one register row (SHR-4). What blocks and what only flags:
 *
 * - Blocked is whatever would put a falsehood under a department's signature: a wrong check character, a missing or
 *   impossible value, an end before the start, a holder of unknown kind, a line that cannot be read, two rows for
 *   what exists once (nobody can say which is right, so both wait), and a name that is not the holder's in the
 *   population list. The name blocks because the row then probably belongs to somebody else, and a certificate that
 *   has reached a phone cannot be taken back. Names are compared after normalising, so that width, spaces and kinds
 *   of middle dot are no fault.
 * - Flagged, and issuable, is what may be right although we cannot confirm it: a region code outside our table
 *   (no list of retired codes is complete) and a column that the type does not know (it is left out).
 *
 * Expired or suspended is no fault: such a row is usable and yields a certificate that says so.
 */
import {
  canonicalDocumentKind,
  checkCitizenNumber,
  checkCreditCode,
  checkDocument,
  documentKey,
  isDayText,
  normaliseDocumentNumber,
  normaliseName,
  regionStatus,
} from '../../identifiers/index.ts';
import type { CertificateField, CertificateType } from '../catalogue/certificate-type.ts';
import { fieldFits } from '../fields-fit.ts';
import type { CsvLine } from './read-register-file.ts';
import type { IntakeCode, IntakeFinding, RegisterRow } from './register.ts';

export interface JudgedRow {
  line: number;
  findings: IntakeFinding[];
  /** Present when nothing blocks. */
  row?: RegisterRow;
  /** Keys of every document the line names, even a faulty one: they answer "faulty" instead of "absent". */
  holders: string[];
}

/** Columns beside the fields of the type. */
export const baseColumns = ['key', 'holder_kind', 'holder_number', 'issuer', 'state'] as const;

const flaggedCodes = new Set<IntakeCode>(['unknown_region', 'unknown_field']);
const states = new Set(['01', '02', '03', '04', '05', '06', '07', '99']);

export const finding = (line: number, code: IntakeCode, field?: string): IntakeFinding => ({
  line,
  code,
  ...(field === undefined ? {} : { field }),
  effect: flaggedCodes.has(code) ? 'flagged' : 'blocked',
});

/** The cell as the certificate carries it; undefined when it does not fit the field. */
const readValue = (field: CertificateField, cell: string): string | number | boolean | undefined => {
  switch (field.kind) {
    case 'day':
      return isDayText(cell) ? cell : undefined;
    case 'number':
      return /^-?\d{1,9}$/.test(cell) ? Number(cell) : undefined;
    case 'flag':
      return cell === 'true' ? true : cell === 'false' ? false : undefined;
    default: {
      return fieldFits(field, cell) && !/\p{Cc}/u.test(cell) ? cell : undefined;
    }
  }
};

/** Made of the other holders of the row: no column of its own where the row names several. */
export const isFromOthers = ({ joint }: CertificateField): boolean =>
  joint === 'other_names' || joint === 'other_numbers';

interface Holder {
  kind: string | undefined;
  number: string;
}

/** GB/T 36903 annex A: 001 is a credit code, all other kinds are documents of persons. */
const enterpriseKind = '001';

/** The kind as we keep it; undefined when it is none that may hold this type. */
export const holderKindOf = (kind: string, type: CertificateType): string | undefined => {
  if (kind === enterpriseKind) return type.holderKind === 'person' ? undefined : kind;
  return type.holderKind === 'enterprise' ? undefined : canonicalDocumentKind(kind);
};

const checkHolder = (kind: string, number: string) =>
  kind === enterpriseKind ? checkCreditCode(number) : checkDocument(kind, number);

const judgeHolder = (
  cells: Record<string, string>,
  type: CertificateType,
  report: (code: IntakeCode, field: string) => void,
): Holder => {
  const kind = holderKindOf(cells.holder_kind!, type);
  const number = normaliseDocumentNumber(cells.holder_number!);
  if (!cells.holder_kind) report('missing_field', 'holder_kind');
  else if (!kind) report('unknown_holder_kind', 'holder_kind');
  if (!number) report('missing_field', 'holder_number');
  else if (kind) {
    const check = checkHolder(kind, number);
    if (!check.ok) report(check.fault === 'checksum' ? 'bad_checksum' : 'bad_value', 'holder_number');
    else if ('regionStatus' in check && check.regionStatus === 'unknown')
      report('unknown_region', 'holder_number');
  }
  return { kind, number };
};

const judgeField = (
  field: CertificateField,
  value: string | number | boolean,
  holder: Holder,
  knownName: string | undefined,
): IntakeCode | undefined => {
  if (field.role === 'holder_number') {
    const number = normaliseDocumentNumber(String(value));
    const check = holder.kind ? checkHolder(holder.kind, number) : undefined;
    if (check && !check.ok && check.fault === 'checksum') return 'bad_checksum';
    if (number !== holder.number) return 'bad_value';
  }
  if (field.role === 'holder_name' && knownName !== undefined && normaliseName(String(value)) !== knownName) {
    return 'holder_name_mismatch';
  }
  if (field.check === 'citizen_number' && !checkCitizenNumber(String(value)).ok) return 'bad_checksum';
  if (field.check === 'credit_code' && !checkCreditCode(String(value)).ok) return 'bad_checksum';
  if (field.role === 'region' && regionStatus(String(value)) === 'unknown') return 'unknown_region';
  return undefined;
};

const readFields = (
  type: CertificateType,
  cells: Record<string, string>,
  holder: Holder,
  knownName: string | undefined,
  report: (code: IntakeCode, field: string) => void,
): RegisterRow['fields'] => {
  const fields: RegisterRow['fields'] = {};
  for (const field of type.fields) {
    const cell = cells[field.name] ?? '';
    if (cell === '') {
      if (field.required) report('missing_field', field.name);
      continue;
    }
    const value = readValue(field, cell);
    const code = value === undefined ? 'bad_value' : judgeField(field, value, holder, knownName);
    if (code) report(code, field.name);
    if (value !== undefined) fields[field.name] = field.role === 'holder_number' ? holder.number : value;
  }
  const { from, until } = type.validity;
  if (until !== undefined) {
    const [first, last] = [fields[from], fields[until]];
    if (typeof first === 'string' && typeof last === 'string' && last < first)
      report('end_before_start', until);
  }
  return fields;
};

const split = (cell = ''): string[] => cell.split(/[,，]/).map((part) => part.trim());

const isEach = ({ role, joint }: CertificateField): boolean =>
  role === 'holder_name' || role === 'holder_number' || joint === 'each';

/**
 * A row with several holders lists them with commas (GB/T 36903): kind, number, name, and what each has of its own. Taken
 * apart, it is the cells as they are for each of them. Undefined: the lists do not fit each other or the type.
 */
const cellsOfEach = (
  cells: Record<string, string>,
  type: CertificateType,
): Record<string, string>[] | undefined => {
  const numbers = split(cells.holder_number);
  if (numbers.length === 1) return [cells];
  const nameField = type.fields.find(({ role }) => role === 'holder_name')!.name;
  const lists = ['holder_kind', 'holder_number', ...type.fields.filter(isEach).map(({ name }) => name)];
  const parts = new Map(lists.map((name) => [name, split(cells[name])]));
  if ([...parts.values()].some(({ length }) => length !== numbers.length)) return undefined;
  if (numbers.length > (type.mostHolders ?? 1) || new Set(numbers).size < numbers.length) return undefined;
  const others = { other_names: parts.get(nameField)!, other_numbers: numbers };
  return numbers.map((_, own) => ({
    ...cells,
    ...Object.fromEntries([...parts].map(([name, list]) => [name, list[own]!])),
    ...Object.fromEntries(
      type.fields.flatMap(({ name, joint }) =>
        joint === 'other_names' || joint === 'other_numbers'
          ? [[name, others[joint].filter((_other, at) => at !== own).join(',')]]
          : [],
      ),
    ),
  }));
};

/** Judges one line by itself; what repeats between lines is judged by the register. */
export const judgeRow = (
  line: CsvLine,
  type: CertificateType,
  nameOf: (documentKey: string) => string | undefined,
): JudgedRow => {
  const each = line.cells && cellsOfEach(line.cells, type);
  if (!each) {
    const found = finding(
      line.line,
      line.cells ? 'bad_value' : 'unreadable_row',
      line.cells && 'holder_number',
    );
    const numbers = split(line.cells?.holder_number).filter(Boolean);
    const holders = numbers.map((number) =>
      documentKey({ kind: '111', number: normaliseDocumentNumber(number) }),
    );
    return { line: line.line, findings: [found], holders };
  }
  const judged = each.map((cells) => judgeHolderRow({ line: line.line, cells }, type, nameOf));
  if (judged.length === 1) return judged[0]!;
  const [first] = judged;
  const rows = judged.flatMap(({ row }) => row ?? []);
  const joint = rows.map(({ holder, holderName, fields }) => ({ holder, holderName, fields }));
  const findings = new Map(
    judged.flatMap((one) => one.findings).map((found) => [`${found.code} ${found.field}`, found]),
  );
  return {
    line: line.line,
    findings: [...findings.values()],
    holders: judged.flatMap(({ holders }) => holders),
    // What is wrong with one of them blocks the row: nobody can say what the others have.
    ...(rows.length === judged.length ? { row: { ...first!.row!, joint } } : {}),
  };
};

const judgeHolderRow = (
  { line, cells }: { line: number; cells: Record<string, string> },
  type: CertificateType,
  nameOf: (documentKey: string) => string | undefined,
): JudgedRow => {
  const findings: IntakeFinding[] = [];
  const report = (code: IntakeCode, field: string) => findings.push(finding(line, code, field));

  if (!cells.key) report('missing_field', 'key');
  if (!states.has(cells.state!)) report(cells.state ? 'bad_value' : 'missing_field', 'state');
  if (!type.issuers.includes(cells.issuer!)) report(cells.issuer ? 'bad_value' : 'missing_field', 'issuer');
  const holder = judgeHolder(cells, type, report);
  const knownName = holder.kind && nameOf(documentKey({ kind: holder.kind, number: holder.number }));
  const fields = readFields(type, cells, holder, knownName && normaliseName(knownName), report);

  const nameField = type.fields.find((field) => field.role === 'holder_name');
  const numberField = type.fields.find((field) => field.role === 'holder_number');
  const numbers = new Set([holder.number, normaliseDocumentNumber(cells[numberField?.name ?? ''] ?? '')]);
  // An unknown kind is most often a mistyped one, so the line still answers for an ID card of that number.
  const kind = holder.kind ?? '111';
  const holders = [...numbers].filter(Boolean).map((number) => documentKey({ kind, number }));
  if (findings.some(({ effect }) => effect === 'blocked') || !holder.kind) return { line, findings, holders };
  const row: RegisterRow = {
    key: cells.key!,
    holder: { kind: holder.kind, number: holder.number },
    holderName: String(fields[nameField!.name]),
    state: cells.state!,
    issuer: cells.issuer!,
    fields,
  };
  return { line, findings, row, holders };
};
