/**
 * Writes the role × route matrix of docs/roles.md from src/admin/access.ts, the one source the routes are mounted from.
 * Run: node --import ./scripts/typescript.mjs scripts/make-roles-matrix.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Access, access, isAllowed, type RouteName } from '../src/admin/index.ts';
import { roleNames, roles } from '../src/officials/index.ts';

const begin = '<!-- matrix: made by scripts/make-roles-matrix.ts from src/admin/access.ts -->';
const end = '<!-- end of matrix -->';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The matrix as Markdown. */
export const rolesMatrix = (): string => {
  const header = ['route', 'what', ...roles.map((role) => roleNames[role].zh)];
  const rows = (Object.entries(access) as [RouteName, Access][]).map(([name, { method, path, does }]) =>
    row([
      `\`${method.toUpperCase()} ${path.replace('/admin/api', '')}\``,
      `${does.zh} ${does.en}`,
      ...roles.map((role) => (isAllowed(name, role) ? '✓' : '')),
    ]),
  );
  return [row(header), row(header.map((_, i) => (i < 2 ? '---' : ':-:'))), ...rows].join('\n');
};

/** The page with the matrix as it is now. */
export const withMatrix = (page: string): string => {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error('docs/roles.md has lost the marks of the matrix');
  return `${before}${begin}\n\n${rolesMatrix()}\n\n${end}${after}`;
};

export const rolesPage = fileURLToPath(new URL('../docs/roles.md', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(rolesPage, withMatrix(readFileSync(rolesPage, 'utf8')));
}
