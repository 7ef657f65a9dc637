/**
 * CSV as departments hand it over: UTF-8 with or without BOM, a header line, quoted cells (RFC 4180), one record a
 * line. RFC 4180 allows a line break inside quotes; here it is a fault of that line, so that one forgotten quote
 * cannot swallow the lines after it.
 */

export interface CsvLine {
  /** 1 is the header. */
  line: number;
  /** Cells by column; undefined when the line cannot be read. */
  cells?: Record<string, string>;
}

export interface CsvFile {
  columns: string[];
  lines: CsvLine[];
}

/** The cells of one line, trimmed; undefined when its quotes do not close. */
export const splitCsvLine = (line: string): string[] | undefined => {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let cell = '';
      for (at++; ; at++) {
        if (at >= line.length) return undefined;
        if (line[at] !== '"') cell += line[at];
        else if (line[at + 1] === '"') cell += line[at++];
        else break;
      }
      at++;
      if (at < line.length && line[at] !== ',') return undefined;
      cells.push(cell.trim());
    } else {
      const comma = line.indexOf(',', at);
      const cell = line.slice(at, comma < 0 ? line.length : comma);
      if (cell.includes('"')) return undefined;
      cells.push(cell.trim());
      at += cell.length;
    }
    if (at >= line.length) return cells;
    at++;
  }
};

/** Reads a whole file. Throws when the header cannot be read: without it no line means anything. */
export const readCsv = (bytes: Uint8Array): CsvFile => {
  // Lenient decoding marks broken bytes with U+FFFD, which makes their line unreadable and spares the others.
  const text = new TextDecoder('utf-8').decode(bytes);
  const [header = '', ...rest] = text.split(/\r\n|\n|\r/);
  const columns = splitCsvLine(header);
  if (!columns || columns.some((column) => !/^[a-z][a-z0-9_]*$/.test(column))) {
    throw new Error('the header line is not a list of column names');
  }
  if (new Set(columns).size !== columns.length) throw new Error('the header line names a column twice');
  const lines = rest.flatMap((raw, i): CsvLine[] => {
    if (raw.trim() === '') return [];
    const cells = raw.includes('\uFFFD') ? undefined : splitCsvLine(raw);
    if (!cells || cells.length !== columns.length) return [{ line: i + 2 }];
    return [{ line: i + 2, cells: Object.fromEntries(columns.map((column, c) => [column, cells[c]!])) }];
  });
  return { columns, lines };
};
