import type { ReactNode } from 'react';

export interface Column<T> {
  title: string;
  /** The first column is the row's heading. */
  cell(row: T): ReactNode;
  /** Numbers and times are not broken over lines where there is room. */
  short?: boolean;
}

interface Props<T> {
  name: string;
  columns: Column<T>[];
  rows: readonly T[];
  keyOf(row: T): string;
}

/** A table on a desk, cards on a phone: one piece of markup, laid out by console.css. */
export const Listing = <T,>({ name, columns, rows, keyOf }: Props<T>) => (
  <table className="listing">
    <caption className="visually-hidden">{name}</caption>
    <thead>
      <tr>
        {columns.map(({ title }) => (
          <th key={title} scope="col">
            {title}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={keyOf(row)} data-testid={`row-${keyOf(row)}`}>
          {columns.map(({ title, cell, short }, at) =>
            at === 0 ? (
              <th key={title} scope="row">
                {cell(row)}
              </th>
            ) : (
              <td key={title} data-title={title} className={short ? 'short' : undefined}>
                {cell(row)}
              </td>
            ),
          )}
        </tr>
      ))}
    </tbody>
  </table>
);
