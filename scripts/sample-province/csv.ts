export type Row = Record<string, string>;

const cell = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

export const csvLine = (columns: readonly string[], row: Row): string =>
  columns.map((column) => cell(row[column] ?? '')).join(',');

export const csvFile = (columns: readonly string[], lines: string[]): string =>
  `${[columns.join(','), ...lines].join('\n')}\n`;
